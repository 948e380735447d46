"""Whether everything in the store fits together, and mending what can be mended, in short transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from omni_tui.desk.conversation_state import SNIPPET, conversation, follow_messages, save, snippet
from omni_tui.store import Store, Tx, Writer
from omni_tui.store.checks import conversations, rows, search
from omni_tui.store.checks.check import BATCH, Check, Key
from omni_tui.store.checks.engine import index_is_whole, integrity, rebuild_index
from omni_tui.store.checks.pages import pages
from omni_tui.text.i18n import _

MOST = 100_000
"""Things of one kind mended in one run: their keys are held in memory."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check found: how much is wrong, the first few, how much was mended.

    Where nothing is wrong, ``message`` says what was not looked at.
    """

    name: str
    count: int = 0
    message: str = ""
    mended: int = 0
    mendable: bool = False


def look(store: Store, *, repair: bool = False) -> Iterator[Looked]:
    """One answer for each check, as they come; ``repair`` mends what can be mended before it is told."""
    said = integrity(store)
    yield Looked(_("integrity"), len(said), "; ".join(said[:SHOWN]))
    if said:
        return  # what damaged pages say of rows is worth nothing, and writing to them makes it worse
    if store.dialect != "sqlite":
        looked = pages(store)
        told = "; ".join(looked.wrong[:SHOWN]) or looked.unchecked
        yield Looked(_("pages"), len(looked.wrong), told)
        if looked.wrong:
            return
    yield _index(store, repair)
    for check in (*rows.checks(), *search.checks(), *_own()):
        yield _looked(store, check, repair)


def _index(store: Store, repair: bool) -> Looked:
    name = _("search: index")
    if index_is_whole(store):
        return Looked(name)
    if repair:
        rebuild_index(store)
    return Looked(name, 1, _("the full-text index does not fit its documents"), int(repair), mendable=True)


def _looked(store: Store, check: Check, repair: bool) -> Looked:
    found: list[Key] = []
    count = 0
    with store.read() as tx:
        for page in check.find(tx):
            count += len(page)
            found += page[: MOST - len(found)]
    mended = 0
    if repair and check.mend is not None:
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            with store.write_durable() as writer:
                check.mend(writer, batch)
            mended += len(batch)
    text = check.wrong.format(count=count)
    shown = ", ".join(" ".join(map(str, key)) for key in found[:SHOWN])
    more = " …" if count > SHOWN else ""
    return Looked(check.name, count, f"{text} ({shown}{more})" if count else "", mended, check.mend is not None)


def _own() -> tuple[Check, ...]:
    return (
        Check(
            _("conversations"),
            _("conversations that do not show what their messages say: {count}"),
            _unlike_their_messages,
            _follow,
        ),
    )


def _unlike_their_messages(tx: Tx) -> Iterator[Sequence[Key]]:
    """The rules are those of ``conversation_state``, asked for many conversations at once."""
    for page in conversations.with_newest(tx, SNIPPET * 10):
        wrong: list[Key] = []
        for row in page:
            waits = row["status"] in ("open", "snoozed") and not row["bulk"]
            if (
                row["last_at"] != row["received_at"]
                or row["last_direction"] != row["direction"]
                or row["waiting_since"] != (row["waiting"] if waits else None)
                or row["snippet"] != snippet(row["body"])
                or (row["unread"] and not row["heard"])
            ):
                wrong.append((row["id"],))
        yield wrong


def _follow(tx: Writer, found: Sequence[Key]) -> None:
    for (id,) in found:
        row = conversation(tx, str(id))
        follow_messages(tx, row)
        if not conversations.is_heard(tx, str(id)):
            row["unread"] = 0
        save(tx, row)
