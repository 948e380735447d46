"""Several people on one host share a store by a Unix group: real users, real files, nobody else."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TEAM = "games"
IN_TEAM = ("games", "nobody")
STRANGER = "daemon"
PROGRAM = """
import grp, os, pwd, sys
from pathlib import Path
from omni_tui.model.errors import StoreError
from omni_tui.store import backup, migrate, open_store, statements
statements.all_statements("sqlite")
path, user, group, login, teams = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]
person = pwd.getpwnam(user)
# Only now somebody else: the interpreter itself may lie where they cannot read.
os.setgroups([grp.getgrnam(team).gr_gid for team in teams])
os.setgid(person.pw_gid)
os.setuid(person.pw_uid)
os.umask(0o077)
if not os.access(statements.SQL_DIR / "0001_init.sql", os.R_OK):
    print("unreadable", flush=True)
    sys.exit()
try:
    store = open_store(path, group=group)
    with store.write_durable() as tx:
        tx.run("insert_agent", id=login, login=login, name=login, now=tx.now)
    with store.read() as tx:
        print(" ".join(row["login"] for row in tx.all("agents")), flush=True)
    sys.stdin.read()
except StoreError as error:
    print("refused:", error.message, error.hint, flush=True)
"""


def start(user: str, path: Path, login: str = "", group: str = TEAM) -> subprocess.Popen[str]:
    """``user`` opens the store, writes to it, says who is in it, and holds it open."""
    teams = [TEAM] if user in IN_TEAM else []
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), user, group, login or user, *teams],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd="/",
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    words = process.stdout.readline().strip()
    if words == "unreadable":
        pytest.skip("other users cannot read this program")
    return words


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("", timeout=30)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder the team's first member may make a store in."""
    if os.geteuid() != 0:
        pytest.skip("only root may act as other users")
    with tempfile.TemporaryDirectory(prefix="omni-team-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        team = folder / "team"
        team.mkdir(mode=0o700)
        os.chown(team, pwd.getpwnam(IN_TEAM[0]).pw_uid, grp.getgrnam(TEAM).gr_gid)
        yield team


def test_two_users_of_the_group_write_at_the_same_time(place: Path) -> None:
    path = place / "desk" / "omni.db"
    first = start("games", path)
    assert said(first) == "games"
    place.chmod(0o711)
    second = start("nobody", path)
    assert said(second) == "games nobody"
    for file in (path, path.with_name("omni.db-wal"), path.with_name("omni.db-shm")):
        seen = file.stat()
        assert (seen.st_mode & 0o777, seen.st_gid) == (0o660, grp.getgrnam(TEAM).gr_gid), file
    leave(first)
    leave(second)
    # Whoever comes next makes the side files anew, and they are the team's again.
    alone = start("nobody", path, "late")
    assert said(alone) == "games late nobody"
    third = start("games", path, "later")
    assert said(third) == "games late later nobody"
    leave(alone)
    leave(third)


def test_somebody_outside_the_group_is_refused_in_words(place: Path) -> None:
    path = place / "desk" / "omni.db"
    first = start("games", path)
    assert said(first) == "games"
    place.chmod(0o711)
    stranger = start(STRANGER, path)
    assert "Permission denied" in said(stranger)
    leave(stranger)
    leave(first)


def test_a_store_of_one_tells_its_owner_how_to_share_it(place: Path) -> None:
    path = place / "desk" / "omni.db"
    own = start("games", path, group="")
    assert said(own) == "games"
    leave(own)
    place.chmod(0o711)
    owner = start("games", path, "owner")
    words = said(owner)
    leave(owner)
    assert "not shared with the group games yet" in words
    subprocess.run(["sh", "-c", words.partition("share it: ")[2]], check=True)
    colleague = start("nobody", path)
    assert said(colleague) == "games nobody"
    leave(colleague)
