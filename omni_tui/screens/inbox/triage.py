"""Actions on conversations: painted at once, stored behind, taken back with a notice if that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from omni_tui.desk import triage, undo
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import Status
from omni_tui.model.errors import OmniError
from omni_tui.model.outcome import Outcome
from omni_tui.screens.chrome.footer_lines import Hint, Toast
from omni_tui.screens.draw.times import moment
from omni_tui.screens.inbox.parts import Parts
from omni_tui.text.i18n import _, ngettext

_LEAVES: dict[str, frozenset[str]] = {
    "resolve": frozenset({"inbox", "mine", "unassigned", "waiting", "snoozed"}),
    "snooze": frozenset({"inbox", "mine", "unassigned", "waiting", "resolved"}),
    "reopen": frozenset({"snoozed", "resolved"}),
    "take": frozenset({"unassigned"}),
    "assign": frozenset({"unassigned"}),
    "unassign": frozenset({"mine"}),
}


def leaves(action: str, view: str, to: str, agent: Agent) -> bool:
    """Whether the rows leave the view. ``to`` is whom they are assigned to."""
    if action == "assign" and view == "mine":
        return to != agent.login
    return view in _LEAVES.get(action, frozenset())


def expected(action: str, row: ConversationRow, values: tuple[str, ...], until: int, agent: Agent) -> ConversationRow:
    """The row as the action will leave it."""
    match action:
        case "resolve":
            return replace(row, status=Status.RESOLVED, unread=False, snoozed_until=None)
        case "reopen":
            return replace(row, status=Status.OPEN, snoozed_until=None)
        case "snooze":
            return replace(row, status=Status.SNOOZED, unread=False, snoozed_until=until)
        case "take":
            return replace(row, assignee=agent.login)
        case "assign":
            return replace(row, assignee=values[0] if values else row.assignee)
        case "unassign":
            return replace(row, assignee=None)
        case "tag":
            return replace(row, tags=tuple(dict.fromkeys((*row.tags, *values))))
        case "untag":
            return replace(row, tags=tuple(tag for tag in row.tags if tag not in values))
        case "unread":
            return replace(row, unread=True)
        case _:
            return row


def done(outcome: Outcome, detail: str) -> str:
    """``Tagged 12 conversations``; ``detail`` is whom, which or until when."""
    count = len(outcome.changed)
    if count == 0:
        return _("Nothing to do: it already is so")
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    template = {
        "resolve": _("Resolved {n}"),
        "reopen": _("Reopened {n}"),
        "snooze": _("Snoozed {n} until {detail}"),
        "take": _("Took {n}"),
        "assign": _("Assigned {n} to {detail}"),
        "unassign": _("Unassigned {n}"),
        "tag": _("Tagged {n} {detail}"),
        "untag": _("Took {detail} off {n}"),
        "unread": _("Marked {n} unread"),
    }.get(outcome.verb, outcome.verb)
    return template.format(n=n, detail=detail)


def undone(outcome: Outcome) -> str:
    """What undo took back."""
    count = len(outcome.changed)
    if outcome.verb == "reply" and count:
        return _("Called back, nothing was sent; the text is your draft again")
    if outcome.verb == "note" and count:
        return _("Note taken back; the text is your draft again")
    if outcome.views:
        return _("Undone: {verb} {names}").format(verb=outcome.verb, names=", ".join(outcome.views))
    if not count:
        return _("Nothing could be taken back")
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    return _("Undone: {verb} of {n}").format(verb=outcome.verb, n=n)


def redone(outcome: Outcome) -> str:
    """What redo did again."""
    if outcome.views:
        return _("Done again: {verb} {names}").format(verb=outcome.verb, names=", ".join(outcome.views))
    count = len(outcome.changed)
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    return _("Done again: {verb} of {n}").format(verb=outcome.verb, n=n)


def some_of(sentences: Sequence[str]) -> str:
    """The first of several sentences, and how many more there are."""
    if len(sentences) < 2:
        return "".join(sentences)
    return _("{first} And {count} more.").format(first=sentences[0], count=f"{len(sentences) - 1:,}")


SIMPLE = ("resolve", "reopen", "take", "unassign", "unread")
ASKING = ("assign", "tag", "untag", "snooze")


@dataclass(frozen=True, slots=True)
class Deed:
    """An action with what it was given; kept so that it can be repeated on other conversations."""

    action: str
    values: tuple[str, ...] = ()
    until: int = 0


class Triage:
    """Carries out deeds. ``view`` tells the id of the view shown, ``left`` is called when the open thread left it."""

    def __init__(self, parts: Parts, view: Callable[[], str], left: Callable[[], None]) -> None:
        self._parts, self._view, self._left = parts, view, left
        self.last: Deed | None = None
        self._refused: tuple[Deed, list[str]] | None = None

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
        return self._begin(deed, ids, self._shown(ids))

    async def insist(self) -> None:
        """Do to the conversations what was not done because a colleague was first."""
        refused, self._refused = self._refused, None
        if refused is None:
            self._parts.say(_("Nobody was in the way"))
            return
        await self._begin(*refused, {})

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
            stack.enter_context(self._parts.rows.hold())
            goes = leaves(deed.action, self._view(), deed.values[0] if deed.values else "", self._parts.context.agent)
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
        parts.list.refresh()
        detail = moment(deed.until, parts.context) if deed.until else " ".join(deed.values)
        undo_key = (Hint("z", _("undo")), Hint(".", _("repeat"))) if outcome.act_id else ()
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
        self._parts.footer.toast(Toast(text, (Hint("Y", _("do it anyway")), *undo_key), "caution"))

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

    async def _store(self, deed: Deed, ids: list[str], seen: dict[str, ConversationRow]) -> Outcome:
        link, agent = self._parts.link, self._parts.context.agent
        match deed.action:
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

    async def undo(self) -> Outcome | None:
        """Take back the agent's last act; what cannot go back is told."""
        parts = self._parts
        outcome = await parts.link.write(undo.undo, parts.context.agent)
        parts.say(
            undone(outcome),
            *((Hint("Z", _("redo")),) if outcome.changed or outcome.views else ()),
            detail=" ".join(outcome.refused),
        )
        await parts.rows.refresh()
        return outcome

    async def redo(self) -> None:
        """Do again what was undone last."""
        parts = self._parts
        outcome = await parts.link.write(undo.redo, parts.context.agent)
        parts.say(redone(outcome), Hint("z", _("undo")), detail=" ".join(outcome.refused))
        await parts.rows.refresh()
