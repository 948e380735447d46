"""What PostgreSQL's amcheck says of the pages of tables and indexes, where the server has it.

https://www.postgresql.org/docs/15/amcheck.html: ``bt_index_check`` and ``verify_heapam`` take the locks of a SELECT, so
that others go on working; by default a superuser alone may call them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from omni_tui.model.errors import StoreAway, StoreBusy, StoreError
from omni_tui.store.store import Store
from omni_tui.text.i18n import _

_INDEX, _TABLE = "bt_index_check(regclass,boolean)", "verify_heapam(regclass,boolean,boolean,text,bigint,bigint)"
_MAY = "COALESCE(has_function_privilege(to_regprocedure(:name), 'EXECUTE'), false)"
_THERE = f"SELECT to_regprocedure(:name) IS NOT NULL AS there, {_MAY} AS allowed"
# bt_index_check is for B-trees, and no other session's temporary ones.
_RELATIONS = """
SELECT c.relname AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am a ON a.oid = c.relam LEFT JOIN pg_index x ON x.indexrelid = c.oid
 WHERE n.nspname = current_schema() AND c.relpersistence = 'p'
   AND (c.relkind = 'r' OR (c.relkind = 'i' AND a.amname = 'btree' AND x.indisvalid)) ORDER BY c.relkind DESC, c.relname
"""
_LOOK = {
    "i": "SELECT bt_index_check(CAST(quote_ident(:name) AS regclass), true)",
    "r": "SELECT msg FROM verify_heapam(CAST(quote_ident(:name) AS regclass), true) WHERE msg IS NOT NULL LIMIT 1",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """What is wrong, in words; ``unchecked`` says why nothing was looked at, or not everything."""

    wrong: tuple[str, ...] = ()
    unchecked: str = ""


def pages(store: Store) -> Pages:
    """Every table and every B-tree of the store, each in a snapshot of its own."""
    if store.dialect == "sqlite":
        return Pages()  # its integrity_check reads all pages
    with store.read() as tx:
        for name in (_INDEX, _TABLE):
            row = tx.query(_THERE, {"name": name})[0]
            if not row["there"]:
                return Pages(unchecked=_("not checked: the database has no amcheck"))
            if not row["allowed"]:
                return Pages(unchecked=_("not checked: this user may not run amcheck"))
        listed = [(row["name"], row["kind"]) for row in tx.query(_RELATIONS, {})]
    wrong: list[str] = []
    slow: list[str] = []
    for name, kind in listed:
        try:
            wrong += _wrong(store, name, kind)
        except StoreBusy:
            slow.append(name)
    unchecked = _("not checked, it takes too long: {names}").format(names=", ".join(slow)) if slow else ""
    return Pages(tuple(wrong), unchecked)


def _wrong(store: Store, name: str, kind: str) -> Iterator[str]:
    try:
        with store.read() as tx:
            rows = tx.query(_LOOK[kind], {"name": name})
    except (StoreAway, StoreBusy):
        raise
    except StoreError as error:
        # amcheck raises what it finds in an index.
        yield f"{name}: {error}"
        return
    if kind == "r":
        yield from (f"{name}: {row['msg']}" for row in rows)
