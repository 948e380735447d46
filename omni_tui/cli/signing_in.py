"""The talk with a person who signs in to a channel with its provider."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from omni_tui.cli import output
from omni_tui.model.errors import UsageError
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def signed_in(name: str, table: Mapping[str, Any]) -> str:
    """What is to be kept for channel ``name``. Raises ``ConfigError``, ``UsageError``, ``ChannelError``."""
    from omni_tui.engine import sign_in

    under_way = sign_in.begin(name, table)
    code = under_way.user_code
    url = clean_line(under_way.page.url)
    if code:
        output.say(_("Open this page in any browser, on any machine:"))
        output.say(f"\n  {url}\n")
        output.say(_("and type there the code {code}. Waiting...").format(code=clean_line(code)))
        return under_way.wait()
    secret = ""
    if table.get("oauth") == "google":
        output.say(_("The client secret of your registration (Google calls it so; Enter if there is none):"))
        secret = _line()
    output.say(_("Open this page in any browser, on any machine, and agree:"))
    output.say(f"\n  {url}\n")
    output.say(_("The browser then ends on a page that does not exist. Paste its whole address here:"))
    while True:
        try:
            return under_way.take(_line(), secret)
        except UsageError as error:
            if not sys.stdin.isatty():
                raise
            # Nothing is spent: the page that was agreed on is still waited for.
            output.say(f"{error.message} {error.hint}")


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise UsageError(_("Nothing was pasted."), _("Run it again in a terminal, or give the lines on stdin."))
    return line.strip()
