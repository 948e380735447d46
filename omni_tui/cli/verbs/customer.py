"""``customer``: people, found by name or address."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.clock import exact
from omni_tui.cli.columns import print_columns
from omni_tui.cli.verb import verb
from omni_tui.model.customer import CustomerCard
from omni_tui.model.errors import NotFound
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _


@verb(
    _("Find customers by name, address or id. A single one is shown with their conversations."),
    "omni-tui customer ana",
    "omni-tui customer ana@example.org --json",
    lists=True,
)
def customer(ctx: typer.Context, query: Annotated[list[str], typer.Argument(metavar="QUERY...")]) -> None:
    from omni_tui.desk import customers

    call = Call.of(ctx)
    words = " ".join(query)
    with reading(call) as (store, _agent):
        cards = customers.find(store, words)
    if not cards:
        raise NotFound(
            _("No customer matches {words}.").format(words=repr(words)),
            _("A part of the name or of an address is enough."),
        )
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


def _print_card(card: CustomerCard) -> None:
    output.tell(clean_line(card.name))
    for identity in card.identities:
        output.tell(f"  {clean_line(identity.kind)}: {clean_line(identity.value)}")
    if card.since is not None:
        output.tell(_("  customer since {time}").format(time=exact(card.since)))
    if card.tags:
        output.tell(_("  tags: {tags}").format(tags=", ".join(map(clean_line, card.tags))))
    for line in clean(card.notes).splitlines():
        output.tell(f"    {line}")
    output.tell(_("  {count} conversations").format(count=card.conversation_count))
    print_columns(
        (_("REF"), _("LAST"), _("STATE"), _("SUBJECT")),
        [(f"  #{past.ref}", exact(past.last_at), past.status.value, past.subject) for past in card.conversations],
    )
