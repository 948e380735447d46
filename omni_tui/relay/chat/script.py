"""The widget as one script: our code with the chat's own words and colours before it.

The parts in ``widget/`` share one function's scope and are joined in the order of :data:`PARTS` when the relay starts:
a page loads one file, and no tool has to run before the relay can.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from omni_tui.relay.chat.settings import ChatSettings

_MAX_AGE_S = 300
PARTS = ("keeping", "sending", "hearing", "whereabouts", "drawing", "speaking", "writing", "opening")
_BEGIN = """\
(() => {
'use strict';
const CONFIG = __CONFIG__;
const script = document.currentScript;
if (!script || window.OmniChat) return;
"""


class Scripts:
    """Every chat's script, made once."""

    def __init__(self, chats: Mapping[str, ChatSettings]) -> None:
        self._made = {name: script(name, chat) for name, chat in chats.items()}
        self._packed = {name: gzip.compress(text, 9, mtime=0) for name, text in self._made.items()}

    async def script(self, request: Request) -> Response:
        """``/chat/NAME.js``."""
        name = request.path_params["chat"]
        plain = self._made.get(name)
        if plain is None:
            return PlainTextResponse("no such chat\n", 404)
        tag = f'"{hashlib.sha256(plain).hexdigest()[:24]}"'
        headers = {
            "ETag": tag,
            "Cache-Control": f"public, max-age={_MAX_AGE_S}",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(
            self._packed[name] if packed else plain, media_type="text/javascript; charset=utf-8", headers=headers
        )


def script(name: str, chat: ChatSettings) -> bytes:
    """The script of one chat."""
    here = files("omni_tui.relay.chat").joinpath("widget")
    style = here.joinpath("widget.css").read_text("utf-8")
    config = {
        "chat": name,
        "texts": {language: dict(chat.words(language)) for language in chat.languages},
        "title": chat.title,
        "ask": chat.ask,
        "files": {"kb": chat.max_file_kb, "types": list(chat.file_types)} if chat.max_file_kb else None,
        "style": _packed(style)
        .replace("$colour", chat.colour)
        .replace("$on-colour", chat.on_colour)
        .replace("$side", chat.side),
    }
    # A script is no place of its own inside a page, but whoever puts it into one must not be surprised.
    told = json.dumps(config, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    told = told.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    code = [_code(here.joinpath(f"{part}.js").read_text("utf-8")) for part in PARTS]
    return "".join([_BEGIN.replace("__CONFIG__", told), *code, "})();\n"]).encode()


def _code(text: str) -> str:
    """A part without its comments, which stand on lines of their own."""
    return "".join(f"{line}\n" for line in text.split("\n") if line.strip() and not line.strip().startswith("//"))


def _packed(style: str) -> str:
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{}:;,])\s*", r"\1", re.sub(r"\s+", " ", style)).strip()
