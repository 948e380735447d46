"""A mailbox taken in for the first time, beside mbsync and notmuch on the same mailbox in the same run, and followed.

"Taken in" means the same for both: on this machine, threaded and searchable; for us the customers' identities too.
``OMNI_BENCH_MAILS`` is the size of the mailbox (5,000), ``OMNI_BENCH_ROUNDS`` how often it is taken in (3).
``OMNI_BENCH_MAILDIR`` names a Maildir whose mails are taken instead; those that ``OMNI_BENCH_OWN`` wrote are sent ones.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil

from benchmarks import following, mails, peer
from benchmarks.cli import surroundings
from benchmarks.figure import Figure, Unmeasured, median, spread
from benchmarks.ground import PROGRAM, REPOSITORY, Ground

MAILS = int(os.environ.get("OMNI_BENCH_MAILS", "5000"))
MAILDIR = os.environ.get("OMNI_BENCH_MAILDIR", "")
OWN = os.environ.get("OMNI_BENCH_OWN", mails.SHOP[1])
ROUNDS = int(os.environ.get("OMNI_BENCH_ROUNDS", "3"))
NOTHING_NEW_MS = 500
FIRST_S = 2.0
"""From the start of the engine until a conversation can be opened."""
MEMORY_MB = 250

# The private Dovecot is the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """Rounds alternate between the two, so that a busy moment meets both."""
    from support import dovecot

    peer.require()
    if not dovecot.available():
        raise Unmeasured("Dovecot is missing: apt-get install dovecot-imapd dovecot-lmtpd openssl")
    room = ground.room("sync")
    user = OWN
    found = mails.maildir(Path(MAILDIR), OWN) if MAILDIR else mails.mailbox(MAILS, int(time.time()))
    count = len(found)
    with dovecot.Dovecot() as server:
        _load(server, user, found)
        account = peer.Account(user, "secret", server.imaps_port, server.cert)
        environment = _environment(room, account)
        ours: list[peer.Took] = []
        theirs: list[tuple[peer.Took, peer.Took]] = []
        for _ in range(ROUNDS):
            theirs.append(peer.fetch_and_index(account, room / "peer", count))
            ours.append(_first_sync(room, environment, count))
        first_s, memory_mb = _watched(room, environment)
        again = [_engine(environment).wall_s * 1000 for _ in range(5)]
        followed = list(following.follow(room / "omni.db", account, "shop", partial(_deliver, server, user)))
    shutil.rmtree(room / "peer")
    yield from _figures(ours, theirs, count)
    yield Figure("first conversations in the list", first_s, "s", FIRST_S, "after the start of the engine")
    yield Figure("memory, engine and its readers together", memory_mb, "MB", MEMORY_MB, "PSS, at most")
    yield from followed
    yield Figure("engine --once, nothing new", median(again), "ms", NOTHING_NEW_MS, spread(again, "ms"))
    yield Figure("store per mail", (room / "omni.db").stat().st_size / count / 1000, "kB")


def _figures(ours: list[peer.Took], theirs: list[tuple[peer.Took, peer.Took]], count: int) -> Iterator[Figure]:
    wall = median([took.wall_s for took in ours])
    fetched, indexed = (median([took[n].wall_s for took in theirs]) for n in (0, 1))
    both = median([fetch.wall_s + index.wall_s for fetch, index in theirs])
    cpu, their_cpu = median([t.cpu_s for t in ours]), median([a.cpu_s + b.cpu_s for a, b in theirs])
    note = f"{wall:.2f} s, {cpu:.2f} s of CPU, {len(ours)} runs"
    yield Figure(f"first sync of {count:,} mails", count / wall, "mail/s", note=note)
    note = f"{fetched:.2f} + {indexed:.2f} s, {their_cpu:.2f} s of CPU"
    yield Figure("mbsync + notmuch new, same mailbox", count / both, "mail/s", note=note)
    ratios = [our.wall_s / (fetch.wall_s + index.wall_s) for our, (fetch, index) in zip(ours, theirs, strict=True)]
    yield Figure("our time : theirs", median(ratios), "x", None, f"of CPU {cpu / their_cpu:.2f}; aim 0.15")


def _load(server: object, user: str, found: list[mails.Mail]) -> None:
    """Fill INBOX and Sent, and read them once, so that both find the server's caches warm."""
    from support.dovecot import Dovecot

    assert isinstance(server, Dovecot)
    server.add_user(user)
    for folder, sent in (("INBOX", False), ("Sent", True)):
        chosen = [mail for mail in found if mail.sent is sent]
        server.load_maildir(
            user, (mail.raw for mail in chosen), folder=folder, flags="S", times=(mail.at for mail in chosen)
        )
        if len(server.mails(user, folder)) != len(chosen):
            raise Unmeasured(f"Dovecot does not show all mails of {folder}")


def _environment(room: Path, account: peer.Account) -> dict[str, str]:
    environment = surroundings(room, room / "omni.db")
    config = Path(environment["OMNI_TUI_CONFIG"])
    config.write_text(
        f"""[channels.shop]
kind = "mail"
address = "{account.user}"
imap_host = "localhost"
imap_port = {account.port}
smtp_host = "localhost"
smtp_port = 9
ca_file = "{account.cert}"
password_env = "BENCH_PASSWORD"
"""
    )
    config.chmod(0o600)
    return environment | {"BENCH_PASSWORD": account.password}


def _first_sync(room: Path, environment: dict[str, str], count: int) -> peer.Took:
    from omni_tui.store import open_store

    for path in room.glob("omni.db*"):
        path.unlink()
    took = _engine(environment)
    store = open_store(room / "omni.db", create=False)
    with store.read() as tx:
        (row,) = tx.query(
            "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM search_docs WHERE kind = 'message')", {}
        )
    store.close()
    if tuple(row) != (count, count):
        raise Unmeasured(f"{row[0]} of {count} mails were taken in, {row[1]} can be searched")
    return took


def _watched(room: Path, environment: dict[str, str]) -> tuple[float, float]:
    """A first sync that is looked at: seconds until the list has something, and the most memory in MB."""
    for path in room.glob("omni.db*"):
        path.unlink()
    began, first_s, most = time.perf_counter(), 0.0, 0
    with subprocess.Popen([str(PROGRAM), "engine", "--once"], env=environment, stderr=subprocess.DEVNULL) as engine:
        while engine.poll() is None:
            if not first_s and _has_conversations(room / "omni.db"):
                first_s = time.perf_counter() - began
            if first_s:
                most = max(most, _memory(engine.pid))
            time.sleep(0.2 if first_s else 0.02)
    if engine.returncode or not first_s:
        raise Unmeasured(f"the engine ended with {engine.returncode}")
    return first_s, most / 1e6


def _has_conversations(path: Path) -> bool:
    try:
        database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            return database.execute("SELECT 1 FROM conversations LIMIT 1").fetchone() is not None
        finally:
            database.close()
    except sqlite3.OperationalError:
        return False  # it is just being made


def _memory(pid: int) -> int:
    """Bytes of a process and those it started, what they share counted once."""
    try:
        every = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(each.memory_full_info().pss for each in every)
    except psutil.Error:
        return 0  # it ended just now


def _deliver(server: object, user: str, count: int) -> None:
    from support.dovecot import Dovecot

    assert isinstance(server, Dovecot)
    server.load_maildir(user, (mail.raw for mail in mails.mailbox(count, int(time.time()), seed=7)))


def _engine(environment: dict[str, str]) -> peer.Took:
    return peer.timed([str(PROGRAM), "engine", "--once"], environment)
