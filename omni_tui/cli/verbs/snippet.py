"""``snippet …``: texts with a name, for answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.acting import tell_kept
from omni_tui.cli.body import body_of
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.params import Body
from omni_tui.cli.verb import verb
from omni_tui.model.outcome import Outcome
from omni_tui.model.snippet import Snippet
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store

AnySnippet = Annotated[str, typer.Argument(metavar="NAME", help=_("A snippet."), autocompletion=completing.snippets)]
OwnSnippet = Annotated[
    str, typer.Argument(metavar="NAME", help=_("A snippet you saved."), autocompletion=completing.own_snippets)
]
Edit = Callable[["Store", "Agent", Snippet], Outcome]


@verb(
    _("List the snippets you can use: yours, and those shared by colleagues."),
    "omni-tui snippet list",
    "omni-tui snippet list --ndjson | jq -r .name",
    lists=True,
)
def list_(ctx: typer.Context) -> None:
    from omni_tui.cli.columns import print_columns
    from omni_tui.desk import snippets

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        found = snippets.listed(store, agent)
    if call.ndjson:
        output.stream("snippet", found)
    elif call.json:
        output.document("snippets", snippets=found)
    else:
        print_columns(
            (_("NAME"), _("WHOSE"), _("TEXT")),
            [(each.name, _whose(each, agent), each.body.partition("\n")[0]) for each in found],
        )
        if not found:
            output.say(_("There are none yet. Save one: omni-tui snippet save NAME TEXT"))


def _whose(snippet: Snippet, agent: Agent) -> str:
    if snippet.owner != agent.login:
        return _("shared by {login}").format(login=snippet.owner)
    return _("shared") if snippet.shared else _("yours")


@verb(
    _("Print a snippet's text, with its variables as they are."),
    "omni-tui snippet show hello",
    "omni-tui snippet show hello > hello.txt",
)
def show(ctx: typer.Context, name: AnySnippet) -> None:
    from omni_tui.desk import snippets

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        snippet = snippets.named(snippets.listed(store, agent), name, agent)
    if call.json:
        output.document("snippet", snippet=snippet)
    else:
        output.tell(snippet.body)


@verb(
    _("Keep a text under a name. {customer_first}, {order} and such are filled where it is used."),
    "omni-tui snippet save hello 'Hello {customer_first}, thank you for your message.'",
    "omni-tui snippet save 退款 '{customer}您好，订单{order}的退款已经办理。' --shared",
    "omni-tui snippet save hello --replace < hello.txt",
    writes=True,
)
def save(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("What to call it."), autocompletion=completing.own_snippets)
    ],
    text: Body = "",
    shared: Annotated[bool, typer.Option("--shared", help=_("Let every agent use it."))] = False,
    replace: Annotated[bool, typer.Option("--replace", help=_("Change the snippet you have of that name."))] = False,
) -> None:
    from omni_tui.desk import snippets
    from omni_tui.desk.snippet_filling import NAMES, unknown_in

    call = Call.of(ctx)
    body = snippets.snippet_body(body_of(text))
    with writing(call) as (store, agent):
        old = snippets.named(snippets.listed(store, agent), name, agent) if replace else None
        if call.dry_run:
            outcome = Outcome("snippet save", (), snippets=(old.name if old else snippets.snippet_name(name),))
        elif old is not None:
            outcome = snippets.change(store, agent, old, body)
        else:
            outcome = snippets.save(store, agent, name, body, shared=shared)
        _tell(call, store, agent, outcome, _("Saved"), old.name if old else "")
    if unknown := unknown_in(body):
        output.say(
            _("No variable, so it stays as it is: {names}. There are: {known}").format(
                names=_braced(unknown), known=_braced(NAMES)
            )
        )


def _braced(names: tuple[str, ...]) -> str:
    return " ".join(f"{{{name}}}" for name in names)


@verb(_("Call one of your snippets something else."), "omni-tui snippet rename hello welcome", writes=True)
def rename(
    ctx: typer.Context, name: OwnSnippet, new: Annotated[str, typer.Argument(metavar="NEW", help=_("Its new name."))]
) -> None:
    from omni_tui.desk import snippets

    _edit(ctx, name, lambda store, agent, snippet: snippets.rename(store, agent, snippet, new), _("Renamed"))


@verb(_("Let every agent use one of your snippets."), "omni-tui snippet share hello", writes=True)
def share(ctx: typer.Context, name: OwnSnippet) -> None:
    from omni_tui.desk import snippets

    _edit(ctx, name, snippets.share, _("Shared"))


@verb(_("Keep one of your snippets to yourself again."), "omni-tui snippet unshare hello", writes=True)
def unshare(ctx: typer.Context, name: OwnSnippet) -> None:
    from omni_tui.desk import snippets

    _edit(ctx, name, snippets.unshare, _("Yours alone"))


@verb(_("Delete one of your snippets. Undo brings it back."), "omni-tui snippet delete hello", writes=True)
def delete(ctx: typer.Context, name: OwnSnippet) -> None:
    from omni_tui.desk import snippets

    _edit(ctx, name, snippets.delete, _("Deleted"))


def _edit(ctx: typer.Context, name: str, edit: Edit, done: str) -> None:
    from omni_tui.desk import snippets

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        snippet = snippets.named(snippets.listed(store, agent), name, agent)
        outcome = Outcome("snippet", (), snippets=(snippet.name,)) if call.dry_run else edit(store, agent, snippet)
        _tell(call, store, agent, outcome, done, snippet.name)


def _tell(call: Call, store: Store, agent: Agent, outcome: Outcome, done: str, name: str) -> None:
    from omni_tui.desk import snippets

    def now(name: str) -> Snippet | None:
        listed = snippets.listed(store, agent)
        return next((each for each in listed if each.name == name and each.owner == agent.login), None)

    tell_kept(call, outcome, "snippet", outcome.snippets, done, name, now)
