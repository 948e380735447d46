"""What other programs do to a folder is told where the server can tell it, and never asked of one that cannot."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.dovecot import Dovecot
from support.mail_channel import Taken, open_channel, settings_for, sync
from support.pymap_server import PymapServer
from support.rewriting_proxy import RewritingProxy

from omni_tui.connectors.mail.account import MailConnector
from omni_tui.connectors.mail.cursor import Cursor, load
from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.connectors.mail.resync import Changes, changes_events, vanished
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.events import Event, ReadElsewhere, Vanished


def mail(number: int) -> bytes:
    head = f"From: ana@example.test\r\nSubject: mail {number}\r\nMessage-ID: <m{number}@example.test>\r\n"
    return f"{head}\r\nhello {number}\r\n".encode()


async def told(channel: MailConnector, taken: Taken, stream: str = "INBOX") -> list[Event]:
    """What the next poll tells; its cursor is kept."""
    return list(taken.take(await channel.poll(stream, taken.cursor, 0)).events)


def places(taken: Taken) -> dict[str, str]:
    return {each.locator: each.subject for each in taken.messages}


def gone(taken: Taken, events: list[Event]) -> set[str]:
    """The subjects of the mails that lay where nothing lies any more."""
    found: set[str] = set()
    for event in events:
        if isinstance(event, Vanished):
            found |= {f"{event.numbering}{uid}" for uid in range(event.first, event.last + 1)}
    return {subject for locator, subject in places(taken).items() if locator in found}


def disturb(dovecot: Dovecot, shop: str) -> None:
    """Another program deletes the mails 2 and 3, moves 5 to the archive, and reads 7."""
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.move([5], "Archive")
        client.delete_messages([2, 3], silent=True)
        client.expunge()
        client.add_flags([7], [b"\\Seen"])


async def test_what_vanished_while_nobody_looked_is_told_at_the_next_start(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, map(mail, range(1, 11)))
    settings = settings_for(dovecot, None, shop, seen_is_read=True)
    channel = open_channel(settings)
    taken = await sync(channel)
    await channel.close()
    disturb(dovecot, shop)
    dovecot.deliver(shop, mail(11))

    channel = open_channel(settings)
    await sync(channel, taken=taken)
    events = await told(channel, taken)
    assert gone(taken, events) == {"mail 2", "mail 3", "mail 5"}
    assert [places(taken)[each.locator] for each in events if isinstance(each, ReadElsewhere)] == ["mail 7"]
    assert await told(channel, taken) == []
    await channel.close()
    assert sorted(places(taken).values()) == sorted(f"mail {number}" for number in range(1, 12))


async def test_what_vanishes_meanwhile_is_told_once_and_reading_only_where_wanted(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, map(mail, range(1, 11)))
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    assert await told(channel, taken) == []
    disturb(dovecot, shop)
    events = await told(channel, taken)
    assert gone(taken, events) == {"mail 2", "mail 3", "mail 5"}
    assert not any(isinstance(each, ReadElsewhere) for each in events)
    assert await told(channel, taken) == []
    await channel.close()


async def test_what_was_told_and_not_stored_is_told_again(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, map(mail, range(1, 11)))
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    disturb(dovecot, shop)
    lost = await channel.poll("INBOX", taken.cursor, 0)
    assert list(lost.events) == await told(channel, taken) != []
    await channel.close()


async def test_the_server_tells_by_itself_that_mail_vanished(
    dovecot: Dovecot, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.connectors.mail.account.LOOK_EVERY_S", 3600.0)
    dovecot.load_maildir(shop, map(mail, range(1, 11)))
    channel = open_channel(settings_for(dovecot, None, shop, poll_s=3600))
    taken = await sync(channel)
    assert await told(channel, taken) == []
    follower = channel._followers["INBOX"]
    real: Callable[[float], bool] = follower.wait

    def wait(left: float) -> bool:
        disturb(dovecot, shop)
        monkeypatch.setattr(follower, "wait", real)
        return real(left)

    monkeypatch.setattr(follower, "wait", wait)
    taken.take(await channel.poll("INBOX", taken.cursor, 25))
    events = list(taken.batches[-1].events)
    while gone(taken, events) != {"mail 2", "mail 3", "mail 5"}:
        events += taken.take(await channel.poll("INBOX", taken.cursor, 25)).events
    await channel.close()


async def test_a_store_from_before_begins_to_count(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, map(mail, range(1, 11)))
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    cursor = load(taken.cursor)
    assert cursor is not None and cursor.modseq
    taken.cursor = Cursor(cursor.uidvalidity, cursor.top, cursor.low, True).dump()
    assert await told(channel, taken) == []
    again = load(taken.cursor)
    assert again is not None and again.modseq
    disturb(dovecot, shop)
    assert gone(taken, await told(channel, taken)) == {"mail 2", "mail 3", "mail 5"}
    await channel.close()


@pytest.mark.parametrize(
    ("said", "asked", "opens"),
    [
        ({b" QRESYNC": b" XRESYNC"}, {}, 0),  # CONDSTORE alone
        ({}, {b"(QRESYNC (": b"(QXESYNC ("}, 1),  # it says it can, and refuses
        ({}, {b" VANISHED)": b" XANISHED)"}, 0),
        ({b" ENABLED QRESYNC": b" ENABLED XRESYNC", b"ENABLED CONDSTORE QRESYNC": b"ENABLED CONDSTORE XRESYNC"}, {}, 0),
        ({b" QRESYNC": b" XRESYNC", b" CONDSTORE": b" XONDSTORE"}, {}, 0),  # neither
    ],
    ids=["condstore", "refuses", "refuses to fetch", "not enabled", "neither"],
)
async def test_a_server_that_can_do_less_is_followed_all_the_same(
    dovecot: Dovecot, shop: str, said: dict[bytes, bytes], asked: dict[bytes, bytes], opens: int
) -> None:
    dovecot.load_maildir(shop, map(mail, range(1, 11)))
    with RewritingProxy(dovecot.imap_port, said=said, asked=asked) as proxy:
        changes = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none"}
        channel = open_channel(settings_for(dovecot, None, shop, seen_is_read=True, **changes))
        taken = await sync(channel)
        await told(channel, taken)
        disturb(dovecot, shop)
        dovecot.deliver(shop, mail(11))
        events = [*await told(channel, taken), *await told(channel, taken), *await told(channel, taken)]
        await channel.close()
        assert proxy.asked.count(b"(QRESYNC (") == opens
    read = [places(taken)[each.locator] for each in events if isinstance(each, ReadElsewhere)]
    assert read == ([] if b" CONDSTORE" in said else ["mail 7"])
    assert not any(isinstance(each, Vanished) for each in events)
    assert sorted(places(taken).values()) == sorted(f"mail {number}" for number in range(1, 12))


async def test_pymap_which_can_nothing_of_it() -> None:
    user = "alone@pymap.test"
    with PymapServer({user: "secret"}) as server:
        changes = {"imap_host": "127.0.0.1", "imap_port": server.imap_port, "imap_tls": "none"}
        channel = open_channel(MailSettings(user, smtp_host="localhost", seen_is_read=True, **changes))
        taken = await sync(channel)
        server.deliver(user, mail(1))
        while not (events := await told(channel, taken)):
            pass
        await channel.close()
    assert not any(isinstance(each, Vanished | ReadElsewhere) for each in events)
    cursor = load(taken.cursor)
    assert cursor is not None and cursor.modseq == 0


@pytest.fixture
def huge_port() -> Iterator[int]:
    """An IMAP server with a folder of 200,001 mails, of which 50,000 vanished, each beside one that did not."""
    odd = b",".join(b"%d" % uid for uid in range(1_300_001, 1_400_001, 2))
    even = b" ".join(b"%d" % uid for uid in range(1_000_000, 1_400_001, 2))
    folder = b"* FLAGS (\\Seen)\r\n* 200001 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 1400001] x\r\n"
    answers = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 ENABLE CONDSTORE QRESYNC\r\n",
        b"ENABLE": b"* ENABLED QRESYNC\r\n",
        b"EXAMINE": folder + b"* OK [HIGHESTMODSEQ 9] x\r\n* VANISHED (EARLIER) " + odd + b"\r\n",
        b"SEARCH": b"* SEARCH " + even + b"\r\n",
    }

    def talk(client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, client.makefile("rwb", buffering=0) as stream:
            stream.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
            for line in stream:
                tag, command, *rest = line.split()
                said = answers.get(rest[0] if command == b"UID" else command, b"")
                if b"VANISHED)" in line:
                    said = b"* VANISHED (EARLIER) " + odd + b"\r\n"
                client.sendall(said + tag + b" OK done\r\n")

    def serve(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = server.accept()
                threading.Thread(target=talk, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


async def test_lines_are_as_long_as_a_folder_is_large(dovecot: Dovecot, shop: str, huge_port: int) -> None:
    changes = {"imap_host": "127.0.0.1", "imap_port": huge_port, "imap_tls": "none"}
    channel = open_channel(settings_for(dovecot, None, shop, **changes))
    start = Cursor(7, 1_400_000, 1, True, 5).dump()
    assert len((await channel.inventory("INBOX", start)).locators) == 200_001
    taken, batch = Taken(start), await channel.poll("INBOX", start, 0)
    # A batch that was not stored is told again, and so is a list that was interrupted by a restart.
    assert batch.more and await channel.poll("INBOX", start, 0) == batch
    restarted = open_channel(settings_for(dovecot, None, shop, **changes))
    assert (await restarted.poll("INBOX", batch.next_cursor, 0)).events == batch.events
    await restarted.close()
    taken.take(await channel.poll("INBOX", start, 0))
    while taken.batches[-1].more:
        taken.take(await channel.poll("INBOX", taken.cursor, 0))
    await channel.close()
    assert max(len(each.events) for each in taken.batches) == 200
    events = [event for each in taken.batches for event in each.events if isinstance(event, Vanished)]
    assert [(each.first, each.last) for each in events] == [(uid, uid) for uid in range(1_300_001, 1_400_001, 2)]
    cursor = load(taken.cursor)
    assert cursor is not None and (cursor.modseq, cursor.told) == (9, 0)


@given(st.lists(st.binary(max_size=40)))
def test_any_answer_is_some_ranges(pieces: list[bytes]) -> None:
    for first, last in vanished([*pieces, None, (b"{3}", b"abc")]):
        assert 0 < first <= last < 2**32


@given(st.lists(st.tuples(st.integers(1, 2**32 - 1), st.integers(1, 2**32 - 1)), max_size=5))
def test_a_set_is_read_as_it_is_written(ends: list[tuple[int, int]]) -> None:
    text = ",".join(f"{a}:{b}" if a != b else str(a) for a, b in ends).encode()
    found = vanished([text])
    assert found == vanished([b"(EARLIER) " + text])
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(found))
    for end in (each for pair in ends for each in pair):
        assert any(first <= end <= last for first, last in found)
    assert sum(last - first + 1 for first, last in found) <= sum(abs(a - b) + 1 for a, b in ends)


def test_no_more_is_told_than_the_folder_ever_had() -> None:
    cursor = Cursor(7, 2_000_000_000, 1, True, 1)
    events = changes_events(Changes((), vanished([b"(EARLIER) 1:4294967295"]), 9), cursor, seen=False)
    assert len(events) <= 2_001
    told = [event for event in events if isinstance(event, Vanished)]
    assert (told[0].first, told[-1].last) == (1, 2_000_000_000)
    assert all(a.last + 1 == b.first for a, b in itertools.pairwise(told))
    flags = (Fetched(1, 2_000_000_001, frozenset({b"\\seen"})), Fetched(2, 0, frozenset({b"\\seen"})))
    assert changes_events(Changes(flags, (), 9), cursor, seen=True) == ()
