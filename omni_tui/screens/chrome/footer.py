"""The bottom line: the keys that help here, trouble at the right; a toast takes the keys' place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.model.channel import ChannelRow
from omni_tui.model.enums import Health
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.text.cells import width as cells_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Hint:
    """A key with what it does; of several, those with the lowest priority number stay longest."""

    key: str
    label: str
    priority: int = 50


@dataclass(frozen=True, slots=True)
class Toast:
    """Something just happened. ``keys`` are what one may press about it."""

    text: str
    keys: tuple[Hint, ...] = ()
    ink: str = "text"
    detail: str = ""


def keys_line(hints: Sequence[Hint], trouble: Line, width: int) -> Line:
    """The hints that fit, in their order, dropped by priority; ``?`` goes last."""
    gap = 3 if width > 80 else 2
    room = width - cells(trouble) - 3
    kept = list(hints)

    def total() -> int:
        return sum(cells_of(h.key) + cells_of(h.label) + 1 + gap for h in kept)

    while kept and total() > room:
        kept.remove(max(kept, key=lambda hint: (hint.priority, -kept.index(hint))))
    line: list[Span] = [Span(" ")]
    for hint in kept:
        line += [Span(hint.key, "text bold"), Span(f" {hint.label}", "muted"), Span(" " * gap)]
    return ends(line, (*trouble, Span(" ")), width)


def toast_line(toast: Toast, trouble: Line, width: int) -> Line:
    """The toast in place of the keys."""
    line = [Span(" "), Span(clean_line(toast.text), toast.ink), Span("   ")]
    if toast.detail:
        line += [Span(clean_line(toast.detail), "muted"), Span("   ")]
    for hint in toast.keys:
        line += [Span(hint.key, "accent bold"), Span(f" {hint.label}", "muted"), Span("   ")]
    room_for_trouble = trouble if cells(line) + cells(trouble) + 2 < width else ()
    return ends(line, (*room_for_trouble, Span(" ")), width)


def trouble_line(channels: Sequence[ChannelRow], engine: str, context: Context, *, wide: bool) -> Line:
    """What needs looking at: a failing channel, a first sync on its way, no engine. Empty when all is well."""
    failing = [c for c in channels if c.health is Health.FAILING]
    if failing:
        first = failing[0]
        others = _(" and {count} more").format(count=len(failing) - 1) if len(failing) > 1 else ""
        spans = [Span(_("{name} failing").format(name=clean_line(first.name)) + others, "alarm")]
        if wide and first.next_try_at is not None:
            spans.append(Span("  " + _("next try {clock}").format(clock=context.clock(first.next_try_at)), "muted"))
        return tuple(spans)
    syncing = [c for c in channels if c.health is Health.SYNCING and c.total > 0]
    if syncing:
        done, total = sum(c.done for c in syncing), sum(c.total for c in syncing)
        tenths = min(10, done * 10 // max(1, total))
        spans = [Span(_("syncing "), "muted"), Span("#" * tenths, "accent"), Span("." * (10 - tenths), "faint")]
        if wide:
            spans.append(Span(_("  {done} of {total}").format(done=f"{done:,}", total=f"{total:,}"), "muted"))
        return tuple(spans)
    return (Span(engine, "caution"),) if engine else ()
