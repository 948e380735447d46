"""A run of the command line, from its arguments to its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from omni_tui.cli.call import Call, OpenInbox
from omni_tui.cli.exit import guarded
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _


def main(arguments: Sequence[str], open_inbox: OpenInbox) -> int:
    """Run the command line; the exit code. ``open_inbox`` shows the screen, which this floor does not know."""
    # A terminal that cannot show a character gets a question mark instead of a traceback.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    call = Call(open_inbox)

    def run() -> int:
        _readable(arguments)
        if _is_list_of_words(arguments):
            from omni_tui.cli.listing import print_list

            print_list(call, arguments[1:])
            return 0
        from omni_tui.cli.app import root

        ended = root().main(args=list(arguments), prog_name="omni-tui", standalone_mode=False, obj=call)
        return ended if isinstance(ended, int) else 0

    # Looked for by hand: a command line that cannot be parsed must fail in JSON too.
    before_text = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return guarded(run, json={"--json", "--ndjson"} & set(before_text) != set())


def _is_list_of_words(arguments: Sequence[str]) -> bool:
    """Whether this is ``list`` and words of a query: no option to read, so half of the time it takes is saved."""
    asks = arguments[:1] == ["list"] and not any(word.startswith("-") for word in arguments)
    return asks and "_OMNI_TUI_COMPLETE" not in os.environ


def _readable(arguments: Sequence[str]) -> None:
    """Raise UsageError for bytes that are no text in this locale: kept as they are, they would be lost in the store."""
    for argument in arguments:
        if not argument.isascii() and any("\ud800" <= character <= "\udfff" for character in argument):
            raise UsageError(
                _("{argument} is not valid text in this locale ({encoding}).").format(
                    argument=repr(argument), encoding=sys.getfilesystemencoding()
                ),
                _("Check how your terminal encodes text, or set LC_ALL=C.UTF-8."),
            )
