"""A snippet: a text with a name, put into answers.

Names and bodies are raw text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """A snippet as one agent sees it. ``owner`` is the login of who saved it, ``shared`` whether everyone sees it."""

    id: str
    name: str
    body: str
    owner: str
    shared: bool
