"""Senders that look like somebody else: an address in a name, letters of several scripts, domains of look-alikes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from omni_tui.text.address import normalise_email, registrable

Kind = Literal["name_is_address", "name_mixes_scripts", "domain_lookalike", "domain_foreign"]

_IN_NAME = re.compile(r"[\w.+-]{1,64}+@((?:[\w-]{1,63}+\.)+[\w-]{2,63}+)")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Scripts written together in one word by whoever writes Japanese, Chinese or Korean (UTS #39, section 5.2).
_TOGETHER = (
    frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA")),
    frozenset(("LATIN", "CJK", "BOPOMOFO")),
    frozenset(("LATIN", "CJK", "HANGUL")),
)
# Small letters that pass for Latin ones (UTS #39, confusables.txt); whole words can be made of them.
_LOOK_LATIN = frozenset("асԁеһіјӏорԛѕԝхуғкмтвпъьгєѵɡοανικρτυωχςԍոսսհցքօզղ")
# First words in the names of letters that belong to several scripts.
_COMMON = frozenset(
    ("KATAKANA-HIRAGANA", "MODIFIER", "MICRO", "OHM", "KELVIN", "IDEOGRAPHIC", "FEMININE", "MASCULINE", "")
)
_MAX_NAME = 300


@dataclass(frozen=True, slots=True)
class SenderWarning:
    """Something about a sender a person should look at twice; ``detail`` is what they should see."""

    kind: Kind
    detail: str


def sender_warnings(name: str, address: str) -> tuple[SenderWarning, ...]:
    """What is odd about a sender; nearly always nothing, and then it costs nearly nothing."""
    if name.isascii() and address.isascii() and "@" not in name and "xn--" not in address.lower():
        return ()
    return _looked_at(name[:_MAX_NAME], address[:_MAX_NAME])


@lru_cache(maxsize=512)
def _looked_at(name: str, address: str) -> tuple[SenderWarning, ...]:
    found: list[SenderWarning] = []
    flat = unicodedata.normalize("NFKC", name)
    own = normalise_email(address).rpartition("@")[2]
    for match in _IN_NAME.finditer(flat):
        shown = normalise_email(match.group()).rpartition("@")[2]
        if shown and registrable(shown) != registrable(own):
            found.append(SenderWarning("name_is_address", match.group()))
            break
    if mixed := next((word for word in _WORD.findall(flat) if _mixes(word)), ""):
        found.append(SenderWarning("name_mixes_scripts", mixed))
    if own.startswith("xn--") or ".xn--" in own:
        found.append(SenderWarning("domain_lookalike" if _is_lookalike(own) else "domain_foreign", own))
    return tuple(found)


def _is_lookalike(host: str) -> bool:
    """Whether a label mixes scripts, or consists of foreign letters that all look Latin."""
    for label in host.split("."):
        if label.startswith("xn--"):
            try:
                text = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, ValueError):
                return True
            letters = [char for char in text if char.isalpha()]
            foreign = [char for char in letters if not char.isascii() and _script(char) != "LATIN"]
            if _mixes(text) or (foreign and all(char.isascii() or char in _LOOK_LATIN for char in letters)):
                return True
    return False


def _mixes(word: str) -> bool:
    if word.isascii():
        return False
    scripts = {script for char in word if (script := _script(char))}
    return len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """The script of a letter by its name in Unicode; ``''`` for what is common to all."""
    if not char.isalpha():
        return ""
    word = unicodedata.name(char, "").partition(" ")[0]
    return "" if word in _COMMON else word
