"""The process that looks into a file: what the file makes of it, it makes of nothing else.

Asked once: one line of JSON (name, type, room) and the file's bytes on standard input; one JSON document is
the answer. It has no secret, no store, no connection, and an empty folder to work in.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import asdict
from typing import Any

from omni_tui.text.preview.confined import SECONDS, confine
from omni_tui.text.preview.model import Picture, Preview, Room
from omni_tui.text.preview.read import preview


def main() -> None:
    """Answer what is asked, within what there is for a file."""
    confine(SECONDS)
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
