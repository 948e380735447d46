"""Content lines, of which calendars (RFC 5545, section 3.1) and address cards (RFC 6350, section 3.3) are made."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from omni_tui.text.clean import storable_line
from omni_tui.text.mail.charset import decode

MAX_CHARS = 200_000
MAX_LINES = 5_000
MAX_VALUE = 1_000

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?:[\w-]{1,60}\.)?([\w-]{1,60}+)((?:;[^:;\"]*+(?:\"[^\"]*+\"[^:;\"]*+)*+)*+):(.*)", re.DOTALL)
_PARAM = re.compile(r";([\w-]{1,60})(?:=(\"[^\"]*+\"|[^;:\"]*+))?")
_ESCAPED = re.compile(r"\\([\\;,nN:])")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """``NAME;PARAM=value:value``, names in upper case, the value as it stands."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as people read it, on one line, cut where it is very long."""
        value = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], self.value[:MAX_VALUE])
        return storable_line(value)


def content_lines(text: str) -> Iterator[ContentLine]:
    """The lines of a calendar or card, unfolded; what is none is passed over, what is beyond measure not read."""
    lines = iter(_FOLD.sub("", text[:MAX_CHARS]).splitlines()[:MAX_LINES])
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        params = {name.upper(): value.strip('"') for name, value in _PARAM.findall(match[2])}
        value = match[3]
        # vCard 2.1 names encodings without saying that they are ones.
        if "QUOTED-PRINTABLE" in (params.get("ENCODING", "").upper(), *(name for name in params)):
            while value.endswith("=") and (more := next(lines, None)) is not None:
                value = value[:-1] + more
            value = decode(binascii.a2b_qp(value.encode("utf-8", "replace")), params.get("CHARSET", ""))
        yield ContentLine(match[1].upper(), params, value)
