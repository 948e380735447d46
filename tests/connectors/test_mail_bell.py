"""Whoever waits for a mail server is woken by a pipe, which is closed with the channel and never written to after."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.dovecot import Dovecot
from support.mail_channel import settings_for

from omni_tui.connectors.mail.bell import Bell
from omni_tui.connectors.mail.endpoint import imap_endpoint
from omni_tui.connectors.mail.imap import ImapSession
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.connectors.mail.poll import FolderFollower
from omni_tui.model.errors import Retry

GUARD_S = 30.0


def pipes() -> set[str]:
    """The pipes this process has open."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith("pipe:")}


def rings(descriptor: int, seconds: float = 0) -> bool:
    return bool(select.select([descriptor], [], [], seconds)[0])


def test_a_ring_ends_one_wait_also_the_next_one() -> None:
    bell = Bell()
    bell.ring()
    with bell.listen() as heard:
        assert rings(heard)
    with bell.listen() as heard:
        assert not rings(heard)
        bell.ring()
        assert rings(heard)
    bell.close()


def test_what_takes_the_place_of_its_descriptors_is_never_written_to() -> None:
    before = pipes()
    bell = Bell()
    assert len(pipes() - before) == 1
    bell.close()
    bell.close()
    read, write = os.pipe2(os.O_NONBLOCK)  # gets the numbers that have become free
    bell.ring()
    assert not rings(read)
    os.close(read)
    os.close(write)
    with pytest.raises(Retry, match="closed"), bell.listen():
        pass


def test_closed_by_another_thread_it_ends_the_wait_and_is_gone_behind_it() -> None:
    before = pipes()
    bell, listening, heard_it = Bell(), threading.Event(), []

    def wait() -> None:
        with bell.listen() as heard:
            listening.set()
            heard_it.append(rings(heard, GUARD_S))
            heard_it.append(len(pipes() - before) == 1)  # still its own while it looks at it

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    assert listening.wait(GUARD_S)
    bell.close()
    waiter.join(GUARD_S)
    assert heard_it == [True, True]
    assert pipes() <= before


@pytest.mark.parametrize("end", [FolderFollower.close, FolderFollower.abort], ids=["closed", "broken off"])
def test_a_follower_that_ended_has_no_pipe(end: Callable[[FolderFollower], None], dovecot: Dovecot, shop: str) -> None:
    """Also one that waits for its server just then."""
    settings = settings_for(dovecot, None, shop)
    pool = ParsePool()
    before = pipes()
    follower = FolderFollower(settings, lambda: ImapSession(imap_endpoint(settings), lambda: "secret"), pool, "INBOX")
    batch = follower.step(None, thorough=True)
    assert batch is not None
    assert follower.step(batch.next_cursor, thorough=False) is None
    if end is FolderFollower.abort:
        waiter = threading.Thread(target=_waits, args=(follower,), daemon=True)
        waiter.start()
        end(follower)
        waiter.join(GUARD_S)
        assert not waiter.is_alive()
    else:
        end(follower)
    pool.close()
    follower.wake()
    assert pipes() <= before


def _waits(follower: FolderFollower) -> None:
    with contextlib.suppress(Retry):
        follower.wait(GUARD_S)
