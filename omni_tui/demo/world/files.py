"""Small files for attachments, made on the spot: a picture, a PDF, a table, a log."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from random import Random


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a mail."""

    name: str
    mime: str
    data: bytes


def make(kind: str, rng: Random, order: str, number: int) -> Attached:
    """The ``number``-th file of a mail; ``kind`` as in the cases."""
    if kind == "photo":
        name = f"IMG_{rng.randrange(1000, 9999)}.png"
        return Attached(name, "image/png", png(rng.randrange(12)))
    if kind == "label":
        return Attached(f"label-{order}.pdf", "application/pdf", pdf(f"Return label {order}"))
    if kind in {"invoice", "quote", "receipt"}:
        return Attached(f"{kind}-{order}.pdf", "application/pdf", pdf(f"{kind.title()} {order}"))
    if kind == "sizes":
        rows = "".join(f"{size},{rng.randrange(1, 12)}\r\n" for size in ("S", "M", "L", "XL", "XXL"))
        return Attached(f"sizes-{number + 1}.csv", "text/csv", f"size,pieces\r\n{rows}".encode())
    if kind == "csv":
        rows = "".join(f"{day:02d}.,Larkfell Outdoor,-{rng.randrange(40, 300)}.00\r\n" for day in (3, 3, 9))
        return Attached("statement.csv", "text/csv", f"day,payee,amount\r\n{rows}".encode())
    lines = "".join(f"{hour:02d}:00  {1900 + hour * 90} m  flame: yellow\n" for hour in range(6, 14))
    return Attached("protocol.txt", "text/plain", lines.encode())


@lru_cache(maxsize=16)
def png(tint: int) -> bytes:
    """A 96 by 64 picture of hills under a sky; ``tint`` from 0 to 11 varies it."""
    width, height = 96, 64
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            ridge = 30 + (x * (tint + 3) // 7) % 17 - abs(x - 48) // 6
            rows += bytes((90 + tint * 5, 140 + y, 200 - y) if y < ridge else (60 + tint * 4, 90 - y // 2, 50))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def pdf(title: str) -> bytes:
    """One A5 page that says ``title`` (ASCII)."""
    page = f"BT /F1 18 Tf 40 520 Td (Larkfell Outdoor) Tj 0 -36 Td /F1 12 Tf ({title}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
