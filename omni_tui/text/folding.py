"""Folding text for search: case, accents and compatibility forms make no difference, signs between words are spaces.

What Unicode says of folding concerns whole texts, since marks join the letters before them and change places. Hardly
any text of a mail has such marks; all others are folded character by character, each kind of them once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Accents, the vowel signs of the scripts cut in pairs, and what is invisible inside a word.
_FOLDED_AWAY = re.compile(
    "[\u00ad\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e"
    "\u1056-\u1059\u17b4-\u17d3\u200b-\u200f\u2060\ufeff]"
)
# Kana, Chinese and Hangul, all of scripts written without spaces: folding leaves them as they are.
_KEPT = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
# Characters that fold to the same whatever stands beside them, and change nothing beside them: Latin, Greek and
# Cyrillic letters with their accents in them, punctuation, signs, forms of full width, pictures.
_ALONE = (
    "[\u00a1-\u024f\u0386-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u200b-\u200f\u202f-\u205e\u2060\u20a0-\u20bf"
    "\u2100-\u214f\u2190-\u23ff\u2460-\u27bf\u3000-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff60\ufe0f\ufeff\ufffd\u00a0"
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]*"
)
_MOST_KINDS = 200
"""Kinds of characters that are folded one after the other, each in a pass over the text: more than any alphabet has."""
_ASCII = bytes(range(128))
# ASCII folded, what is no letter or digit a space; the bytes of other characters stay.
_FOLDED_ASCII = bytes(ord(chr(n).lower()) if chr(n).isalnum() else 32 for n in range(128)) + bytes(range(128, 256))


def normalise(text: str) -> str:
    """The text with compatibility forms (NFKC), case and accents folded."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", _FOLDED_AWAY.sub("", unicodedata.normalize("NFD", folded)))


@cache
def _kinds() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What finds the kept characters, all others, and what is folded alone: such classes take milliseconds to compile,
    and who only asks questions needs none.
    """
    return re.compile(f"[{_KEPT}]+"), re.compile(f"[^{_KEPT}]+"), re.compile(_ALONE)


class _Spaced(dict[str, str]):
    """What one character becomes, worked out at its first use."""

    def __missing__(self, char: str) -> str:
        self[char] = found = "".join(each if each.isalnum() else " " for each in normalise(char))
        return found


_SPACED = _Spaced()
_CONTROL = "\x80"
"""What stands for all controls behind ASCII."""


@cache
def _latin() -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """Latin-1 folded, byte by byte, and what those become that are no single byte when they are folded."""
    table, longer = bytearray(_FOLDED_ASCII), []
    for place in range(128, 256):
        char = chr(place)
        new = _SPACED[char] if place >= 0xA0 else _CONTROL
        if len(new) == 1 and ord(new) < 256:
            table[place] = ord(new)
        else:
            longer.append((char, new))
    return bytes(table), tuple(longer)


def spaced(text: str) -> tuple[str, str] | None:
    """:func:`normalise` with a space for each character that is neither letter nor digit; and those of scripts written
    without spaces that are in it, each once, in order.

    If there are any, all others in it are ASCII. None where that is not so, or where characters fold together.
    """
    if text.isascii():
        return text.encode().translate(_FOLDED_ASCII).decode("ascii"), ""
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        return _spaced(text.encode("utf-8", "surrogatepass"))
    table, longer = _latin()
    folded = latin.translate(table).decode("latin-1")
    if _CONTROL in folded:
        return None
    for char, new in longer:
        folded = folded.replace(char, new)
    return folded, ""


def _spaced(data: bytes) -> tuple[str, str] | None:
    """The same for text beyond Latin-1, in UTF-8."""
    foreign = "".join(dict.fromkeys(data.translate(None, _ASCII).decode("utf-8", "surrogatepass")))
    kept, not_kept, alone = _kinds()
    unspaced, others = "".join(kept.findall(foreign)), "".join(not_kept.findall(foreign))
    if len(others) > _MOST_KINDS or alone.fullmatch(others) is None:
        return None
    folded = data.translate(_FOLDED_ASCII).decode()
    for char in others:
        new = _SPACED[char]
        if unspaced and not new.isascii():
            return None
        if new != char:
            folded = folded.replace(char, new)
    return folded, unspaced
