"""What a file is, by its bytes; its name and label only decide between kinds of text."""

from __future__ import annotations

from typing import Literal

Kind = Literal["text", "table", "html", "mail", "pdf", "picture", "empty", "other"]

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_TABLES = frozenset(("text/csv", "text/tab-separated-values", "application/csv"))
_LOOK = 8192
_PDF_WITHIN = 1024
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0c\r\x1b"))


def picture_format(data: bytes) -> str:
    """``PNG``, ``JPEG``, ``GIF``, ``BMP``, ``TIFF``, ``WebP`` or ``''``."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    name = next((name for mark, name in _PICTURES if data.startswith(mark)), "")
    # Two letters are no proof.
    return "" if name == "BMP" and data[14:18] not in (b"(\x00\x00\x00", b"l\x00\x00\x00", b"|\x00\x00\x00") else name


def kind_of(data: bytes, name: str, mime: str) -> Kind:
    """The kind of file ``data`` is."""
    if not data:
        return "empty"
    if picture_format(data):
        return "picture"
    # Readers take a PDF whose header is not quite at the start (ISO 32000-1, annex H.3.4.1).
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    if not _is_text(data):
        return "other"
    ending = name.lower().rpartition(".")[2]
    if mime in _TABLES or ending in ("csv", "tsv"):
        return "table"
    if mime == "text/html" or ending in ("html", "htm"):
        return "html"
    return "mail" if mime in ("message/rfc822", "message/global") or ending == "eml" else "text"


def _is_text(data: bytes) -> bool:
    head = data[:_LOOK]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return b"\0" not in head and len(head) - len(head.translate(None, _CONTROLS)) <= 2 + len(head) // 50
