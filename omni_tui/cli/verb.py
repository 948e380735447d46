"""How a verb is declared, and the options every verb has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from omni_tui.cli import completing
from omni_tui.cli.call import Call
from omni_tui.text.i18n import _


def _keep(name: str, convert: Callable[[Any], Any]) -> Callable[[Any, Any, Any], Any]:
    """An option callback that puts its value into the call; asked for twice, the later one holds."""

    def keep(ctx: Any, _param: Any, value: Any) -> Any:
        if value:
            setattr(Call.of(ctx), name, convert(value))
        return value

    return keep


def _value(
    flag: str, name: str, metavar: str, text: str, convert: Callable[[Any], Any], offer: Any = None
) -> TyperOption:
    return TyperOption(
        param_decls=[flag, f"common_{name}"],
        metavar=metavar,
        help=text,
        expose_value=False,
        callback=_keep(name, convert),
        autocompletion=offer,
    )


def _flag(flag: str, name: str, text: str) -> TyperOption:
    return TyperOption(
        param_decls=[flag, f"common_{name}"],
        is_flag=True,
        default=False,
        help=text,
        expose_value=False,
        callback=_keep(name, bool),
    )


def common_options() -> list[TyperOption]:
    """What may stand before the verb or after it."""
    return [
        _value("--config", "config", "FILE", _("Read this configuration file."), Path),
        _value("--store", "store", "FILE", _("Use this store: a file, or postgresql://…"), str),
        _value("--as", "login", "AGENT", _("Act as this agent."), str, completing.for_option(completing.agents)),
        _flag("--json", "json", _("Print one JSON document (docs/json.md).")),
    ]


def ndjson_option() -> TyperOption:
    """For verbs that print lists."""
    return _flag("--ndjson", "ndjson", _("Print one JSON document a line."))


def dry_run_option() -> TyperOption:
    """For verbs that write."""
    return _flag("--dry-run", "dry_run", _("Say what would change and change nothing."))


def write_usage(command: Any, ctx: Any, formatter: Any) -> None:
    """The line that says what may be typed; Typer begins it in English only."""
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), _("Usage: "))


def with_help(option: Any) -> Any:
    """``--help``, as Typer makes it, with its own line of help; Typer writes that in English only."""
    if option is not None:
        option.help = _("Show this message and exit.")
    return option


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the command line: its function, its help, examples to copy."""

    run: Callable[..., None]
    help: str
    examples: tuple[str, ...]
    lists: bool
    writes: bool
    hidden: bool
    bare: Mapping[str, str]

    def command(self, name: str) -> Any:
        """The Typer command for it."""
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name, help=self.help, hidden=self.hidden, cls=_command_class(self))(self.run)
        return typer.main.get_command(app)


def verb(
    text: str,
    *examples: str,
    lists: bool = False,
    writes: bool = False,
    hidden: bool = False,
    bare: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., None]], Verb]:
    """Declare a function as a verb. ``lists`` adds ``--ndjson``, ``writes`` adds ``--dry-run``.

    ``bare``: which option is meant by one that has a value where none is given.
    """

    def declare(run: Callable[..., None]) -> Verb:
        return Verb(run, text, examples, lists, writes, hidden, bare or {})

    return declare


def _with_values(args: list[str], bare: Mapping[str, str]) -> list[str]:
    """The words of a command line with what is meant for each option that lacks its value."""
    followed = [*args[1:], "-"][: len(args)]
    return [bare.get(word, word) if after.startswith("-") else word for word, after in zip(args, followed, strict=True)]


def _command_class(declared: Verb) -> type[TyperCommand]:
    class Command(TyperCommand):
        def __init__(self, name: str | None, **given: Any) -> None:
            super().__init__(name, **given)
            if declared.lists:
                self.params.append(ndjson_option())
            if declared.writes:
                self.params.append(dry_run_option())
            self.params.extend(common_options())

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            return super().parse_args(ctx, _with_values(args, declared.bare))

        def format_usage(self, ctx: Any, formatter: Any) -> None:
            write_usage(self, ctx, formatter)

        def get_help_option(self, ctx: Any) -> Any:
            return with_help(super().get_help_option(ctx))

        def format_epilog(self, ctx: Any, formatter: Any) -> None:
            with formatter.section(_("Examples")):
                for example in declared.examples:
                    formatter.write(f"  {example}\n")

    return Command
