"""Parameters of Content-Type and Content-Disposition, RFC 2231 continuations and charsets included."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from omni_tui.text.mail.charset import decode
from omni_tui.text.mail.headers import decode_value

_PARAM = re.compile(r"""[;\s]\s*([^\s=;*"'(),]{1,60})(?:\*(\d{1,4}))?(\*)?\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*)""")
_ESCAPED = re.compile(r'\\(["\\])')


def parse_params(value: str, hint: str = "") -> tuple[str, dict[str, str]]:
    """The value before the first ``;`` in lower case, and the decoded parameters by lower-case name.

    An RFC 2231 spelling wins over the plain one of the same name; pieces are joined in numeric order.
    """
    head, _semicolon, _rest = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAM.finditer(value, len(head)):
        name, index, extended, text = match[1].lower(), match[2], match[3] is not None, match[4].strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = _ESCAPED.sub(r"\1", text[1:-1])
        elif text.startswith('"'):
            text = text[1:]
        if index is None and not extended:
            plain.setdefault(name, text)
        else:
            pieces.setdefault(name, {}).setdefault(int(index or 0), (extended, text))
    params = {name: decode_value(text, hint) for name, text in plain.items()}
    for name, indexed in pieces.items():
        params[name] = _join(indexed, hint)
    return head.strip().lower(), params


def _join(indexed: dict[int, tuple[bool, str]], hint: str) -> str:
    charset = ""
    data = bytearray()
    for place, index in enumerate(sorted(indexed)):
        extended, text = indexed[index]
        if place == 0 and extended and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if extended else raw
    text = decode(bytes(data), charset, hint)
    # Some senders cut encoded words into continuations.
    return decode_value(text) if "=?" in text else text
