"""Further folders, junk, IDLE, and flags that go both ways, on real servers."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from support.dovecot import Dovecot
from support.engines import eventually
from support.faulty_proxy import FaultyProxy
from support.mail_channel import Taken, open_channel, settings_for, sync
from support.pymap_server import PymapServer
from support.rewriting_proxy import RewritingProxy
from support.servers import PYMAP_USER
from support.smtp import SmtpServer

from omni_tui.connectors.mail import account, poll
from omni_tui.connectors.mail.account import MailConnector
from omni_tui.model.address import Address
from omni_tui.model.commands import MarkRead, Send
from omni_tui.model.errors import Permanent
from omni_tui.model.events import ReadElsewhere, Received, SentElsewhere

HANG_S = 30


def mail(number: int | str, sender: str = "ana@example.test") -> bytes:
    head = f"From: {sender}\r\nTo: team@shop.test\r\nSubject: mail {number}\r\nMessage-ID: <m{number}@example.test>\r\n"
    return f"{head}\r\nhello\r\n".encode()


def flags(dovecot: Dovecot, user: str, folder: str = "INBOX") -> dict[str, set[bytes]]:
    """The flags of each mail by its subject."""
    with dovecot.client(user) as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["FLAGS", "ENVELOPE"])
        return {each[b"ENVELOPE"].subject.decode(): set(each[b"FLAGS"]) for each in found.values()}


@pytest.fixture
def never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by himself: only the server can tell."""
    monkeypatch.setattr(account, "LOOK_EVERY_S", 3600.0)


async def idling(channel: MailConnector, cursor: str | None, seconds: float = 20) -> asyncio.Task[object]:
    """A poll that has nothing and waits in IDLE by now."""
    asked = asyncio.Event()
    follower = channel._followers["INBOX"]
    real, loop = follower.wait, asyncio.get_running_loop()

    def wait(left: float) -> bool:
        loop.call_soon_threadsafe(asked.set)
        return real(left)

    follower.wait = wait  # type: ignore[method-assign]
    task: asyncio.Task[object] = asyncio.create_task(channel.poll("INBOX", cursor, seconds))
    await asyncio.wait_for(asked.wait(), HANG_S)
    return task


async def test_further_folders_are_streams_of_incoming_mail(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail(1)])
    dovecot.load_maildir(shop, [mail(2), mail("ours", sender=shop)], folder="Archive")
    channel = open_channel(settings_for(dovecot, None, shop, folders=("Archive", "INBOX", "Archive")))
    assert channel.streams() == ("INBOX", "Sent", "folder:Archive")
    taken = await sync(channel, "folder:Archive")
    await channel.close()
    (batch,) = [batch for batch in taken.batches if batch.events]
    kinds = {each.message.subject: type(each) for each in batch.events if isinstance(each, Received | SentElsewhere)}
    assert kinds == {"mail 2": Received, "mail ours": SentElsewhere}


async def test_a_further_folder_that_is_not_there_is_named(dovecot: Dovecot, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, None, shop, folders=("Nowhere",)))
    with pytest.raises(Permanent, match="Nowhere"):
        await channel.poll("folder:Nowhere", None, 0)
    checks = {check.name: check for check in await channel.check()}
    await channel.close()
    assert "Nowhere" in checks["Folder Nowhere"].error and "INBOX" in checks["Folder Nowhere"].hint


async def test_junk_comes_marked_and_only_the_young(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("old")], folder="Junk", times=[1_500_000_000])
    dovecot.load_maildir(shop, [mail("young")], folder="Junk")
    channel = open_channel(settings_for(dovecot, None, shop, junk_days=14))
    assert channel.streams() == ("INBOX", "Sent", "Junk")
    taken = await sync(channel, "Junk")
    await channel.close()
    events = [event for batch in taken.batches for event in batch.events]
    assert [(each.message.subject, each.junk) for each in events if isinstance(each, Received)] == [
        ("mail young", True)
    ]


@pytest.mark.usefixtures("never_asked")
async def test_the_server_tells_of_new_mail(dovecot: Dovecot, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    for number in range(3):
        waiting = await idling(channel, taken.cursor)
        await asyncio.to_thread(dovecot.deliver, shop, mail(number))
        taken.take(await asyncio.wait_for(waiting, HANG_S))  # type: ignore[arg-type]
    await channel.close()
    assert [message.subject for message in taken.messages] == ["mail 0", "mail 1", "mail 2"]


async def test_an_idle_is_begun_anew_before_the_server_ends_it(
    dovecot: Dovecot, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a poll may wait: a server may end an IDLE after half an hour, and some do so without a word."""
    assert poll.IDLE_MOST_S < 29 * 60
    monkeypatch.setattr(poll, "IDLE_MOST_S", 0.05)
    with RewritingProxy(dovecot.imap_port) as proxy:
        changes = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none", "poll_s": 3600}
        channel = open_channel(settings_for(dovecot, None, shop, **changes))
        taken = await sync(channel)
        waiting = asyncio.create_task(channel.poll("INBOX", taken.cursor, 3600))
        await eventually(lambda: proxy.asked.count(b" IDLE\r\n") >= 3)
        assert not waiting.done()
        waiting.cancel()
        await channel.close()
    assert proxy.asked.count(b"DONE\r\n") >= 2


@pytest.mark.usefixtures("never_asked")
async def test_commands_do_not_wait_for_the_end_of_an_idle(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail(1)])
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    waiting = await idling(channel, taken.cursor)
    await asyncio.wait_for(channel.perform(MarkRead("INBOX", taken.messages[0].locator)), 15)
    assert not waiting.done()
    waiting.cancel()
    await channel.close()
    assert b"\\Seen" in flags(dovecot, shop)["mail 1"]


@pytest.mark.parametrize("kind", ["reset", "close"])
@pytest.mark.usefixtures("never_asked")
async def test_a_connection_that_dies_in_idle_is_replaced(
    dovecot: Dovecot, shop: str, kind: Literal["reset", "close"]
) -> None:
    with FaultyProxy(dovecot.imap_port) as proxy:
        changes = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none"}
        channel = open_channel(settings_for(dovecot, None, shop, **changes))
        taken = await sync(channel)
        waiting = await idling(channel, taken.cursor)
        await asyncio.to_thread(dovecot.deliver, shop, mail(1))
        proxy.cut(kind)
        taken.take(await asyncio.wait_for(waiting, HANG_S))  # type: ignore[arg-type]
        await channel.close()
    assert [each.subject for each in taken.messages] == ["mail 1"]


@pytest.mark.usefixtures("never_asked")
async def test_a_connection_that_died_without_a_word_is_replaced(dovecot: Dovecot, shop: str) -> None:
    with FaultyProxy(dovecot.imap_port) as proxy:
        changes = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none", "timeout_s": 1, "poll_s": 1}
        channel = open_channel(settings_for(dovecot, None, shop, **changes))
        taken = await sync(channel)
        waiting = await idling(channel, taken.cursor)
        proxy.silence()
        await asyncio.to_thread(dovecot.deliver, shop, mail(1))
        taken.take(await asyncio.wait_for(waiting, HANG_S))  # type: ignore[arg-type]
        async with asyncio.timeout(HANG_S):
            while not taken.messages:
                taken.take(await channel.poll("INBOX", taken.cursor, 1))
        await channel.close()
        assert proxy.connections == 2
    assert [each.subject for each in taken.messages] == ["mail 1"]


async def test_what_we_answer_is_marked_on_the_server(
    dovecot: Dovecot, shop: str, smtp: SmtpServer, customer: str
) -> None:
    dovecot.load_maildir(shop, [mail(1, customer), mail(2, customer)])
    channel = open_channel(settings_for(dovecot, smtp, shop))
    send = Send("r1@shop.test", (Address(customer),), "Gladly.", 0, subject="Re", reply_keys=("m1@example.test",))
    await channel.perform(send)
    await asyncio.wait(channel._copies, timeout=HANG_S)
    await channel.close()
    found = flags(dovecot, shop)
    assert {b"\\Answered", b"\\Seen"} <= found["mail 1"] and b"\\Answered" not in found["mail 2"]


async def test_marking_can_be_left_out(dovecot: Dovecot, shop: str, smtp: SmtpServer, customer: str) -> None:
    dovecot.load_maildir(shop, [mail(1, customer)])
    channel = open_channel(settings_for(dovecot, smtp, shop, mark_answered=False, save_sent="never"))
    send = Send("r2@shop.test", (Address(customer),), "Gladly.", 0, subject="Re", reply_keys=("m1@example.test",))
    await channel.perform(send)
    assert not channel._copies
    await channel.close()
    assert b"\\Answered" not in flags(dovecot, shop)["mail 1"]


async def test_what_is_read_elsewhere_is_told_where_wanted(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail(1), mail(2), mail(3)])
    channel = open_channel(settings_for(dovecot, None, shop, seen_is_read=True))
    taken = await sync(channel)
    taken.take(await channel.poll("INBOX", taken.cursor, 0))
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.add_flags([2], [b"\\Seen"])
    batch = await channel.poll("INBOX", taken.cursor, 0)
    assert batch.events == (ReadElsewhere(next(each.locator for each in taken.messages if each.subject == "mail 2")),)
    assert (await channel.poll("INBOX", batch.next_cursor, 0)).events == ()
    await channel.close()


async def test_a_server_without_condstore_is_not_asked_for_flags(pymap_server: PymapServer, smtp: SmtpServer) -> None:
    from omni_tui.connectors.mail.settings import MailSettings

    settings = MailSettings(
        address=PYMAP_USER,
        imap_host="127.0.0.1",
        imap_port=pymap_server.imap_port,
        imap_tls="none",
        smtp_host="localhost",
        smtp_port=smtp.port,
        seen_is_read=True,
    )
    channel = open_channel(settings)
    taken: Taken = await sync(channel)
    assert (await channel.poll("INBOX", taken.cursor, 0)).events == ()
    checks = {check.name: check.detail for check in await channel.check()}
    await channel.close()
    assert "without" in checks["IMAP server can"] and "CONDSTORE" in checks["IMAP server can"].split("without")[1]
