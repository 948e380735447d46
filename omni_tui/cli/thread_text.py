"""A thread as plain text.

What people wrote is indented: a line that begins at the margin is ours, so no text can pass for the head of
another message.
"""

from __future__ import annotations

import shutil
import sys

from omni_tui.cli.clock import exact, zone
from omni_tui.cli.output import say, tell
from omni_tui.desk.facts import summary_sentences, warning_sentences
from omni_tui.desk.state_words import outbox_word, status_word
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.message import MessageRow, Party, Thread
from omni_tui.text.cells import width, wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _, ngettext

INDENT = "    "


def print_thread(thread: Thread, *, full: bool) -> None:
    """The head, then every message; ``full`` unfolds quotes and signatures."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in head_lines(thread):
        _tell(line, room)
    if thread.earlier:
        text = ngettext(
            "{count} earlier message is not shown", "{count} earlier messages are not shown", thread.earlier
        )
        say(text.format(count=thread.earlier) + _("; --limit shows more."))
    above = None
    for message in thread.messages:
        if not above is message.direction is Direction.EVENT:
            tell()
        above = message.direction
        for line in message_lines(message, full=full):
            _tell(line, room)


def _tell(line: str, room: int | None) -> None:
    """A line, on a terminal of ``room`` cells broken by us: the terminal would go on at the margin."""
    if room is None or width(line) <= room:
        tell(line)
        return
    text = line.lstrip(" ")
    indent = line[: len(line) - len(text)]
    first, *rest = wrap(text, max(room - len(indent or INDENT), 8))
    tell(indent + first)
    for each in rest:
        tell((indent or INDENT) + each)


def head_lines(thread: Thread) -> list[str]:
    """Whose conversation it is, how it stands, where an answer would go."""
    head = thread.head
    lines = [f"#{head.ref}  {clean_line(head.subject)}"]
    facts = [
        _("from {who}").format(who=party_text(Party(head.address, head.customer))),
        _("{status} on {channel}").format(status=status_word(head.status), channel=clean_line(head.channel)),
        _("assigned to {who}").format(who=clean_line(head.assignee)) if head.assignee else _("unassigned"),
    ]
    if head.snoozed_until is not None:
        facts.append(_("until {time}").format(time=exact(head.snoozed_until)))
    lines.append(" · ".join(facts))
    if head.tags:
        lines.append(_("tags: {tags}").format(tags=", ".join(map(clean_line, head.tags))))
    if thread.related:
        lines.append(_("see also: {refs}").format(refs=", ".join(f"#{ref}" for ref in thread.related)))
    to = ", ".join(map(party_text, thread.reply_to)) or _("nobody")
    lines.append(_("a reply goes to {to}").format(to=to))
    if thread.reply_changed:
        lines.append(_("   ! not to {before} as before").format(before=", ".join(map(party_text, thread.reply_before))))
    return lines


def message_lines(message: MessageRow, *, full: bool) -> list[str]:
    """One message: who, when, what became of it; then its text, indented."""
    when = exact(message.received_at)
    if message.direction is Direction.EVENT:
        at = message.detail if message.verb == "snooze" else ""
        detail = exact(int(at)) if at.isdecimal() else message.detail
        words = " ".join(filter(None, (message.verb, detail)))
        return [f"-- {when}  {clean_line(f'{message.agent}: {words}')}"]
    titles = {
        Direction.INBOUND: _("from {who}"),
        Direction.OUTBOUND: _("reply by {who}"),
        Direction.NOTE: _("note by {who}"),
    }
    if message.forwards:
        title = _("forwarded by {who} to {to}").format(
            who=_author(message), to=", ".join(map(party_text, message.to)) or _("nobody")
        )
    else:
        title = titles[message.direction].format(who=_author(message))
    lines = [f"-- {when}  {title}{_fate(message)}"]
    if message.aside and not message.forwards:
        lines.append("   ! " + _("answers what was forwarded to them; this is not the customer"))
    if message.cc:
        lines.append(_("   copies to {who}").format(who=", ".join(map(party_text, message.cc))))
    if message.notice:
        lines.append(f"   ! {clean_line(message.notice)}")
    if message.facts.verdict is not None and message.facts.verdict.trouble:
        lines.append(f"   ! {message.facts.verdict.trouble}")
    lines += [f"   ! {sentence}" for sentence in warning_sentences(message.facts)]
    lines += [(INDENT + line).rstrip() for line in _text(message.text, full).split("\n")] if message.text else []
    lines += [f"   = {sentence}" for sentence in summary_sentences(message.facts, zone())]
    for file in message.attachments:
        lines.append(f"   + {clean_line(file.name)} ({clean_line(file.mime)}, {_size(file.size)})")
    return lines


def _author(message: MessageRow) -> str:
    if message.direction is not Direction.INBOUND and message.agent:
        return clean_line(message.agent)
    return party_text(message.author)


def _fate(message: MessageRow) -> str:
    row = message.outbox
    if row is None or (row.state is OutboxState.SENT and not row.error):
        return ""
    error = f": {clean_line(row.error)}" if row.error else ""
    return f"  [{outbox_word(row.state)}{error}]"


def party_text(party: Party) -> str:
    """Always with the address: a name is whatever its owner likes."""
    address, name = clean_line(party.address), clean_line(party.name)
    return f"{name} <{address}>" if name and name != address else address


def _text(text: str, full: bool) -> str:
    # What stands behind the last line's end is no line of a quote.
    text = clean(text).strip("\n")
    if full:
        return text
    from omni_tui.text.quotes import fold

    shown: list[str] = []
    for part in fold(text).parts:
        if part.kind == "text":
            shown += part.lines
        else:
            what = _("quoted") if part.kind == "quote" else _("signature")
            count = len(part.lines)
            shown.append(
                ngettext("[{count} line {what}]", "[{count} lines {what}]", count).format(count=count, what=what)
            )
    return "\n".join(shown).strip("\n")


def _size(size: int) -> str:
    return f"{size} B" if size < 1024 else f"{size / 1024:.0f} kB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"
