"""Counts and key sequences: Textual knows single keys only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omni_tui.desk.actions.key_names import Sequence


@dataclass(frozen=True, slots=True)
class Run:
    """Do ``name``, asked for by ``key``; ``count`` is what was typed before it, None if nothing was."""

    name: str
    count: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """More keys are needed: what was typed so far, and what may follow."""

    typed: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unbound:
    """These keys mean nothing here."""

    typed: str


class KeyMachine:
    """Feeds on single keys and says what to do. Digits before a command are its count."""

    def __init__(self) -> None:
        self._count = ""
        self._typed: Sequence = ()

    @property
    def waiting(self) -> bool:
        """Whether keys typed so far wait for more."""
        return bool(self._count or self._typed)

    def reset(self) -> None:
        """Forget what was typed so far."""
        self._count, self._typed = "", ()

    def feed(self, key: str, bound: Mapping[Sequence, str]) -> Run | Pending | Unbound:
        """The outcome of one more key, with the bindings that hold here and now."""
        typed = (*self._typed, key)
        counts = not self._typed and key.isdigit() and key.isascii() and typed not in bound
        if counts and (key != "0" or self._count):
            self._count = (self._count + key)[:6]
            return Pending(self._count, ())
        if key == "Esc" and self.waiting:
            self.reset()
            return Unbound("")
        if (name := bound.get(typed)) is not None:
            count = int(self._count) if self._count else None
            self.reset()
            return Run(name, count, key)
        options = tuple(
            ("".join(sequence[len(typed) :]), name)
            for sequence, name in bound.items()
            if len(sequence) > len(typed) and sequence[: len(typed)] == typed
        )
        if options:
            self._typed = typed
            return Pending(self._count + "".join(typed), options)
        self.reset()
        return Unbound("".join(typed))
