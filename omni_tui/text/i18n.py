"""The gettext catalogue: ``_()`` around every user-facing sentence, with named placeholders."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("omni_tui", LOCALE_DIR, fallback=True)


def _(message: str) -> str:
    """The sentence in the user's language (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``)."""
    return _catalogue().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence for ``count`` things in the user's language."""
    return _catalogue().ngettext(singular, plural, count)
