"""Merging, splitting, moving and linking from the screen: which other conversation is meant, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.desk import customers, inbox, linking, merging
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.model.message import MessageRow
from omni_tui.model.outcome import Outcome
from omni_tui.screens.inbox.deeds import done, some_of
from omni_tui.screens.list.draw import name_of
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.store import Store
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

NAMES = ("merge", "split", "move", "link", "unlink")
_ON_MESSAGE = ("split", "move")


class Joining:
    """Asks for the other conversation and does what was asked."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._ids: list[str] = []
        self._message: MessageRow | None = None

    def run(self, name: str, rest: str = "") -> None:
        """Do ``name`` with the conversation ``rest``, or ask for it."""
        screen = self._screen
        screen.turns.take(self._begin(name, rest), into_field=name != "split" and not rest)

    async def _begin(self, name: str, rest: str) -> None:
        screen, parts = self._screen, self._screen.parts
        self._ids = screen.triage.targets()
        self._message = parts.thread.message_at(parts.view.reading_key())
        if not self._ids:
            parts.say(_("No conversation is selected"))
        elif name in _ON_MESSAGE and self._message is None:
            parts.say(_("There is no message here"))
        elif name == "split" or rest:
            await self._do(name, rest)
        else:
            parts.prompt.ask(await self._question(name))

    async def answered(self, name: str, answer: str) -> None:
        """The prompt was answered; it stays open to be corrected while the answer will not do."""
        prompt = self._screen.parts.prompt
        try:
            if not answer:
                raise UsageError(_("Nothing was typed. Esc leaves it as it is."))
            await self._do(name, answer)
        except OmniError as error:
            prompt.problem(f"{error.message} {error.hint}".strip())
            return
        prompt.close()
        self._screen.reading.refocus()

    async def _question(self, name: str) -> Question:
        """Of several selected ones the oldest is proposed; of one, what else the customer wrote about."""
        agent, ids = self._screen.context.agent, tuple(self._ids)
        rows, others = await self._screen.parts.link.read(_candidates, agent, ids)
        several = name == "merge" and len(rows) > 1
        known = sorted(rows, key=lambda row: row.ref) if several else others
        prompts = {
            "merge": _("Merge {count} into").format(count=len(rows)) if several else _("Merge into"),
            "move": _("Move the message to"),
            "link": _("Link with"),
            "unlink": _("Unlink from"),
        }
        start = str(known[0].ref) if several else ""
        return Question(name, prompts[name], lambda text: _offers(known, "" if text == start else text), start=start)

    async def _do(self, name: str, answer: str) -> None:
        screen, parts = self._screen, self._screen.parts
        message_id = self._message.id if self._message is not None else ""
        agent, ids = screen.context.agent, tuple(self._ids)
        outcome, ref = await parts.link.write(_store, agent, name, ids, message_id, answer)
        parts.list.marked.difference_update(outcome.changed)
        parts.list.repaint()
        hints = (self._screen.parts.hint("undo", _("undo")),) if outcome.act_id else ()
        shown = outcome
        if name == "merge" and outcome.changed:
            shown = Outcome(name, tuple(id for id in outcome.changed if id in ids), act_id=outcome.act_id)
        told = some_of((*outcome.refused, *outcome.notices))
        parts.say(done(shown, f"#{ref}"), *hints, detail=told)
        await parts.rows.refresh()
        await parts.thread.refresh()


def _store(
    store: Store, agent: Agent, name: str, ids: Sequence[str], message_id: str, answer: str
) -> tuple[Outcome, int]:
    """Do it; with the number of the other conversation."""
    if name == "split":
        outcome = merging.split(store, agent, message_id)
        return outcome, inbox.find(store, agent, outcome.changed[0]).ref
    other = inbox.find(store, agent, answer)
    if name == "merge":
        return merging.merge(store, agent, [id for id in ids if id != other.id], other.id), other.ref
    if name == "move":
        return merging.move(store, agent, message_id, other.id), other.ref
    tie = linking.link if name == "link" else linking.unlink
    return tie(store, agent, ids, other.id), other.ref


def _candidates(
    store: Store, agent: Agent, ids: Sequence[str]
) -> tuple[tuple[ConversationRow, ...], tuple[ConversationRow, ...]]:
    """The conversations themselves, and what else the customer of the first wrote about, the newest first."""
    rows = inbox.rows(store, agent, ids)
    if not rows:
        return (), ()
    card = customers.card(store, rows[0].customer_id)
    others = [past.id for past in card.conversations if past.id not in ids]
    return rows, inbox.rows(store, agent, others)


def _offers(rows: Sequence[ConversationRow], text: str) -> list[Offer]:
    wanted = text.lstrip("#").casefold()
    found = []
    for row in rows:
        label = f"{name_of(row)}   {clean_line(row.subject)}"
        if str(row.ref).startswith(wanted) or wanted in label.casefold():
            found.append(Offer(str(row.ref), label))
    return found
