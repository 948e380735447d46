"""The Typer application: verbs found by name, imported when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup, TyperOption

from omni_tui import __version__
from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.cli.catalogue import GROUPS, PLACES, VERBS
from omni_tui.cli.verb import Verb, common_options, with_help, write_usage
from omni_tui.text.i18n import _


class LazyGroup(TyperGroup):
    """A group whose verbs are those of the catalogue that begin with ``prefix``."""

    prefix = ""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.params = [*common_options(), *self.params]

    def list_commands(self, ctx: Any) -> list[str]:
        """The next words possible here, in the catalogue's order."""
        words = [name.removeprefix(self.prefix).split()[0] for name in PLACES if name.startswith(self.prefix)]
        return list(dict.fromkeys(words))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The verb or group of this name, or None."""
        name = self.prefix + cmd_name
        if name in GROUPS:
            return group(name)
        place = PLACES.get(name)
        return load(place).command(cmd_name) if place else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does it, but the names near a misspelled one come from the catalogue."""
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            text = _("There is no verb {name}.").format(name=repr(args[0]))
            if near:
                text += " " + _("Did you mean {near}?").format(near=near[0])
            ctx.fail(text)
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that says what may be typed."""
        write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """``--help`` with its line of help."""
        return with_help(super().get_help_option(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The verbs under the headings of the catalogue."""
        for title, names in VERBS.items():
            words = dict.fromkeys(
                name.removeprefix(self.prefix).split()[0] for name in names if name.startswith(self.prefix)
            )
            rows = [(word, self.get_command(ctx, word).get_short_help_str(formatter.width - 14)) for word in words]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def load(place: str) -> Verb:
    """The verb declared at ``module:attribute``."""
    module, _colon, attribute = place.partition(":")
    found = getattr(import_module(f"omni_tui.cli.verbs.{module}"), attribute)
    if not isinstance(found, Verb):
        raise TypeError(f"{place} is no verb")
    return found


def group(name: str) -> TyperGroup:
    """The group of the verbs that begin with ``name``."""
    app = typer.Typer(
        name=name, cls=LazyGroup, help=GROUPS[name], add_completion=False, rich_markup_mode=None, no_args_is_help=True
    )
    made = typer.main.get_group(app)
    if isinstance(made, LazyGroup):
        made.prefix = f"{name} "
    return made


def _inbox(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=_("Print the version."))] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help=_("The inbox in lines, for screen readers and very thin lines."))
    ] = False,
) -> None:
    """Without a verb the inbox opens, with the options given."""
    if version:
        output.tell(f"omni-tui {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        call = Call.of(ctx)
        if plain:
            from omni_tui.cli.plain.session import run

            raise typer.Exit(run(call.settings_or_new))
        raise typer.Exit(call.open_inbox(call.settings_or_new, ""))


def root() -> Any:
    """The whole command line as one Typer command."""
    app = typer.Typer(
        cls=LazyGroup,
        help=_("Every customer conversation in one inbox. Without a verb the inbox opens."),
        invoke_without_command=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        epilog=_("Each verb explains itself: omni-tui list --help"),
    )
    app.callback()(_inbox)
    made = typer.main.get_command(app)
    # Two options are Typer's own, and it describes them in English only.
    words = {
        "--install-completion": _("Install completion for the current shell."),
        "--show-completion": _("Show completion for the current shell, to copy it or customize the installation."),
    }
    for param in made.params:
        if isinstance(param, TyperOption) and param.opts[0] in words:
            param.help = words[param.opts[0]]
    return made
