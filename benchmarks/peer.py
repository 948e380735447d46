"""The peer: mbsync fetches the mailbox into a Maildir, notmuch threads it and makes it searchable."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Unmeasured

_MBSYNC = """
FSync {fsync}

IMAPStore there
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {cert}

MaildirStore here
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :there:
Near :here:
Patterns INBOX Sent
Create Near
Sync Pull
SyncState *
"""
_NOTMUCH = """
[database]
path={folder}/mail
[user]
name=Shop
primary_email={user}
[new]
tags=unread;inbox
ignore=.mbsyncstate;.uidvalidity
[maildir]
synchronize_flags=false
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox on the private server."""

    user: str
    password: str
    port: int
    cert: Path


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of CPU."""

    wall_s: float
    cpu_s: float


def require() -> None:
    """Unmeasured unless both programs are installed."""
    if missing := [program for program in ("mbsync", "notmuch") if shutil.which(program) is None]:
        raise Unmeasured(f"{' and '.join(missing)} are missing: apt-get install isync notmuch")


def fetch_and_index(account: Account, folder: Path, mails: int, *, fsync: bool = False) -> tuple[Took, Took]:
    """What mbsync and notmuch took, each on an empty ``folder``. Unmeasured if not all ``mails`` came."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "mail").mkdir(parents=True, mode=0o700)
    values = {
        "folder": folder,
        "fsync": "yes" if fsync else "no",
        "port": account.port,
        "user": account.user,
        "password": account.password,
        "cert": account.cert,
    }
    (folder / "mbsyncrc").write_text(_MBSYNC.format(**values))
    (folder / "notmuchrc").write_text(_NOTMUCH.format(**values))
    environment = {**os.environ, "HOME": str(folder), "NOTMUCH_CONFIG": str(folder / "notmuchrc")}
    fetched = timed(["mbsync", "-q", "-c", str(folder / "mbsyncrc"), "all"], environment)
    indexed = timed(["notmuch", "new", "--quiet"], environment)
    counted = subprocess.run(
        ["notmuch", "count", "*"], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    if int(counted) != mails:
        raise Unmeasured(f"mbsync and notmuch have {counted} of {mails} mails")
    return fetched, indexed


def timed(command: list[str], environment: dict[str, str]) -> Took:
    """Run a program to its end. Unmeasured if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise Unmeasured(f"{command[0]} ended with {ended.returncode}: {ended.stderr.decode()[-500:]}")
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
