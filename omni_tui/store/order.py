"""The order of a list of conversations, and what stands behind one of its keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """``column`` of ``conversations v`` the rows are in order of, in which direction, beginning behind a key."""

    column: str
    ascending: bool
    needs: str = "1 = 1"
    after: tuple[int, str] | None = None

    def condition(self, values: dict[str, Any], after: tuple[int, str] | None) -> str:
        """What rows behind ``after`` satisfy."""
        if after is None:
            return self.needs
        values["key_at"], values["key_id"] = after
        return f"{self.needs} AND ({self.column}, v.id) {'>' if self.ascending else '<'} (:key_at, :key_id)"

    @property
    def by(self) -> str:
        """ORDER BY."""
        way = "ASC" if self.ascending else "DESC"
        return f"{self.column} {way}, v.id {way}"
