"""A view: a query with a name and a place among the others.

Names and queries of saved views are raw text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sort = Literal["activity", "waiting", "priority"]
"""By last activity, or who waits longest first."""
SORTS: tuple[Sort, ...] = ("activity", "waiting", "priority")


@dataclass(frozen=True, slots=True)
class View:
    """A view as one agent sees it.

    ``name`` is typed, ``title`` shown. ``owner`` is the login of who saved it, None for a built-in view; ``shared``
    tells whether everyone sees it. ``number`` is the digit of ``g1`` … ``g9``, 0 for none; ``hidden`` tells that the
    agent keeps it out of sight. ``counted`` tells whether its count means work to do.
    """

    id: str
    name: str
    title: str
    query: str
    sort: Sort = "activity"
    counted: bool = True
    owner: str | None = None
    shared: bool = True
    number: int = 0
    hidden: bool = False
