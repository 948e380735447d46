"""What the bottom line says: the keys that help here, a toast in their place, trouble at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.model.channel import ChannelRow
from omni_tui.model.enums import Health
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends, shorten
from omni_tui.text.cells import width as cells_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

_TOLD = 40
"""Cells of what a toast tells that its keys leave it."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key with what it does; of several, those with the lowest priority number stay longest."""

    key: str
    label: str
    priority: int = 50


@dataclass(frozen=True, slots=True)
class Toast:
    """Something just happened. ``keys`` are what one may press about it; ``passes`` tells that it may be over soon."""

    text: str
    keys: tuple[Hint, ...] = ()
    ink: str = "text"
    detail: str = ""
    passes: bool = False


def keys_line(hints: Sequence[Hint], trouble: Line, width: int) -> Line:
    """The hints that fit, in their order, dropped by priority; ``?`` goes last."""
    gap = 3 if width > 80 else 2
    room = width - cells(trouble) - 4
    kept = [hint for hint in hints if hint.key]

    def total() -> int:
        return sum(cells_of(h.key) + cells_of(h.label) + 1 + gap for h in kept) - gap

    while kept and total() > room:
        kept.remove(max(kept, key=lambda hint: (hint.priority, -kept.index(hint))))
    line: list[Span] = []
    for hint in kept:
        line += [Span(" " * gap if line else " "), Span(hint.key, "text bold"), Span(f" {hint.label}", "muted")]
    return ends(line, (*trouble, Span(" ")), width)


def pending_line(typed: str, options: Sequence[tuple[str, str]], width: int) -> Line:
    """The keys typed so far, and those of ``options`` (key, what it does) that fit; the others are told by ``...``."""
    line: list[Span] = [Span(" "), Span(typed, "accent bold")]
    for n, (key, title) in enumerate(options):
        more = [Span("   "), Span(key, "text bold"), Span(f" {title}", "muted")]
        reserved = 0 if n == len(options) - 1 else 6
        if cells(line) + cells(more) + reserved > width:
            return (*line, Span("   ...", "muted"))
        line += more
    return tuple(line)


def toast_line(toast: Toast, trouble: Line, width: int) -> Line:
    """The toast in place of the keys. What can be pressed about it stays where not all of its words have room."""
    told: Line = (Span(clean_line(toast.text), toast.ink),)
    if toast.detail:
        told = (*told, Span("   "), Span(clean_line(toast.detail), "muted"))
    keys: list[Span] = []
    for hint in toast.keys:
        if hint.key:  # somebody may have taken it off
            keys += [Span("   "), Span(hint.key, "accent bold"), Span(f" {hint.label}", "muted")]
    room = width - 4
    while keys and room - cells(keys) < min(cells(told), _TOLD):
        del keys[-3:]
    line = [Span(" "), *shorten(told, room - cells(keys)), *keys]
    room_for_trouble = trouble if cells(line) + cells(trouble) + 2 < width else ()
    return ends(line, (*room_for_trouble, Span(" ")), width)


def trouble_line(channels: Sequence[ChannelRow], failed: int, engine: str, context: Context, *, wide: bool) -> Line:
    """What needs looking at: replies not sent, a failing channel, no engine, or else a first sync on its way."""
    spans: list[Span] = []
    if failed:
        words = ngettext("{count} reply not sent", "{count} replies not sent", failed).format(count=f"{failed:,}")
        spans += [Span(words, "alarm"), Span("  " + context.key("view_failed"), "text bold")]
    failing = [c for c in channels if c.health is Health.FAILING]
    if failing and (wide or not spans):
        first = failing[0]
        others = _(" and {count} more").format(count=len(failing) - 1) if len(failing) > 1 else ""
        name = Span(_("{name} failing").format(name=clean_line(first.name)) + others, "alarm")
        spans += [Span("   "), name] if spans else [name]
        if wide and first.next_try_at is not None:
            spans.append(Span("  " + _("next try {clock}").format(clock=context.clock(first.next_try_at)), "muted"))
    syncing = [c for c in channels if c.health is Health.SYNCING and c.done < c.total]
    if spans:
        return tuple(spans)
    if engine:
        return (Span(engine, "caution"),)
    if syncing:
        bar, numbers = _progress(syncing)
        return (Span(_("syncing "), "muted"), *bar, *(numbers if wide else ()))
    return ()


def arriving_lines(channels: Sequence[ChannelRow]) -> tuple[Line, ...]:
    """What an empty list says while a first sync may still fill it; empty when all is fetched."""
    lines: list[Line] = []
    for channel in channels:
        if channel.health is Health.OK or 0 < channel.total <= channel.done:
            continue
        name = clean_line(channel.address or channel.name)
        if channel.health is Health.FAILING:
            lines.append((Span(_("{name} cannot be read now").format(name=name), "alarm"),))
        elif channel.total > 0:
            lines += [(Span(_("Fetching {name}").format(name=name), "soft"),), _spans(*_progress([channel]))]
        else:
            lines.append((Span(_("Connecting to {name}").format(name=name), "soft"),))
    if lines:
        lines += [(), (Span(_("New ones appear here by themselves."), "muted"),)]
    return tuple(lines)


def _spans(*groups: Line) -> Line:
    return tuple(span for group in groups for span in group)


def _progress(channels: Sequence[ChannelRow]) -> tuple[Line, Line]:
    """A bar of ten cells, and how many of how many messages were taken in."""
    done, total = sum(c.done for c in channels), sum(c.total for c in channels)
    tenths = min(10, done * 10 // max(1, total))
    numbers = _("  {done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
    return (Span("#" * tenths, "accent"), Span("." * (10 - tenths), "faint")), (Span(numbers, "muted"),)
