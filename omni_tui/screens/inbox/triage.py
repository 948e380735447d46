"""Actions on conversations: painted at once, stored behind, taken back with a notice if that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from omni_tui.desk import blocking, claims, macros, triage, undo
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Status
from omni_tui.model.errors import OmniError
from omni_tui.model.outcome import Outcome
from omni_tui.screens.chrome.footer_lines import Hint, Toast
from omni_tui.screens.draw.times import moment
from omni_tui.screens.inbox.deeds import Deed, done, expected, leaves, redone, some_of, undone
from omni_tui.screens.inbox.parts import Parts
from omni_tui.text.i18n import _


class Triage:
    """Carries out deeds. ``view`` tells the id of the view shown, ``left`` is called when the open thread left it.

    ``heard`` is called with every deed that is begun.
    """

    def __init__(self, parts: Parts, view: Callable[[], str], left: Callable[[], None]) -> None:
        self._parts, self._view, self._left = parts, view, left
        self.last: Deed | None = None
        self.heard: Callable[[Deed], None] = lambda _deed: None
        self.undone_views: tuple[str, ...] = ()
        """The names of the views that the last undo changed or took away."""
        self._refused: tuple[Deed, list[str]] | None = None

    def targets(self, count: int | None = None) -> list[str]:
        """The selection, or else the conversation a key is about and, with a count, as many rows as that."""
        parts = self._parts
        if parts.list.marked and parts.list.has_focus:
            return list(parts.list.marked)
        if count is not None and parts.list.has_focus:
            return parts.list.pages.ids(parts.list.cursor, parts.list.cursor + max(count, 1) - 1)
        row = parts.target()
        return [row.id] if row is not None else []

    def carry_out(self, deed: Deed, ids: list[str]) -> Coroutine[Any, Any, None]:
        """Do ``deed`` to the conversations: painted when this returns, so that the next key finds it done; what
        comes back stores it."""
        return self._begin(deed, ids, self._shown(ids))

    async def insist(self) -> None:
        """Do to the conversations what was not done because a colleague was first."""
        refused, self._refused = self._refused, None
        if refused is None:
            self._parts.say(_("Nobody was in the way"))
            return
        await self._begin(*refused, {})

    def all_spam(self, ids: list[str]) -> bool:
        """Whether the conversations are all shown as spam."""
        rows = self._shown(ids)
        return bool(ids) and all(id in rows and rows[id].status is Status.SPAM for id in ids)

    def _shown(self, ids: list[str]) -> dict[str, ConversationRow]:
        """The conversations as they stand on the screen."""
        parts = self._parts
        rows = parts.list.pages.rows(ids)
        opened = parts.thread.opened
        if opened is not None and opened.thread.head.id in ids:
            rows.setdefault(opened.thread.head.id, opened.thread.head)
        return rows

    def _begin(self, deed: Deed, ids: list[str], seen: dict[str, ConversationRow]) -> Coroutine[Any, Any, None]:
        stack = contextlib.ExitStack()
        if ids:
            self.last, self._refused = deed, None
            self.heard(deed)
            stack.enter_context(self._parts.rows.hold())
            goes = leaves(deed, self._view(), self._parts.context.agent)
            self._paint(deed, ids, goes)
        return self._keep(deed, ids, seen, stack)

    async def _keep(
        self, deed: Deed, ids: list[str], seen: dict[str, ConversationRow], held: contextlib.ExitStack
    ) -> None:
        parts = self._parts
        if not ids:
            parts.say(_("No conversation is selected"))
            return
        failed: OmniError | None = None
        outcome = Outcome(deed.action, ())
        with held:
            try:
                outcome = await self._store(deed, ids, seen)
            except OmniError as error:
                failed = error
        if failed is not None:
            # What was painted did not happen: the store says how things are.
            await parts.rows.refresh()
            parts.complain(failed)
            return
        left = [id for id in ids if id not in outcome.changed and id not in outcome.untouched]
        parts.list.marked.difference_update(id for id in ids if id not in left)
        parts.list.repaint()
        detail = moment(deed.until, parts.context) if deed.until else " ".join(deed.values)
        undo_key = (parts.hint("undo", _("undo")), parts.hint("repeat", _("repeat"))) if outcome.act_id else ()
        if left:
            self._refused = (deed, left)
            self._tell_refused(outcome, detail, undo_key[:1])
        else:
            parts.say(done(outcome, detail), *undo_key, detail=some_of(outcome.replaced))
        await parts.rows.refresh()

    def _tell_refused(self, outcome: Outcome, detail: str, undo_key: tuple[Hint, ...]) -> None:
        """Somebody was first: say who, and how to do it all the same. The same key again would be pressed too soon."""
        so_far = done(outcome, detail) + ". " if outcome.changed else ""
        text = so_far + some_of(outcome.refused)
        self._parts.footer.toast(Toast(text, (self._parts.hint("insist", _("do it anyway")), *undo_key), "caution"))

    def _paint(self, deed: Deed, ids: list[str], goes: bool) -> None:
        parts = self._parts
        agent, pages = parts.context.agent, parts.list.pages
        opened = parts.thread.conversation_id in ids and not parts.list.has_focus
        if goes:
            parts.list.take_out(ids)
        else:
            pages.change(ids, lambda row: expected(deed, row, agent))
        parts.list.repaint()
        if opened and goes:
            self._left()

    async def _store(self, deed: Deed, ids: list[str], seen: dict[str, ConversationRow]) -> Outcome:
        link, agent = self._parts.link, self._parts.context.agent
        if deed.macro is not None:
            return await link.write(macros.run, agent, ids, deed.macro, self._parts.context.zone(), seen=seen)
        match deed.action:
            case "spam":
                return await link.write(triage.spam, agent, ids, seen=seen)
            case "not_spam":
                return await link.write(triage.not_spam, agent, ids, seen=seen)
            case "trash":
                return await link.write(triage.trash, agent, ids, seen=seen)
            case "separate":
                return await link.write(claims.separate, agent, ids)
            case "block":
                return await link.write(blocking.block, agent, ids)
            case "unblock":
                return await link.write(blocking.unblock, agent, ids)
            case "priority":
                return await link.write(triage.priority, agent, ids, deed.values[0], seen=seen)
            case "resolve":
                return await link.write(triage.resolve, agent, ids, seen=seen)
            case "reopen":
                return await link.write(triage.reopen, agent, ids, seen=seen)
            case "take":
                return await link.write(triage.take, agent, ids, seen=seen)
            case "unassign":
                return await link.write(triage.unassign, agent, ids, seen=seen)
            case "unread":
                return await link.write(triage.unread, agent, ids)
            case "assign":
                return await link.write(triage.assign, agent, ids, deed.values[0], seen=seen)
            case "tag":
                return await link.write(triage.tag, agent, ids, deed.values)
            case "untag":
                return await link.write(triage.untag, agent, ids, deed.values)
            case "snooze":
                return await link.write(triage.snooze, agent, ids, deed.until, seen=seen)
            case _:
                raise ValueError(deed.action)

    async def undo(self) -> Outcome:
        """Take back the agent's last act; what cannot go back is told."""
        return await self._undone(await self._parts.link.write(undo.undo, self._parts.context.agent))

    async def undo_act(self, act_id: str) -> Outcome:
        """Take back one act, whatever was done since."""
        return await self._undone(await self._parts.link.write(undo.undo_act, self._parts.context.agent, act_id))

    async def _undone(self, outcome: Outcome) -> Outcome:
        parts, self.undone_views = self._parts, outcome.views
        parts.say(
            undone(outcome),
            *((parts.hint("redo", _("redo")),) if outcome.changed or outcome.views or outcome.snippets else ()),
            detail=" ".join(outcome.refused),
        )
        # The cursor goes with what came back: the next key is for that, not for what had taken its place.
        await parts.rows.refresh(outcome.changed if parts.list.has_focus else ())
        return outcome

    async def redo(self) -> None:
        """Do again what was undone last."""
        await self._redone(await self._parts.link.write(undo.redo, self._parts.context.agent))

    async def redo_act(self, act_id: str) -> None:
        """Do one act again that was undone."""
        await self._redone(await self._parts.link.write(undo.redo_act, self._parts.context.agent, act_id))

    async def _redone(self, outcome: Outcome) -> None:
        self._parts.say(redone(outcome), self._parts.hint("undo", _("undo")), detail=" ".join(outcome.refused))
        await self._parts.rows.refresh()
