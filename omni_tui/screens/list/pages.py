"""A long list of which only the pages looked at are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from omni_tui.model.conversation import ConversationRow
from omni_tui.model.count import Count

PAGE = 50
_KEPT = 12
_NONE = Count(0)


class Pages:
    """Rows by their place in the list; pages least recently asked for are forgotten."""

    def __init__(self) -> None:
        self.count = 0
        self.more = False
        self._pages: OrderedDict[int, list[ConversationRow]] = OrderedDict()

    @property
    def total(self) -> Count:
        """How many rows the list has, as far as it is known."""
        return Count(self.count, self.more)

    def clear(self, total: Count = _NONE) -> None:
        """Forget all rows; the list now has ``total`` of them."""
        self.expect(total)
        self._pages.clear()

    def expect(self, total: Count) -> None:
        """The list now has ``total`` rows; those that are here stay."""
        self.count, self.more = total.number, total.more

    def get(self, index: int) -> ConversationRow | None:
        """The row at a place, None if it is not loaded."""
        page = self._pages.get(index // PAGE)
        if page is None:
            return None
        self._pages.move_to_end(index // PAGE)
        within = index % PAGE
        return page[within] if within < len(page) else None

    def put(self, offset: int, rows: Sequence[ConversationRow]) -> None:
        """Keep ``rows``, the first of which stands at ``offset``: the start of a page."""
        for start in range(0, len(rows), PAGE):
            number = (offset + start) // PAGE
            self._pages[number] = list(rows[start : start + PAGE])
            self._pages.move_to_end(number)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)

    def missing(self, first: int, last: int) -> list[int]:
        """The numbers of the pages needed for the places ``first`` to ``last`` that are not here."""
        last = min(last, self.count - 1)
        if last < first:
            return []
        return [n for n in range(max(first, 0) // PAGE, last // PAGE + 1) if not self._whole(n)]

    def _whole(self, number: int) -> bool:
        page = self._pages.get(number)
        return page is not None and (len(page) == PAGE or number * PAGE + len(page) >= self.count)

    def before(self, number: int) -> ConversationRow | None:
        """The last row of the page in front of page ``number``, if it is here and whole."""
        page = self._pages.get(number - 1)
        return page[-1] if page and len(page) == PAGE else None

    def index_of(self, conversation_id: str) -> int | None:
        """Where a conversation stands, if its page is here."""
        for number, page in self._pages.items():
            for within, row in enumerate(page):
                if row.id == conversation_id:
                    return number * PAGE + within
        return None

    def places(self, ids: Iterable[str]) -> list[int]:
        """Where those of these conversations stand whose pages are here."""
        wanted = set(ids)
        return [
            number * PAGE + within
            for number, page in self._pages.items()
            for within, row in enumerate(page)
            if row.id in wanted
        ]

    def rows(self, ids: Iterable[str]) -> dict[str, ConversationRow]:
        """The rows with these ids that are here."""
        wanted = set(ids)
        return {row.id: row for page in self._pages.values() for row in page if row.id in wanted}

    def change(
        self, ids: Iterable[str], how: Callable[[ConversationRow], ConversationRow]
    ) -> dict[str, ConversationRow]:
        """Put ``how(row)`` in place of the rows with these ids; returns what was there."""
        wanted, old = set(ids), {}
        for page in self._pages.values():
            for within, row in enumerate(page):
                if row.id in wanted:
                    old[row.id] = row
                    page[within] = how(row)
        return old

    def remove(self, ids: Iterable[str]) -> None:
        """Take rows out; the rows after them move up within the pages that are here."""
        gone = set(ids)
        ordered = sorted(self._pages)
        if not ordered:
            return
        # Only an unbroken run of pages can be moved up truthfully; the others are asked for again.
        first = next((n for n in ordered if any(row.id in gone for row in self._pages[n])), None)
        if first is None:
            return
        rows: list[ConversationRow] = []
        taken = 0
        number = first
        while number in self._pages:
            page = self._pages.pop(number)
            taken += sum(row.id in gone for row in page)
            rows.extend(row for row in page if row.id not in gone)
            number += 1
        for later in [n for n in self._pages if n > first]:
            del self._pages[later]
        self.count = max(0, self.count - taken)
        whole = len(rows) // PAGE * PAGE if first * PAGE + len(rows) < self.count else len(rows)
        tail = rows[whole:]
        self.put(first * PAGE, rows[:whole])
        if tail:
            # The part of a page that is left is shown until the whole page is here.
            self._pages[first + whole // PAGE] = tail

    def ids(self, first: int, last: int) -> list[str]:
        """The ids of the loaded rows from ``first`` to ``last``."""
        rows = (self.get(index) for index in range(max(first, 0), min(last, self.count - 1) + 1))
        return [row.id for row in rows if row is not None]
