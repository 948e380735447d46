"""Parameters of Content-Type and Content-Disposition, RFC 2231 continuations and charsets included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from omni_tui.text.clean import storable_line
from omni_tui.text.mail.charset import decode
from omni_tui.text.mail.headers import decode_value

_PARAM = re.compile(r"""[;\s]\s*([^\s=;*"'(),]{1,60})(?:\*(\d{1,4}))?(\*)?\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*)""")
_ESCAPED = re.compile(r'\\(["\\])')
# One parameter that needs nothing to be decoded, as multiparts have their boundary.
_ONE = re.compile(r"([a-z0-9/.+-]+);[ ]?([a-z-]{1,60})=(?:\"([!#->@-\[\]-~]*)\"|([!#-:<->@-\[\]-~]*))")
_CACHED_LENGTH = 80
_NONE: Mapping[str, str] = MappingProxyType({})
Params = Mapping[str, str]


def parse_params(value: str) -> tuple[str, Params]:
    """The value before the first ``;`` in lower case, and the decoded parameters by lower-case name.

    An RFC 2231 spelling wins over the plain one of the same name; pieces are joined in numeric order.
    """
    # Most mail says the same few things; what is long (a file's name) is seldom seen again.
    return _known(value) if len(value) <= _CACHED_LENGTH else _parsed(value)


def _parsed(value: str) -> tuple[str, Params]:
    if (one := _ONE.fullmatch(value)) is not None:
        return one[1], MappingProxyType({one[2]: one[3] or one[4] or ""})
    head, semicolon, _rest = value.partition(";")
    head = head.strip().lower()
    if not semicolon:
        return head, _NONE
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAM.finditer(value, value.find(";")):
        name, index, extended, text = match[1].lower(), match[2], match[3] is not None, match[4].strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = _ESCAPED.sub(r"\1", text[1:-1])
        elif text.startswith('"'):
            text = text[1:]
        if index is None and not extended:
            plain.setdefault(name, text)
        else:
            pieces.setdefault(name, {}).setdefault(int(index or 0), (extended, text))
    params = {name: decode_value(text) for name, text in plain.items()}
    for name, indexed in pieces.items():
        params[name] = _join(indexed)
    return head, MappingProxyType(params)


_known = lru_cache(maxsize=512)(_parsed)


def _join(indexed: dict[int, tuple[bool, str]]) -> str:
    charset = ""
    data = bytearray()
    for place, index in enumerate(sorted(indexed)):
        extended, text = indexed[index]
        if place == 0 and extended and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if extended else raw
    text = decode(bytes(data), charset)
    # Some senders cut encoded words into continuations.
    return decode_value(text) if "=?" in text else storable_line(text)
