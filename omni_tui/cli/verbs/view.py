"""``view …``: queries with a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.acting import tell_kept
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.verb import verb
from omni_tui.model.outcome import Outcome
from omni_tui.model.view import View
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store

AnyView = Annotated[
    str, typer.Argument(metavar="NAME|N", help=_("A view, by name or number."), autocompletion=completing.views)
]
OwnView = Annotated[
    str, typer.Argument(metavar="NAME|N", help=_("A view you saved."), autocompletion=completing.own_views)
]
Edit = Callable[["Store", "Agent", View], Outcome]


@verb(
    _("List the views with their numbers and counts."),
    "omni-tui view list",
    "omni-tui view list --json | jq .counts",
    lists=True,
)
def list_(ctx: typer.Context) -> None:
    from omni_tui.cli.clock import zone
    from omni_tui.cli.columns import print_columns
    from omni_tui.cli.views import at_least, numbers
    from omni_tui.desk import views

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        listed = views.listed(store, agent)
        counts = {} if call.ndjson else views.counts(store, agent, listed, zone())
    if call.ndjson:
        output.stream("view", listed)
    elif call.json:
        output.document("views", views=listed, counts=numbers(counts), at_least=at_least(counts))
    else:
        print_columns(
            (_("NO"), _("NAME"), _("COUNT"), _("WHOSE"), _("QUERY")),
            [
                (
                    str(view.number or "-"),
                    view.name,
                    str(counts[view.id]) if view.id in counts else "?",
                    _whose(view, agent),
                    view.query or _("everything but spam and trash"),
                )
                for view in listed
            ],
        )


def _whose(view: View, agent: Agent) -> str:
    words = [_("hidden")] if view.hidden else []
    if view.owner is not None and view.owner != agent.login:
        words.append(_("shared by {login}").format(login=view.owner))
    elif view.owner is not None:
        words.append(_("shared") if view.shared else _("yours"))
    return ", ".join(words)


@verb(
    _("Keep a query under a name. Days such as 7d stay relative."),
    "omni-tui view save Refunds is:open tag:refund",
    "omni-tui view save 等待超过两天 'is:open is:waiting before:2d' --sort waiting",
    "omni-tui view save Refunds is:open tag:refund,return --replace",
    writes=True,
)
def save(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("What to call it."))],
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY...", help=_("As omni-tui list takes it."), autocompletion=completing.query_words),
    ],
    sort: Annotated[
        Literal["activity", "waiting", "priority"],
        typer.Option(help=_("By last activity, or who waits longest first.")),
    ] = "activity",
    shared: Annotated[bool, typer.Option("--shared", help=_("Let every agent see it."))] = False,
    replace: Annotated[bool, typer.Option("--replace", help=_("Change the view you have of that name."))] = False,
) -> None:
    from omni_tui.cli.views import read, view_named
    from omni_tui.desk import view_edits, views

    call = Call.of(ctx)
    words = " ".join(query)
    read(words)
    with writing(call) as (store, agent):
        old = view_named(store, agent, name) if replace else None
        if call.dry_run:
            outcome = Outcome("view save", (), views=(old.name if old else view_edits.view_name(name),))
        elif old is not None:
            outcome = view_edits.change(store, agent, old, words, sort=sort)
        else:
            outcome = view_edits.save(store, agent, name, words, sort=sort, shared=shared)
        _tell(call, store, agent, outcome, _("Saved"), old.name if old else "")
        if call.json or call.dry_run or not outcome.views:
            return
        number = views.named(views.listed(store, agent), outcome.views[0]).number
    if number:
        output.say(_("It is view {number}: g{number} in the inbox, --view {number} here.").format(number=number))


@verb(_("Call one of your views something else."), "omni-tui view rename Refunds Returns", writes=True)
def rename(
    ctx: typer.Context, name: OwnView, new: Annotated[str, typer.Argument(metavar="NEW", help=_("Its new name."))]
) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, lambda store, agent, view: view_edits.rename(store, agent, view, new), _("Renamed"))


@verb(_("Put a view at another place in your order."), "omni-tui view move Refunds 2", writes=True)
def move(
    ctx: typer.Context,
    name: AnyView,
    number: Annotated[int, typer.Argument(metavar="N", min=1, max=1000, help=_("The place, from 1."))],
) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, lambda store, agent, view: view_edits.move(store, agent, view, number), _("Moved"))


@verb(_("Let every agent see one of your views."), "omni-tui view share Refunds", writes=True)
def share(ctx: typer.Context, name: OwnView) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, view_edits.share, _("Shared"))


@verb(_("Keep one of your views to yourself again."), "omni-tui view unshare Refunds", writes=True)
def unshare(ctx: typer.Context, name: OwnView) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, view_edits.unshare, _("Yours alone"))


@verb(_("Keep a view out of your list and its numbers."), "omni-tui view hide bulk", writes=True)
def hide(ctx: typer.Context, name: AnyView) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, view_edits.hide, _("Hidden"))


@verb(_("Show a hidden view again."), "omni-tui view unhide bulk", writes=True)
def unhide(ctx: typer.Context, name: AnyView) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, view_edits.unhide, _("Shown"))


@verb(
    _("Delete one of your views. Undo brings it back."),
    "omni-tui view delete Refunds",
    writes=True,
)
def delete(ctx: typer.Context, name: OwnView) -> None:
    from omni_tui.desk import view_edits

    _edit(ctx, name, view_edits.delete, _("Deleted"))


def _edit(ctx: typer.Context, name: str, edit: Edit, done: str) -> None:
    from omni_tui.cli.views import view_named

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        view = view_named(store, agent, name)
        outcome = Outcome("view", (), views=(view.name,)) if call.dry_run else edit(store, agent, view)
        _tell(call, store, agent, outcome, done, view.name)


def _tell(call: Call, store: Store, agent: Agent, outcome: Outcome, done: str, name: str) -> None:
    from omni_tui.desk import views

    def now(name: str) -> View | None:
        return next((view for view in views.listed(store, agent) if view.name == name), None)

    tell_kept(call, outcome, "view", outcome.views, done, name, now)
