"""Address lists (RFC 5322, section 3.4) in one pass, whatever stands in them."""

from __future__ import annotations

import re
from functools import lru_cache

from omni_tui.text.i18n import _
from omni_tui.text.mail.headers import decode_value, unfold
from omni_tui.text.mail.model import MAX_ADDRESSES, MailAddress, MailUnreadable

_MAX_LENGTH = 998  # of a line (RFC 5322, section 2.1.1)
_CACHED_LENGTH = 200

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,2000}\?=)"
    r"|(?P<atom>[^\s\"<>(),;:=]+|=)"
    r"|<(?P<angle>[^<>]{0,1000})>"
    r"|(?P<mark>.)",
    re.DOTALL,
)
# One mailbox in plain ASCII with nothing to decode, as most headers have it.
_PLAIN = re.compile(
    r'(?:"([ !#-<>-\[\]-~]*+)" ?|([ !#-\'*+./0-9?A-Z^_`a-z{|}~-]*+))'
    r"<([!#-'*+./0-9=?A-Z^_`a-z{|}~-]+@[A-Za-z0-9.-]+)>"
)
_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*+\)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse_addresses(header: str, hint: str = "") -> tuple[MailAddress, ...]:
    """The mailboxes in a header value; groups are opened, entries without any address are left out.

    A display name that looks like an address stays a name: only what stands in angle brackets, or alone, is
    the address.

    Raises:
        MailUnreadable: more than 500 of them.
    """
    text = unfold(header)
    if (plain := _PLAIN.fullmatch(text)) is not None:
        return (MailAddress((plain[1] or plain[2] or "").strip(), plain[3]),)
    # Who writes writes again, and mostly to the same few.
    return _known(text, hint) if len(text) <= _CACHED_LENGTH else _Scanner(text, hint).run()


@lru_cache(maxsize=512)
def _known(text: str, hint: str) -> tuple[MailAddress, ...]:
    return _Scanner(text, hint).run()


class _Scanner:
    """One address list being read: the phrase and comment so far, and what was found."""

    def __init__(self, text: str, hint: str) -> None:
        self._text = text
        self._hint = hint
        self._found: list[MailAddress] = []
        self._phrase: list[str] = []
        # The phrase without its quoted strings, and whether there is an @ in it.
        self._plain: list[str] = []
        self._at = False
        self._quoted = False
        self._comment = ""
        self._angle: str | None = None
        # What stood before commas since the last address, without any @ in it.
        self._held: list[str] = []
        # Once one is not closed, no later one needs to be looked for to the end again.
        self._quotes_close = True
        self._comments_close = True

    def run(self) -> tuple[MailAddress, ...]:
        position = 0
        while match := _TOKEN.match(self._text, position):
            position = match.end()
            kind = match.lastgroup
            token = match.group()
            if kind in ("atom", "word", "space"):
                self._phrase.append(token)
                self._plain.append(token)
                self._at = self._at or "@" in token
            elif kind == "angle":
                if self._angle is not None:
                    self._flush()
                self._angle = match["angle"]
            else:
                position = self._mark(token, match.start())
        self._flush()
        return tuple(self._found)

    def _mark(self, mark: str, start: int) -> int:
        if mark == "," and self._angle is None and not (self._at or self._quoted):
            # "Doe, Jane <jane@shop.example>": a name that should have been quoted, as the next entry may tell.
            self._held.append("".join(self._phrase).strip())
            self._reset()
        elif mark in ",;":
            self._flush()
        elif mark == ":" and self._angle is None and not self._at:
            self._reset()  # the name of a group
        elif mark == '"' and self._quotes_close:
            match = _QUOTED.match(self._text, start)
            if match is not None:
                self._phrase.append(_ESCAPED.sub(r"\1", match[1]))
                self._quoted = self._quoted or self._text[match.end() : match.end() + 1] != "@"
                if not self._quoted:
                    self._phrase[-1] = match.group()
                return match.end()
            self._quotes_close = False
        elif mark == "(" and self._comments_close:
            end = self._comment_end(start)
            if end:
                self._comment = self._comment or self._text[start + 1 : end - 1]
                return end
            self._comments_close = False
        elif mark not in '"<>':
            self._phrase.append(mark)
        return start + 1

    def _comment_end(self, start: int) -> int:
        depth = 0
        for match in _COMMENT_MARK.finditer(self._text, start):
            depth += {"(": 1, ")": -1}.get(match.group(), 0)
            if depth == 0:
                return match.end()
        return 0

    def _flush(self) -> None:
        phrase = "".join(self._phrase).strip()
        address = self._angle
        held, self._held = [each for each in self._held if each], []
        if address is not None and phrase and held:
            phrase = ", ".join((*held, phrase))
        else:
            for each in held:
                for other, name in _bare(each):
                    self._add(other, name)
        if address is not None:
            # An obsolete route goes before the address: <@relay.example:user@shop.example>.
            address = address.rpartition(":")[2] if address.startswith("@") else address
            address = _without_comments(address)
        elif self._quoted:
            address, _rest = _bare("".join(self._plain))[-1] if self._at else ("", "")
            phrase = phrase.removesuffix(address).strip()
        else:
            *others, (address, phrase) = _bare(phrase)
            for other, name in others:
                self._add(other, name)
        if address:
            self._add(address, phrase)
        self._reset()

    def _add(self, address: str, phrase: str) -> None:
        if address:
            address = decode_value(address, self._hint).replace(" ", "")
        if address and len(address) <= _MAX_LENGTH:
            if len(self._found) >= MAX_ADDRESSES:
                raise MailUnreadable(_("it names more than {count} addresses").format(count=MAX_ADDRESSES))
            self._found.append(MailAddress(decode_value(phrase or self._comment, self._hint), address))

    def _reset(self) -> None:
        self._phrase = []
        self._plain = []
        self._at = False
        self._quoted = False
        self._comment = ""
        self._angle = None


def _without_comments(address: str) -> str:
    return _COMMENT.sub("", address) if "(" in address else address


def _bare(phrase: str) -> list[tuple[str, str]]:
    """Addresses and names in an entry without angle brackets, at least one pair."""
    words = phrase.split()
    with_at = [word for word in words if "@" in word]
    if len(with_at) == 1:
        return [(with_at[0], " ".join(word for word in words if "@" not in word))]
    if with_at and all("@" in word[1:-1] for word in words):
        return [(word, "") for word in words]
    if with_at:
        return [("".join(words), "")]
    return [(words[0], "")] if len(words) == 1 else [("", phrase)]
