"""Search finds everything it should and nothing else, on both engines and whatever is typed."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from support.shared import SHARED
from support.shop import DAY, MINUTE, Shop

from omni_tui.desk import drafts, inbox, replies, search, triage
from omni_tui.desk.query import QueryError, parse
from omni_tui.model.address import Address
from omni_tui.model.conversation import ListKey
from omni_tui.model.count import Count
from omni_tui.model.enums import DraftMode
from omni_tui.model.events import Edited, ProfileSeen, RemoteAttachment
from omni_tui.model.query import Text
from omni_tui.store import beginnings, matching, narrowed, search_docs, windows
from omni_tui.store.filter import where
from omni_tui.store.matching import Matcher
from omni_tui.store.words import terms

HOSTILE = (
    '"', "'", "''", '""', "*", "a*", "**", "-", "--", "- -", "(", ")", "()", "(()", "OR", "OR OR", "a OR", "OR a",
    "NOT a", "AND", "a AND b", "NEAR(a b)", "NEAR(退 款, 2)", "tokens:a", "tokens : a", "{tokens}: a", "^a", "a^2",
    "search_fts:退", "rank MATCH 'x'", "'; DROP TABLE messages; --", "' OR 1=1 --", "\\", "\\'", "\\\\'", "a\\b",
    "a:*", "'a':*", "a & b", "a | b", "!a", "a <-> b", "'a' <-> 'b'", "%", "%s", "%(me)s", "%%", ":me", ":q0", "::text",
    "$1", "?", "@@", "is:any", "-is:any", "is:open,spam -is:open", "ref:1", "ref:999999999999999", "from:!!!",
    "from:%", "from:*", "customer:'", "-from:a", "from:a,b,c", "tag:'x'", "before:1d after:1d", "a" * 1000, "退" * 1000,
    "a " * 500, "(" * 40 + "a" + ")" * 40, "-" * 40 + "a", "(a OR (b (c OR (d (e OR f)))))",
    "(a OR is:open) (b OR is:spam)",
    "-(a OR is:open) -(b is:open)", "(a OR tag:x) (b OR tag:y) (c OR tag:z) (d OR tag:w) (e OR tag:v)",
    "\u202e退\u202c",
    "\ufeffa", "a\u0000b", "\ue000退", "\ue001ana", "\ue002", "é", "e\u0301", "ß", "İ", "ﬁ", "①", "𠀀", "👩‍👩‍👧",
    "한", "ｶ", "を",
)  # fmt: skip


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.receive(
        Address("lena@post.example", "Lena Brandt"), "我要退款申请。Shipping to Oslo, order 4417", subject="发票"
    )
    shop.receive(Address("max@post.example", "Max Müller"), "Die Rechnungen und Bestellungen fehlen", subject="a b c")
    shop.receive(Address("kim@post.example", "김민서"), "환불해 주세요 返金してください refund refunds", subject="é ß")
    triage.tag(shop.store, shop.agent, [shop.one("from:max").id], ["x"])
    return shop


def ask(shop: Shop, text: str) -> bool:
    """Whether ``text`` could be read; everything that may be asked about it is."""
    try:
        query = parse(text, shop.now())
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        return False
    rows = {row.id for row in inbox.page(shop.store, shop.agent, query)}
    assert inbox.count(shop.store, shop.agent, query).number == len(rows)
    for sort in ("time", "relevance"):
        found = search.search(shop.store, shop.agent, query, sort=sort)  # type: ignore[arg-type]
        assert {hit.row.id for hit in found} == rows, text
        for hit in found:
            assert all(0 <= start < end <= len(hit.excerpt) for start, end in hit.marks)
    return True


def test_hostile_queries_find_alike_or_say_where_they_are_wrong(filled: Shop) -> None:
    assert sum(ask(filled, text) for text in HOSTILE) > len(HOSTILE) // 2
    assert len(filled.rows("is:any")) == 3


@pytest.mark.skipif(not SHARED.exists(), reason="needs the public corpora")
def test_naughty_strings_are_answered(filled: Shop) -> None:
    for text in json.loads((SHARED / "corpora/naughty-strings.json").read_text("utf-8")):
        ask(filled, text)


PIECES = (
    "a", "b", "refund", "Rechnung", "退", "退款", "款申请", "환불", "返金", "ship*", "退*", '"', '"to oslo"', '"', "(",
    ")", " ", " ", " ", " OR ", "-", ":", "is:open", "is:any", "-is:open", "tag:x", "from:max", "customer:kim",
    "ref:1001",
    "before:1d", "after:1d", "has:note", "*", "'", "\\", "%", "NEAR", "tokens:", "\u202e", "é", "\x00",
    "\ue001max", "4417",
)  # fmt: skip


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, 10))])
def test_thousands_of_made_up_queries(filled: Shop, part: int) -> None:
    dice = random.Random(f"queries {part}")
    read = 0
    for _ in range(500):
        text = "".join(dice.choices(PIECES, k=dice.randint(1, 9)))
        read += ask(filled, text)
    assert read > 120


@pytest.mark.parametrize("query", ["tokens:lena", '"tokens" : lena', "{tokens}:lena", "entity_id:a", "search_fts:lena"])
def test_no_query_names_a_column(filled: Shop, query: str) -> None:
    assert search.search(filled.store, filled.agent, Text(query)) == ()


def test_any_word_of_one_to_four_characters_is_found_where_it_stands_and_nowhere_else(shop: Shop) -> None:
    dice = random.Random(7)
    letters = "退款申请发票更换한국어서울返金カナ"
    texts = [
        "".join(dice.choices(letters, k=dice.randint(3, 12))) + dice.choice((" ok ", "。", "")) + dice.choice(letters)
        for _ in range(60)
    ]
    for n, text in enumerate(texts):
        shop.receive(f"c{n}@x.example", text, subject="")
    by_address = {f"c{n}@x.example": text for n, text in enumerate(texts)}
    words = {text[at : at + length] for text in texts for length in range(1, 5) for at in range(len(text) - length + 1)}
    words = {word for word in words if all(letter in letters for letter in word)}
    for word in sorted(dice.sample(sorted(words), 150)):
        truth = {address for address, text in by_address.items() if word in text}
        assert {row.address for row in inbox.page(shop.store, shop.agent, Text(word), limit=100)} == truth, word
        assert {hit.row.address for hit in search.search(shop.store, shop.agent, Text(word), limit=100)} == truth, word


@pytest.mark.parametrize(
    "query",
    [
        "发票",
        "rechnung",
        "bestellung",
        "muller",
        "(nowhere OR 退款) -is:resolved",
        "refund OR tag:x",
        "-退",
        "pdf",
        "oslo*",
    ],
)
def test_search_and_list_agree(filled: Shop, query: str) -> None:
    filled.receive(
        "file@x.example", "see the file", attachments=(RemoteAttachment("report.pdf", "application/pdf", 3, "2"),)
    )
    assert ask(filled, query)
    assert filled.rows(query)


def test_notes_files_and_edits_are_found(filled: Shop) -> None:
    max_ = filled.one("from:max")
    replies.note(filled.store, filled.agent, max_.id, "ask the warehouse about 螺丝")
    assert filled.one("螺丝").id == filled.one("warehouse").id == max_.id
    message = filled.receive(
        "file@x.example", "first words", attachments=(RemoteAttachment("plan.pdf", "x/y", 3, "2"),)
    )
    filled.take(Edited(message.external_id, "other words", filled.now()))
    assert filled.rows("first") == ()
    assert filled.one("other plan from:file@x").address == "file@x.example"


def test_a_customer_is_found_by_a_name_no_message_has(filled: Shop) -> None:
    filled.receive("anon@x.example", "no name yet")
    assert filled.rows("wilhelmina") == ()
    filled.take(ProfileSeen(Address("anon@x.example", "Wilhelmina Example")))
    for query in ("wilhelmina", "customer:wilh", "wilhelm*", "Wilhelmina is:open"):
        assert filled.one(query).address == "anon@x.example"
    (hit,) = search.search(filled.store, filled.agent, Text("wilhelmina"))
    assert hit.excerpt.startswith("Wilhelmina") and hit.marks == ((0, 10),)
    assert filled.rows("from:wilhelmina") == ()


@pytest.mark.parametrize("ways", [{}, {"_RARE": 0}, {"_RARE": 0, "_COUNTED": 0, "_COUNTED_LONG": 0}])
@pytest.mark.parametrize("query", ["lamp", "lamp -broken", "lamp OR tag:none", "from:c*", "lam* is:open"])
def test_pages_narrowed_by_words_meet_however_they_are_found(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, ways: dict[str, int], query: str
) -> None:
    for name, most in ways.items():
        known = getattr(matching, name)
        monkeypatch.setattr(matching, name, dict.fromkeys(known, most) if isinstance(known, dict) else most)
    monkeypatch.setattr(windows, "_FIRST", 3)
    monkeypatch.setattr(windows, "_MOST_ROWS", 12)
    now = shop.now()
    for n in range(30):
        text = ("a lamp", "a chair", "a broken lamp", "two lamps")[n % 4]
        first = shop.receive(f"c{n}@x.example", text, receipt_at=now - (n * 37 % 30) * DAY)
        if n % 5 == 0:
            shop.receive(f"c{n}@x.example", "thanks", reply_keys=(first.key,), receipt_at=now - n % 3 * MINUTE)
    asked = parse(query, 0)
    whole = [row.id for row in shop.rows(query)]
    assert len(whole) == len(set(whole)) >= 14
    keys: list[str] = []
    after: ListKey | None = None
    while rows := inbox.page(shop.store, shop.agent, asked, after=after, limit=4):
        keys += [row.id for row in rows]
        after = inbox.key_of(rows[-1], "activity")
    assert keys == whole
    last = inbox.rows(shop.store, shop.agent, [whole[9]])[0]
    before = inbox.page(shop.store, shop.agent, asked, before=inbox.key_of(last, "activity"), limit=4)
    assert [row.id for row in before] == whole[5:9]
    assert inbox.count(shop.store, shop.agent, asked).number == len(whole)
    assert inbox.count(shop.store, shop.agent, asked, cap=5) == Count(5, more=True)


def test_a_search_goes_on_without_showing_anything_twice(shop: Shop) -> None:
    now = shop.now()
    for n in range(12):
        first = shop.receive(f"c{n}@x.example", "lamp", receipt_at=now - n * DAY)
        shop.receive(f"c{n}@x.example", "lamp again", reply_keys=(first.key,), receipt_at=now - n * DAY // 3)
    seen: list[str] = []
    below: int | None = None
    for _ in itertools.count():
        found = search.find(shop.store, shop.agent, Text("lamp"), limit=5, below=below)
        seen += [hit.row.address for hit in found.hits]
        below = found.below
        if below is None:
            break
    assert len(seen) == len(set(seen)) == 12


def test_relevance_puts_the_better_match_first_and_the_recent_before_the_old(shop: Shop) -> None:
    now = shop.now()
    shop.receive("once@x.example", "a lamp among many other words that say nothing of it at all")
    shop.receive("often@x.example", "lamp lamp lamp", receipt_at=now - MINUTE)
    shop.receive("old@x.example", "lamp lamp lamp", receipt_at=now - 2000 * DAY)
    found = search.search(shop.store, shop.agent, Text("lamp"), sort="relevance")
    assert found[0].row.address == "often@x.example"
    assert search.search(shop.store, shop.agent, Text("lamp"))[0].row.address == "once@x.example"


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Die Rechnungen fehlen", "rechnung", ["Rechnungen"]),
        ("Größe und Müller", "muller grosse", ["Größe", "Müller"]),
        ("我要退款申请", "退款", ["退款"]),
        ("我要退款申请", "退", ["退"]),
        ("shipping and ships", "ship*", ["shipping", "ships"]),
        ("the red shoes", '"red shoes"', ["red", "shoes"]),
    ],
)
def test_hits_are_marked(shop: Shop, text: str, query: str, marked: list[str]) -> None:
    shop.receive("a@x.example", text)
    (hit,) = search.search(shop.store, shop.agent, parse(query, 0))
    assert [hit.excerpt[start:end] for start, end in hit.marks] == marked


def test_documents_of_another_segmentation_are_made_anew_in_small_batches(filled: Shop) -> None:
    with filled.store.write() as tx:
        # As a program before this one left it: other tokens, and an index that says so.
        for row in tx.query("SELECT doc_id FROM search_docs", {}):
            tx.run("set_search_doc", doc_id=row["doc_id"], tokens="", seg_version=1)
        tx.run("set_counter", name="segmentation", value=1)
    assert filled.rows("refund") == ()
    late = filled.receive("late@x.example", "a refund while it goes on")
    looked_at = []
    while number := search_docs.reindex(filled.store, 2):
        looked_at.append(number)
    assert sum(looked_at) == 8 and max(looked_at) == 2
    assert {row.address for row in filled.rows("refund")} == {"kim@post.example", late.author.address}
    assert filled.one("退").address == filled.one("customer:lena").address == "lena@post.example"
    assert search_docs.reindex(filled.store) == 0
    with filled.store.read() as tx:
        assert search_docs.is_current(tx)


def test_a_beginning_with_more_words_than_are_asked_one_by_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginnings, "MOST_WORDS", 2)
    for n, word in enumerate(("ship", "shipment", "shipyard", "shine")):
        shop.receive(f"c{n}@x.example", word)
    assert {row.snippet for row in shop.rows("ship*")} == {"ship", "shipment", "shipyard"}
    with shop.store.read() as tx:
        (branch,) = where(parse("ship*", 0), "").branches
        assert next(terms(branch.words[0])).prefix
        assert Matcher(tx, branch.words[0]).number(10) == 3


def test_an_old_store_becomes_findable_after_its_upgrade(tmp_path: Path) -> None:
    """A store of the first schema, as it was released, holds customers no document speaks of."""
    import sqlite3

    from omni_tui.store import open_store
    from omni_tui.store.dialect import for_sqlite
    from omni_tui.store.statements import SQL_DIR

    made = Shop(tmp_path / "new")
    made.receive(Address("lena@post.example", "Lena"), "我要退款")
    made.store.close()
    folder = tmp_path / "old"
    folder.mkdir(mode=0o700)
    path = folder / "omni.db"
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        for name in ("0001_init", "0001_search.sqlite"):
            old.executescript(for_sqlite((SQL_DIR / f"{name}.sql").read_text("utf-8")))
        old.execute("ATTACH ? AS made", (str(tmp_path / "new/omni.db"),))
        for table in ("agents", "channels", "customers", "identities", "conversations", "messages"):
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"INSERT INTO main.{table} SELECT {columns} FROM made.{table}")
        (id, conversation, at) = old.execute("SELECT id, conversation_id, received_at FROM messages").fetchone()
        number = (at // 1000 << 20) + 1
        old.execute(
            "INSERT INTO search_docs VALUES (?, 'message', ?, ?, 1, '我要 要退 退款 款')", (number, id, conversation)
        )
        old.execute("INSERT INTO search_fts (rowid, tokens) SELECT doc_id, tokens FROM search_docs")
        old.execute("DROP TABLE _sqlite_migrations")
    old.close()
    path.chmod(0o600)
    pytest.importorskip("sqlite_utils")
    _mark_applied(path)
    store = open_store(path)
    shop = Shop.__new__(Shop)
    shop.store, shop.agent = store, made.agent
    assert shop.one("退").address == "lena@post.example"  # before anything is made anew
    assert shop.rows("customer:lena") == ()
    while search_docs.reindex(store):
        pass
    assert shop.one("退").address == shop.one("customer:lena").address == shop.one("from:lena").address
    assert list(folder.glob("*.schema-1.bak"))
    store.close()


def _mark_applied(path: Path) -> None:
    import sqlite3

    import sqlite_utils
    from sqlite_utils.migrations import Migrations

    done = Migrations("omni_tui")
    for name in ("0001_init", "0001_search"):
        done(name=name)(lambda db: None)
    connection = sqlite3.connect(path)
    done.apply(sqlite_utils.Database(connection))
    connection.commit()
    connection.close()


@pytest.mark.parametrize("few", [1500, 0])
@pytest.mark.parametrize("query", ["tag:red", "lamp tag:red", "-lamp tag:red", "has:draft lamp", "lamp OR tag:red"])
def test_a_small_set_finds_what_the_list_does(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, few: int, query: str
) -> None:
    monkeypatch.setattr(narrowed, "FEW", few)
    for n in range(12):
        shop.receive(f"c{n}@x.example", ("a lamp", "a chair")[n % 2], receipt_at=shop.now() - n * DAY)
    ids = [row.id for row in shop.rows("")]
    triage.tag(shop.store, shop.agent, ids[:6:3] + ids[7:9], ["red"])
    drafts.save(shop.store, shop.agent, ids[4], DraftMode.REPLY, "begun")
    lamps, red = set(ids[::2]), {*ids[:6:3], *ids[7:9]}
    known = {
        "tag:red": red,
        "lamp tag:red": lamps & red,
        "-lamp tag:red": red - lamps,
        "has:draft lamp": {ids[4]},
        "lamp OR tag:red": lamps | red,
    }
    found = [row.id for row in shop.rows(query)]
    assert found == [id for id in ids if id in known[query]]
    assert inbox.count(shop.store, shop.agent, parse(query, 0)) == Count(len(found))
