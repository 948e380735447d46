"""Every action by name: type a few letters, see its key, run it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, ends
from omni_tui.screens.draw.lines import LOW, Lines
from omni_tui.screens.overlay.field import Field
from omni_tui.text.cells import wrap
from omni_tui.text.i18n import _

_ROWS = 14
_WIDTH = 76
_ROOM_FOR_GROUP = 56
"""Cells from which there is room for more than what an action is called and its key."""
_AROUND = 12
"""Rows above and below those that are listed: the header, the field, help, keys, the footer."""
_AROUND_LOW = 2
"""The same on a low screen, which the palette has for itself: the field and the keys."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something the palette can run. ``note`` stands before its key; ``also`` are other words it is found by."""

    name: str
    title: str
    group: str
    key: str
    help: str = ""
    note: str = ""
    also: str = ""


Items = Callable[[], Sequence[Item]]


def matches(text: str, title: str) -> tuple[int, ...] | None:
    """Which characters of ``title`` the letters of ``text`` fall on: whole first, then word starts, then in order."""
    wanted, shown = text.casefold(), title.casefold()
    if len(shown) != len(title):
        shown = title.lower() if len(title.lower()) == len(title) else title
    if (at := shown.find(wanted)) >= 0:
        return tuple(range(at, at + len(wanted)))
    found: list[int] = []
    at = -1
    for letter in wanted:
        if letter == " ":
            continue
        at = shown.find(letter, at + 1)
        if at < 0:
            return None
        found.append(at)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that was found, by the letters at ``places`` of its title or by another ``word`` for it."""

    item: Item
    places: tuple[int, ...] = ()
    word: str = ""


def other_word(text: str, also: str) -> str:
    """The one of the words ``also`` that begins with ``text``, or where that is Chinese holds it; or nothing."""
    wanted, words = text.casefold(), also.casefold()
    if not wanted:
        return ""
    at = f" {words}".find(f" {wanted}") if wanted.isascii() else words.find(wanted)
    if at < 0:
        return ""
    start = words.rfind(" ", 0, at + 1) + 1
    end = words.find(" ", at + len(wanted))
    return words[start : end if end >= 0 else None]


def ranked(items: Sequence[Item], text: str) -> list[Hit]:
    """The items that match, closest first; in their own order while nothing is typed.

    Another word for an item comes behind a title that holds what was typed, and before one that has its letters
    somewhere.
    """
    hits: list[tuple[bool, int, int, Hit]] = []
    for order, item in enumerate(items):
        places = matches(text, item.title)
        spread = (places[-1] - len(places) + 1) if places else 0
        scattered = places is not None and len(places) > 0 and places[-1] - places[0] >= len(places)
        if (places is None or scattered) and (word := other_word(text, item.also)):
            hits.append((False, len(item.title), order, Hit(item, word=word)))
        elif places is not None:
            hits.append((scattered, spread, order, Hit(item, places)))
    hits.sort(key=lambda hit: hit[:3])
    return [hit for *_rank, hit in hits]


class Palette(Vertical):
    """A field over a list of all actions."""

    DEFAULT_CSS = """
    Palette { layer: over; display: none; width: 76; height: auto; offset: 0 2; background: $omni-over; }
    Palette.-open { display: block; }
    Palette Horizontal { height: 1; background: $omni-over; }
    Palette #palette-top, Palette #palette-lead { height: 1; }
    Palette #palette-lead { width: 5; }
    Palette Field, Palette Field:focus { background: $omni-over; }
    """

    class Chosen(Message):
        """An item was chosen."""

        def __init__(self, chosen: str) -> None:
            super().__init__()
            self.chosen = chosen

    class Dismissed(Message):
        """Nothing was chosen."""

    def __init__(self, context: Context, items: Items, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self._actions = self._items = items
        self._nothing = self._of = ""
        self._top = Lines(context, "over", id="palette-top")
        self._lead = Lines(context, "over", id="palette-lead")
        self._body = Lines(context, "over", id="palette-body")
        self.field = Field(frozenset({"Enter", "Esc", "Tab", "Down", "Up", "C-n", "C-p"}), id="palette-field")
        self._hits: list[Hit] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        yield self._top
        with Horizontal():
            yield self._lead
            yield self.field
        yield self._body

    @property
    def is_open(self) -> bool:
        """Whether the palette is in view."""
        return self.has_class("-open")

    def open(self) -> None:
        """Come into view with all actions."""
        self.choose_from(
            self._actions, _("{found} of {all} actions"), _("No action is called that. Backspace widens the search.")
        )

    def choose_from(self, items: Items, of: str, nothing: str) -> None:
        """Come into view with other things to choose from, nothing typed yet. ``of`` counts them, ``nothing`` is
        said when none is called what was typed."""
        self._items, self._of, self._nothing = items, of, nothing
        self._place()
        self._lead.show([(Span("   "), Span(":", "accent bold"))])
        self.field.value = ""
        self.add_class("-open")
        self.field.focus()
        self._search("")

    def close(self) -> None:
        """Go out of view."""
        self.remove_class("-open")

    def fit(self) -> None:
        """The screen has another size."""
        if self.is_open:
            self._place()
            self._paint()

    def _place(self) -> None:
        width = min(_WIDTH, self.app.size.width)
        self.styles.width = width
        self.styles.offset = ((self.app.size.width - width) // 2, 0 if self._low else 2)
        self._top.display = not self._low
        frame = Span("+" + "-" * (width - 2) + "+", "muted")
        self._top.show([(frame,)] if self._ctx.tones.flat else [BLANK])

    @property
    def _low(self) -> bool:
        return self.app.size.height < LOW

    def renew(self) -> None:
        """What there is to choose from may have changed."""
        if self.is_open:
            at = self._at
            self._hits = ranked(self._items(), self.field.value.strip())
            self._at = max(0, min(at, len(self._hits) - 1))
            self._paint()

    def _search(self, text: str) -> None:
        self._hits, self._at = ranked(self._items(), text), 0
        self._paint()

    def _paint(self) -> None:
        size = min(_WIDTH, self.app.size.width)
        low, height = self._low, self.app.size.height
        rows = max(1, height - _AROUND_LOW) if low else min(_ROWS, max(3, height - _AROUND))
        first = max(0, min(self._at - rows // 2, len(self._hits) - rows))
        lines: list[Line] = [] if low else [BLANK]
        grounds: dict[int, str] = {}
        for number, hit in list(enumerate(self._hits))[first : first + rows]:
            item, here = hit.item, number == self._at
            if here:
                grounds[len(lines)] = "sel"
            title = (*_marked(item.title, hit.places), *((Span(f"   {hit.word}", "accent"),) if hit.word else ()))
            group = (Span(f"   {item.group}", "faint"),) if size >= _ROOM_FOR_GROUP else ()
            left = (Span(" > " if here else "   ", "accent bold"), *title, *group)
            note = (Span(item.note, "soft"), Span("   ")) if item.note else ()
            lines.append(ends(left, (*note, Span(item.key, "text bold"), Span("   ")), size))
        if not self._hits:
            lines.append((Span("   "), Span(self._nothing, "muted")))
        chosen = self._hits[self._at].item.help if self._hits else ""
        if not low:
            lines.append(BLANK)
            lines += [(Span("   "), Span(line, "muted")) for line in (*wrap(chosen, size - 6), "")[:2]]
            lines.append(BLANK)
        keys: list[Span] = [Span("   ")]
        named = (("Enter", _("run")), ("Down Up", _("choose")), ("Esc", _("close")))
        for key, word in named if size >= _ROOM_FOR_GROUP else named[::2]:
            keys += [Span(key, "text bold"), Span(f" {word}   ", "muted")]
        count = self._of.format(found=len(self._hits), all=len(self._items()))
        counted = (Span(count, "faint"), Span("   ")) if size >= _ROOM_FOR_GROUP else ()
        lines.append(ends(keys, counted, size))
        frame: Line = (Span("+" + "-" * (size - 2) + "+", "muted"),)
        lines += [] if low else [frame if self._ctx.tones.flat else BLANK]
        self._body.styles.height = len(lines)
        self._body.show(lines, grounds)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self._search(event.value.strip())

    def on_field_key(self, event: Field.Key) -> None:
        event.stop()
        if event.key == "Esc":
            self.close()
            self.post_message(self.Dismissed())
        elif event.key in ("Enter", "Tab") and self._hits:
            name = self._hits[self._at].item.name
            self.close()
            self.post_message(self.Chosen(name))
        elif self._hits and event.key in ("Down", "C-n", "Up", "C-p"):
            step = 1 if event.key in ("Down", "C-n") else -1
            self._at = (self._at + step) % len(self._hits)
            self._paint()


def _marked(title: str, places: tuple[int, ...]) -> list[Span]:
    hit = set(places)
    return [Span(char, "accent bold underline" if at in hit else "text") for at, char in enumerate(title)]
