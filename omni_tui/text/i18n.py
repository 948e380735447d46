"""The gettext catalogue: ``_()`` around every user-facing sentence, with named placeholders.

The catalogues lie in ``locale/`` and are kept by ``scripts/catalogue.py``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TYPE_CHECKING = False  # typing's own would be a good part of what the first sentence takes
if TYPE_CHECKING:
    import gettext

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "omni_tui"

_SIMPLIFIED = frozenset({"zh", "zh_cn", "zh_sg", "zh_my", "zh_hans", "zh_hans_cn", "zh_hans_sg", "zh_hans_my"})
_ENGLISH = frozenset({"en", "c", "posix"})


def language(environment: Mapping[str, str]) -> str:
    """The catalogue that ``environment`` asks for: ``zh_CN``, or empty for English.

    ``LANGUAGE`` is a list, the first that is there wins; it says nothing where the locale is ``C`` (GNU gettext
    manual, "Specifying a Priority List of Languages"). Else the first of ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``
    that is set decides. Who reads traditional characters (``zh_TW``, ``zh_HK``) gets English unless ``LANGUAGE``
    names ``zh_CN`` behind it.
    """
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    wishes = [locale] if locale in ("C", "POSIX") else [*environment.get("LANGUAGE", "").split(":"), locale]
    for wish in wishes:
        name = wish.partition(".")[0].partition("@")[0].replace("-", "_").lower()
        if name in _SIMPLIFIED:
            return "zh_CN"
        if name.partition("_")[0] in _ENGLISH:
            return ""
    return ""


@cache
def _catalogue() -> gettext.NullTranslations | None:
    """The sentences of the user's language; None for English, which needs no file and no parser."""
    name = language(os.environ)
    if not name:
        return None
    import gettext

    # Typer and argparse say some of their words through gettext's default domain: they are in this catalogue too.
    gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext.textdomain(DOMAIN)
    return gettext.translation(DOMAIN, LOCALE_DIR, [name], fallback=True)


def _(message: str) -> str:
    """The sentence in the user's language (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``)."""
    catalogue = _catalogue()
    return message if catalogue is None else catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence for ``count`` things in the user's language."""
    catalogue = _catalogue()
    if catalogue is None:
        return singular if count == 1 else plural
    return catalogue.ngettext(singular, plural, count)


def N_(message: str) -> str:
    """``message`` itself: a sentence for the catalogue that is translated later, where it is shown."""
    return message
