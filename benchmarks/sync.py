"""A mailbox of 5,000 mails taken in for the first time, beside mbsync and notmuch on the same mailbox in the same run.

"Taken in" means the same for both: on this machine, threaded and searchable; for us the customers' identities too.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import mails, peer
from benchmarks.cli import surroundings
from benchmarks.figure import Figure, Unmeasured, median, spread
from benchmarks.ground import PROGRAM, REPOSITORY, Ground

MAILS = 5_000
ROUNDS = 3
"""The most of the peer's time a first sync may take; the aim is half of it."""
NOTHING_NEW_MS = 500

# The private Dovecot is the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """Rounds alternate between the two, so that a busy moment meets both."""
    from support import dovecot

    peer.require()
    if not dovecot.available():
        raise Unmeasured("Dovecot is missing: apt-get install dovecot-imapd dovecot-lmtpd openssl")
    room = ground.room("sync")
    user = mails.SHOP[1]
    with dovecot.Dovecot() as server:
        _load(server, user)
        account = peer.Account(user, "secret", server.imaps_port, server.cert)
        environment = _environment(room, account)
        ours: list[peer.Took] = []
        theirs: list[tuple[peer.Took, peer.Took]] = []
        for _ in range(ROUNDS):
            theirs.append(peer.fetch_and_index(account, room / "peer", MAILS))
            ours.append(_first_sync(room, environment))
        again = [_engine(environment).wall_s * 1000 for _ in range(5)]
    shutil.rmtree(room / "peer")
    yield from _figures(ours, theirs)
    yield Figure("engine --once, nothing new", median(again), "ms", NOTHING_NEW_MS, spread(again, "ms"))
    yield Figure("store per mail", (room / "omni.db").stat().st_size / MAILS / 1000, "kB")


def _figures(ours: list[peer.Took], theirs: list[tuple[peer.Took, peer.Took]]) -> Iterator[Figure]:
    wall = median([took.wall_s for took in ours])
    fetched, indexed = (median([took[n].wall_s for took in theirs]) for n in (0, 1))
    both = median([fetch.wall_s + index.wall_s for fetch, index in theirs])
    cpu, their_cpu = median([t.cpu_s for t in ours]), median([a.cpu_s + b.cpu_s for a, b in theirs])
    note = f"{wall:.2f} s, {cpu:.2f} s of CPU, {len(ours)} runs"
    yield Figure(f"first sync of {MAILS:,} mails", MAILS / wall, "mail/s", note=note)
    note = f"{fetched:.2f} + {indexed:.2f} s, {their_cpu:.2f} s of CPU"
    yield Figure("mbsync + notmuch new, same mailbox", MAILS / both, "mail/s", note=note)
    ratios = [our.wall_s / (fetch.wall_s + index.wall_s) for our, (fetch, index) in zip(ours, theirs, strict=True)]
    yield Figure("our time : theirs", median(ratios), "x", None, f"of CPU {cpu / their_cpu:.2f}; aim 0.15")


def _load(server: object, user: str) -> None:
    """Fill INBOX and Sent, and read them once, so that both find the server's caches warm."""
    from support.dovecot import Dovecot

    assert isinstance(server, Dovecot)
    server.add_user(user)
    found = mails.mailbox(MAILS, int(time.time()))
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


def _first_sync(room: Path, environment: dict[str, str]) -> peer.Took:
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
    if tuple(row) != (MAILS, MAILS):
        raise Unmeasured(f"{row[0]} of {MAILS} mails were taken in, {row[1]} can be searched")
    return took


def _engine(environment: dict[str, str]) -> peer.Took:
    return peer.timed([str(PROGRAM), "engine", "--once"], environment)
