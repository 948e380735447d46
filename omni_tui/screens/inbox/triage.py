"""Actions on conversations: painted at once, stored behind, taken back with a notice if that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from omni_tui.desk import triage, undo
from omni_tui.model.errors import OmniError
from omni_tui.model.outcome import Outcome
from omni_tui.screens.chrome.footer import Hint
from omni_tui.screens.draw.times import moment
from omni_tui.screens.inbox.expect import expected, leaves
from omni_tui.screens.inbox.parts import Parts
from omni_tui.screens.inbox.words import done, redone, undone
from omni_tui.text.i18n import _

SIMPLE = ("resolve", "reopen", "take", "unassign", "unread")
ASKING = ("assign", "tag", "untag", "snooze")


@dataclass(frozen=True, slots=True)
class Deed:
    """An action with what it was given; kept so that it can be repeated on other conversations."""

    action: str
    values: tuple[str, ...] = ()
    until: int = 0


class Triage:
    """Carries out deeds. ``view`` tells which view is shown, ``left`` is called when the open thread left it."""

    def __init__(self, parts: Parts, view: Callable[[], str], left: Callable[[], None]) -> None:
        self._parts, self._view, self._left = parts, view, left
        self.last: Deed | None = None

    def targets(self) -> list[str]:
        """The selection, or else the conversation a key is about."""
        parts = self._parts
        if parts.list.marked and parts.list.has_focus:
            return list(parts.list.marked)
        row = parts.target()
        return [row.id] if row is not None else []

    def carry_out(self, deed: Deed, ids: list[str]) -> Coroutine[Any, Any, None]:
        """Do ``deed`` to the conversations: painted when this returns, so that the next key finds it done; what
        comes back stores it."""
        stack = contextlib.ExitStack()
        if ids:
            self.last = deed
            stack.enter_context(self._parts.rows.hold())
            goes = leaves(deed.action, self._view(), deed.values[0] if deed.values else "", self._parts.context.agent)
            self._paint(deed, ids, goes)
        return self._keep(deed, ids, stack)

    async def _keep(self, deed: Deed, ids: list[str], held: contextlib.ExitStack) -> None:
        parts = self._parts
        if not ids:
            parts.say(_("No conversation is selected"))
            return
        failed: OmniError | None = None
        outcome = Outcome(deed.action, ())
        with held:
            try:
                outcome = await self._store(deed, ids)
            except OmniError as error:
                failed = error
        if failed is not None:
            # What was painted did not happen: the store says how things are.
            await parts.rows.refresh()
            parts.complain(failed)
            return
        parts.list.marked.difference_update(ids)
        parts.list.refresh()
        detail = moment(deed.until, parts.context) if deed.until else " ".join(deed.values)
        undo_key = (Hint("z", _("undo")), Hint(".", _("repeat"))) if outcome.act_id else ()
        parts.say(done(outcome, detail), *undo_key)
        await parts.rows.refresh()

    def _paint(self, deed: Deed, ids: list[str], goes: bool) -> None:
        parts = self._parts
        agent, pages = parts.context.agent, parts.list.pages
        before = parts.list.snapshot()
        opened = parts.thread.conversation_id in ids and not parts.list.has_focus
        if goes:
            pages.remove(ids)
            parts.list.resized()
            parts.list.move_to(parts.list.cursor)
        else:
            pages.change(ids, lambda row: expected(deed.action, row, deed.values, deed.until, agent))
        parts.list.repaint_changed(before)
        if opened and goes:
            self._left()

    async def _store(self, deed: Deed, ids: list[str]) -> Outcome:
        link, agent = self._parts.link, self._parts.context.agent
        match deed.action:
            case "resolve":
                return await link.write(triage.resolve, agent, ids)
            case "reopen":
                return await link.write(triage.reopen, agent, ids)
            case "take":
                return await link.write(triage.take, agent, ids)
            case "unassign":
                return await link.write(triage.unassign, agent, ids)
            case "unread":
                return await link.write(triage.unread, agent, ids)
            case "assign":
                return await link.write(triage.assign, agent, ids, deed.values[0])
            case "tag":
                return await link.write(triage.tag, agent, ids, deed.values)
            case "untag":
                return await link.write(triage.untag, agent, ids, deed.values)
            case "snooze":
                return await link.write(triage.snooze, agent, ids, deed.until)
            case _:
                raise ValueError(deed.action)

    async def undo(self) -> Outcome | None:
        """Take back the agent's last act; what cannot go back is told."""
        parts = self._parts
        outcome = await parts.link.write(undo.undo, parts.context.agent)
        parts.say(
            undone(outcome), *((Hint("Z", _("redo")),) if outcome.changed else ()), detail=" ".join(outcome.refused)
        )
        await parts.rows.refresh()
        return outcome

    async def redo(self) -> None:
        """Do again what was undone last."""
        parts = self._parts
        outcome = await parts.link.write(undo.redo, parts.context.agent)
        parts.say(redone(outcome), Hint("z", _("undo")), detail=" ".join(outcome.refused))
        await parts.rows.refresh()
