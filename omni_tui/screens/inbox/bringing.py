"""A file that was left on the server, brought by ``omni-tui file``: the screen talks to no server itself."""

from __future__ import annotations

import json

from omni_tui.config.settings import Settings
from omni_tui.model.errors import OmniError
from omni_tui.screens.own_verb import run_verb
from omni_tui.screens.store_link import StoreLink
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


async def bring(settings: Settings, link: StoreLink, ref: int, file_id: str) -> None:
    """Have the file fetched into the store. Cancelled, it is not. Raises OmniError with what to do instead."""
    location = await link.read(lambda store: store.location)
    ended = await run_verb(
        ("file", str(ref), file_id, "--fetch", "--json"),
        {"OMNI_TUI_CONFIG": str(settings.file.absolute()), "OMNI_TUI_STORE": str(location)},
    )
    if ended.code:
        raise _problem(ended.out, ended.err, ended.code)


def _problem(out: bytes, said: bytes, code: int) -> OmniError:
    """What the verb said was wrong, from its JSON, else in its own words."""
    try:
        document = json.loads(out)
    except ValueError:
        document = {}
    if document.get("kind") == "error":
        return OmniError(clean_line(str(document.get("message"))), clean_line(str(document.get("hint") or "")))
    words = clean_line(said.decode("utf-8", "replace").strip())
    return OmniError(words or _("It ended with status {code}.").format(code=code))
