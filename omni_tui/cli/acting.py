"""What the verbs that change conversations have in common: find, act, tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from omni_tui.cli import output
from omni_tui.cli.call import Call, writing
from omni_tui.cli.rows import named
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _, ngettext

if TYPE_CHECKING:
    from omni_tui.store import Store

Act = Callable[["Store", Agent, tuple[str, ...]], Outcome]
TOLD = 8
"""How many of somebody else's changes are told one by one."""
Would = Callable[[ConversationRow, Agent], bool]


def act(
    call: Call,
    verb: str,
    refs: Sequence[str],
    run: Act,
    would: Would,
    done: str,
    *,
    check: Callable[[Store], object] = lambda _store: None,
) -> None:
    """Run an action on the conversations named and tell what it did.

    ``would`` says of a row whether the action changes it: ``--dry-run`` tells that instead. ``done`` is the
    sentence, with ``{what}`` for the conversations; ``check`` raises what would hinder it.
    """
    with writing(call) as (store, agent):
        rows = named(store, agent, refs)
        check(store)
        if call.dry_run:
            changed = tuple(row.id for row in rows if would(row, agent))
            outcome = Outcome(verb, changed, tuple(row.id for row in rows if row.id not in changed))
        else:
            outcome = run(store, agent, tuple(row.id for row in rows))
    tell_outcome(call, outcome, {row.id: row.ref for row in rows}, done)


def tell_outcome(call: Call, outcome: Outcome, refs: dict[str, int], done: str) -> None:
    """The outcome as JSON on stdout, or as sentences on stderr."""
    if call.json:
        output.document(
            "outcome",
            verb=outcome.verb,
            dry_run=call.dry_run,
            changed=[{"id": id, "ref": refs.get(id)} for id in outcome.changed],
            untouched=[{"id": id, "ref": refs.get(id)} for id in outcome.untouched],
            refused=outcome.refused,
            replaced=outcome.replaced,
            views=outcome.views,
            snippets=outcome.snippets,
            customers=outcome.customers,
            notices=outcome.notices,
            act_id=outcome.act_id,
        )
        return
    if outcome.changed:
        sentence = done.format(what=_what(outcome.changed, refs))
        output.say(_("Would do: {sentence}").format(sentence=sentence) if call.dry_run else sentence)
    if outcome.views:
        named = ", ".join(outcome.views)
        output.say(done.format(what=named) if not outcome.changed else _("Views: {names}.").format(names=named))
    if outcome.snippets:
        named = ", ".join(outcome.snippets)
        output.say(done.format(what=named) if not outcome.changed else _("Snippets: {names}.").format(names=named))
    if outcome.customers:
        named = ", ".join(outcome.customers)
        output.say(done.format(what=named) if not outcome.changed else _("Customers: {names}.").format(names=named))
    for before in outcome.replaced[:TOLD]:
        output.say(_("Before: {what}").format(what=before))
    if len(outcome.replaced) > TOLD:
        output.say(_("Before: and {count} more.").format(count=len(outcome.replaced) - TOLD))
    if outcome.untouched:
        output.say(_("Nothing to change: {what}.").format(what=_what(outcome.untouched, refs)))
    for sentence in (*outcome.refused, *outcome.notices):
        output.say(sentence)


def tell_kept(
    call: Call,
    outcome: Outcome,
    kind: str,
    names: Sequence[str],
    done: str,
    name: str,
    now: Callable[[str], object | None],
) -> None:
    """What became of something kept under a name, a ``view`` or a ``snippet``: as JSON with the thing as it is ``now``,
    looked up by its names after and before, or in a sentence. ``names`` are those of the outcome."""
    if call.json:
        found = next((thing for each in (*names, name) if (thing := now(each)) is not None), None)
        told = {"changed": bool(names), kind: found, "act_id": outcome.act_id}
        output.document(f"{kind}_change", dry_run=call.dry_run, **told)
    elif not names:
        output.say(_("Nothing to change: {what}.").format(what=name))
    else:
        sentence = _("{done}: {name}.").format(done=done, name=names[0])
        output.say(_("Would do: {sentence}").format(sentence=sentence) if call.dry_run else sentence)


def _what(ids: Sequence[str], refs: dict[str, int]) -> str:
    known = [f"#{refs[id]}" for id in ids if id in refs]
    if len(known) == len(ids) <= 8:
        return ", ".join(known)
    return ngettext("{count} conversation", "{count} conversations", len(ids)).format(count=len(ids))
