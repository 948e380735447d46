"""``customer …``: people, found by name or address; joined, taken apart, named, described."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.clock import exact
from omni_tui.cli.columns import print_columns
from omni_tui.cli.params import Limit
from omni_tui.cli.verb import verb
from omni_tui.desk.state_words import status_word
from omni_tui.model.conversation import Agent
from omni_tui.model.customer import CustomerCard
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store

Customer = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMER", help=_("A customer: an address, a part of the name, or a conversation of theirs (#1042).")
    ),
]
_HINT = _("A part of the name or of an address is enough.")


@verb(
    _("Find customers by name, address or id. A single one is shown with their conversations."),
    "omni-tui customer show ana",
    "omni-tui customer show ana@example.org --json",
    lists=True,
)
def show(ctx: typer.Context, query: Annotated[list[str], typer.Argument(metavar="QUERY...")]) -> None:
    from omni_tui.desk import customers

    call = Call.of(ctx)
    words = " ".join(query)
    with reading(call) as (store, _agent):
        cards = customers.find(store, words)
    if not cards:
        raise NotFound(_("No customer matches {words}.").format(words=repr(words)), _HINT)
    if call.ndjson:
        output.stream("customer", cards)
    elif call.json:
        output.document("customers", customers=cards)
    elif len(cards) == 1:
        _print_card(cards[0])
    else:
        print_columns(
            (_("NAME"), _("CONVERSATIONS"), _("ADDRESSES")),
            [
                (card.name, str(card.conversation_count), ", ".join(each.value for each in card.identities))
                for card in cards
            ],
        )


@verb(
    _("List customers, whoever's conversations moved last first."),
    "omni-tui customer list",
    "omni-tui customer list hoffmann --limit 20",
    lists=True,
)
def list_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS...]", help=_("Beginnings of words of name or addresses."))
    ] = None,
    limit: Limit = 100,
) -> None:
    from omni_tui.desk import customers

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        rows = customers.listed(store, agent, " ".join(words or ()), limit)
    if call.ndjson:
        output.stream("customer_row", rows)
    elif call.json:
        output.document("customer_list", customers=rows)
    else:
        print_columns(
            (_("NAME"), _("CHANNELS"), _("CONVERSATIONS"), _("LAST"), _("ADDRESSES")),
            [
                (row.name or "-", ",".join(row.kinds), str(row.conversation_count), exact(row.last_at),
                 ", ".join(row.addresses))
                for row in rows
            ],
        )  # fmt: skip


@verb(
    _("Make one customer of several who are one person. All become part of the first, or of --into."),
    "omni-tui customer merge ana@example.org ana@work.example",
    "omni-tui customer merge 1042 --into ana@example.org",
    writes=True,
)
def merge(
    ctx: typer.Context,
    customers: Annotated[
        list[str],
        typer.Argument(metavar="CUSTOMER...", help=_("An address, a part of the name, or a conversation (#1042).")),
    ],
    into: Annotated[str, typer.Option(metavar="CUSTOMER", help=_("Whom they become part of."))] = "",
) -> None:
    from omni_tui.desk import customer_edits
    from omni_tui.desk.customers import named

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        meant = [named(store, each) for each in customers]
        target = named(store, into) if into else meant[0]
        parts = list({card.id: card for card in meant if card.id != target.id}.values())
        if not parts:
            raise UsageError(_("There is nothing to merge: name two customers."), _("omni-tui customer merge ANA BEN"))
        if call.dry_run:
            names = tuple(map(_called, (target, *parts)))
            outcome = Outcome("customer merge", (), customers=names)
        else:
            outcome = customer_edits.merge(store, agent, [card.id for card in parts], target.id)
    _tell(call, outcome, _("One customer now: {what}."))


@verb(
    _("Take one address out of a customer: it is somebody else's, with the conversations it came with."),
    "omni-tui customer split ana@example.org ana@work.example",
    writes=True,
)
def split(
    ctx: typer.Context,
    customer: Customer,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("The address that is somebody else's."))],
) -> None:
    from omni_tui.desk import customer_edits

    done = _("A customer of its own again: {what}.")
    _edit(
        ctx, "customer split", customer, done, lambda store, agent, id: customer_edits.split(store, agent, id, address)
    )


@verb(
    _("Call a customer something else."),
    "omni-tui customer rename ana@example.org 'Ana Ruiz'",
    writes=True,
)
def rename(
    ctx: typer.Context,
    customer: Customer,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Their name; '' shows the address again."))],
) -> None:
    from omni_tui.desk import customer_edits

    _edit(
        ctx,
        "customer rename",
        customer,
        _("Renamed: {what}."),
        lambda store, agent, id: customer_edits.rename(store, agent, id, name),
    )


@verb(
    _("Keep a note on a customer, instead of the one there is. They never see it."),
    "omni-tui customer note ana@example.org 'Prefers the phone.'",
    "omni-tui customer note ana@example.org ''",
    writes=True,
)
def note(
    ctx: typer.Context,
    customer: Customer,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The note; '' takes it away."))],
) -> None:
    from omni_tui.desk import customer_edits

    _edit(
        ctx,
        "customer note",
        customer,
        _("Noted on {what}."),
        lambda store, agent, id: customer_edits.describe(store, agent, id, text),
    )


def _edit(ctx: typer.Context, name: str, customer: str, done: str, run: Callable[[Store, Agent, str], Outcome]) -> None:
    from omni_tui.desk.customers import named

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        card = named(store, customer)
        planned = Outcome(name, (), customers=(_called(card),))
        outcome = planned if call.dry_run else run(store, agent, card.id)
    _tell(call, outcome, done)


def _tell(call: Call, outcome: Outcome, done: str) -> None:
    if call.json:
        tell_outcome(call, outcome, {}, done)
        return
    sentence = done.format(what=", ".join(outcome.customers))
    if not outcome.customers:
        sentence = _("Nothing to change.")
    output.say(_("Would do: {sentence}").format(sentence=sentence) if call.dry_run else sentence)


def _called(card: CustomerCard) -> str:
    return card.name or next((each.value for each in card.identities), card.id)


def _print_card(card: CustomerCard) -> None:
    output.tell(clean_line(card.name))
    for identity in card.identities:
        output.tell(f"  {clean_line(identity.kind)}: {clean_line(identity.value)}")
    if card.since is not None:
        output.tell(_("  customer since {time}").format(time=exact(card.since)))
    if card.tags:
        output.tell(_("  tags: {tags}").format(tags=", ".join(map(clean_line, card.tags))))
    if card.order is not None:
        named = _("  last order: {number}, named in #{ref} {time}")
        number = clean_line(card.order.number)
        output.tell(named.format(number=number, ref=card.order.ref, time=exact(card.order.at)))
    for line in clean(card.notes).splitlines():
        output.tell(f"    {line}")
    output.tell(_("  {count} conversations").format(count=card.conversation_count))
    print_columns(
        (_("REF"), _("LAST"), _("STATE"), _("SUBJECT")),
        [
            (f"  #{past.ref}", exact(past.last_at), status_word(past.status), past.subject)
            for past in card.conversations
        ],
    )
