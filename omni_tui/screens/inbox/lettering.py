"""Writing to somebody by their address: passing a message on, beginning a conversation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from omni_tui.desk import addressing, forwarding, held_files, new_drafts
from omni_tui.model.draft import DraftFields, DraftRow
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.message import MessageRow
from omni_tui.model.outcome import Outcome
from omni_tui.screens.chrome.footer_lines import Hint
from omni_tui.screens.composer.attached import passed_along
from omni_tui.screens.composer.people import People
from omni_tui.screens.overlay.prompt import Question
from omni_tui.text.cells import cut
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

TO, COPIES, SUBJECT = "letter_to", "letter_copies", "letter_subject"
NAMES = (TO, COPIES, SUBJECT)
"""The questions it asks."""
_LONGEST_NAME = 18


class Lettering:
    """Asks whom it goes to and what about, and opens the composer. What was begun is gone on with."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._people = People(screen.parts.link, screen.spawn, self._again)
        self._begun: DraftFields | None = None
        self._message: MessageRow | None = None
        screen.writing.reopened = self._reopened

    async def forward(self, to: str = "") -> None:
        """Pass the message that is read on; in the list the customer's last. Raises UsageError for a note."""
        screen, parts = self._screen, self._screen.parts
        in_list = screen.place == "list"
        if in_list:
            await screen.reading.open()
        opened = parts.thread.opened
        if opened is None:
            return
        _text, _saved, held = await screen.writing.draft(opened.thread.head.id, DraftMode.FORWARD)
        message = self._meant(in_list)
        if held.of and message is not None and message.id != held.of:
            await self._which(held, message, to)
            return
        if held.of:
            await self._open_forward(held)
            parts.say(_("Going on with what you began to forward"))
            return
        if message is None:
            raise UsageError(_("There is no message here to forward."))
        await parts.link.read(forwarding.passable, message.id)
        self._message, self._begun = message, DraftFields(of=message.id)
        self._ask(TO, _("Forward to"), to)

    async def _which(self, held: DraftFields, message: MessageRow, to: str) -> None:
        """Another message is being forwarded already: ask which. Nothing that was written is lost either way, for the
        words, the people and the files come along to the other message."""
        screen = self._screen
        begun = await self._passed(held.of)
        instead = replace(held, of=message.id, left_out=(), seen="")

        def go_on() -> None:
            screen.turns.take(self._open_forward(held), into_field=True)

        def change() -> None:
            screen.turns.take(self._instead(instead, message, to), into_field=True)

        if begun is None:
            lead = _("What you began to forward is gone:")
        else:
            who = cut(_author(begun), _LONGEST_NAME)
            lead = _("Begun: {who}, {clock}").format(who=who, clock=screen.context.clock(begun.received_at))
        screen.commands.offer(lead, {"g": (_("go on"), go_on), "t": (_("this one instead, same words"), change)})

    async def _instead(self, fields: DraftFields, message: MessageRow, to: str) -> None:
        await self._open_forward(fields)
        self._screen.writing.keep_soon()
        if to:
            self._message, self._begun = message, None
            self._ask(TO, _("Forward to"), to)

    async def new(self, to: str = "") -> None:
        """Write to somebody first, or go on with what was begun last."""
        held = await self._screen.parts.link.read(new_drafts.mine, self._screen.context.agent)
        if held:
            await self._open_new(held[0])
            self._screen.parts.say(_("Going on with what you began"), Hint("C-g", _("to whom")))
            return
        self._message, self._begun = None, DraftFields()
        self._ask(TO, _("Write to"), to)

    async def whom(self) -> None:
        """Ask anew whom it goes to, and what a new one is about."""
        composer = self._screen.parts.composer
        if not composer.addressed:
            self._screen.parts.say(
                _("A reply goes to who wrote; {forward} forwards a message, {compose} writes to somebody else").format(
                    forward=self._screen.context.key("forward"), compose=self._screen.context.key("compose")
                )
            )
            return
        self._begun = None
        lead = _("Forward to") if composer.mode is DraftMode.FORWARD else _("Write to")
        self._ask(TO, lead, composer.fields.to)

    async def copies(self) -> None:
        """In an answer: to all or the sender alone. Otherwise who gets a copy is asked for."""
        screen, composer = self._screen, self._screen.parts.composer
        if not composer.addressed:
            screen.writing.toggle_all()
            return
        self._begun = None
        self._ask(COPIES, _("Copy to"), composer.fields.cc)

    async def answered(self, name: str, answer: str) -> None:
        """The field was left with Enter; what is wrong with it is said where it was typed."""
        screen, parts, composer = self._screen, self._screen.parts, self._screen.parts.composer
        fields = self._begun if self._begun is not None else composer.fields
        try:
            if name == SUBJECT:
                if not answer:
                    raise UsageError(_("A mail needs a subject."))
                fields = replace(fields, subject=answer)
            else:
                people = await parts.link.read(addressing.check, answer)
                if name == TO and not people:
                    raise UsageError(_("Nobody is named. Esc leaves it as it is."))
                listed = addressing.written(people)
                fields = replace(fields, to=listed) if name == TO else replace(fields, cc=listed)
        except OmniError as error:
            parts.prompt.problem(f"{error.message} {error.hint}".strip())
            return
        new = composer.mode is DraftMode.NEW if self._begun is None else not fields.of
        if name == TO and new:
            if self._begun is None:
                composer.leaves(fields)
            else:
                self._begun = fields
            self._ask(SUBJECT, _("Subject"), fields.subject)
            return
        parts.prompt.close()
        if self._begun is None:
            composer.leaves(fields)
            screen.reading.refocus()
        elif fields.of:
            await self._open_forward(fields)
        else:
            await self._open_new(DraftRow(uuid7(), DraftMode.NEW, "", 0, fields))
        self._begun = None
        screen.writing.keep_soon()

    def _ask(self, name: str, lead: str, start: str = "") -> None:
        self._people.forget()
        offers = (lambda _text: []) if name == SUBJECT else self._people.offers
        self._screen.parts.prompt.ask(Question(name, lead, offers, start=clean_line(start)))

    def _again(self) -> None:
        prompt = self._screen.parts.prompt
        if prompt.is_open and (prompt.asks(TO) or prompt.asks(COPIES)):
            prompt.complete()

    def _meant(self, in_list: bool) -> MessageRow | None:
        parts = self._screen.parts
        here = None if in_list else parts.thread.message_at(parts.view.reading_key())
        if here is not None:
            return here
        messages = parts.thread.opened.messages if parts.thread.opened is not None else ()
        inbound = [each for each in messages if each.direction is Direction.INBOUND and each.deleted_at is None]
        own = [each for each in inbound if not each.aside]
        return next(reversed(own or inbound), None)

    async def _open_forward(self, fields: DraftFields) -> None:
        screen, parts = self._screen, self._screen.parts
        opened = parts.thread.opened
        if opened is None:
            return
        text, saved_at, _held = await screen.writing.draft(opened.thread.head.id, DraftMode.FORWARD)
        message = await self._passed(fields.of)
        fields = replace(fields, seen=fields.seen or await parts.link.read(forwarding.newest, fields.of))
        own = await parts.link.read(held_files.held, parts.context.agent, opened.thread.head.id, DraftMode.FORWARD)
        files = (*passed_along(message, fields), *own)
        with screen.starting.writing():
            await screen.snipping.load()
            parts.composer.open(opened.thread, DraftMode.FORWARD, text, saved_at, files, fields, message)

    async def _passed(self, message_id: str) -> MessageRow | None:
        """The message that is passed on, also where the thread has not loaded it; None where it is gone."""
        here = self._screen.parts.thread.message_at(message_id)
        if here is not None:
            return here
        try:
            return await self._screen.parts.link.read(forwarding.passable, message_id)
        except NotFound:
            return None

    async def _open_new(self, draft: DraftRow) -> None:
        screen, parts = self._screen, self._screen.parts
        text, saved_at, fields = draft.body, draft.updated_at or None, draft.fields
        if draft.updated_at:
            text, saved_at, fields = await screen.writing.draft(draft.conversation_id, DraftMode.NEW)
        files = await parts.link.read(new_drafts.files_of, draft.conversation_id)
        parts.thread.close()
        parts.view.show_empty(())
        screen.reading.read(True)
        with screen.starting.writing():
            await screen.snipping.load()
            parts.composer.open_new(draft.conversation_id, text, saved_at, files, fields)

    async def _reopened(self, outcome: Outcome) -> None:
        parts = self._screen.parts
        agent = self._screen.context.agent
        if outcome.verb == "forward":
            if parts.thread.conversation_id in outcome.changed and not parts.list.has_focus:
                await parts.thread.refresh()
                _text, _saved, held = await self._screen.writing.draft(outcome.changed[0], DraftMode.FORWARD)
                if held.of:
                    await self._open_forward(held)
            return
        found = await parts.link.read(new_drafts.mine, agent)
        if parts.thread.conversation_id in outcome.changed and found:
            await self._open_new(found[0])


def _author(message: MessageRow) -> str:
    return clean_line(message.author.name) or clean_line(message.author.address) or clean_line(message.agent or "")
