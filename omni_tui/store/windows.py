"""A list narrowed by words: walked in its order, window by window, until the page is full.

The first window is short; the next ones are as long as the rate of matches asks for. A row costs microseconds, so that
words in one of a hundred conversations fill a page in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_tui.store.gin import TOP
from omni_tui.store.near import AROUND_MS, Near, Shares, condition, flags, named, number_at, settled
from omni_tui.store.store import Tx

if TYPE_CHECKING:
    from omni_tui.store.narrowed import Asked
    from omni_tui.store.order import Order

_FIRST, _WIDER, _LONGEST = 80, 12, 5000
"""Rows of the first window, by how much the next is longer where nothing was found, rows of the longest."""
_AHEAD = {"sqlite": 1.2, "postgresql": 2.0}
_MOST_ROWS = 6000
"""Rows that are looked at before the words are taken for rare in this list."""
_MOST_LOOKED_UP = 30_000
"""Documents that are rather looked up, all of them, than looked for any further."""

_SOON = 2000
"""Rows that are looked at in any case."""
_LOOKED_FOR, _LOOKED_UP, _CUSTOMER_LOOKED_UP = 35, 40, 150
"""What it costs on SQLite to look for the words at a row, and to look up a document with its row, or a customer's with
all of theirs, in tenths of a microsecond."""

_SPARSE, _PART = 16, 8
_THERE_ARE = """
SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE v.last_at BETWEEN :first AND :last LIMIT :limit) c
"""

_BEYOND_ALL = "\U0010ffff"
"""Greater than every id."""

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """About ``rows`` rows behind ``after``, which begin at ``first`` or behind it, up to ``last``: the list's, if it
    ``ends``.
    """

    after: Key | None
    first: Key
    last: Key
    rows: int
    ends: bool


def page(tx: Tx, asked: Asked, values: dict[str, Any], order: Order, limit: int) -> tuple[list[Key], Key | None]:
    """The keys of up to ``limit`` rows behind the order's key that have the words, and None.

    Or those that were found before it turned out that all that match are better looked up, and the key behind which.
    """
    found: list[Key] = []
    looked_for = [name for name, _words, _wanted in named(asked) if not settled(asked, name)]
    shown = tx.dialect == "sqlite" and len(looked_for) > 1
    # Where each row is looked at for every group, fewer tell as much.
    after, rows, window = order.after, 0, max(_FIRST, limit + limit // 2) // (2 if shown else 1)
    shares: Shares | None = None
    counted, gone = 0, False
    while len(found) < limit:
        # Words that were frequent until some time are no more frequent before it: an order's number, a campaign.
        most = _worth_looking_up(asked, rows, 0 if gone else len(found), limit)
        if most > counted:
            if _few(asked, most):
                return found, after
            counted = most
        before = len(found)
        stretch = _following(tx, asked, values, order, after, window)
        if stretch is None:
            break
        if not rows and shown:
            # What each group rules out is seen at the first rows, and the next ones are asked in the best order.
            # On PostgreSQL it costs more to see it than it saves.
            first, shares = _looked_at(tx, asked, values, order, stretch)
            found += first[:limit]
        else:
            found += _matching(tx, asked, values, order, stretch, limit - len(found), shares)
        if stretch.ends:
            break
        after, rows, gone = stretch.last, rows + window, window >= _LONGEST // 2 and len(found) == before
        window = _next(window, rows, len(found), limit, _AHEAD[tx.dialect])
    return found, None


def _next(window: int, rows: int, found: int, limit: int, ahead: float) -> int:
    # As far as the page should take at this rate, and little further: words are taken from the index for all of it.
    wanted = int((limit - found) * rows / found * ahead) if found else window * _WIDER
    return max(_FIRST, min(wanted, _LONGEST))


def _worth_looking_up(asked: Asked, rows: int, found: int, limit: int) -> int:
    """How many documents are rather looked up than looked for any further, if so few rows were found so far."""
    if not rows or (rows < _MOST_ROWS and not asked.weighed):
        return 0
    if asked.scarcest is None or (rows < _MOST_ROWS and not asked.scarcest.anchored):
        return 0  # to count a phrase may take as long as to go on
    if rows >= _MOST_ROWS and not found:
        return _most(asked)
    left = int((limit - found) * rows / max(found, 0.5))
    return 0 if left < _SOON else min(left * _LOOKED_FOR // _cost(asked), _MOST_LOOKED_UP)


def _cost(asked: Asked) -> int:
    return _LOOKED_UP if asked.scarcest is None or asked.scarcest.of_messages else _CUSTOMER_LOOKED_UP


def _most(asked: Asked) -> int:
    return _MOST_LOOKED_UP * _LOOKED_UP // _cost(asked)


def _few(asked: Asked, most: int) -> bool:
    scarcest = asked.scarcest
    if scarcest is None:
        return False
    if not scarcest.ordered:
        return most >= _most(asked)
    return scarcest.number_between(-TOP, TOP, most + 1) <= most


def _matching(
    tx: Tx,
    asked: Asked,
    values: dict[str, Any],
    order: Order,
    stretch: _Stretch,
    limit: int,
    shares: Shares | None,
) -> list[Key]:
    bound = {**values, "limit": limit}
    own, within = order.looked_at(tx, asked.branch, ends=True), _within(tx, bound, order, stretch)
    holds = condition(asked, bound, _near(tx, order, stretch), shares=shares)
    where = f"{own} AND {within}"
    if tx.dialect == "sqlite":
        sql = f"SELECT {order.column}, v.id FROM {order.table} WHERE {where} AND {holds} ORDER BY {order.by}"
    else:
        # PostgreSQL would look for words first, and at the tags of what has them after: the OFFSET keeps these apart.
        rows = (
            f"SELECT {order.column} AS at, v.id, v.ref, v.customer_id FROM {order.table} WHERE {where}"
            f" ORDER BY {order.by} OFFSET 0"
        )
        sql = f"SELECT v.at, v.id FROM ({rows}) v WHERE {holds} ORDER BY v.at {order.way}, v.id {order.way}"
    return [(row[0], row[1]) for row in tx.query(f"{sql} LIMIT :limit", bound)]


def _looked_at(
    tx: Tx, asked: Asked, values: dict[str, Any], order: Order, stretch: _Stretch
) -> tuple[list[Key], Shares]:
    """The rows of a window that have the words, and how many of all its rows have each group of them."""
    bound = dict(values)
    own, within = order.looked_at(tx, asked.branch, ends=True), _within(tx, bound, order, stretch)
    seen = tx.query(
        f"SELECT {order.column}, v.id, {flags(asked, bound, stretch.rows)} FROM {order.table}"
        f" WHERE {own} AND {within} ORDER BY {order.by}",
        bound,
    )
    groups = named(asked)
    found = [(row[0], row[1]) for row in seen if all(bool(row[name]) is wanted for name, _words, wanted in groups)]
    # Of few rows none is no proof that there are none.
    return found, {name: (sum(row[name] for row in seen) + 0.5) / (len(seen) + 1) for name, _words, _wanted in groups}


def _within(tx: Tx, bound: dict[str, Any], order: Order, stretch: _Stretch) -> str:
    """The condition that a row lies in the stretch."""
    first_at, last_at = (">=", "<=") if order.ascending else ("<=", ">=")
    conditions = [order.condition(bound, stretch.after)]
    if stretch.after is None:
        # What is passed over on the way to the first row is passed over once.
        conditions.append(f"({order.column}, v.id) {first_at} (:key_at, :key_id)")
        bound["key_at"], bound["key_id"] = stretch.first
    conditions.append(f"({order.column}, v.id) {last_at} (:last_at, :last_id)")
    bound["last_at"], bound["last_id"] = stretch.last
    if tx.dialect == "postgresql":
        # How many rows lie between two keys PostgreSQL guesses from plain comparisons alone.
        conditions += [f"{order.column} {first_at} :key_at", f"{order.column} {last_at} :last_at"]
    return " AND ".join(conditions)


def _near(tx: Tx, order: Order, stretch: _Stretch) -> Near:
    rows = stretch.rows
    if order.column not in _TIMES:
        return Near(0, TOP, rows)
    older, newer = sorted((stretch.first[0], stretch.last[0]))
    later = _TIMES[order.column]
    to_the_top = stretch.after is None and not order.ascending
    beyond = TOP if to_the_top else number_at(newer + later + 1000)
    span = newer - older
    own = (span + 1) / (span + AROUND_MS + later + 1)
    return Near(number_at(older - AROUND_MS), beyond, rows, own * _share(tx, older, newer, rows))


def _share(tx: Tx, older: int, newer: int, rows: int) -> float:
    """How many of all conversations of that time are in the list, at least one in :data:`_SPARSE`, as its newest part
    tells.
    """
    most = {"first": newer - (newer - older) // _PART, "last": newer, "limit": rows * _SPARSE // _PART}
    return rows / max(rows, _PART * int(tx.query(_THERE_ARE, most)[0][0]))


_TIMES = {"v.last_at": 0, "v.waiting_since": AROUND_MS}
"""Columns that tell when a conversation's documents are from, and how much later they may be."""


def _following(
    tx: Tx, asked: Asked, values: dict[str, Any], order: Order, after: Key | None, number: int
) -> _Stretch | None:
    """The next ``number`` rows behind ``after``, and what is at the very time of the last; None if there are none."""
    own = order.looked_at(tx, asked.branch, ends=False) if after is not None else asked.branch.sql
    bound = {**values, "number": number}
    rows = f" FROM {order.table} WHERE {own} AND {order.condition(bound, after)} ORDER BY {order.by} LIMIT :number"
    if after is None:
        keys: list[Key] = [(row[0], row[1]) for row in tx.query(f"SELECT {order.column}, v.id{rows}", bound)]
        return _Stretch(None, keys[0], keys[-1], number, ends=len(keys) < number) if keys else None
    way, beyond = ("max", _BEYOND_ALL) if order.ascending else ("min", "")
    last_at, found = tx.query(f"SELECT {way}(w.at), count(*) FROM (SELECT {order.column} AS at{rows}) w", bound)[0]
    return _Stretch(after, after, (last_at, beyond), found, ends=found < number) if found else None
