"""Files of a message that was no mail, kept as a mail keeps them: so they are read from a source everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from omni_tui.model.events import RemoteAttachment
from omni_tui.text.clean import storable_line
from omni_tui.text.mail import parse

_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/[A-Za-z0-9.+_-]{1,80}")
_ANY = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file as its sender names it."""

    name: str
    mime: str
    data: bytes = field(repr=False)


def enclose(text: str, files: Sequence[EnclosedFile]) -> tuple[bytes, tuple[RemoteAttachment, ...]]:
    """The source with ``text`` and ``files`` in it, and where each of them stands."""
    made = EmailMessage(SMTP)
    made["MIME-Version"] = "1.0"
    made.set_content(text)
    for one in files:
        # A type somebody made up could end a header, or be taken for parts of its own.
        mime = one.mime.strip().lower()
        main, _slash, sub = (mime if _TYPE.fullmatch(mime) else _ANY).partition("/")
        made.add_attachment(one.data, maintype=main, subtype=sub, filename=storable_line(one.name) or "file")
    raw = made.as_bytes()
    return raw, tuple(RemoteAttachment(part.name, part.mime, part.size, part.part) for part in parse(raw).attachments)
