"""How a check is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from omni_tui.store.store import Tx, Writer

Key = tuple[str | int, ...]
"""What tells the thing that is wrong from others: its id, mostly."""
BATCH = 100
"""Things mended in one transaction: nobody waits for longer."""


@dataclass(frozen=True, slots=True)
class Check:
    """``wrong`` says in words what was found, with ``{count}``; without ``mend`` only a backup helps."""

    name: str
    wrong: str
    find: Callable[[Tx], Iterator[Sequence[Key]]]
    mend: Callable[[Writer, Sequence[Key]], None] | None = None
