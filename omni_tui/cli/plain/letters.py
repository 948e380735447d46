"""Forwarding, writing to somebody first, replying to all, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omni_tui.cli.clock import exact, now_ms
from omni_tui.cli.plain import acting, reading
from omni_tui.cli.plain.page import Page, Word
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import ask, say
from omni_tui.cli.plain.writing import InThread, write
from omni_tui.cli.thread_text import party_text
from omni_tui.desk import addressing, composing, drafts, forwarding, held_files, new_drafts
from omni_tui.desk.crossing import Crossed
from omni_tui.desk.snippet_filling import Filled, fill_first
from omni_tui.model.commands import SentFile
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.message import AttachmentRow, MessageRow
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def forward(session: Session, rest: str) -> None:
    """Pass a message on, the last of the customer or that of a number; ``rest`` is a number and whom it goes to."""
    if "--" in rest:
        acting.verb_line(session, f"forward {rest}")
        return
    rest = _opened_by(session, rest, _("Forward one at a time."))
    word, _space, behind = rest.partition(" ")
    number, rest = (int(word[:9]), behind) if word.isdecimal() else (0, rest)
    message = _meant(session, number)
    forwarding.passable(session.store, message.id)
    assert session.opened is not None
    held = drafts.load(session.store, session.agent, session.opened.thread.head.id, DraftMode.FORWARD)
    fields = held.fields if held is not None else DraftFields()
    if fields.of and fields.of != message.id:
        fields = _which(fields, message)
    elif not fields.of:
        people = addressing.check(session.store, rest or _asked(_("Forward to:")))
        fields = DraftFields(to=addressing.written(people), of=message.id)
    ForwardPage(session, fields).write()


def compose(session: Session, rest: str) -> None:
    """Write to somebody first, or go on with what was begun."""
    if "--" in rest:
        acting.verb_line(session, f"compose {rest}")
        return
    begun = new_drafts.mine(session.store, session.agent)
    if begun and not rest:
        say(_("Going on with what you began."))
        NewPage(session, begun[0].conversation_id, begun[0].fields).write()
        return
    people = addressing.check(session.store, rest or _asked(_("Write to:")))
    fields = DraftFields(to=addressing.written(people), subject=_asked(_("Subject:")))
    NewPage(session, uuid7(), fields).write()


def reply_all(session: Session, rest: str) -> None:
    """Reply to the customer with a copy to everybody else on the mail."""
    write(session, DraftMode.REPLY, _opened_by(session, rest, _("Write to one at a time.")), everyone=True)


class _Addressed(Page):
    """What goes to addresses that are typed."""

    def _words(self) -> tuple[Word, ...]:
        return (
            (".t ADDRESS", _("whom it goes to instead"), self._to),
            (".c ADDRESS", _("copies to somebody; .c - to nobody"), self._copy),
        )

    def _tell_people(self) -> None:
        say(_("To {who}.").format(who=clean_line(self._fields.to)))
        if self._fields.cc:
            say(_("Copies to {who}.").format(who=clean_line(self._fields.cc)))
        if self._fields.at > now_ms():
            say(_("It leaves {time}.").format(time=exact(self._fields.at)))

    def _to(self, text: str) -> None:
        people = addressing.check(self._session.store, text or _asked(_("To:")))
        self._fields = replace(self._fields, to=addressing.written(people))
        self._keep()
        self._tell_people()

    def _copy(self, text: str) -> None:
        text = text or _asked(_("Copies to:"))
        people = addressing.check(self._session.store, "" if text == "-" else text)
        self._fields = replace(self._fields, cc=addressing.written(people))
        self._keep()
        self._tell_people()


class ForwardPage(_Addressed, InThread):
    """What stands above a message that is passed on."""

    def __init__(self, session: Session, fields: DraftFields) -> None:
        assert session.opened is not None
        super().__init__(session, DraftMode.FORWARD, session.opened.thread)
        self._take_up()
        self._fields = replace(fields, seen=fields.seen or forwarding.newest(session.store, fields.of))
        self._message = forwarding.passable(session.store, fields.of)
        self._files = self._along(held_files.held(session.store, session.agent, self._id, DraftMode.FORWARD))
        self._keep()

    def _tell_way(self) -> None:
        author, time = party_text(self._message.author), exact(self._message.received_at)
        say(_("Forward of what {who} wrote {time}; the customer does not see it.").format(who=author, time=time))
        self._tell_people()
        if self._files:
            self._tell_files()

    def _is_worth_sending(self, text: str) -> bool:
        return True

    def _crossed(self) -> bool:
        return False  # what the customer writes meanwhile has nothing to do with it

    def _store(self, text: str) -> None:
        fields, own = self._fields, self._own()
        try:
            queued = forwarding.forward(
                self._session.store,
                self._session.agent,
                fields.of,
                [fields.to],
                text,
                cc=[fields.cc],
                left_out=fields.left_out,
                held=[each.id for each in own],
                seen=fields.seen,
                channel=fields.channel,
                delay_ms=self._window_ms(),
                at=fields.at,
            )
        except Crossed as crossed:
            # What it had along went with the other, and what is shown once is known.
            self._files = self._along(held_files.held(self._session.store, self._session.agent, self._id, self._mode))
            self._fields = replace(fields, seen=crossed.newest)
            self._keep()
            reading.refresh(self._session)
            raise
        self._told_leaving(queued)
        reading.refresh(self._session)

    def _add(self, files: Sequence[SentFile]) -> tuple[AttachmentRow, ...]:
        session = self._session
        return self._along(
            forwarding.attach(session.store, session.agent, self._id, files, channel=self._fields.channel)
        )

    def _take_off(self, file: AttachmentRow) -> tuple[AttachmentRow, ...]:
        session, own = self._session, self._own()
        if any(each.id == file.id for each in own):
            own = held_files.detach(session.store, session.agent, self._id, file.id, DraftMode.FORWARD)
        else:
            self._fields = replace(self._fields, left_out=(*self._fields.left_out, file.id))
            self._keep()
        return self._along(own)

    def _along(self, own: Sequence[AttachmentRow]) -> tuple[AttachmentRow, ...]:
        passed = (each for each in self._message.attachments if each.id not in self._fields.left_out)
        return (*passed, *own)

    def _own(self) -> tuple[AttachmentRow, ...]:
        theirs = {each.id for each in self._message.attachments}
        return tuple(each for each in self._files if each.id not in theirs)


class NewPage(_Addressed):
    """A mail that begins a conversation."""

    def __init__(self, session: Session, id: str, fields: DraftFields) -> None:
        super().__init__(session, DraftMode.NEW, id)
        self._take_up()
        self._fields = fields
        self._files = new_drafts.files_of(session.store, id)
        self._keep()

    def _tell_way(self) -> None:
        self._tell_people()
        say(_("About {subject}.").format(subject=clean_line(self._fields.subject)))

    def _words(self) -> tuple[Word, ...]:
        return (*super()._words(), (".b SUBJECT", _("what it is about instead"), self._about))

    def _about(self, text: str) -> None:
        self._fields = replace(self._fields, subject=text or _asked(_("Subject:")))
        self._keep()
        say(_("About {subject}.").format(subject=clean_line(self._fields.subject)))

    def _filled(self, body: str) -> Filled:
        return fill_first(body, self._session.agent, self._fields.to, self._fields.subject)

    def _store(self, text: str) -> None:
        session, shown = self._session, [each.id for each in self._files]
        queued = composing.compose(
            session.store,
            session.agent,
            self._fields,
            text,
            draft_id=self._id,
            shown=shown,
            delay_ms=self._window_ms(),
        )
        self._told_leaving(queued)

    def _add(self, files: Sequence[SentFile]) -> tuple[AttachmentRow, ...]:
        return new_drafts.attach(self._session.store, self._session.agent, self._id, files)

    def _take_off(self, file: AttachmentRow) -> tuple[AttachmentRow, ...]:
        return new_drafts.detach(self._session.store, self._session.agent, self._id, file.id)


def _opened_by(session: Session, rest: str, several: str) -> str:
    """Open the conversation a line of the list names, unless one is open; what is left of the line."""
    if session.opened is not None:
        return rest
    rows, rest = acting.targets(session, rest)
    if len(rows) != 1:
        raise UsageError(several)
    reading.open_row(session, rows[0])
    return rest


def _meant(session: Session, number: int) -> MessageRow:
    """The message of the open conversation that a number names; without one the customer's last."""
    assert session.opened is not None
    if number:
        return reading.numbered(session, number)
    written = [m for m in session.opened.messages if m.direction is Direction.INBOUND and m.deleted_at is None]
    own = [each for each in written if not each.aside] or written
    if not own:
        raise NotFound(_("There is no message here to forward."))
    return own[-1]


def _which(begun: DraftFields, message: MessageRow) -> DraftFields:
    """Another message of the conversation is being forwarded already: go on with that, or with this one instead."""
    say(_("You began to forward another message of this conversation, to {who}.").format(who=clean_line(begun.to)))
    answer = ask(_("1 goes on with it, 2 takes this one instead with the same words:")).strip()
    if answer not in ("1", "2"):
        raise UsageError(_("Nothing was done."))
    return begun if answer == "1" else replace(begun, of=message.id, left_out=(), seen="")


def _asked(prompt: str) -> str:
    answer = ask(prompt).strip()
    if not answer:
        raise UsageError(_("Nothing was done."))
    return answer
