"""Customers from the inbox: the list behind ``gc``, the card of one, and joining, parting, naming, describing them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from omni_tui.desk import customer_edits, customers
from omni_tui.desk.actions import action
from omni_tui.model.conversation import Agent
from omni_tui.model.customer import CustomerCard, CustomerRow
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.screens.customers.chooser import CustomerChooser, Purpose
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.screens.panel.customer import customer_lines
from omni_tui.store import Store
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

NAMES = ("merge_customer", "split_customer", "rename_customer", "describe_customer")
"""The actions of the registry that are done here."""
_AT_ONCE, _MOST = 100, 1000
_SETTLED_S = 0.1


class Customers:
    """Opens the list and the card, and does what is asked of the customer they show."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self.chooser = CustomerChooser(
            screen.context, self._typed, self._more, self._choose_found, self._leave, id="customers"
        )
        self._limit = _AT_ONCE
        self._card: CustomerCard | None = None
        self._in_card = False
        self._asking = False

    # The list ------------------------------------------------------------------------------------------

    def open(self, text: str = "") -> None:
        """Show all customers, or those ``text`` finds."""
        self._list(Purpose(_("Customers"), _("show"), lambda row: self.show(row.id)), text)

    def _list(self, purpose: Purpose, text: str = "") -> None:
        self._limit = _AT_ONCE
        self.chooser.open(purpose, text)
        self._screen.spawn(self._load(), "customers")

    def _typed(self, _text: str) -> None:
        self._limit = _AT_ONCE
        self._screen.after("customers", _SETTLED_S, self._ask)

    def _more(self) -> None:
        if self._limit < _MOST:
            self._limit = min(_MOST, self._limit * 2)
            self._ask()

    def _ask(self) -> None:
        self._screen.spawn(self._load(), "customers")

    async def _load(self) -> None:
        screen, text, limit = self._screen, self.chooser.text, self._limit
        rows = await screen.parts.link.ask("customers", customers.listed, screen.context.agent, text, limit)
        if self.chooser.is_open and text == self.chooser.text:
            self.chooser.show(rows, complete=len(rows) < limit or limit == _MOST)

    def _choose_found(self) -> None:
        async def found() -> None:
            await self._load()
            self.chooser.choose()

        # A turn: whoever types a name and Enter at once means who is found, not who stood there before.
        self._screen.call_off("customers")
        self._screen.turns.take(found())

    def _leave(self) -> None:
        self.chooser.close()
        if self._in_card and self._card is not None:
            self.show(self._card.id)
        else:
            self._screen.reading.refocus()

    # The card ------------------------------------------------------------------------------------------

    def show(self, customer_id: str) -> None:
        """Show all that is known of a customer."""
        self._screen.turns.take(self._show(customer_id))

    def of_conversation(self) -> None:
        """Show the customer of the conversation a key is about."""
        row = self._screen.parts.target()
        if row is None:
            self._screen.parts.say(_("No conversation is selected"))
        else:
            self.show(row.customer_id)

    async def _show(self, customer_id: str) -> None:
        screen = self._screen
        card = await screen.parts.link.read(customers.card, customer_id)
        self.chooser.close()
        self._card, self._in_card = card, True
        width = max(20, screen.size.width - 6)
        keys: dict[str, tuple[str, Callable[[], None]]] = {"o": (_("conversations"), self._conversations)}
        for key, name, word in (
            ("M", "merge_customer", _("merge")),
            ("n", "rename_customer", _("rename")),
            ("m", "describe_customer", _("note")),
        ):
            keys[key] = (word, partial(self._on_card, name))
        if len(card.identities) > 1:
            keys["s"] = (_("take an address out"), partial(self._on_card, "split_customer"))
        screen.sheet.open(called(card), customer_lines(card, "", width, screen.context), keys)

    def left_card(self) -> bool:
        """Something over the inbox was put away: whether that was a question about the card, which is shown again."""
        if not self._in_card or self._card is None:
            return False
        if self._asking:
            self._asking = False
            self.show(self._card.id)
            return True
        self._in_card = False
        return False

    def _conversations(self) -> None:
        card = self._card
        if card is None:
            return
        self._put_away()
        self._screen.searching.open(query_for(card), typing=False)

    def _put_away(self) -> None:
        self._in_card = False
        self._screen.sheet.close()
        self._screen.reading.refocus()

    def _on_card(self, name: str) -> None:
        self._screen.sheet.close()
        self._screen.turns.take(self._begin(name, ""), into_field=True)

    # What is done to one -------------------------------------------------------------------------------

    def run(self, name: str, given: str = "") -> None:
        """Do one of :data:`NAMES` to the customer of the conversation a key is about; ``given`` is what it asks for."""
        self._in_card = False
        self._screen.turns.take(self._begin_here(name, given), into_field=not given)

    async def _begin_here(self, name: str, given: str) -> None:
        screen = self._screen
        row = screen.parts.target()
        if row is None:
            screen.parts.say(_("No conversation is selected"))
            return
        self._card = await screen.parts.link.read(customers.card, row.customer_id)
        await self._begin(name, given)

    async def _begin(self, name: str, given: str) -> None:
        card = self._card
        assert card is not None
        if given:
            await self._do(name, given)
        elif name == "merge_customer":
            title = _("Merge {name} into").format(name=called(card))
            self._list(Purpose(title, _("merge into this one"), self._merge_into))
        elif name == "split_customer" and len(card.identities) < 2:
            self._screen.parts.say(_("{name} has one address only").format(name=called(card)))
        else:
            self._asking = self._in_card
            self._screen.parts.prompt.ask(self._question(name, card))

    def _question(self, name: str, card: CustomerCard) -> Question:
        prompt = action(name).params[0].prompt
        if name == "split_customer":
            values = [clean_line(each.value) for each in card.identities]
            return Question(name, prompt, lambda text: [Offer(value) for value in values if text in value])
        start = clean_line(card.name if name == "rename_customer" else card.notes)
        return Question(name, prompt, lambda _text: (), start=start)

    def _merge_into(self, row: CustomerRow) -> None:
        self.chooser.close()
        self._screen.turns.take(self._merge(row.id))

    async def _merge(self, into: str) -> None:
        card = self._card
        assert card is not None
        try:
            await self._write("merge_customer", partial(_merge, id=card.id, into=into))
        finally:
            if self._in_card:
                await self._show(into)
            else:
                self._screen.reading.refocus()

    async def answered(self, name: str, answer: str) -> None:
        """The prompt was answered; it stays open to be corrected while the answer will not do."""
        prompt = self._screen.parts.prompt
        try:
            await self._do(name, answer)
        except OmniError as error:
            prompt.problem(f"{error.message} {error.hint}".strip())
            return
        prompt.close()
        self._asking = False
        if self._in_card and self._card is not None:
            await self._show(self._card.id)
        else:
            self._screen.reading.refocus()

    async def _do(self, name: str, given: str) -> None:
        card = self._card
        assert card is not None
        if name == "split_customer" and not given:
            raise UsageError(_("Nothing was typed. Esc leaves it as it is."))
        await self._write(name, partial(_DOES[name], id=card.id, given=given))

    async def _write(self, name: str, fn: Callable[..., Outcome]) -> None:
        parts = self._screen.parts
        outcome = await parts.link.write(fn, parts.context.agent)
        parts.say(told(name, outcome), *((parts.hint("undo", _("undo")),) if outcome.act_id else ()))
        await parts.rows.refresh()
        await parts.thread.refresh()
        self._screen.reading.ask_panel()


def called(card: CustomerCard) -> str:
    """A customer's name, or else an address."""
    if card.name:
        return clean_line(card.name)
    return clean_line(card.identities[0].value) if card.identities else _("unknown sender")


def query_for(card: CustomerCard) -> str:
    """The search that finds a customer's conversations, wherever they are."""
    value = card.identities[0].value if card.identities else card.name
    word = clean_line(value).replace('"', " ")
    return f'customer:"{word}" is:any' if word.strip() else "is:any"


def told(name: str, outcome: Outcome) -> str:
    """What was done, in words."""
    names = [clean_line(each) for each in outcome.customers]
    if not names:
        return _("Nothing to do: it already is so")
    if name == "merge_customer":
        return _("{names} are one customer now").format(names=", ".join(names))
    words = {
        "split_customer": _("{name} is a customer of their own again"),
        "rename_customer": _("The customer is called {name} now"),
        "describe_customer": _("Noted on {name}"),
    }[name]
    return words.format(name=names[0])


def _merge(store: Store, agent: Agent, *, id: str, into: str) -> Outcome:
    return customer_edits.merge(store, agent, [id], into)


def _merge_named(store: Store, agent: Agent, *, id: str, given: str) -> Outcome:
    return customer_edits.merge(store, agent, [id], customers.named(store, given).id)


def _split(store: Store, agent: Agent, *, id: str, given: str) -> Outcome:
    return customer_edits.split(store, agent, id, given)


def _rename(store: Store, agent: Agent, *, id: str, given: str) -> Outcome:
    return customer_edits.rename(store, agent, id, given)


def _describe(store: Store, agent: Agent, *, id: str, given: str) -> Outcome:
    return customer_edits.describe(store, agent, id, given)


_DOES = {
    "merge_customer": _merge_named,
    "split_customer": _split,
    "rename_customer": _rename,
    "describe_customer": _describe,
}
