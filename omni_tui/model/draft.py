"""What an agent has begun to write, and how it is to leave."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.enums import DraftMode


@dataclass(frozen=True, slots=True)
class DraftFields:
    """How a draft is to leave: by ``channel`` (empty: the first way), to ``everyone`` on the mail, to and in copy to
    what was typed as ``to`` and ``cc``, under ``subject``, at the moment ``at`` (epoch ms; 0: soon).

    Of an answer ``to`` is empty and ``cc`` are bare addresses. ``of`` is the message it passes on, ``left_out`` are the
    files of that one that stay behind. ``seen`` is the newest message of anybody else that was there when an answer was
    begun, or was shown before it left: what is newer was written meanwhile.
    """

    channel: str = ""
    everyone: bool = False
    to: str = ""
    cc: str = ""
    subject: str = ""
    at: int = 0
    of: str = ""
    left_out: tuple[str, ...] = ()
    seen: str = ""


NO_FIELDS = DraftFields()


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What an agent has begun to write in a conversation; of a new one ``conversation_id`` is the id it will have."""

    conversation_id: str
    mode: DraftMode
    body: str
    updated_at: int
    fields: DraftFields = NO_FIELDS
