"""What is asked ahead is answered from memory for as long as it is right, on both engines alike."""

from __future__ import annotations

from omni_tui.store import Store, Tx
from omni_tui.store.foreseen import only_reads


def names(tx: Tx) -> list[str]:
    return [row["name"] for row in tx.query("SELECT name FROM tags ORDER BY name", {})]


def there(tx: Tx, name: str) -> bool:
    return tx.one("tag_on_conversation", conversation_id="none", name=name) is not None


def test_answers_are_the_same_for_one_question_and_for_many(store: Store) -> None:
    with store.write() as tx:
        for name in ("a", "b"):
            tx.run("insert_tag", id=name, name=name)
    asked = [("tag_on_conversation", {"conversation_id": "none", "name": name}) for name in ("a", "b", "c")]
    for opened in (store.read(), store.write()):
        with opened as tx:
            alone = [there(tx, name) for name in ("a", "b", "c")]
            tx.foresee([*asked, ("agents", {})], [("SELECT name FROM tags ORDER BY name", {})])
            assert [there(tx, name) for name in ("a", "b", "c")] == alone == [True, True, False]
            assert names(tx) == ["a", "b"]
            # What is known and what is not, asked together.
            found = tx.together(asked[0], ("counter", {"name": "change"}), asked[2])
            assert [len(rows) for rows in found] == [1, 1, 0]


def test_a_write_of_any_kind_ends_it(store: Store) -> None:
    writes = (
        lambda tx, name: tx.run("insert_tag", id=name, name=name),
        lambda tx, name: tx.touched("insert_tag", id=name, name=name),
        lambda tx, name: tx.run_many("insert_tag", [{"id": name, "name": name}]),
        lambda tx, name: tx.execute_many("INSERT INTO tags (id, name) VALUES (:id, :id)", [{"id": name}]),
        lambda tx, name: tx.query("INSERT INTO tags (id, name) VALUES (:id, :id) RETURNING id", {"id": name}),
    )
    with store.write() as tx:
        for number, write in enumerate(writes):
            name = f"t{number}"
            tx.foresee([("tag_on_conversation", {"conversation_id": "none", "name": name})])
            assert not there(tx, name)
            write(tx, name)
            assert there(tx, name)


def test_what_was_seen_in_a_part_that_failed_is_forgotten(store: Store) -> None:
    with store.write() as tx:
        try:
            with tx.savepoint():
                tx.run("insert_tag", id="a", name="a")
                tx.foresee([("tag_on_conversation", {"conversation_id": "none", "name": "a"})])
                assert there(tx, "a")
                raise LookupError
        except LookupError:
            pass
        assert not there(tx, "a")


def test_statements_that_change_something_are_told() -> None:
    for sql in ("SELECT 1", "-- words\n  SELECT 1", "WITH a AS (SELECT 1) SELECT * FROM a"):
        assert only_reads(sql)
    for sql in (
        "INSERT INTO tags VALUES (1)",
        "-- SELECT\nDELETE FROM tags",
        "UPDATE tags SET name = 1 RETURNING id",
        "",
    ):
        assert not only_reads(sql)
