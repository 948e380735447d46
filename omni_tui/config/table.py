"""Read one TOML table into a frozen dataclass, reporting everything that is wrong with it at once.

Understands ``str``, ``int``, ``float``, ``bool``, ``Literal``, ``tuple[str, ...]``, ``Mapping[str, str]`` and
unions of them. ``Annotated[int, Range(0, 60)]`` limits a number; ``Named`` and ``Written`` what a table or text holds.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from omni_tui.config.limits import Named, Range, Written
from omni_tui.model.errors import ConfigProblem
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def read_table(
    cls: type[T], table: Mapping[str, Any], file: str, prefix: str = ""
) -> tuple[T | None, tuple[ConfigProblem, ...]]:
    """The dataclass ``cls`` filled from ``table``, or None with every problem found.

    ``file`` and ``prefix`` (``channels.support``) say in the problems where the table stands. A
    ``ValueError`` raised by the dataclass itself becomes a problem of the whole table.
    """
    known = {field.name: field for field in fields(cls)}
    hints = get_type_hints(cls, include_extras=True)
    problems: list[ConfigProblem] = []
    values: dict[str, Any] = {}
    for key, raw in table.items():
        if key not in known:
            problems.append(unknown(file, _dotted(prefix, key), key, [name for name in known if name not in table]))
            continue
        try:
            values[key] = _read(hints[key], raw)
        except _Wrong as wrong:
            problems.append(ConfigProblem(file, _dotted(prefix, key), str(wrong), wrong.near))
        except _WrongWithin as within:
            where = _dotted(prefix, key)
            problems += [ConfigProblem(file, f"{where}.{name}", str(wrong), wrong.near) for name, wrong in within.wrong]
    problems += [
        ConfigProblem(file, _dotted(prefix, name), _("is missing"))
        for name, field in known.items()
        if name not in table and _required(field)
    ]
    if problems:
        return None, tuple(problems)
    try:
        return cls(**values), ()
    except ValueError as error:
        return None, (ConfigProblem(file, prefix, str(error)),)


def unknown(file: str, dotted: str, key: str, candidates: list[str]) -> ConfigProblem:
    """The problem of a key nobody knows, with the candidate it most resembles."""
    return ConfigProblem(file, dotted, _("is not a known key"), nearest(key, candidates))


def nearest(word: str, candidates: list[str]) -> str:
    """The candidate spelled most like ``word``, or nothing if none is near."""
    import difflib

    folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


class _Wrong(Exception):
    def __init__(self, message: str, near: str = "") -> None:
        super().__init__(message)
        self.near = near


class _WrongWithin(Exception):
    """What is wrong with single entries of a table, by their names."""

    def __init__(self, wrong: list[tuple[str, _Wrong]]) -> None:
        super().__init__()
        self.wrong = wrong


def _dotted(prefix: str, key: str) -> str:
    return f"{prefix}.{key}" if prefix else key


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _read(hint: Any, raw: Any) -> Any:
    """``raw`` as ``hint`` asks. Values are never repeated in a message: one of them may be a password."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        value = _read(args[0], raw)
        for limit in args[1:]:
            if isinstance(limit, Range) and value is not None and not limit.low <= value <= limit.high:
                raise _Wrong(_("must be from {low:g} to {high:g}").format(low=limit.low, high=limit.high))
        _check_texts(value, args[1:])
        return value
    if origin in (Union, types.UnionType):
        # TOML has no null, so what is given is never the None of "T | None".
        return _read_one_of([arg for arg in args if arg is not type(None)], raw)
    if origin is Literal:
        return _choice(args, raw)
    if origin is tuple:
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise _Wrong(_('must be a list of texts, such as ["one", "two"]'))
        return tuple(raw)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(raw, Mapping) or not all(isinstance(item, str) for item in raw.values()):
            raise _Wrong(_("must be a table of texts"))
        return dict(raw)
    return _plain(hint, raw)


def _check_texts(value: Any, limits: tuple[Any, ...]) -> None:
    names = next((limit.names for limit in limits if isinstance(limit, Named)), None)
    written = next((limit for limit in limits if isinstance(limit, Written)), None)
    if isinstance(value, str) and written and value and not re.fullmatch(written.pattern, value):
        raise _Wrong(written.sentence)
    if not isinstance(value, Mapping):
        return
    wrong: list[tuple[str, _Wrong]] = []
    for key, text in value.items():
        if names is not None and key not in names:
            wrong.append((key, _Wrong(_("is not a known key"), nearest(key, list(names)))))
        elif written and not re.fullmatch(written.pattern, text):
            wrong.append((key, _Wrong(written.sentence)))
    if wrong:
        raise _WrongWithin(wrong)


def _read_one_of(hints: list[Any], raw: Any) -> Any:
    refused: list[_Wrong] = []
    for hint in hints:
        try:
            return _read(hint, raw)
        except _Wrong as wrong:
            refused.append(wrong)
    raise _Wrong(_("; or it ").join(map(str, refused)), next((wrong.near for wrong in refused if wrong.near), ""))


def _choice(choices: tuple[Any, ...], raw: Any) -> Any:
    if raw in choices and type(raw) in {type(choice) for choice in choices}:
        return raw
    words = [str(choice) for choice in choices]
    near = nearest(raw, words) if isinstance(raw, str) else ""
    raise _Wrong(_("must be one of {choices}").format(choices=", ".join(words)), near)


def _plain(hint: Any, raw: Any) -> Any:
    # bool is a subclass of int, so types are compared exactly.
    if hint is float and type(raw) in (int, float):
        return float(raw)
    if type(raw) is hint:
        return raw
    wanted = {
        str: _("must be a text in quotes"),
        int: _("must be a whole number"),
        float: _("must be a number"),
        bool: _("must be true or false"),
    }
    raise _Wrong(wanted[hint])
