"""Mail from files is known again by more than its place, and a name no database takes spoils nothing for the others."""

from __future__ import annotations

from dataclasses import replace

from support.shop import Shop

from omni_tui.desk import importing
from omni_tui.desk.ingest import IngestReport
from omni_tui.model.address import Address
from omni_tui.model.events import Batch, Beginnings, Event, Received, Words
from omni_tui.text.segment import SEG_VERSION

LENA = Address("lena@post.example", "Lena Hoffmann")


def take_file(shop: Shop, *events: Event) -> IngestReport:
    batch = Batch(events, "{}", history=True, archive=True)
    return importing.take_file(shop.store, shop.channel_id, "mbox", batch, shop.rules)


def test_the_same_mail_with_other_bytes_is_known_and_another_under_its_name_is_not(shop: Shop) -> None:
    first = shop.receive(LENA, "From here on it is quoted", sent_at=1000)
    copy = replace(first, external_id="another hash", text=">From here on it is quoted", locator="2/1")
    other = replace(first, external_id="a third hash", text="Something else", locator="2/2")
    new = shop.mail(LENA, "New", locator="2/3")
    report = take_file(shop, Received(copy), Received(other), Received(new), Received(replace(first, locator="2/4")))
    assert (report.new, report.duplicate, report.failed) == (2, 2, 0)
    assert take_file(shop, Received(copy), Received(other), Received(new)).duplicate == 3


def test_a_name_no_database_takes_leaves_the_others_known(shop: Shop) -> None:
    first = shop.receive(LENA, "One", sent_at=1000)
    copy = replace(first, external_id="another hash", locator="2/1")
    poisoned = shop.mail(LENA, "Two", external_id="nul\0 and \ud800", locator="2/2")
    report = take_file(shop, Received(copy), Received(poisoned))
    # PostgreSQL stores the name with replacements, SQLite takes none such and the source is kept.
    assert report.duplicate == 1 and report.new + report.failed == 1


def test_first_words_cut_beforehand_are_shown_and_those_of_another_segmentation_are_not(shop: Shop) -> None:
    words = Words(SEG_VERSION, "hello", "", Beginnings("hello"), "Cut beforehand")
    shop.receive(Address("a@post.example", "Ada"), "Hello", words=words)
    shop.receive(Address("b@post.example", "Ben"), "Hello", words=replace(words, version=SEG_VERSION - 1))
    assert {row.customer: row.snippet for row in shop.rows()} == {
        "Ada": "Cut beforehand",
        "Ben": "Hello",
    }
