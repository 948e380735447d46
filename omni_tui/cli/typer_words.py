"""Typer's own sentences in the user's language: most of them it writes in English only.

Only read where Typer has refused a command line.
"""

from __future__ import annotations

import re

from omni_tui.text.i18n import N_
from omni_tui.text.i18n import _ as told

SAID = (
    N_("No such option: {name} (Possible options: {options})"),
    N_("No such option: {name}"),
    N_("Missing argument {name}. {message}"),
    N_("Missing argument {name}."),
    N_("Missing option {name}. {message}"),
    N_("Missing option {name}."),
    N_("Missing command."),
    N_("Invalid value for {name}: {message}"),
    N_("Invalid value: {message}"),
    N_("{value} is not a valid {kind}."),
    N_("{value} is not in the range {range}."),
    N_("{value} is not one of {choices}."),
    N_("Option {name} does not take a value."),
    N_("Option {name} requires an argument."),
    N_("Got unexpected extra argument(s) ({words})"),
    N_("Choose from:\n\t{choices}"),
)
"""What ``typer._click`` says of a command line it cannot parse, the more particular sentence first."""

THROUGH_GETTEXT = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
)
"""What ``typer.core`` hands to gettext itself: it finds it in our catalogue, which ``i18n`` made the default."""


def in_words(message: str) -> str:
    """Typer's ``message`` in the user's language; one that is not known stays as it is."""
    for sentence in SAID:
        parts = re.split(r"\{(\w+)\}", sentence)
        pattern = "".join(f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is not None:
            values = match.groupdict()
            if "message" in values:
                values["message"] = in_words(values["message"])
            return told(sentence).format(**values)
    return message
