"""Replies and notes, from the first key to the outbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from omni_tui.desk import composing, drafts, forwarding, held_files, new_drafts, replies
from omni_tui.desk.crossing import Crossed, came_since, is_answer, newest_elsewhere
from omni_tui.model.draft import NO_FIELDS, DraftFields
from omni_tui.model.enums import Direction, DraftMode, OutboxState
from omni_tui.model.errors import Conflict, OmniError, UsageError
from omni_tui.model.message import AttachmentRow, MessageRow
from omni_tui.model.outcome import Outcome
from omni_tui.screens.chrome.footer_lines import Toast
from omni_tui.screens.composer.area import LATER_KEY
from omni_tui.screens.composer.attached import passed_along
from omni_tui.screens.composer.keeper import DraftKeeper
from omni_tui.screens.draw.times import hour, moment
from omni_tui.screens.inbox.parts import Parts
from omni_tui.screens.list.draw import name_of
from omni_tui.screens.thread.words import put_off
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

SEND_KEY = "C-j"
_GOES_ON = {
    DraftMode.REPLY: "reply",
    DraftMode.NOTE: "note",
    DraftMode.FORWARD: "forward",
    DraftMode.NEW: "compose",
}
"""The action that goes on with a draft of each kind."""
IN_A_FILE = _("The store cannot be written; the draft is in a file until it can.")


class Writing:
    """Opens and closes the composer. ``back`` is called when it is closed, to put the keys where they belong."""

    def __init__(self, parts: Parts, keeper: DraftKeeper, back: Callable[[], None]) -> None:
        self._parts, self._keeper, self._back = parts, keeper, back
        self._seen = ""
        self._sending = False
        self.reopened: Callable[[Outcome], Awaitable[None]] = _nothing
        """Goes on with what was forwarded or began a conversation, when it is called back."""
        keeper.joined = self._joined

    async def begin(self, mode: DraftMode, *, to_all: bool = False) -> None:
        """Write a reply, ``to_all`` on the mail, or a note in the open thread, going on from the draft there is."""
        parts, opened = self._parts, self._parts.thread.opened
        if opened is None:
            return
        thread = opened.thread
        if mode is DraftMode.REPLY and not thread.reply_to:
            raise UsageError(
                _("There is nobody to reply to: no address of the customer is known."),
                _("{key} writes a note for the team.").format(key=parts.context.key("note")),
            )
        text, saved_at, fields = await self.draft(thread.head.id, mode)
        files = await self.files(thread.head.id, mode)
        if parts.thread.conversation_id != thread.head.id:
            return
        fields = self._seeing(fields, _id_of(newest_elsewhere(opened.messages, parts.context.is_me)))
        parts.composer.open(thread, mode, text, saved_at, files, fields)
        if to_all and not parts.composer.copies:
            self.toggle_all()

    async def draft(self, conversation_id: str, mode: DraftMode) -> tuple[str, int | None, DraftFields]:
        """What was begun: its text, since when it is safe (None: it is not yet), how it is to leave."""
        held = await self._parts.link.read(drafts.load, self._parts.context.agent, conversation_id, mode)
        unsaved = self._keeper.unsaved_text(conversation_id, mode)
        known = held.fields if held is not None else NO_FIELDS
        if unsaved is not None:
            return unsaved, None, self._keeper.unsaved_fields(conversation_id, mode) or known
        self._keeper.loaded(conversation_id, mode, held.body if held is not None else "")
        return (held.body, held.updated_at, known) if held is not None else ("", None, known)

    async def files(self, conversation_id: str, mode: DraftMode) -> tuple[AttachmentRow, ...]:
        """What goes along with the draft; a note takes nothing along, a forward the message's files before its own."""
        if mode is DraftMode.NOTE:
            return ()
        if mode is DraftMode.NEW:
            return await self._parts.link.read(new_drafts.files_of, conversation_id)
        own = await self._parts.link.read(held_files.held, self._parts.context.agent, conversation_id, mode)
        if mode is DraftMode.FORWARD:
            composer = self._parts.composer
            return (*passed_along(composer.passed_on, composer.fields), *own)
        return own

    def typed(self) -> bool:
        """The text changed; whether it is another than was known."""
        composer = self._parts.composer
        if not composer.conversation_id or self._sending:
            return False
        fresh = not self._keeper.is_known(composer.conversation_id, composer.mode, composer.area.text)
        self.keep_soon()
        return fresh

    def keep_soon(self) -> None:
        """What stands in the composer, and how it is to leave, is another than was kept."""
        composer = self._parts.composer
        fields = composer.fields if composer.mode is not DraftMode.NOTE else None
        self._keeper.note(composer.conversation_id, composer.mode, composer.area.text, fields)
        composer.saved(None)

    def next_way(self) -> None:
        """Answer by the next channel that reaches the customer."""
        composer = self._parts.composer
        if composer.thread is None or composer.mode is not DraftMode.REPLY:
            return
        if not composer.next_way():
            self._parts.say(_("There is no other way to reply to this customer"))
        else:
            self.keep_soon()

    def toggle_all(self) -> None:
        """Answer everybody who is on the mail, or the sender alone again."""
        composer = self._parts.composer
        if composer.thread is None or composer.mode is not DraftMode.REPLY:
            return
        if not composer.toggle_all():
            self._parts.say(_("Nobody else is on the message that is replied to"))
        else:
            self.keep_soon()

    def note_last_keys(self) -> None:
        """At the end: what stands in the composer counts, also if nobody was told yet that it changed."""
        composer = self._parts.composer
        if composer.is_open and not self._keeper.is_known(composer.conversation_id, composer.mode, composer.area.text):
            self.typed()

    def _joined(self, conversation_id: str, mode: DraftMode, other: str) -> None:
        """One went on with the draft in another window: both texts are here now."""
        composer = self._parts.composer
        if (composer.conversation_id, composer.mode) == (conversation_id, mode) and not self._sending:
            composer.area.load_text(f"{clean(other)}\n\n{composer.area.text}")
            composer.area.move_cursor(composer.area.document.end)
        self._parts.footer.toast(Toast(_("You wrote on in another window: both texts are in the draft"), (), "caution"))

    async def leave(self) -> None:
        """Put the composer away; the text is kept. Of a mail to an address nothing is, without a word or file of one's
        own: what is passed on is where it was."""
        parts, composer = self._parts, self._parts.composer
        conversation_id, mode = composer.conversation_id, composer.mode
        kept = bool(composer.area.text.strip() or composer.own_files)
        empty = composer.addressed and not kept
        composer.close()
        self._back()
        if empty:
            self._keeper.forget(conversation_id, mode)
            await parts.link.write(drafts.discard, parts.context.agent, conversation_id, mode)
            parts.say(_("Nothing was written, so nothing is kept"))
            return
        if not await self._keeper.flush():
            parts.complain(OmniError(IN_A_FILE))
            self._keeper.later()
        elif kept:
            parts.say(_("Draft kept"), parts.hint(_GOES_ON[mode], _("go on writing")))

    async def toggle(self) -> None:
        """From reply to note or back; the text comes along unless the other has a draft of its own."""
        composer = self._parts.composer
        thread, text = composer.thread, composer.area.text
        if thread is None or composer.addressed:
            self._parts.say(_("C-t changes between reply and note; this is neither"))
            return
        other = DraftMode.NOTE if composer.mode is DraftMode.REPLY else DraftMode.REPLY
        if other is DraftMode.REPLY and not thread.reply_to:
            raise UsageError(_("There is nobody to reply to: no address of the customer is known."))
        held, saved_at, fields = await self.draft(thread.head.id, other)
        files = await self.files(thread.head.id, other)
        fields = self._seeing(fields, self._seen)
        if held.strip():
            composer.open(thread, other, held, saved_at, files, fields)
            return
        self._keeper.note(thread.head.id, composer.mode, "")
        composer.open(thread, other, text, None, files, fields)
        self.keep_soon()

    async def send(self, at: int = 0) -> None:
        """Put the reply into the outbox, to leave at the moment ``at`` (epoch ms; 0: soon), or store the note. What
        anybody else wrote meanwhile is shown first."""
        parts, composer = self._parts, self._parts.composer
        text = composer.area.text.strip()
        conversation_id, mode = composer.conversation_id, composer.mode
        if self._sending or not conversation_id:
            return
        if not text and not composer.files and mode is not DraftMode.FORWARD:
            raise UsageError(_("There is nothing to send yet."))
        # What is typed while the store takes its time would be neither sent nor kept.
        self._sending = composer.area.read_only = True
        try:
            if mode is DraftMode.REPLY and await self._crossed(LATER_KEY if at else SEND_KEY):
                return
            with self._keeper.leaving(conversation_id, mode):
                toast = await self._store(mode, conversation_id, text, at)
                self._keeper.forget(conversation_id, mode)
            if composer.conversation_id == conversation_id:
                composer.close()
                self._back()
            parts.footer.toast(toast)
        except Conflict as conflict:
            # It may be about what goes along: what is there now is shown, to be sent with another look.
            there = await self.files(conversation_id, mode)
            await parts.thread.refresh()
            if composer.conversation_id == conversation_id:
                composer.show_files(there)
                if isinstance(conflict, Crossed):
                    self._know(conflict.newest)
            raise
        finally:
            self._sending = composer.area.read_only = False
        if mode is DraftMode.NEW:
            await parts.rows.refresh()
            await parts.thread.open(conversation_id)
        await parts.thread.refresh()
        parts.view.scroll_edge(end=True)

    async def _store(self, mode: DraftMode, conversation_id: str, text: str, at: int) -> Toast:
        """Put what is in the composer into the store as what it is; what to say of it."""
        parts, composer = self._parts, self._parts.composer
        agent, fields = parts.context.agent, replace(composer.fields, at=at)
        delay = parts.context.settings.inbox.undo_send_s * 1000
        if mode is DraftMode.NOTE:
            outcome = await parts.link.write(replies.note, agent, conversation_id, text, drafted=True)
            return Toast(_("Note saved"), (parts.hint("undo", _("undo")),) if outcome.act_id else ())
        if mode is DraftMode.FORWARD:
            queued = await parts.link.write(
                forwarding.forward,
                agent,
                fields.of,
                [fields.to],
                text,
                cc=[fields.cc],
                left_out=fields.left_out,
                held=[each.id for each in composer.own_files],
                seen=fields.seen,
                channel=fields.channel,
                delay_ms=delay,
                at=at,
            )
            said = _("Forward leaves {clock}")
        elif mode is DraftMode.NEW:
            shown = [each.id for each in composer.files]
            queued = await parts.link.write(
                composing.compose, agent, fields, text, draft_id=conversation_id, shown=shown, delay_ms=delay
            )
            said = _("Mail leaves {clock}")
        else:
            way = composer.thread.reply if composer.thread is not None else None
            queued = await parts.link.write(
                replies.reply,
                agent,
                conversation_id,
                text,
                delay_ms=delay,
                seen_to=[each.address for each in way.to] if way is not None else None,
                channel=way.channel if way is not None else "",
                held=[each.id for each in composer.files],
                cc=[each.address for each in composer.copies],
                at=at,
            )
            said = _("Reply leaves {clock}")
        exactly = hour(queued.leaves_at, parts.context.zone(), seconds=True)
        leaves = moment(queued.leaves_at, parts.context) if at else exactly
        return Toast(said.format(clock=leaves), (parts.hint("undo", _("call it back")),))

    async def _crossed(self, key: str) -> bool:
        parts = self._parts
        await parts.thread.refresh()
        opened = parts.thread.opened
        if opened is None:
            return False
        newest = newest_elsewhere(opened.messages, parts.context.is_me)
        if newest is None or not came_since(newest, self._seen, opened.messages):
            return False
        self._seen = newest.id
        self._know(newest.id)
        by_customer = newest.direction is Direction.INBOUND
        name = name_of(opened.thread.head) if by_customer else clean_line(newest.agent or "") or _("Somebody")
        said = _("{name} wrote while you were writing. Read it above; {key} sends anyway")
        if is_answer(newest) and parts.context.is_me(newest.agent):
            said = _("You answered in another window. Read it above; {key} sends anyway")
        parts.footer.toast(Toast(said.format(name=name, key=key), (), "caution"))
        return True

    def _know(self, newest: str) -> None:
        """Show the end of the thread; the draft remembers that the message ``newest`` was seen there."""
        self._parts.composer.leaves(replace(self._parts.composer.fields, seen=newest))
        self.keep_soon()
        self._parts.view.scroll_edge(end=True)

    def _seeing(self, fields: DraftFields, newest: str) -> DraftFields:
        """How it is to leave, with what was there when it was begun: ``newest`` if that is now."""
        self._seen = fields.seen or newest
        return replace(fields, seen=self._seen)

    async def after_undo(self, outcome: Outcome | None) -> None:
        """What was called back is written on, if its thread is open."""
        if outcome is None or not outcome.changed:
            return
        if outcome.verb in ("forward", "compose"):
            await self.reopened(outcome)
        if outcome.verb not in ("reply", "note"):
            return
        parts = self._parts
        await parts.thread.refresh()
        if parts.thread.conversation_id in outcome.changed and not parts.list.has_focus:
            await self.begin(DraftMode.REPLY if outcome.verb == "reply" else DraftMode.NOTE)

    def undecided(self) -> MessageRow | None:
        """The newest reply of the open thread that needs a person's decision, else the one that is put off."""
        found = self._parts.thread.newest(OutboxState.FAILED, OutboxState.UNCERTAIN)
        if found is not None:
            return found
        queued = self._parts.thread.newest(OutboxState.QUEUED)
        later = queued is not None and queued.outbox is not None and put_off(queued.outbox, self._parts.context)
        return queued if later else None

    async def send_again(self, message: MessageRow) -> None:
        """Queue a failed or uncertain reply again: the person decided."""
        assert message.outbox is not None
        await self._parts.link.write(replies.retry, self._parts.context.agent, message.outbox.id)
        self._parts.say(_("Queued again"))
        await self._parts.thread.refresh()

    async def send_now(self, message: MessageRow) -> None:
        """Let a reply leave that waits for later, after the undo window."""
        assert message.outbox is not None
        delay = self._parts.context.settings.inbox.undo_send_s * 1000
        found = await self._parts.link.write(
            replies.send_now, self._parts.context.agent, message.outbox.id, delay_ms=delay
        )
        clock = hour(found.not_before, self._parts.context.zone(), seconds=True)
        self._parts.say(_("Leaves {clock}").format(clock=clock), self._parts.hint("send_again", _("take it back")))
        await self._parts.thread.refresh()

    async def keep_as_draft(self, message: MessageRow) -> None:
        """Give a failed or uncertain reply up; its text becomes the draft."""
        assert message.outbox is not None
        row = await self._parts.link.write(replies.give_up, self._parts.context.agent, message.outbox.id)
        await self._parts.thread.refresh()
        if row.state is OutboxState.SENT:
            self._parts.say(_("Left at that: the others have it"))
            return
        self._parts.say(_("Given up; the text is your draft"), self._parts.hint("reply", _("go on writing")))


async def _nothing(_outcome: Outcome) -> None:
    """Until somebody sees to it."""


def _id_of(message: MessageRow | None) -> str:
    return message.id if message is not None else ""
