"""The query language's parser: one for the screen, the command line and saved views.

``is:open tag:refund -from:ana "order 4417" ship* (channel:shop OR kind:mail) after:7d``
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from omni_tui.model.errors import UsageError
from omni_tui.model.query import KEYS, After, And, Before, Field, Not, Or, Query, Text
from omni_tui.text.i18n import _

_TOKEN = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<minus>-(?=\S))|(?P<word>(?:[^\s()"]|"[^"]*"?)+))')
_SPAN = r"(\d{1,5})([hdwmy])"
_SPAN_MS = {
    "h": 3600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
    "m": 30 * 86_400_000,
    "y": 365 * 86_400_000,
}
_DAYS = {"today": 0, "yesterday": 1}
_VALUE = r'(?:[^,"]|"[^"]*"?)+'
_DEEPEST = 50


class QueryError(UsageError):
    """The query cannot be read; ``position`` is the index of the offending character."""

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.position = position


def parse(text: str, now_ms: int, tz: tzinfo | None = None) -> Query:
    """The AST of ``text``; an empty query matches everything. Raises QueryError."""
    return _Parser(text, now_ms, tz or UTC).whole()


class _Parser:
    def __init__(self, text: str, now_ms: int, tz: tzinfo) -> None:
        self._text = text
        self._now = now_ms
        self._tz = tz
        self._at = 0

    def whole(self) -> Query:
        found = self._any(0)
        token = self._peek()
        if token is not None:
            raise QueryError(_("This parenthesis closes nothing."), token.start("close"))
        return found

    def _peek(self) -> re.Match[str] | None:
        return _TOKEN.match(self._text, self._at)

    def _any(self, depth: int) -> Query:
        if depth > _DEEPEST:
            raise QueryError(_("The parentheses go too deep."), self._at)
        sides = [self._all(depth)]
        while (token := self._peek()) and token["word"] == "OR":
            self._at = token.end()
            sides.append(self._all(depth))
        return sides[0] if len(sides) == 1 else Or(tuple(sides))

    def _all(self, depth: int) -> Query:
        nodes: list[Query] = []
        while (token := self._peek()) and not token["close"] and token["word"] != "OR":
            nodes.append(self._one(token, depth))
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _one(self, token: re.Match[str], depth: int) -> Query:
        self._at = token.end()
        if token["minus"]:
            inner = self._peek()
            if inner is None or inner["close"] or inner["word"] == "OR":
                raise QueryError(_("Nothing follows this minus."), token.start("minus"))
            if depth > _DEEPEST:
                raise QueryError(_("Too many minus signs."), token.start("minus"))
            return Not(self._one(inner, depth + 1))
        if token["open"]:
            inside = self._any(depth + 1)
            closing = self._peek()
            if closing is None or not closing["close"]:
                raise QueryError(_("This parenthesis is not closed."), token.start("open"))
            self._at = closing.end()
            return inside
        return self._word(token["word"], token.start("word"))

    def _word(self, word: str, at: int) -> Query:
        key, colon, value = word.partition(":")
        if colon and key.isascii() and key.isalpha() and (key.lower() in KEYS or not value.startswith("//")):
            return self._field(key.lower(), value, at)
        if word.startswith('"'):
            return Text(word.strip('"'), exact=True)
        if word.endswith("*") and len(word) > 1:
            return Text(word.rstrip("*").replace('"', ""), prefix=True)
        return Text(word.replace('"', ""))

    def _field(self, key: str, value: str, at: int) -> Query:
        if key not in KEYS:
            near = _close(key, KEYS, n=1)
            hint = _("Did you mean {near}:?").format(near=near[0]) if near else ""
            raise QueryError(
                _("There is no key {key}:").format(key=key),
                at,
                hint or _("Keys are {keys}. Put a text with a colon in quotes.").format(keys=", ".join(KEYS)),
            )
        start = at + len(key) + 1
        if not value.strip('"'):
            raise QueryError(_("{key}: wants a value.").format(key=key), start, _example(key))
        if key in ("before", "after"):
            when = self._time(value.strip('"'), start)
            return Before(when) if key == "before" else After(when)
        values: list[str] = []
        # A comma in quotes separates nothing.
        for part in re.finditer(_VALUE, value):
            if one := part[0].strip('"'):
                values.append(_spelled(key, one))
                self._check(key, values[-1], start + part.start())
        if not values:
            raise QueryError(_("{key}: wants a value.").format(key=key), start, _example(key))
        return Field(key, tuple(values))

    def _check(self, key: str, value: str, at: int) -> None:
        if key in ("is", "has", "priority") and value not in KEYS[key]:
            near = _close(value, KEYS[key], n=1)
            hint = _("Did you mean {near}?").format(near=f"{key}:{near[0]}") if near else _example(key)
            raise QueryError(_("{key}:{value} means nothing.").format(key=key, value=value), at, hint)
        if key == "ref" and not (value.isascii() and value.isdigit() and len(value) < 16):
            raise QueryError(_("ref: wants a number."), at, _example(key))

    def _time(self, value: str, at: int) -> int:
        span = re.fullmatch(_SPAN, value)
        if span:
            return self._now - int(span[1]) * _SPAN_MS[span[2]]
        try:
            if value.lower() in _DAYS:
                now = datetime.fromtimestamp(self._now / 1000, self._tz)
                start = now.replace(hour=0, minute=0, second=0, microsecond=0)
                return int((start - timedelta(days=_DAYS[value.lower()])).timestamp() * 1000)
            day = datetime.fromisoformat(value)
            if day.tzinfo is None:
                day = day.replace(tzinfo=self._tz)
            return int(day.timestamp() * 1000)
        except (ValueError, OverflowError) as error:
            raise QueryError(_("{value} is no date.").format(value=value), at, _example("after")) from error


def _spelled(key: str, value: str) -> str:
    """A value as the store has it: tags are folded, words of the language are in lower case."""
    if key == "tag":
        return unicodedata.normalize("NFKC", value).lstrip("#").casefold()
    if key in ("is", "has", "priority"):
        return value.lower()
    return value.lstrip("#") if key == "ref" else value


def _close(word: str, known: Iterable[str], n: int) -> list[str]:
    import difflib  # only a mistake is worth its import

    return difflib.get_close_matches(word, known, n=n)


def _example(key: str) -> str:
    if key in ("before", "after"):
        return _("Write {key}:2026-01-31 or {key}:7d.").format(key=key)
    if key == "ref":
        return _("Write ref:1042.")
    known = ", ".join(f"{key}:{value}" for value in KEYS[key])
    return _("Known are {known}.").format(known=known) if known else ""
