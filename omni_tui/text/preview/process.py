"""The process that looks into a file: what the file makes of it, it makes of nothing else.

Asked once: one line of JSON (name, type, room, limits) and the file's bytes on standard input; one JSON document is
the answer. It has no secret, no store and no connection.
"""

from __future__ import annotations

import base64
import contextlib
import json
import resource
import sys
from dataclasses import asdict
from typing import Any

from omni_tui.text.preview.model import Picture, Preview, Room
from omni_tui.text.preview.read import preview

SECONDS = 5
MEMORY = 512 * 1024 * 1024


def main() -> None:
    """Answer what is asked, within the processor time and memory there are for a file."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    found = preview(data, asked["name"], asked["mime"], Room(asked["columns"], asked["rows"]))
    sys.stdout.write(json.dumps(values(found)))


def values(found: Preview) -> dict[str, Any]:
    """A preview as JSON can say it."""
    document = asdict(found)
    if found.picture is not None:
        document["picture"]["dots"] = base64.b64encode(found.picture.dots).decode("ascii")
    return document


def preview_of(document: dict[str, Any]) -> Preview:
    """What :func:`values` said."""
    shown = document["picture"]
    picture = Picture(shown["columns"], shown["rows"], base64.b64decode(shown["dots"])) if shown else None
    return Preview(document["facts"], tuple(document["lines"]), document["remark"], picture, document["prose"])


if __name__ == "__main__":
    main()
