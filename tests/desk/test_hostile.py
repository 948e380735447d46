"""Whatever an outsider puts into a field is stored whole or capped, comes back, and holds nothing up."""

from __future__ import annotations

import tracemalloc

import pytest
from support.shop import SHOP, Shop

from omni_tui.connectors.mail.message import read_mail
from omni_tui.desk import customers, inbox, outbox, replies, search, thread
from omni_tui.desk.query import parse
from omni_tui.model.events import Address, Received, RemoteAttachment, RemoteMessage, SentElsewhere

NASTY = [
    "\0",
    "\ud800 alone",
    "\x1b]52;c;aGk=\x07\x1b[2J",
    "[/][@click=app.quit]x[/]",
    "\u202etxt.exe\u2066",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE messages; --",
    '" OR NEAR( * ^ -',
    "a\r\nBcc: all@example",
    "x" * 1_000_000,
]


def hostile(shop: Shop, text: str) -> RemoteMessage:
    party = Address(f"{text[:300]}@post.example", text)
    return shop.mail(
        party,
        text,
        subject=text,
        reply_to=(party,),
        to=(SHOP, party),
        cc=(party,),
        reply_keys=(text[:900],) * 3,
        attachments=(RemoteAttachment(text[:500], text[:100], 3, "1", text[:100]),),
        unreadable=text[:500],
        raw=b"source",
    )


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_every_field_of_a_message_into_the_store_and_back(shop: Shop, text: str) -> None:
    report = shop.take(Received(hostile(shop, text)), SentElsewhere(hostile(shop, text)))
    assert (report.new, report.failed) == (2, 0)
    for row in shop.rows():
        opened = thread.open_thread(shop.store, shop.agent, row.id)
        for message in opened.messages:
            message.text.encode()
            message.subject.encode()
            assert "\0" not in message.text
            assert thread.source(shop.store, message.id) == b"source"
        customers.card(shop.store, row.customer_id)
        queued = replies.reply(shop.store, shop.agent, row.id, text + ".") if opened.reply_to else None
        assert queued is None or outbox.claim(shop.store, shop.epoch, 60_000, {"shop"}) is not None
    query = '"' + text[:200].replace('"', "") + '"'
    search.search(shop.store, shop.agent, parse(query, shop.now()))
    assert len(inbox.page(shop.store, shop.agent, parse("", shop.now()))) == len(shop.rows("is:any"))
    with shop.store.read() as tx:
        assert tx.dialect != "sqlite" or tx.query("PRAGMA integrity_check", {})[0][0] == "ok"


@pytest.mark.parametrize("half", ["\ud83d", "\0"], ids=["half a character", "nul"])
def test_a_name_no_database_can_hold_keeps_neither_its_message_nor_others_away(shop: Shop, half: str) -> None:
    other = "\ude00" if half != "\0" else "0"
    odd = [
        shop.mail("ana@post.example", f"Odd {n}", external_id=f"odd{mark}", locator=f"1/{mark}", raw=b"%d" % n)
        for n, mark in enumerate((half, other))
    ]
    whole = shop.mail("ben@post.example", "Whole")
    report = shop.take(Received(odd[0]), Received(whole), Received(odd[1]))
    assert (report.new, report.failed) == (3, 0)
    texts = {each.text for row in shop.rows() for each in thread.open_thread(shop.store, shop.agent, row.id).messages}
    assert texts == {"Odd 0", "Odd 1", "Whole"}
    assert shop.take(Received(odd[1]), Received(whole), Received(odd[0])).duplicate == 3


def mail(*lines: str, body: str = "Hello") -> bytes:
    head = ("From: Lena <lena@post.example>", "Message-ID: <1@post.example>", "Date: Mon, 03 Nov 2025 10:00:00 +0000")
    return ("\r\n".join((*head, *lines)) + f"\r\n\r\n{body}").encode()


@pytest.mark.parametrize(
    "raw",
    [
        mail("To: " + ", ".join(f"a{n}@x.example" for n in range(10_000))),
        mail("Subject: " + "x" * 1_000_000),
        mail("References: " + " ".join(f"<{n}@x.example>" for n in range(10_000))),
        mail("References: " + " ".join(f"<{n}@x.example>" for n in range(1_500)), "Subject: Many"),
    ],
    ids=["recipients", "subject", "references", "many references"],
)
def test_a_mail_beyond_all_measure_is_a_conversation_with_its_source(shop: Shop, raw: bytes) -> None:
    message = read_mail(raw, locator="1/1", receipt_at=shop.now())
    assert shop.take(Received(message)).new == 1
    (kept,) = thread.open_thread(shop.store, shop.agent, shop.one().id).messages
    assert kept.notice or kept.text
    assert shop.one().address == "lena@post.example"
    assert thread.source(shop.store, kept.id) == raw


def test_a_text_of_many_megabytes_makes_nothing_slow(shop: Shop) -> None:
    """What is kept as text is capped, so that list, thread and search read little; the source has all of it."""
    raw = mail("Subject: The log", body="needle " + "lorem ipsum dolor sit amet\n" * 900_000 + "the end")
    assert len(raw) > 24_000_000
    shop.take(Received(read_mail(raw, locator="1/1", receipt_at=shop.now())))
    tracemalloc.start()
    try:
        row = shop.one("needle")
        (kept,) = thread.open_thread(shop.store, shop.agent, row.id).messages
        (hit,) = search.search(shop.store, shop.agent, parse("needle", shop.now()))
        replies.reply(shop.store, shop.agent, row.id, "Thank you")
        outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5_000_000
    assert "needle" in hit.excerpt
    assert "beginning" in kept.notice
    assert thread.source(shop.store, kept.id) == raw
