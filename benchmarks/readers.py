"""The same mail in neomutt, in aerc and here, on terminals of 120 by 40 in the same run: one row down, and opening.

Rounds go from one program to the next, so that a busy moment meets all. They show a folder of mails, we show
conversations; what a person waits for is the same: the cursor on the next line, the text of what was opened.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import mails
from benchmarks.cli import surroundings
from benchmarks.figure import Figure, Unmeasured, median
from benchmarks.ground import PROGRAM, Ground
from benchmarks.terminal import Answer, Terminal

MAILS = int(os.environ.get("OMNI_BENCH_MAILS", "5000"))
ROUNDS = 3
ROWS, OPENINGS = 10, 5

_AERC = """[general]
unsafe-accounts-conf=true
[ui]
mouse-enabled=false
[viewer]
pager=less -R
[filters]
text/plain=cat
text/html=cat
"""
_AERC_ACCOUNT = """[shop]
source = maildir://{mail}
default = INBOX
from = Shop <support@shop.example>
"""
_AERC_KEYS = """<C-q> = :quit<Enter>
[messages]
j = :next<Enter>
<Enter> = :view<Enter>
[view]
q = :close<Enter>
[view::passthrough]
"""
_MUTT = """set folder="{mail}"
set spoolfile="+INBOX"
set mbox_type=Maildir
set header_cache="{home}/headers"
set sort=reverse-date
set pager_index_lines=0
ignore *
unignore from to subject date
set quit=yes
bind index j next-entry
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """A program that shows mail, with what ends it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    end: str


def measure(ground: Ground) -> Iterator[Figure]:
    """Medians over all rounds. Unmeasured where neither of the others is installed."""
    room = ground.room("readers")
    others = [name for name in ("neomutt", "aerc") if shutil.which(name)]
    if not others:
        raise Unmeasured("neomutt and aerc are missing: apt-get install neomutt aerc")
    mail = _maildir(room)
    readers = [_ours(room, mail), *(_peer(name, room, mail) for name in others)]
    down: dict[str, list[Answer]] = {reader.name: [] for reader in readers}
    opened: dict[str, list[Answer]] = {reader.name: [] for reader in readers}
    for _ in range(ROUNDS):
        for reader in readers:
            with Terminal(reader.command, reader.environment) as terminal:
                terminal.settle(1.5)
                down[reader.name] += [terminal.press("j") for _ in range(ROWS)]
                for _ in range(OPENINGS):
                    # Before a preview can have shown it.
                    terminal.press("j", quiet_s=0.02)
                    opened[reader.name].append(terminal.press("\r", quiet_s=0.2))
                    terminal.press("q", quiet_s=0.5)
                terminal.end(reader.end)
    shutil.rmtree(mail)
    for reader in readers:
        yield _figure(f"{reader.name}: one row down", down[reader.name])
    for reader in readers:
        yield _figure(f"{reader.name}: open", opened[reader.name])
    if missing := {"neomutt", "aerc"} - set(others):
        raise Unmeasured(f"{', '.join(missing)} is missing: apt-get install {' '.join(missing)}")


def _figure(name: str, answers: list[Answer]) -> Figure:
    waits = [answer.last_ms for answer in answers]
    note = f"best {min(waits):.1f}, {median([answer.octets for answer in answers]):,.0f} B, {len(answers)} times"
    return Figure(f"{name}, to its last byte", median(waits), "ms", None, note)


def _maildir(room: Path) -> Path:
    mail = room / "mail"
    shutil.rmtree(mail, ignore_errors=True)
    for part in ("cur", "new", "tmp"):
        (mail / "INBOX" / part).mkdir(parents=True)
    for number, one in enumerate(mails.mailbox(MAILS, int(time.time()))):
        file = mail / "INBOX" / "cur" / f"{one.at}.{number}.bench:2,S"
        file.write_bytes(one.raw)
        os.utime(file, (one.at, one.at))
    return mail


def _ours(room: Path, mail: Path) -> Reader:
    for file in room.glob("omni.db*"):
        file.unlink()
    environment = surroundings(room, room / "omni.db")
    taken = subprocess.run(
        [str(PROGRAM), "import-mail", str(mail / "INBOX"), "--channel", "shop", "--address", mails.SHOP[1]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if taken.returncode:
        raise Unmeasured(f"the mails could not be taken in: {taken.stderr[-500:]}")
    return Reader("omni-tui", [str(PROGRAM)], environment, "\x11")


def _peer(name: str, room: Path, mail: Path) -> Reader:
    home = room / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    environment = surroundings(room, room / "omni.db") | {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    if name == "neomutt":
        (home / "neomuttrc").write_text(_MUTT.format(mail=mail, home=home))
        return Reader(name, ["neomutt", "-n", "-F", str(home / "neomuttrc")], environment, "q")
    folder = home / "aerc"
    folder.mkdir()
    for file, text in (("aerc.conf", _AERC), ("accounts.conf", _AERC_ACCOUNT), ("binds.conf", _AERC_KEYS)):
        (folder / file).write_text(text.format(mail=mail) if file == "accounts.conf" else text)
        (folder / file).chmod(0o600)
    return Reader(name, ["aerc"], environment, "\x11")
