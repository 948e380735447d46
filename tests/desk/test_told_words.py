"""A reading process tells each word once; what a message is found by is in the store all the same, whatever else of
what was read is ever stored.
"""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest
from support.shop import Shop

from omni_tui.connectors.mail import parse_pool, parse_process
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.connectors.mail.parse_wire import RawMail, Told
from omni_tui.desk import search
from omni_tui.desk.query import Text
from omni_tui.model.errors import StoreError
from omni_tui.model.events import Beginnings, Received, RemoteMessage
from omni_tui.store import Store, search_docs
from omni_tui.text.known_words import Vocabulary
from omni_tui.text.segment import SEG_VERSION


def raw_mail(number: int, text: str) -> RawMail:
    head = f"From: Ana{number} <ana{number}@example.test>\r\nTo: shop@shop.test\r\nSubject: About it\r\n"
    return RawMail(
        f"{head}Message-ID: <{number}@example.test>\r\n\r\n{text}\r\n".encode(), f"1/{number}", 1000 + number
    )


@pytest.fixture
def pool() -> Iterator[ParsePool]:
    pool = ParsePool(processes=1)
    yield pool
    pool.close()


@pytest.fixture
def cut_shop(shop: Shop) -> Shop:
    """Its documents are known to have this program's segmentation: beginnings are asked for as the words there are."""
    with shop.store.write() as tx:
        tx.run("set_counter", name="segmentation", value=SEG_VERSION)
    return shop


def told(message: RemoteMessage) -> Beginnings:
    assert message.words is not None
    return message.words.beginnings


def test_a_word_is_told_once(pool: ParsePool) -> None:
    first, second = pool.read([raw_mail(1, "quetzal feathers"), raw_mail(2, "quetzal eggs")])
    (later,) = pool.read([raw_mail(3, "quetzal feathers and eggs")])
    assert told(first) is told(second) is told(later)
    words = " ".join(told(later).pieces).split()
    assert len(words) == len(set(words)) and {"quetzal", "feather", "egg"} <= set(words)


def test_a_message_is_found_by_a_word_told_with_one_that_was_never_stored(cut_shop: Shop, pool: ParsePool) -> None:
    _lost, kept = pool.read([raw_mail(1, "quetzal feathers"), raw_mail(2, "quetzal eggs")])
    cut_shop.take(Received(kept))
    for text in (Text("quetz", prefix=True), Text("quetzal"), Text("egg", prefix=True)):
        assert len(search.search(cut_shop.store, cut_shop.agent, text)) == 1, text


def test_what_a_transaction_that_failed_was_told_is_noted_by_the_next(cut_shop: Shop, pool: ParsePool) -> None:
    (message,) = pool.read([raw_mail(1, "quetzal feathers")])
    assert message.words is not None

    def put() -> None:
        with cut_shop.store.write() as tx:
            assert message.words is not None
            search_docs.put_cut(tx, "m", "c", 1000, message.words.tokens, message.words.beginnings)
            tx.finish()
            raise StoreError("full")

    with pytest.raises(StoreError, match="full"):
        put()
    cut_shop.take(Received(message))
    assert len(search.search(cut_shop.store, cut_shop.agent, Text("quetz", prefix=True))) == 1


def test_what_is_told_later_is_noted_with_the_message_it_belongs_to(store: Store) -> None:
    told = Beginnings("quetzal")
    for number, word in enumerate(("quetzal", "feather", "egg")):
        with store.write() as tx:
            told.pieces.append(word)
            search_docs.put_cut(tx, f"m{number}", "c", 1000 + number, word, told)
    if store.dialect == "sqlite":
        with store.read() as tx:
            assert {row[0] for row in tx.query("SELECT word FROM search_words", {})} >= {"quetzal", "feather", "egg"}


def test_a_process_that_was_started_anew_tells_all_again(pool: ParsePool) -> None:
    (before,) = pool.read([raw_mail(1, "quetzal feathers")])
    for child in psutil.Process().children():
        if parse_pool.MODULE in child.cmdline():
            child.kill()
            child.wait(30)
    (after,) = pool.read([raw_mail(2, "quetzal feathers")])
    assert told(after) is not told(before) and "quetzal" in " ".join(told(after).pieces).split()


def test_so_many_words_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_process, "REMEMBERED", 4)
    known = Vocabulary()
    reader = Told()
    messages = [
        reader.words(parse_process._answer(raw_mail(n, f"quetzal word{n}").raw, f"1/{n}", 0, "", known)["words"])
        for n in range(5)
    ]
    for n, words in enumerate(messages):
        assert {"quetzal", f"word{n}"} <= set(" ".join(words.beginnings.pieces).split())
    assert len({id(words.beginnings) for words in messages}) > 1


@pytest.mark.parametrize("values", [["Words", 1, "a", "b", True, None, "c"], ["Words", 1, "a"], "Words", 7])
def test_what_a_process_may_not_say_is_refused(values: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Told().words(values)
