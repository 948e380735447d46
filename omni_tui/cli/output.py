"""What is printed: cleaned text on stdout, narration on stderr, and versioned JSON.

Text from outside reaches a terminal or a pipe only through :func:`tell` and :func:`say`, which clean it, or inside
JSON, where everything a terminal could obey is escaped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any

from omni_tui.model.errors import OmniError
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _

JSON_VERSION = 1
"""Of every document in ``docs/json.md``; raised when a key changes its meaning or goes away."""

_MARK, _PLAIN = "\x1b[1;31m", "\x1b[0m"  # as grep marks what it finds

# json.dumps escapes C0. What is left that a terminal obeys or hides: DEL and C1, soft hyphen, zero-width and
# bidi controls, line and paragraph separators, annotations, lone surrogates, tags and private variation marks.
_UNSEEN = (
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)


class PipeClosed(Exception):
    """The reader of stdout had enough. (Typer would turn a BrokenPipeError into exit code 1.)"""


class Unwritten(OmniError):
    """stdout took not everything: a full disk behind it."""


def tell(text: str = "") -> None:
    """A line (or several) of data on stdout."""
    _write(clean(text) + "\n")


def tell_marked(text: str, marks: Iterable[tuple[int, int]]) -> None:
    """The same for a line of which some parts, given by where they begin and end, stand out where there is colour."""
    parts, at = [], 0
    for start, end in marks if has_colour() else ():
        parts += [clean(text[at:start]), _MARK, clean(text[start:end]), _PLAIN]
        at = end
    _write("".join((*parts, clean(text[at:]), "\n")))


def has_colour() -> bool:
    """Whether stdout is a terminal that shows colours, and nobody asked for none (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")
    return wanted and sys.stdout.isatty()


def pass_on(text: str) -> None:
    """A line of data for another program, as it came. Never for a terminal."""
    _write(text + "\n")


def say(text: str) -> None:
    """A line of narration on stderr, below what was told before."""
    flush()
    sys.stderr.write(clean(text) + "\n")
    sys.stderr.flush()


def flush() -> None:
    """Hand over what was told so far. Raises :class:`PipeClosed`, :class:`Unwritten`."""
    with _in_words():
        sys.stdout.flush()


def document(kind: str, **payload: Any) -> None:
    """One versioned JSON document on stdout."""
    _write(dumps({"version": JSON_VERSION, "kind": kind, **payload}) + "\n")


def stream(kind: str, records: Iterable[Any]) -> None:
    """One JSON document a line: version, kind, and the record under the kind's name."""
    for record in records:
        document(kind, **{kind: record})


def dumps(value: Any) -> str:
    """JSON in which everything a terminal obeys or hides is escaped."""
    import json

    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return re.sub(_UNSEEN, _escaped, json.dumps(plain(value), ensure_ascii=not readable))


def plain(value: Any) -> Any:
    """Records as JSON knows them: dataclasses by their field names, enums by value, tuples as lists."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, PurePath):
        return str(value)
    return value


def _write(text: str) -> None:
    with _in_words():
        sys.stdout.write(text)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise PipeClosed from None
    except OSError as error:
        text = _("Not everything could be printed: {reason}.").format(reason=error.strerror or error)
        raise Unwritten(text, _("Make room where the output goes, and run it again.")) from error


def _escaped(match: re.Match[str]) -> str:
    raw = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{raw[at] << 8 | raw[at + 1]:04x}" for at in range(0, len(raw), 2))
