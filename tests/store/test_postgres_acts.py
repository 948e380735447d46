"""An act on PostgreSQL decides without the lock, and is stored only where what it saw is still so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from omni_tui.model.errors import Conflict
from omni_tui.store import Store, Writer, open_store
from omni_tui.store.numbers import Numbered, on_top, worked_out
from omni_tui.store.postgres_act import REHEARSED, REHEARSED_BYTES
from omni_tui.store.postgres_link import Link, run
from omni_tui.store.postgres_still import digest, is_missed, still


@pytest.fixture
def one(database: str) -> Iterator[Store]:
    store = open_store(database)
    yield store
    store.close()


@pytest.fixture
def other(database: str) -> Iterator[Store]:
    store = open_store(database)
    yield store
    store.close()


def make(tx: Writer, name: str) -> None:
    tx.run("insert_tag", id=name, name=name)
    tx.changed("tag", name)


def there(tx: Writer, name: str) -> bool:
    return bool(tx.all("tag_on_conversation", conversation_id="", name=name))


def tags(store: Store) -> set[str]:
    with store.read() as tx:
        return {row["name"] for row in tx.query("SELECT name FROM tags", {})}


def numbers(store: Store) -> list[int]:
    with store.read() as tx:
        return [row["seq"] for row in tx.query("SELECT seq FROM changes ORDER BY seq", {})]


def test_nobody_waits_for_an_act_that_is_being_decided(one: Store, other: Store) -> None:
    times = []

    def act(tx: Writer) -> None:
        times.append(tx.now)
        assert not there(tx, "mine")
        make(tx, "mine")
        with other.write() as theirs:
            make(theirs, f"theirs-{len(times)}")

    one.act(act)
    # Theirs moved every counter, and is no business of ours: it was decided once.
    assert len(times) == 1
    assert tags(one) == {"mine", "theirs-1"}
    assert numbers(one) == [1, 2]


def test_what_is_no_longer_as_it_was_seen_is_decided_anew(one: Store, other: Store) -> None:
    seen = []

    def act(tx: Writer) -> str:
        seen.append(there(tx, "theirs"))
        if len(seen) == 1:
            with other.write() as theirs:
                make(theirs, "theirs")
        make(tx, "after" if seen[-1] else "before")
        return "after" if seen[-1] else "before"

    assert one.act(act) == "after"
    assert seen == [False, True]
    assert tags(one) == {"theirs", "after"}
    assert numbers(one) == [1, 2]


def test_who_misses_again_and_again_gets_the_lock(one: Store, other: Store) -> None:
    seen = []

    def act(tx: Writer) -> None:
        seen.append(len(tx.query("SELECT id FROM tags", {})))
        if len(seen) <= 2:
            with other.write() as theirs:
                make(theirs, f"theirs-{len(seen)}")
        make(tx, "mine")

    one.act_durably(act)
    assert seen == [0, 1, 2]
    assert tags(one) == {"mine", "theirs-1", "theirs-2"}
    assert numbers(one) == [1, 2, 3]


def test_what_is_asked_behind_a_write_is_rehearsed_and_nobody_waits(one: Store, other: Store) -> None:
    tries = []

    def act(tx: Writer) -> None:
        assert not there(tx, "mine")
        tries.append(1)
        make(tx, "mine")
        assert there(tx, "mine")
        assert not there(tx, "theirs")
        # Nobody sees it, nobody waits for it, and it stays so for whoever asks again.
        assert tags(other) == ({"before"} if len(tries) > 1 else set())
        if len(tries) == 1:
            with other.write() as theirs:
                make(theirs, "before")
        make(tx, "more")
        assert {row["name"] for row in tx.query("SELECT name FROM tags", {})} >= {"mine", "more"}

    one.act(act)
    assert len(tries) == 1
    assert tags(one) == {"mine", "more", "before"}
    assert numbers(one) == [1, 2, 3]


def test_what_was_rehearsed_and_is_not_so_any_more_is_decided_anew(one: Store, other: Store) -> None:
    seen = []

    def act(tx: Writer) -> None:
        make(tx, "mine")
        seen.append(len(tx.query("SELECT name FROM tags", {})))
        if len(seen) == 1:
            with other.write() as theirs:
                make(theirs, "theirs")
        make(tx, f"{seen[-1]} were there")

    one.act_durably(act)
    assert seen == [1, 2]
    assert tags(one) == {"mine", "theirs", "2 were there"}
    assert numbers(one) == [1, 2, 3]


def test_a_number_that_was_read_back_is_the_one_that_is_stored(one: Store, other: Store) -> None:
    read = []

    def act(tx: Writer) -> None:
        number = {"name": "mine", "value": tx.next("conversation")}
        tx.execute_many("INSERT INTO counters (name, value) VALUES (:name, :value)", [number])
        read.append(tx.value("counter", name="mine"))
        if len(read) == 1:
            with other.write() as theirs:
                theirs.next("conversation")
        make(tx, f"number {read[-1]}")

    one.act(act)
    with one.read() as tx:
        assert tx.value("counter", name="mine") == read[-1]
    assert tags(one) == {f"number {read[-1]}"}
    assert len(read) == 2 and read[0] != read[1]


def holds_the_lock(store: Store) -> bool:
    """Whether anybody does."""
    with psycopg.connect(str(store.location), autocommit=True) as third:
        try:
            third.execute("SELECT 1 FROM counters WHERE name = 'change' FOR UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            return True
    return False


def test_an_act_that_writes_what_answers_or_asks_too_often_has_the_lock_from_there(one: Store, other: Store) -> None:
    held = []

    def answers(tx: Writer) -> None:
        make(tx, "mine")
        assert tx.touched("delete_macro", agent_id="", letter="x") == 0
        held.append(holds_the_lock(other))
        assert there(tx, "mine")
        make(tx, "more")

    def much(tx: Writer) -> None:
        tx.execute_many("UPDATE tags SET name = name WHERE id = :id", [{"id": str(n)} for n in range(REHEARSED)])
        for _time in range(2):
            held.append(there(tx, "much") or holds_the_lock(other))
            make(tx, "much")

    def large(tx: Writer) -> None:
        make(tx, "x" * REHEARSED_BYTES)
        held.append(there(tx, "large") or holds_the_lock(other))

    for act in (answers, much, large):
        one.act(act)
    assert held == [True, False, True, True]
    assert tags(one) == {"mine", "more", "much", "x" * REHEARSED_BYTES}


def test_a_part_that_failed_leaves_no_answer_behind(one: Store) -> None:
    def act(tx: Writer) -> None:
        assert not there(tx, "mine")
        with contextlib.suppress(Conflict), tx.savepoint():
            make(tx, "mine")
            assert there(tx, "mine")
            raise Conflict("no")
        assert not there(tx, "mine")
        make(tx, "other")

    one.act(act)
    assert tags(one) == {"other"}


def test_what_was_seen_counts_for_who_gets_the_lock_later_too(one: Store, other: Store) -> None:
    seen = []

    def act(tx: Writer) -> None:
        seen.append(there(tx, "theirs"))
        if len(seen) == 1:
            with other.write() as theirs:
                make(theirs, "theirs")
        make(tx, "mine")
        there(tx, "mine")

    one.act(act)
    assert seen == [False, True]
    assert tags(one) == {"mine", "theirs"}


def test_a_refusal_is_told_and_leaves_nothing(one: Store) -> None:
    def act(tx: Writer) -> None:
        there(tx, "mine")
        make(tx, "mine")
        raise Conflict("no")

    with pytest.raises(Conflict):
        one.act(act)
    one.act(lambda tx: make(tx, "next"))
    assert tags(one) == {"next"}
    # What the database refuses is refused under the lock as well, and told as it is.
    with pytest.raises(psycopg.errors.UniqueViolation):
        one.act(lambda tx: tx.run_many("insert_tag", [{"id": "a", "name": "a"}, {"id": "a", "name": "b"}]))
    assert tags(one) == {"next"}


def test_a_connection_lost_while_an_act_is_decided_is_made_anew(one: Store, other: Store) -> None:
    """As after a laptop slept: the server put the silent client out."""
    tries = []

    def act(tx: Writer) -> None:
        (row,) = tx.query("SELECT pg_backend_pid() AS pid", {})
        tries.append(row["pid"])
        if len(tries) == 1:
            with other.write() as theirs:
                theirs.query("SELECT pg_terminate_backend(CAST(:pid AS integer))", {"pid": row["pid"]})
        make(tx, "mine")

    # Who has another process each time never sees the same again: in the end it has the lock.
    one.act(act)
    assert len(tries) == 2 or len(tries) == 3
    assert tags(one) == {"mine"}
    assert numbers(one) == [1]


def test_clients_writing_at_once_lose_nothing_and_double_nothing(one: Store, database: str) -> None:
    """Each adds to what it read: a lost one would be missing from the sum."""
    one.act(lambda tx: make(tx, "0"))
    rounds, clients = 12, 5

    def count(client: int) -> None:
        with contextlib.closing(open_store(database)) as store:
            for round_ in range(rounds):

                def act(tx: Writer, what: str = f"{client}-{round_}") -> None:
                    (row,) = tx.query("SELECT id, name FROM tags WHERE id = '0'", {})
                    tx.execute_many(
                        "UPDATE tags SET name = :name WHERE id = '0'", [{"name": str(int(row["name"]) + 1)}]
                    )
                    tx.next("act")
                    tx.changed("tag", "0")
                    tx.changed("tag", what)

                (store.act_durably if round_ % 2 else store.act)(act)

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(count, range(clients)))
    assert tags(one) == {str(rounds * clients)}
    assert numbers(one) == list(range(1, 2 * rounds * clients + 2))
    with one.read() as tx:
        assert tx.value("counter", name="act") == rounds * clients
        told = [row["entity_id"] for row in tx.query("SELECT entity_id FROM changes", {})]
    assert sorted(told) == sorted([*["0"] * (rounds * clients + 1), *(f"{c}-{r}" for c in range(5) for r in range(12))])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.binary(),
        ),
        max_size=4,
    )
)
@example([('a "b" \\ (c),\t\v d', 1, b"\\"), ("", None, b""), (None, 0, b"\0")])
@example([("\u00a0\u2003", 1, b"x")])
@example([])
def test_an_answer_has_one_digest_here_and_at_the_server(
    link: Link, rows: list[tuple[str | None, int | None, bytes]]
) -> None:
    places = " UNION ALL ".join(
        f"SELECT {n} n, CAST(:t{n} AS text) t, CAST(:i{n} AS bigint) i, CAST(:b{n} AS bytea) b, {n} = 1 AS e"
        for n in range(len(rows))
    )
    sql = f"SELECT * FROM ({places or 'SELECT 1 AS n WHERE false'}) omni ORDER BY n -- 'all'"
    values = {f"{name}{n}": row[at] for n, row in enumerate(rows) for at, name in enumerate("tib")}
    asked = (sql, values)
    (found,) = run(link.connection(), (asked,))
    known = digest(found)
    run(link.connection(), (still(asked, known),))
    with pytest.raises(psycopg.Error) as told:
        run(link.connection(), (still(asked, known[::-1]),))
    assert is_missed(told.value)


@pytest.fixture
def link(database: str) -> Iterator[Link]:
    made = Link(database, "write")
    yield made
    made.lose()


def test_a_number_is_worked_out_where_it_is_bound_and_nowhere_else() -> None:
    values = {"seq": Numbered("act", 7, 2), "seq_b": 5}
    sql, bound = worked_out("INSERT INTO t VALUES (:seq, :seq_b, a::seq)", values)
    assert sql == "INSERT INTO t VALUES (((SELECT value FROM counters WHERE name = 'act') + :seq), :seq_b, a::seq)"
    assert bound == {"seq": 2, "seq_b": 5}
    assert values["seq"] == 9
    with pytest.raises(ValueError, match="no counter"):
        worked_out("SELECT :n", {"n": Numbered("a'b", 0, 1)})


def test_part_of_a_number_is_worked_out_as_it_is_here(one: Store) -> None:
    for stands, bits, base in ((7, 20, 5 << 20), ((1 << 20) - 2, 20, -(1 << 62)), (6, 2, 40)):
        with one.write() as tx:
            tx.go_on_from("doc", stands)
        expected = on_top(base, stands + 3, bits)
        number = on_top(base, Numbered("doc", stands, 3), bits)
        assert number == expected
        with one.read() as tx:
            (row,) = tx.query(*worked_out("SELECT CAST(:n AS bigint) AS n", {"n": number}))
        assert row["n"] == expected
