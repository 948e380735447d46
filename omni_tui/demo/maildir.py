"""The shop's mailbox on disk, as the IMAP server reads it: Maildir++ with Dovecot's list of UIDs.

File times are receipt times, so INTERNALDATE is right; UIDs ascend with them, as on a server that has been
running for a year.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from omni_tui.demo.world import Mail

USER_FOLDER = "mailbox"
_serial = itertools.count()


def create(root: Path, address: str, password: str, mails: Iterable[Mail]) -> None:
    """A mail root for one user with INBOX and Sent holding ``mails``, which come oldest first; whole or not at all."""
    every = list(mails)
    begun = root.with_name(root.name + ".begun")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir()
    _write_user(begun, address, password)
    for box, folder in (("INBOX", begun / USER_FOLDER), ("Sent", begun / USER_FOLDER / ".Sent")):
        _write_folder(folder, [mail for mail in every if mail.box == box])
    begun.rename(root)


def deliver(root: Path, raw: bytes) -> None:
    """A new mail for the INBOX, received now; whole or not at all."""
    name = f"{time.time_ns() // 1_000_000}.P{os.getpid()}Q{next(_serial)}.larkfell"
    folder = root / USER_FOLDER
    (folder / "tmp" / name).write_bytes(raw)
    (folder / "tmp" / name).rename(folder / "new" / name)


def _write_user(root: Path, address: str, password: str) -> None:
    from pysasl.hashing import BuiltinHash

    # A password made for this demo out of 128 random bits: stretching it would only slow every login.
    hashed = BuiltinHash(rounds=1000).hash(password)
    (root / "pymap-etc-passwd").write_text(f"{address}:x:1000:1000::{USER_FOLDER}:\n", encoding="utf-8")
    (root / "pymap-etc-shadow").write_text(f"{address}:{hashed}:::::::\n", encoding="utf-8")


def _write_folder(folder: Path, mails: list[Mail]) -> None:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    validity = mails[0].at // 1000 if mails else 1
    # https://doc.dovecot.org/main/core/config/mailbox/formats/maildir.html: the file dovecot-uidlist, version 3.
    lines = [f"3 V{validity} N{len(mails) + 1} G{validity:032x}"]
    for uid, mail in enumerate(mails, 1):
        name = f"{mail.at // 1000}.M{uid}.larkfell:2,{'RS' if mail.answered else ''}"
        path = folder / "cur" / name
        path.write_bytes(mail.raw)
        os.utime(path, ns=(mail.at * 1_000_000, mail.at * 1_000_000))
        lines.append(f"{uid} EF{uid:032x} TT{uid:032x} :{name}")
    (folder / "dovecot-uidlist").write_text("\r\n".join(lines) + "\r\n", encoding="ascii", newline="")
