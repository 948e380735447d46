"""Replies and notes, line by line, in the conversation that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omni_tui.cli.clock import exact, now_ms
from omni_tui.cli.plain.page import Page, Word
from omni_tui.cli.plain.reading import refresh
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import say
from omni_tui.cli.thread_text import message_lines, party_text
from omni_tui.desk import customers, held_files, replies
from omni_tui.desk.crossing import came_since, newest_elsewhere
from omni_tui.desk.snippet_filling import Filled, fill, wants_order
from omni_tui.model.commands import SentFile
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import UsageError
from omni_tui.model.message import AttachmentRow, Thread
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _


def write(session: Session, mode: DraftMode, text: str = "", *, everyone: bool = False) -> None:
    """Write in the open conversation until it is sent, kept or thrown away; goes on from the draft there is.

    ``everyone`` on the mail gets a copy, unless that is taken back.
    """
    opened = session.opened
    if opened is None:
        raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
    if mode is DraftMode.REPLY and not opened.thread.reply_to:
        raise UsageError(
            _("There is nobody to reply to: no address of the customer is known."), _("m writes a note for the team.")
        )
    page = NotePage(session, opened.thread) if mode is DraftMode.NOTE else ReplyPage(session, opened.thread, everyone)
    page.write(text)


class InThread(Page):
    """What is written in a conversation: snippets are filled for it, and what others write meanwhile is told."""

    def __init__(self, session: Session, mode: DraftMode, thread: Thread) -> None:
        super().__init__(session, mode, thread.head.id)
        self._thread = thread
        messages = session.opened.messages if session.opened is not None else ()
        newest = newest_elsewhere(messages, self._is_me)
        self._seen = newest.id if newest is not None else ""

    def _filled(self, body: str) -> Filled:
        opened, head = self._session.opened, self._thread.head
        messages = opened.messages if opened is not None else []
        missing = wants_order(body, head, messages)
        order = customers.card(self._session.store, head.customer_id).order if missing else None
        return fill(body, self._session.agent, head, messages, order)

    def _crossed(self) -> bool:
        refresh(self._session)
        opened = self._session.opened
        assert opened is not None
        self._thread = opened.thread.answered_by(self._thread.reply_channel)
        newest = newest_elsewhere(opened.messages, self._is_me)
        if newest is None or not came_since(newest, self._seen, opened.messages):
            return False
        self._seen = newest.id
        self._fields = replace(self._fields, seen=newest.id)
        self._keep()
        say(_("Somebody wrote while you were writing:"), *message_lines(newest, full=False))
        say(_("A . sends all the same; or go on writing."))
        return True

    def _is_me(self, agent: str | None) -> bool:
        me = self._session.agent
        return agent in (me.login, me.name, me.id)


class NotePage(InThread):
    """A note for the team: it goes to nobody, and takes nothing along."""

    def __init__(self, session: Session, thread: Thread) -> None:
        super().__init__(session, DraftMode.NOTE, thread)
        self._take_up()

    def _tell_way(self) -> None:
        head = self._thread.head
        say(_("Note for the team only; {who} will never see it.").format(who=clean(head.customer or head.address)))

    def _store(self, text: str) -> None:
        replies.note(self._session.store, self._session.agent, self._id, text, drafted=True)
        say(_("Note saved. z takes it back."))
        refresh(self._session)

    def _words(self) -> tuple[Word, ...]:
        # What is no use here is told of, so that it does not become a line of the note.
        return tuple((word, "", self._for_replies) for word in (".a", ".c", ".l", ".w"))

    def _for_replies(self, _rest: str) -> None:
        raise UsageError(_("That is for replies."))


class ReplyPage(InThread):
    """A reply to the customer."""

    def __init__(self, session: Session, thread: Thread, everyone: bool) -> None:
        super().__init__(session, DraftMode.REPLY, thread)
        self._take_up()
        self._seen = self._fields.seen or self._seen
        self._fields = replace(self._fields, seen=self._seen)
        if everyone:
            self._fields = replace(self._fields, everyone=True)
        if self._fields.channel:
            self._thread = thread.answered_by(self._fields.channel)
        self._files = held_files.held(session.store, session.agent, self._id)

    def _tell_way(self) -> None:
        way = self._thread.reply
        who = ", ".join(map(party_text, self._thread.reply_to))
        say(_("Reply by {channel} to {who}.").format(channel=way.kind, who=who))
        if way.changed:
            say(_("Careful: not to {before} as before.").format(before=", ".join(map(party_text, way.before))))
        if way.unproven:
            say(_("Careful: it is an address they named themselves; nothing proves it is theirs."))
        self._tell_fields()

    def _tell_fields(self) -> None:
        copies, others = self._copies(), self._thread.reply.others
        if copies:
            say(_("Copies to {who}.").format(who=", ".join(map(clean_line, copies))))
        if others and not self._fields.everyone:
            names = ", ".join(clean_line(party.address) for party in others)
            say(_("Not to {others}, who are on the mail as well; .c copies to them.").format(others=names))
        if self._fields.at > now_ms():
            say(_("It leaves {time}.").format(time=exact(self._fields.at)))

    def _copies(self) -> list[str]:
        others = self._thread.reply.others if self._fields.everyone else ()
        typed = self._fields.cc.replace(",", " ").split()
        return list(dict.fromkeys([*typed, *(party.address for party in others)]))

    def _store(self, text: str) -> None:
        session = self._session
        queued = replies.reply(
            session.store,
            session.agent,
            self._id,
            text,
            cc=self._copies(),
            at=self._fields.at,
            delay_ms=self._window_ms(),
            seen_to=[party.address for party in self._thread.reply_to],
            channel=self._thread.reply_channel,
            held=[file.id for file in self._files],
        )
        self._told_leaving(queued)
        refresh(session)

    def _add(self, files: Sequence[SentFile]) -> tuple[AttachmentRow, ...]:
        session, way = self._session, self._thread.reply_channel
        return held_files.attach(session.store, session.agent, self._id, files, channel=way)

    def _take_off(self, file: AttachmentRow) -> tuple[AttachmentRow, ...]:
        return held_files.detach(self._session.store, self._session.agent, self._id, file.id)

    def _words(self) -> tuple[Word, ...]:
        copies = _("copies to all others on the mail, or no longer; .c ADDRESS copies to somebody else")
        return (
            (".c", copies, self._copy),
            (".w", _("replies by another channel that reaches the customer"), self._next_way),
        )

    def _copy(self, address: str) -> None:
        if address:
            cc = [each for each in self._fields.cc.replace(",", " ").split() if each != address]
            self._fields = replace(self._fields, cc=", ".join([*cc, address]))
        elif self._thread.reply.others or self._fields.everyone:
            self._fields = replace(self._fields, everyone=not self._fields.everyone)
        else:
            raise UsageError(_("Nobody else is on the mail."), _(".c ADDRESS copies to somebody."))
        self._keep()
        self._tell_fields()

    def _next_way(self, _rest: str) -> None:
        names = [way.channel for way in self._thread.ways]
        if len(names) < 2:
            raise UsageError(_("There is no other way to reply to this customer."))
        by = names[(names.index(self._thread.reply_channel) + 1) % len(names)]
        self._thread = self._thread.answered_by(by)
        self._fields = replace(self._fields, channel=by)
        self._keep()
        self._tell_way()
