"""Following folders on real servers: nothing lost, nothing doubled, no flag touched, newest first."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from email.utils import formatdate

import pytest
from support.dovecot import Dovecot
from support.mail_channel import Taken, open_channel, settings_for, sync
from support.pymap_server import PymapServer
from support.servers import PYMAP_USER
from support.smtp import SmtpServer

from omni_tui.connectors.mail.message import external_id
from omni_tui.connectors.mail.poll import Limits
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.events import Received, SentElsewhere
from omni_tui.text.mail.model import BEGINNING_BYTES, MAX_BYTES

TINY = Limits(first=7, mails=20)


def mail(
    number: int | str, *, to: str = "shop@shop.test", sender: str = "ana@example.test", text: str = "hello"
) -> bytes:
    lines = [f"From: Ana <{sender}>", f"To: {to}", f"Subject: mail {number}", f"Message-ID: <m{number}@example.test>"]
    return "\r\n".join([*lines, f"Date: {formatdate()}", "", text, ""]).encode()


def mails(count: int) -> Iterable[bytes]:
    return (mail(number) for number in range(count))


def subjects(taken: Taken) -> list[str]:
    return [message.subject for message in taken.messages]


async def test_first_sync_is_complete_silent_and_newest_first(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, mails(460))
    channel = open_channel(settings_for(dovecot, None, shop), TINY)
    taken = await sync(channel)
    assert subjects(taken) == [f"mail {number}" for number in reversed(range(460))]
    assert all(batch.history for batch in taken.batches)
    assert [len(batch.events) for batch in taken.batches][:3] == [7, 20, 20]
    progress = [batch.progress for batch in taken.batches]
    assert [each.done for each in progress if each][:3] == [7, 27, 47]
    assert progress[-1] is not None and progress[-1].done == progress[-1].total == 460
    await channel.close()


async def test_first_sync_survives_uid_gaps_and_a_new_process_at_every_batch(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, mails(120))
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.delete_messages(list(range(20, 100)), silent=True)
        client.expunge()
    taken = Taken()
    while not taken.batches or taken.batches[-1].more:
        channel = open_channel(settings_for(dovecot, None, shop), Limits(first=3, mails=9))
        taken.take(await channel.poll("INBOX", taken.cursor, 0))
        await channel.close()
    kept = [number for number in range(120) if not 19 <= number < 99]
    assert subjects(taken) == [f"mail {number}" for number in reversed(kept)]


async def test_new_mail_overtakes_the_history(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, mails(60))
    channel = open_channel(settings_for(dovecot, None, shop), TINY)
    taken = Taken()
    taken.take(await channel.poll("INBOX", None, 0))
    dovecot.deliver(shop, mail("new"))
    batch = taken.take(await channel.poll("INBOX", taken.cursor, 0))
    assert [event.message.subject for event in batch.events if isinstance(event, Received)] == ["mail new"]
    assert not batch.history and batch.more
    await sync(channel, taken=taken)
    assert sorted(subjects(taken)) == sorted(["mail new", *(f"mail {number}" for number in range(60))])
    await channel.close()


async def test_much_new_mail_comes_in_order_and_again_if_it_was_not_kept(dovecot: Dovecot, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, None, shop), TINY)
    taken = await sync(channel)
    dovecot.load_maildir(shop, mails(45))
    start = taken.cursor
    lost = await sync(channel, taken=Taken(start))
    dovecot.load_maildir(shop, [mail(45)])
    assert subjects(await sync(channel, taken=lost))[-1] == "mail 45"
    taken.cursor = start  # nothing of it was committed
    await sync(channel, taken=taken)
    assert subjects(taken) == [f"mail {number}" for number in range(46)]
    assert not any(batch.history for batch in taken.batches[1:])
    await channel.close()


async def test_history_comes_again_if_it_was_not_kept(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, mails(60))
    channel = open_channel(settings_for(dovecot, None, shop), TINY)
    taken = Taken()
    taken.take(await channel.poll("INBOX", None, 0))
    kept, ahead = taken.cursor, taken.cursor
    for _batch in range(2):  # fetched ahead; the store could not be written
        ahead = (await channel.poll("INBOX", ahead, 0)).next_cursor
    assert ahead != kept
    await sync(channel, taken=taken)
    assert subjects(taken) == [f"mail {number}" for number in reversed(range(60))]
    await channel.close()


async def test_mail_read_elsewhere_is_fetched_and_no_flag_changes(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("read")], flags="S")
    dovecot.load_maildir(shop, [mail("answered")], flags="RS")
    dovecot.load_maildir(shop, [mail("unread")])
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    await channel.close()
    events = [event for batch in taken.batches for event in batch.events]
    answered = {event.message.subject: event.answered for event in events if isinstance(event, Received)}
    assert answered == {"mail unread": False, "mail answered": True, "mail read": False}
    with dovecot.client(shop) as client:
        client.select_folder("INBOX", readonly=True)
        flags = {uid: found[b"FLAGS"] for uid, found in client.fetch(client.search(), ["FLAGS"]).items()}
    assert [b"\\Seen" in flags[uid] for uid in sorted(flags)] == [True, True, False]


async def test_an_empty_mailbox_and_the_first_mail_in_it(dovecot: Dovecot, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    assert taken.messages == [] and taken.batches[0].history and not taken.batches[0].more
    waiting = asyncio.create_task(channel.poll("INBOX", taken.cursor, 20))
    await asyncio.to_thread(dovecot.deliver, shop, mail(1))
    batch = taken.take(await asyncio.wait_for(waiting, 30))
    while not batch.events:  # a server may say something before the mail can be read
        batch = taken.take(await asyncio.wait_for(channel.poll("INBOX", taken.cursor, 20), 30))
    assert subjects(taken) == ["mail 1"] and not batch.history
    again = await channel.poll("INBOX", taken.cursor, 0)
    assert again.events == () and again.next_cursor == taken.cursor
    await channel.close()


async def test_expunged_in_the_middle_is_stepped_over(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, mails(60))
    channel = open_channel(settings_for(dovecot, None, shop), TINY)
    taken = Taken()
    taken.take(await channel.poll("INBOX", None, 0))
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.delete_messages([10, 20, 45, 60], silent=True)
        client.expunge()
    await sync(channel, taken=taken)
    assert sorted(subjects(taken)) == sorted(f"mail {number}" for number in range(60) if number + 1 not in (10, 20, 45))
    await channel.close()


async def test_uidvalidity_change_brings_the_same_external_ids_as_history(own_dovecot: Dovecot) -> None:
    own_dovecot.add_user("box@shop.test")
    own_dovecot.load_maildir("box@shop.test", mails(30))
    channel = open_channel(settings_for(own_dovecot, None, "box@shop.test"), TINY)
    before = await sync(channel)
    own_dovecot.kill()
    own_dovecot.renumber("box@shop.test")
    own_dovecot.start()
    with own_dovecot.client("box@shop.test") as client:
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] != json.loads(before.cursor or "")["uidvalidity"]
    after = await sync(channel, taken=Taken(before.cursor))
    assert all(batch.history for batch in after.batches)
    assert [m.external_id for m in after.messages] == [m.external_id for m in before.messages]
    await channel.close()


async def test_uids_given_out_twice_are_noticed(own_dovecot: Dovecot) -> None:
    own_dovecot.add_user("box@shop.test")
    own_dovecot.load_maildir("box@shop.test", mails(30))
    channel = open_channel(settings_for(own_dovecot, None, "box@shop.test"), TINY)
    taken = await sync(channel)
    with own_dovecot.client("box@shop.test") as client:
        client.select_folder("INBOX")
        client.delete_messages(list(range(1, 21)), silent=True)
        client.expunge()
    own_dovecot.kill()
    own_dovecot.renumber("box@shop.test", same_uidvalidity=True)
    own_dovecot.load_maildir("box@shop.test", [mail("new")])
    own_dovecot.start()
    seen = {message.external_id for message in taken.messages}
    again = await sync(channel, taken=Taken(taken.cursor))
    assert [m.subject for m in again.messages if m.external_id not in seen] == ["mail new"]
    await channel.close()


async def test_a_cancelled_poll_leaves_the_channel_in_order(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, mails(30))
    channel = open_channel(settings_for(dovecot, None, shop), TINY)
    taken = Taken()
    for _round in range(20):
        polling = asyncio.create_task(channel.poll("INBOX", taken.cursor, 0))
        await asyncio.sleep(0)
        polling.cancel()
        await asyncio.wait([polling])
        assert polling.cancelled()
    await sync(channel, taken=taken)
    assert subjects(taken) == [f"mail {number}" for number in reversed(range(30))]
    await channel.close()


async def test_different_mails_with_one_message_id_are_both_kept(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(
        shop, [mail(1, text="first"), mail(1, text="second"), b"X-Trace: copy\r\n" + mail(1, text="first")]
    )
    channel = open_channel(settings_for(dovecot, None, shop))
    found = [m.external_id for m in (await sync(channel)).messages]
    assert found[0] == found[2] != found[1]
    await channel.close()


async def test_a_poisoned_mail_does_not_block_the_others(dovecot: Dovecot, shop: str) -> None:
    bomb = b"From: Eve <eve@example.test>\r\nSubject: bomb\r\nX: " + b"(" * 90_000 + b"\r\n\r\nboom\r\n"
    huge = b"From: Big <big@example.test>\r\nSubject: huge\r\n\r\n" + b"x" * 70 + b"\r\n"
    huge += (b"x" * 70 + b"\r\n") * (MAX_BYTES // 72 + 1)
    dovecot.load_maildir(shop, [mail(1), bomb, huge, b"", mail(2)])
    channel = open_channel(settings_for(dovecot, None, shop))
    found = (await sync(channel)).messages
    await channel.close()
    assert [m.subject for m in found if not m.unreadable and m.subject] == ["mail 2", "mail 1"]
    broken = {m.subject: m for m in found if m.unreadable}
    assert broken["bomb"].author.address == "eve@example.test" and b"boom" in broken["bomb"].raw
    assert "25 MB" in broken["huge"].unreadable and len(broken["huge"].raw) == BEGINNING_BYTES
    assert len({m.external_id for m in found}) == len(found) == 5


async def test_sent_stream_is_ours_and_shares_ids_with_the_inbox(dovecot: Dovecot, shop: str) -> None:
    ours = mail("ours", sender=shop, to="ana@example.test")
    copied = mail("copy to self", sender=shop, to=shop)
    dovecot.load_maildir(shop, [ours, copied, mail("theirs")])
    dovecot.load_maildir(shop, [ours], folder="Sent", flags="S")
    channel = open_channel(settings_for(dovecot, None, shop))
    inbox, sent = await sync(channel), await sync(channel, "Sent")
    await channel.close()
    kinds = {
        e.message.subject: type(e) for b in inbox.batches for e in b.events if isinstance(e, Received | SentElsewhere)
    }
    assert kinds == {"mail ours": SentElsewhere, "mail copy to self": Received, "mail theirs": Received}
    assert [m.external_id for m in sent.messages] == [external_id(ours, "mours@example.test")]
    assert all(isinstance(event, SentElsewhere) for batch in sent.batches for event in batch.events)


@pytest.mark.parametrize("written", ["hallo@straße.example", "HALLO@xn--strae-oqa.example"])
async def test_our_alias_is_ours_however_its_domain_is_written(dovecot: Dovecot, shop: str, written: str) -> None:
    dovecot.load_maildir(shop, [mail("ours", sender=written, to="ana@example.test")])
    other = "Hallo@xn--strae-oqa.example" if "ß" in written else "hallo@straße.example"
    channel = open_channel(settings_for(dovecot, None, shop, aliases=(other,)))
    found, preview = await sync(channel), await channel.preview(14)
    await channel.close()
    assert [type(event) for batch in found.batches for event in batch.events] == [SentElsewhere]
    assert (preview.open, preview.total) == (0, 1)


async def test_history_days_leaves_older_mail_where_it_is(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("old")], times=[1_500_000_000])
    dovecot.load_maildir(shop, [mail("young")])
    channel = open_channel(settings_for(dovecot, None, shop, history_days=30))
    assert subjects(await sync(channel)) == ["mail young"]
    await channel.close()


async def test_preview_counts_what_waits_for_us(dovecot: Dovecot, shop: str) -> None:
    reply = mail("reply", sender=shop, to="ana@example.test").replace(
        b"Date:", b"In-Reply-To: <m1@example.test>\r\nDate:"
    )
    robot = mail("robot").replace(b"Date:", b"Auto-Submitted: auto-generated\r\nDate:")
    dovecot.load_maildir(shop, [mail("old")], times=[1_500_000_000])
    dovecot.load_maildir(shop, [mail("done")], flags="R")
    copied = re.sub(rb"Date: [^\r]*", b"Date: Sat, 22 Nov 2025 10:00:00 +0000", mail("copied here from elsewhere"))
    dovecot.load_maildir(shop, [mail(1), mail(2), robot, copied])
    dovecot.load_maildir(shop, [reply], folder="Sent", flags="S")
    channel = open_channel(settings_for(dovecot, None, shop))
    preview = await channel.preview(14)
    await channel.close()
    assert (preview.open, preview.total) == (1, 6)


async def test_fetch_gives_the_raw_mail_again(dovecot: Dovecot, shop: str) -> None:
    raw = mail(1, text="line\r\n" * 100_000)
    dovecot.load_maildir(shop, [raw])
    channel = open_channel(settings_for(dovecot, None, shop))
    [message] = (await sync(channel)).messages
    pieces = [piece async for piece in channel.fetch("INBOX", message.locator)]
    assert len(pieces) > 1 and b"".join(pieces) == raw == message.raw
    await channel.close()


async def test_a_server_that_shows_new_mail_only_after_noop(pymap_server: PymapServer, smtp: SmtpServer) -> None:
    """pymap: no SPECIAL-USE, no CONDSTORE, no STARTTLS, no Sent folder."""
    settings = MailSettings(
        address=PYMAP_USER,
        imap_host="127.0.0.1",
        imap_port=pymap_server.imap_port,
        imap_tls="none",
        smtp_host="localhost",
        smtp_port=smtp.port,
    )
    for number in range(12):
        pymap_server.deliver(PYMAP_USER, mail(number))
    channel = open_channel(settings, Limits(first=3, mails=4))
    taken = await sync(channel)
    assert sorted(subjects(taken)) == sorted(f"mail {number}" for number in range(12))
    sent = await channel.poll("Sent", None, 0)
    assert sent.events == () and not sent.more
    assert (await channel.poll("Sent", sent.next_cursor, 0)).next_cursor == sent.next_cursor
    waiting = asyncio.create_task(channel.poll("INBOX", taken.cursor, 20))
    pymap_server.deliver(PYMAP_USER, mail("late"))
    batch = await asyncio.wait_for(waiting, 30)
    assert [event.message.subject for event in batch.events if isinstance(event, Received)] == ["mail late"]
    await channel.close()
