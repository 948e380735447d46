"""Importing this has all apps of a process share what Textual parsed of their styles: rules are read, never changed.

Each app has a stylesheet of its own, and parses all of it twice, once for the theme; that was a tenth of what the tests
of screens computed.
"""

from __future__ import annotations

from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_known: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(sheet: Stylesheet, *args: Any, **kwargs: Any) -> list[RuleSet]:
    """The same text, from the same place and with the same variables, is parsed once."""
    key = (args, frozenset(kwargs.items()), frozenset(sheet._variables.items()))
    rules = _known.get(key)
    if rules is None:
        rules = _known[key] = _parse(sheet, *args, **kwargs)
    return rules


pytest.MonkeyPatch().setattr(Stylesheet, "_parse_rules", _parse_once)
