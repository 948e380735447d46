"""What was written in a conversation while an answer to it was: it is shown before the answer leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omni_tui.model.enums import Direction
from omni_tui.model.errors import Conflict
from omni_tui.model.message import MessageRow


class Crossed(Conflict):
    """The same left while it was written here; ``newest`` is the id of the message to be seen before this one goes."""

    def __init__(self, message: str, hint: str, newest: str) -> None:
        super().__init__(message, hint)
        self.newest = newest


def newest_elsewhere(messages: Sequence[MessageRow], is_me: Callable[[str | None], bool]) -> MessageRow | None:
    """The newest message, answer or note of anybody else, or answer of the agent's own: where one is still being
    written here, that one left from another window."""
    for message in reversed(messages):
        if message.direction is not Direction.EVENT and (not is_me(message.agent) or is_answer(message)):
            return message
    return None


def is_answer(message: MessageRow) -> bool:
    """Whether it is an answer to the customer."""
    return message.direction is Direction.OUTBOUND and not message.aside


def came_since(newest: MessageRow, seen: str, messages: Sequence[MessageRow]) -> bool:
    """Whether ``newest`` came after the message of the id ``seen``."""
    if newest.id == seen:
        return False
    # One that was called back since stands there no more; ids rise with time.
    return newest.id > seen or any(message.id == seen for message in messages)
