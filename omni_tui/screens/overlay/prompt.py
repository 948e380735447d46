"""Asks for one thing above the footer: whom to assign to, which tags, until when, a command, a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends, shorten
from omni_tui.screens.draw.lines import Lines
from omni_tui.screens.overlay.field import Field
from omni_tui.text.cells import width as cells_of
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _

_ROWS = 6
_FIELD = 20
"""Cells of a field below which its question stands above it."""
_WIDE = 40
"""Cells from which the key that takes what is offered stands beside it, too."""
_AROUND = 3
"""Rows of a low screen that are not for what is offered: the field, the footer and one of what is behind."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion: what is typed for it, and what it means; ``goes_on`` if more is to be typed behind it."""

    value: str
    label: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``offers`` gives completions for a text; ``many`` completes the last word only."""

    name: str
    prompt: str
    offers: Callable[[str], Sequence[Offer]]
    many: bool = False
    start: str = ""


class Prompt(Vertical):
    """A question with a field and its completions."""

    DEFAULT_CSS = """
    Prompt { dock: bottom; margin: 0 0 1 0; height: auto; display: none; background: $omni-raised; layer: over; }
    Prompt.-open { display: block; }
    Prompt Horizontal { height: 1; background: $omni-raised; }
    Prompt #prompt-lead { width: auto; }
    Prompt #prompt-offers { height: 0; }
    """

    class Answered(Message):
        """Enter was pressed."""

        def __init__(self, question: Question, answer: str) -> None:
            super().__init__()
            self.question = question
            self.answer = answer

    class Dismissed(Message):
        """Escape was pressed."""

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lead = Lines(context, "raised", id="prompt-lead")
        self._offers = Lines(context, "raised", id="prompt-offers")
        self.field = Field(frozenset({"Enter", "Esc", "Tab", "S-Tab", "Down", "Up"}), id="prompt-field")
        self._question: Question | None = None
        self._found: list[Offer] = []
        self._at = -1
        self._problem = ""

    def compose(self) -> ComposeResult:
        yield self._offers
        with Horizontal():
            yield self._lead
            yield self.field

    @property
    def is_open(self) -> bool:
        """Whether something is being asked."""
        return self.has_class("-open")

    def ask(self, question: Question) -> None:
        """Ask; the answer comes as :class:`Answered`."""
        self._question, self._at, self._problem = question, -1, ""
        self.field.value = question.start
        self.field.cursor_position = len(question.start)
        self.add_class("-open")
        self.field.focus()
        self.complete()

    def asks(self, name: str) -> bool:
        """Whether it asks the question of this name."""
        return self._question is not None and self._question.name == name

    def problem(self, text: str) -> None:
        """Say what is wrong with the answer, and let it be corrected."""
        self._problem = text
        self._paint()
        self.field.focus()

    def close(self) -> None:
        """Stop asking."""
        self.remove_class("-open")

    def complete(self) -> None:
        """Offer what the text could become, anew."""
        question = self._question
        if question is None:
            return
        text = self.field.value
        part = text.rpartition(" ")[2] if question.many else text
        self._found = list(question.offers(part))[:_ROWS]
        self._at = -1
        self._paint()

    def renew(self) -> None:
        """Offer anew because there is something else to choose from; what is chosen stays so while it is offered."""
        chosen = self._found[self._at].value if self._at >= 0 else None
        self.complete()
        self._at = next((at for at, offer in enumerate(self._found) if offer.value == chosen), -1)
        self._paint()

    def fit(self) -> None:
        """The screen has another size."""
        if self.is_open:
            self._paint()

    def _lay_lead(self, size: int) -> list[Line]:
        """Put the question beside its field, or give its line to stand above it."""
        question = self._question
        assert question is not None
        lead: Line = (Span(" "), Span(question.prompt, "text bold"), Span("  "))
        beside = size - cells_of(question.prompt) - 3 >= _FIELD or cells_of(question.prompt) < 3
        self._lead.styles.width = cells_of(question.prompt) + 3 if beside else 1
        self._lead.show([lead] if beside else [])
        return [] if beside else [shorten(lead, size)]

    def _paint(self) -> None:
        if self._question is None:
            return
        lines: list[Line] = []
        size = self.app.size.width
        lead = self._lay_lead(size)
        if self._problem:
            lines += [(Span("  "), Span(line, "alarm")) for line in wrap(clean(self._problem), max(16, size - 4))]
        rows = max(1, self.app.size.height - _AROUND - len(lead) - len(lines))
        first = max(0, min(self._at - rows + 1, len(self._found) - rows))
        for number, offer in list(enumerate(self._found))[first : first + rows]:
            here = number == self._at
            mark = Span(" > " if here else "   ", "accent bold")
            left = (mark, Span(offer.value, "text bold" if here else "soft"), Span(f"   {offer.label}", "muted"))
            tab = (Span("Tab ", "text bold"), Span(_("take"), "muted"), Span(" ")) if number == max(self._at, 0) else ()
            lines.append(ends(left, tab if size >= _WIDE else (), size))
        lines += lead
        self._offers.styles.height = len(lines)
        self._offers.show(lines)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._problem = ""
        self.complete()

    def on_field_key(self, event: Field.Key) -> None:
        event.stop()
        if event.key == "Esc":
            self.close()
            self.post_message(self.Dismissed())
        elif event.key == "Enter" and self._question is not None:
            if self._at >= 0 and self._take().goes_on:
                return
            self.post_message(self.Answered(self._question, self.field.value.strip()))
        elif event.key in ("Down", "Up") and self._found:
            step = 1 if event.key == "Down" else -1
            self._at = (self._at + step) % len(self._found)
            self._paint()
        elif event.key == "Tab" and self._found:
            self._at = max(self._at, 0)
            self._take()

    def _take(self) -> Offer:
        question, offer = self._question, self._found[self._at]
        assert question is not None
        before, space, _part = self.field.value.rpartition(" ") if question.many else ("", "", "")
        with self.field.prevent(Input.Changed):
            self.field.value = before + space + offer.value + (" " if question.many else "")
        self.field.cursor_position = len(self.field.value)
        self._found, self._at = [], -1
        if offer.goes_on:
            self.complete()
        else:
            self._paint()
        return offer
