"""How a run ends: the exit codes, and every error as one sentence on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from omni_tui.cli import output
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    import typer


class QueryRefused(UsageError):
    """A query that cannot be read, with the index of the character at fault."""

    def __init__(self, message: str, hint: str, query: str, position: int) -> None:
        super().__init__(message, hint)
        self.query = query
        self.position = position


class ExitCode(IntEnum):
    """What the shell sees. Errors of ours carry theirs (``model.errors``)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    CHANNEL = 5
    INTERRUPTED = 130
    """128 + SIGINT, as shells expect it."""
    PIPE_CLOSED = 141
    """128 + SIGPIPE: the reader had enough."""


def guarded(run: Callable[[], int], *, json: bool) -> int:
    """The exit code of ``run``; whatever it raises is told in words, with ``json`` also as a document."""
    try:
        code = run()
        output.flush()
    except output.Unwritten as error:
        _drop_stdout()
        return _told(False, error.message, error.hint, error.exit_code)
    except QueryRefused as error:
        return _told(json, error.message, error.hint, error.exit_code, error)
    except OmniError as error:
        return _told(json, error.message, error.hint, error.exit_code)
    except output.PipeClosed:
        _drop_stdout()
        return ExitCode.PIPE_CLOSED
    except KeyboardInterrupt:
        return _stopped()
    except Exception as error:  # the last line before the interpreter would print a traceback
        return _unforeseen(error, json)
    return code


def _stopped() -> int:
    output.say(_("Stopped."))
    return ExitCode.INTERRUPTED


def _unforeseen(error: Exception, json: bool) -> int:
    """What Typer refused, in words; anything else is a fault of ours."""
    import typer  # only here: not every run needs it

    from omni_tui.cli.crash import record
    from omni_tui.cli.typer_words import in_words

    if isinstance(error, typer.TyperException):
        return _told(json, in_words(error.format_message()), _usage_hint(error), error.exit_code)
    if isinstance(error, typer.Abort):
        return _stopped()
    return _told(json, *record(error), ExitCode.FAILED)


def _told(json: bool, message: str, hint: str, code: int, query: QueryRefused | None = None) -> int:
    try:
        if query is not None:
            _point(query)
        output.say(message)
        if hint:
            output.say(hint)
        if json:
            position = query.position if query is not None else None
            output.document("error", message=message, hint=hint, exit_code=int(code), position=position)
            output.flush()
    except (output.PipeClosed, output.Unwritten):
        _drop_stdout()
    return code


def _point(query: QueryRefused) -> None:
    """The query, and below it a caret under the character that cannot be read."""
    from omni_tui.text.cells import width
    from omni_tui.text.clean import clean_line

    output.say(f"  {clean_line(query.query)}")
    output.say("  " + " " * width(clean_line(query.query[: query.position] + "|")[:-1]) + "^")


def _usage_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "omni-tui"
    return _("See: {command} --help").format(command=path)


def _drop_stdout() -> None:
    """Let the interpreter's last flush go nowhere instead of failing once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
