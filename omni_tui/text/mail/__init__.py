"""Reading mail: ``parse(raw)`` gives what the desk needs, ``part_bytes(raw, part)`` one attachment again."""

from __future__ import annotations

from omni_tui.text.mail.model import MailAddress, MailPart, MailUnreadable, ParsedMail
from omni_tui.text.mail.parse import parse, part_bytes

__all__ = ["MailAddress", "MailPart", "MailUnreadable", "ParsedMail", "parse", "part_bytes"]
