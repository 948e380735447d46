"""One row of the change feed.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change feed."""

    seq: int
    entity: str
    entity_id: str
