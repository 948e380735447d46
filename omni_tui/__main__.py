"""The command ``omni-tui`` and ``python -m omni_tui``: where screen and command line meet.

What is asked most (the inbox, the version) is answered before the command line's machinery is imported.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # typing's own would be half of what --version takes
if TYPE_CHECKING:
    from omni_tui.config.settings import Settings


def main() -> int:
    """Run the program; the exit code."""
    try:
        return _run()
    except KeyboardInterrupt:  # while the program was still being read; later on those who run it tell
        return 130


def _run() -> int:
    # Importing makes tens of thousands of objects that stay: collecting among them costs a tenth of a verb's time.
    gc.set_threshold(50_000, 20, 20)
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from omni_tui import __version__

        try:
            print(f"omni-tui {__version__}", flush=True)  # noqa: T201
        except OSError:
            return 1
        return 0
    _fill_closed_streams()
    # A shell asking for completions sends its question in the environment, without arguments.
    if not arguments and "_OMNI_TUI_COMPLETE" not in os.environ:
        return _inbox()
    from omni_tui.cli.main import main as run

    return run(arguments, open_inbox)


def _fill_closed_streams() -> None:
    """What was closed by whoever started us (``>&-``) is empty to read, and what is printed there goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def open_inbox(settings: Settings, note: str = "") -> int:
    """Show the inbox until it is left, with ``note`` as its first message; the exit code.

    Where no screen can be drawn or none is wanted it is told in lines. Raises ``UsageError`` without a terminal.
    """
    if settings.screen.line_mode or (os.environ.get("TERM") == "dumb" and sys.stdin.isatty() and sys.stdout.isatty()):
        from omni_tui.cli.plain.session import run

        return run(settings)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from omni_tui.model.errors import UsageError
        from omni_tui.text.i18n import _

        raise UsageError(_("The inbox needs a terminal."), _("For scripts: omni-tui list, omni-tui --help"))
    from omni_tui.screens.session import show

    return show(settings, note)


def _inbox() -> int:
    """The inbox with the user's configuration, errors told in words."""
    from omni_tui.config.load import load_settings
    from omni_tui.model.errors import OmniError

    try:
        return open_inbox(load_settings())
    except OmniError as error:
        _tell(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the last line before the interpreter would print a traceback
        from omni_tui.cli.crash import record

        _tell(*record(error))
        return 1


def _tell(message: str, hint: str) -> None:
    from omni_tui.text.clean import clean

    sys.stderr.write(clean(f"{message}\n{hint}".rstrip()) + "\n")


if __name__ == "__main__":
    sys.exit(main())
