"""A store with something of everything in it, and unusual text wherever text may stand."""

from __future__ import annotations

from omni_tui.desk import drafts, replies, triage, view_edits, views
from omni_tui.model.enums import DraftMode
from omni_tui.model.events import RemoteAttachment
from omni_tui.store import Store, shape

UNUSUAL = "退款申请 \u202eשלום 👩‍👩‍👧 e\u0301 \x1b[2J \u2028 '); DROP TABLE x; -- 100 % :name \ufffd\U0010ffff"


def fill(shop: object) -> None:
    """Messages with sources and files, tags, notes, a reply on its way, a draft, a view, a merged customer."""
    from support.shop import Shop

    assert isinstance(shop, Shop)
    big = b"From: eve@example.com\r\n\r\n" + bytes(range(256)) * 9000
    file = RemoteAttachment(name=f"{UNUSUAL}.pdf", mime="application/pdf", size=12, part="1.2")
    for n in range(7):
        shop.receive(
            f"c{n % 3}@example.com",
            f"{UNUSUAL}\n\nWhere is parcel {n}?",
            subject=f"{n} {UNUSUAL}",
            raw=big[: n * 400_000 + 30],
            attachments=(file,),
        )
    ids = [row.id for row in shop.rows()]
    triage.tag(shop.store, shop.agent, ids[:2], ["spring", "退款"])
    triage.resolve(shop.store, shop.agent, ids[:1])
    replies.note(shop.store, shop.agent, ids[1], UNUSUAL)
    replies.reply(shop.store, shop.agent, ids[2], UNUSUAL)
    drafts.save(shop.store, shop.agent, ids[3], DraftMode.REPLY, UNUSUAL)
    view_edits.save(shop.store, shop.agent, "Parcels", "is:open")
    view_edits.hide(shop.store, shop.agent, views.BUILT_IN[-1])
    with shop.store.write() as tx:
        tx.run("insert_store_key", name="example", value="0123")
    merge_and_relate(shop.store)
    fill_the_rest(shop.store)


def fill_the_rest(store: Store) -> None:
    """A made-up row in each table that has none: one that a later schema adds is not left out."""
    example = {int: 1, str: "x", bytes: b"x"}
    with store.write() as tx:
        for table in shape.tables():
            if tx.query(f"SELECT 1 FROM {table.name} LIMIT 1", {}):
                continue
            row: dict[str, object] = {column.name: example[column.type] for column in table.columns}
            for each in table.references:
                found = tx.query(f"SELECT {each.target} FROM {each.table} ORDER BY {each.target} LIMIT 1", {})
                row[each.column] = found[0][0]
            marks = ", ".join(f":{name}" for name in table.names)
            tx.execute_many(f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({marks})", [row])


def merge_and_relate(store: Store) -> None:
    """A row that refers to one behind it and one to one before it, in both tables that refer to themselves."""
    with store.write() as tx:
        customers = [row[0] for row in tx.query("SELECT id FROM customers ORDER BY id", {})]
        cases = [row[0] for row in tx.query("SELECT id FROM conversations ORDER BY id", {})]
        tx.execute_many(
            "UPDATE customers SET root_id = :root WHERE id = :id", [{"root": customers[-1], "id": customers[0]}]
        )
        tx.execute_many("DELETE FROM search_docs WHERE entity_id = :id", [{"id": customers[0]}])
        tx.execute_many(
            "UPDATE conversations SET related_id = :to WHERE id = :id",
            [{"to": cases[-1], "id": cases[0]}, {"to": cases[0], "id": cases[-1]}],
        )
