"""A conversation read aloud: from the first unread message on, message by message, backwards on demand."""

from __future__ import annotations

from omni_tui.cli.clock import ago
from omni_tui.cli.plain.session import Opened, Session
from omni_tui.cli.plain.talk import say
from omni_tui.cli.thread_text import head_lines, message_lines
from omni_tui.desk import inbox
from omni_tui.desk import thread as desk_thread
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction
from omni_tui.model.errors import UsageError
from omni_tui.model.message import MessageRow
from omni_tui.text.i18n import _, ngettext

WINDOW = 50


def open_row(session: Session, row: ConversationRow) -> None:
    """Open a conversation and tell it from its first unread message, or its newest one."""
    thread = desk_thread.open_thread(session.store, session.agent, row.id, limit=WINDOW)
    messages = list(thread.messages)
    opened = Opened(thread, messages, thread.earlier, max(0, len(messages) - 1))
    session.opened, session.choosing_view = opened, False
    opened.first = _start(opened)
    lines = head_lines(thread)
    before = _before(opened)
    if before:
        text = ngettext("{count} earlier message; k reads it.", "{count} earlier messages; k reads back.", before)
        lines.append(text.format(count=before))
    if thread.head.own_draft:
        lines.append(_("You have a draft here; r or m goes on with it."))
    session.tell([*lines, *_told(opened, opened.first, len(messages)), *_closing(opened)])
    desk_thread.mark_seen(session.store, row.id)


def refresh(session: Session) -> list[MessageRow]:
    """Read the open conversation again; the messages that came since."""
    opened = session.opened
    if opened is None:
        return []
    thread = desk_thread.open_thread(session.store, session.agent, opened.thread.head.id, limit=WINDOW)
    known = {message.id for message in opened.messages}
    new = [message for message in thread.messages if message.id not in known]
    fresh = {message.id: message for message in thread.messages}
    opened.messages = [fresh.get(message.id, message) for message in opened.messages] + new
    opened.thread = thread
    return new


def read_back(session: Session) -> None:
    """Tell the message before those told so far."""
    opened = _opened(session)
    while True:
        if opened.first == 0 and not _load_earlier(session, opened):
            say(_("That is the beginning of the conversation."))
            return
        opened.first -= 1
        if opened.messages[opened.first].direction is not Direction.EVENT:
            break
    session.tell(_told(opened, opened.first, opened.first + 1))


def read_newest(session: Session) -> None:
    """Tell the newest message once more, and what came meanwhile."""
    opened = _opened(session)
    refresh(session)
    written = [n for n, message in enumerate(opened.messages) if message.direction is not Direction.EVENT]
    at = written[-1] if written else 0
    session.tell(_told(opened, at, len(opened.messages)))
    desk_thread.mark_seen(session.store, opened.thread.head.id)


def read_first(session: Session) -> None:
    """Tell the conversation from its first message on."""
    opened = _opened(session)
    while _load_earlier(session, opened):
        continue
    opened.first = 0
    session.tell(_told(opened, 0, len(opened.messages)))


def read_number(session: Session, number: int) -> None:
    """Tell the message of that number. Raises UsageError if there is none."""
    opened = _opened(session)
    at = opened.messages.index(numbered(session, number))
    session.tell(_told(opened, at, at + 1))


def numbered(session: Session, number: int) -> MessageRow:
    """The message of that number. Raises UsageError if there is none."""
    opened = _opened(session)
    while number <= opened.earlier and _load_earlier(session, opened):
        continue
    for at, message in enumerate(opened.messages):
        if message.direction is not Direction.EVENT and _number(opened, at) == number:
            return message
    raise UsageError(_("This conversation has no message number {number}.").format(number=number))


def unfold(session: Session) -> None:
    """Quotes and signatures in full, or folded again; tells the newest message so."""
    opened = _opened(session)
    opened.unfolded = not opened.unfolded
    read_newest(session)


def step(session: Session, by: int) -> None:
    """Open the next or the previous conversation of the list."""
    opened = _opened(session)
    ids = [row.id for row in session.rows]
    at = ids.index(opened.thread.head.id) if opened.thread.head.id in ids else (-1 if by > 0 else len(ids))
    if not 0 <= at + by < len(ids):
        say(_("That was the last conversation of this page; list shows where you are."))
        return
    open_row(session, inbox.find(session.store, session.agent, ids[at + by]))


def _opened(session: Session) -> Opened:
    if session.opened is None:
        raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
    return session.opened


def _start(opened: Opened) -> int:
    """The first message the agents have not seen; else the newest one."""
    seen = opened.thread.seen_at
    written = [n for n, message in enumerate(opened.messages) if message.direction is not Direction.EVENT]
    unread = [
        n
        for n in written
        if opened.messages[n].direction is Direction.INBOUND and (seen is None or opened.messages[n].received_at > seen)
    ]
    if unread and opened.thread.head.unread:
        return unread[0]
    return written[-1] if written else 0


def _load_earlier(session: Session, opened: Opened) -> bool:
    if not opened.earlier:
        return False
    oldest = next(message for message in opened.messages if message.direction is not Direction.EVENT)
    found = desk_thread.open_thread(session.store, session.agent, opened.thread.head.id, limit=WINDOW, before=oldest)
    known = {message.id for message in opened.messages}
    new = [message for message in found.messages if message.id not in known]
    opened.messages[:0] = new
    opened.first += len(new)
    opened.earlier = found.earlier
    return bool(new)


def _before(opened: Opened) -> int:
    written = [m for m in opened.messages[: opened.first] if m.direction is not Direction.EVENT]
    return opened.earlier + len(written)


def _number(opened: Opened, at: int) -> int:
    return opened.earlier + sum(m.direction is not Direction.EVENT for m in opened.messages[: at + 1])


def _told(opened: Opened, start: int, end: int) -> list[str]:
    lines: list[str] = []
    for at in range(start, end):
        message = opened.messages[at]
        head, *text = message_lines(message, full=opened.unfolded)
        if message.direction is Direction.EVENT:
            lines.append(head)
            continue
        number = _("Message {number}, {age}.").format(number=_number(opened, at), age=ago(message.received_at))
        lines += [f"{number} {head.removeprefix('-- ')}", *text]
    return lines


def _closing(opened: Opened) -> list[str]:
    return [] if opened.thread.reply_to else [_("There is nobody to reply to here; m writes a note.")]
