"""Mail addresses and phone numbers as they stand in a text."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9_\u00c0-\u1fff.%+@/=-])[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_+-])?"
    r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
)
# A number people dial: with its country, with the 0 of its area, a mobile of China, or in three groups (North America).
# Parts are possessive and separators needed between them, so no text makes it slow (RFC 3966 knows more separators).
_PHONE = re.compile(
    r"(?<![\w+#/.,:=@-])(?:\+\d|00\d|\(?0\d|1[3-9](?=\d{9}(?!\d))|\(?\d{3}\)?(?=[-. ]\d{3}[-. ]\d{4}(?!\d)))"
    r"\d{0,14}+(?:[ ./()-]{1,3}\d{1,12}+){0,6}+(?![\w@-])",
    re.ASCII,
)
_DATE = re.compile(r"\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}")
_FEWEST, _MOST = 7, 15
"""Digits of a number that can be dialled; E.164 knows no more than 15."""


def addresses_in(text: str) -> tuple[str, ...]:
    """The mail addresses a text names, in their order and each once. Linear in the text's length."""
    return tuple(dict.fromkeys(found.group() for found in _ADDRESS.finditer(text)))


def phones_in(text: str) -> tuple[str, ...]:
    """The phone numbers a text names, as written, in their order and each once. Linear in the text's length."""
    found = (match.group() for match in _PHONE.finditer(text))
    return tuple(dict.fromkeys(each for each in found if _can_be_dialled(each)))


def _can_be_dialled(written: str) -> bool:
    digits = sum(char.isdigit() for char in written)
    return _FEWEST <= digits <= _MOST and _DATE.fullmatch(written) is None
