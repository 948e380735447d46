"""A thread laid out for a width: blocks of lines, made off the event loop's thread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from omni_tui.desk.facts import summary_sentences, warning_sentences
from omni_tui.desk.files import by_letter
from omni_tui.model.enums import Direction
from omni_tui.model.message import MessageRow, Thread
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, column, ends, shorten
from omni_tui.screens.draw.times import day, hour, same_day, size_word
from omni_tui.screens.list.draw import kind_word
from omni_tui.screens.thread.words import event_sentence, outbox_lines, outgoing_word, party
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _, ngettext
from omni_tui.text.quotes import fold

BODY = 8
SLIM = 44
"""Cells below which a pane has no room for a wide margin."""
_MEASURE = 76
_SHOWN = 60_000
_QUOTE_MARKS = re.compile(r"(?:> ?){1,8}")
Kind = Literal["message", "note", "event", "day", "new", "earlier"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. Of messages and notes the first line stays on top while scrolling."""

    kind: Kind
    key: str
    lines: tuple[Line, ...]

    @property
    def ground(self) -> str:
        """The ground all its lines stand on."""
        return "note" if self.kind == "note" else "base"


def lay_out(
    thread: Thread, messages: Sequence[MessageRow], width: int, context: Context, unfolded: bool
) -> tuple[Block, ...]:
    """The whole thread in ``width`` cells. ``messages`` are those loaded so far."""
    letters = {file.id: letter for letter, file in by_letter(messages).items()}
    earlier = thread.earlier
    blocks: list[Block] = []
    if earlier > 0:
        text = ngettext("{count} earlier message", "{count} earlier messages", earlier).format(count=f"{earlier:,}")
        line = (
            Span(" " * body_margin(width)),
            Span(text, "faint"),
            Span(f"   {context.key('top')} ", "muted"),
            Span(_("load them"), "faint"),
        )
        blocks.append(Block("earlier", "earlier", (line, ())))
    new_from = _first_new(thread, messages)
    last: MessageRow | None = None
    for message in messages:
        if last is None or not same_day(last.received_at, message.received_at, context.zone()):
            title: Line = (Span("  "), Span(day(message.received_at, context), "faint bold"))
            blocks.append(Block("day", f"day {message.id}", ((), title, ()) if _ends_tight(blocks) else (title, ())))
        elif message.direction is not Direction.EVENT and _ends_tight(blocks):
            blocks[-1] = Block("event", blocks[-1].key, (*blocks[-1].lines, ()))
        if message.id == new_from:
            blocks.append(_new_mark(thread, messages, message, context))
        blocks.append(_block(message, letters, width, context, unfolded))
        last = message
    return tuple(blocks)


def _ends_tight(blocks: list[Block]) -> bool:
    return bool(blocks) and blocks[-1].kind == "event"


def _first_new(thread: Thread, messages: Sequence[MessageRow]) -> str:
    if thread.seen_at is None or not thread.head.unread:
        return ""
    seen = thread.seen_at
    fresh = [m for m in messages if m.direction is Direction.INBOUND and m.received_at > seen]
    return fresh[0].id if fresh and fresh[0] is not messages[0] else ""


def _new_mark(thread: Thread, messages: Sequence[MessageRow], first: MessageRow, context: Context) -> Block:
    seen = thread.seen_at or 0
    count = sum(m.direction is Direction.INBOUND and m.received_at >= first.received_at for m in messages)
    text = ngettext(
        "{count} message since you last looked at {clock}", "{count} messages since you last looked at {clock}", count
    ).format(count=count, clock=context.clock(seen))
    return Block("new", "new", ((Span("  "), column(_("new"), 6, "accent bold"), Span(text, "accent")), ()))


def _block(message: MessageRow, letters: Mapping[str, str], width: int, context: Context, unfolded: bool) -> Block:
    if message.direction is Direction.EVENT:
        return _event(message, width, context)
    note = message.direction is Direction.NOTE
    margin = body_margin(width)
    room = max(10, min(_MEASURE, width - margin - 2))
    body = _body(message, letters, room, context, unfolded)
    head = _note_head(message, width, context) if note else _head(message, width, context)
    if not note:
        return Block("message", message.id, (head, *((Span(" " * margin), *line) if line else () for line in body), ()))
    bar = (Span(" " * (margin - 2)), Span("|", "caution bold"), Span(" "))
    return Block("note", message.id, (head, *((*bar, *line) for line in body), ()))


def body_margin(width: int) -> int:
    """The cells left of what is read in a pane so wide."""
    return BODY if width >= SLIM else 3


def _gutter(word: Span, width: int) -> Line:
    return (Span("  "), word, Span("  ")) if width >= SLIM else (Span(" "), word, Span(" "))


def _event(message: MessageRow, width: int, context: Context) -> Block:
    margin = body_margin(width)
    room = max(10, min(_MEASURE, width - margin - 9))
    first, *rest = wrap(event_sentence(message, context), room)
    clock = hour(message.received_at, context.zone())
    lines = [ends((Span(" " * margin), Span(first, "muted")), (Span(clock, "faint"), Span("  ")), width)]
    lines += [(Span(" " * margin), Span(line, "muted")) for line in rest]
    return Block("event", message.id, tuple(lines))


def _head(message: MessageRow, width: int, context: Context) -> Line:
    clock = hour(message.received_at, context.zone())
    gutter = _gutter(column(kind_word(message.kind), 4, "muted"), width)
    if message.direction is Direction.INBOUND:
        name, address = clean_line(message.author.name), clean_line(message.author.address)
        left = [*gutter, Span(name or address or _("unknown sender"), "text bold")]
        if name and address and address != name:
            left.append(Span(f"  {address}", "muted"))
        if message.facts.verdict is not None and (trouble := message.facts.verdict.trouble):
            left.append(Span(f"  {trouble}", "caution bold"))
    else:
        # Ours is known by its name; the room belongs to whom it went to.
        who = clean_line(message.agent or "") or clean_line(message.author.name) or clean_line(message.author.address)
        left = [*gutter, Span(_("you") if context.is_me(message.agent) else who, "soft")]
        to = ", ".join(clean_line(p.address) or clean_line(p.name) for p in (*message.to, *message.cc))
        said = _("forwarded to {who}") if message.forwards else _("to {who}")
        left.append(Span("  " + said.format(who=to) if to else "", "muted"))
        if word := outgoing_word(message):
            left.append(Span(f"   {word}", "muted"))
    if message.edited_at is not None:
        left.append(Span("  " + _("edited"), "faint"))
    return ends(left, (Span(clock, "muted"), Span("  ")), width)


def _note_head(message: MessageRow, width: int, context: Context) -> Line:
    who = clean_line(message.agent or "") or party(message.author)
    before = (Span("  "),) if width >= SLIM else (Span(" "),)
    gutter = (*before, column(_("NOTE"), 4, "caution bold"), Span("|", "caution bold"), Span(" "))
    left = (
        *gutter,
        Span(_("you") if context.is_me(message.agent) else who, "caution bold"),
        Span("  " + _("team only"), "muted"),
    )
    return ends(left, (Span(hour(message.received_at, context.zone()), "muted"), Span("  ")), width)


def _body(message: MessageRow, letters: Mapping[str, str], room: int, context: Context, unfolded: bool) -> list[Line]:
    ink = "soft" if message.direction is Direction.OUTBOUND else "text"
    lines: list[Line] = []
    if message.notice:
        lines += _wrapped(clean_line(message.notice), room, "caution")
        if message.has_source:
            lines.append((Span(context.key("source"), "text bold"), Span(_(" shows the message as it came"), "muted")))
    if message.aside and message.direction is Direction.INBOUND:
        lines += _wrapped(_("answers what was forwarded to them; this is not the customer"), room, "caution")
    for sentence in warning_sentences(message.facts):
        lines += _wrapped(sentence, room, "caution")
    if message.deleted_at is not None:
        lines.append((Span(_("taken back by its author"), "faint"),))
    text = clean(message.text[:_SHOWN]).strip("\n")
    if text:
        lines += _wrapped(text, room, ink) if unfolded else _folded(text, room, ink, context.key("unfold"))
    if len(message.text) > _SHOWN:
        lines.append(
            (
                Span(_("cut here, it is very long"), "faint"),
                Span(f"   {context.key('source')} ", "muted"),
                Span(_("whole message"), "faint"),
            )
        )
    for sentence in summary_sentences(message.facts, context.zone()):
        lines += _wrapped(sentence, room, "soft")
    for file in message.attachments:
        kind = clean_line(file.mime).partition("/")[0] or _("file")
        name = clean_line(file.name) or _("unnamed")
        parts = (Span(letters.get(file.id, ""), "accent bold"), Span(" "), Span(name, "text underline"))
        facts = f"  {size_word(file.size)}  {kind}"
        if file.left:
            facts += "  " + _("on the server")
        lines.append((*shorten(parts, room - max(18, cells((Span(facts),)))), Span(facts, "muted")))
    if message.outbox is not None:
        for line in outbox_lines(message.outbox, context, crossed=message.crossed):
            lines += _wrapped_spans(line, room)
    return lines


def _folded(text: str, room: int, ink: str, key: str) -> list[Line]:
    lines: list[Line] = []
    for part in fold(text).parts:
        if part.kind == "text":
            # What is folded follows its text without a gap.
            lines += _wrapped("\n".join(part.lines).rstrip(), room, ink)
        elif part.kind == "quote":
            count = len(part.lines)
            words = ngettext("{count} quoted line folded", "{count} quoted lines folded", count).format(count=count)
            lines.append(shorten((Span(words, "faint"), Span(f"  {key} ", "muted"), Span(_("unfold"), "faint")), room))
        else:
            lines.append((Span(_("signature folded"), "faint"),))
    while lines and not any(span.text.strip() for span in lines[0]):
        lines.pop(0)
    return lines


def _wrapped(text: str, room: int, ink: str) -> list[Line]:
    lines = (
        wrap(text, room) if ">" not in text else [piece for line in text.split("\n") for piece in _quoted(line, room)]
    )
    return [(Span(line, ink),) if line else () for line in lines]


def _quoted(line: str, room: int) -> list[str]:
    """One line, wrapped; of a quoted one every piece has its marks."""
    found = _QUOTE_MARKS.match(line)
    marks = found.group() if found is not None else ""
    return [f"{marks}{piece}".rstrip() for piece in wrap(line[len(marks) :], max(10, room - len(marks)))]


def _wrapped_spans(line: Line, room: int) -> list[Line]:
    if sum(len(span.text) for span in line) <= room or len(line) > 2:
        return [line]
    return [found for span in line if span.text for found in _wrapped(span.text.strip(), room, span.ink)]
