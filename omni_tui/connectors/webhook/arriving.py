"""From one event of the relay to a message. Pure: ``channel try`` shows with it what the engine would store."""

from __future__ import annotations

import json
from collections.abc import Mapping

from omni_tui.connectors.enclosed import enclose
from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.forms import files_of
from omni_tui.model.address import Address
from omni_tui.model.events import RemoteMessage
from omni_tui.text.clean import storable_line


def message_of(
    channel: str,
    paths: Mapping[str, str],
    body: bytes,
    content_type: str,
    *,
    event_id: str,
    locator: str,
    received_at: int,
) -> RemoteMessage:
    """The message in ``body``; one that does not fit ``paths`` keeps its source and says what is missing."""
    # Named by the sender's own id, so that what comes again is known whichever queue it comes from.
    named = event_id or locator
    files = files_of(body, content_type)
    try:
        payload = mapping.read(body, content_type)
        found = mapping.mapped(payload, paths, files=len(files))
    except mapping.Unmapped as error:
        return RemoteMessage(
            external_id=named,
            locator=locator,
            author=Address(""),
            text="",
            receipt_at=received_at,
            unreadable=str(error),
            raw=body,
        )
    # All that the form says stays in the source, also what the map does not name.
    raw, attachments = enclose(json.dumps(payload, ensure_ascii=False, indent=1), files) if files else (body, ())
    thread = f"{channel}:{found.thread}" if found.thread else ""
    # JSON can hold what no database does: half a character, a NUL.
    id = storable_line(found.id) or named
    return RemoteMessage(
        external_id=id,
        locator=locator,
        # An id of somebody else's making names a person within its channel only, an address in it proves none.
        author=Address(f"{channel}:{found.sender}", found.name),
        text="\n".join((found.text, *found.links)).strip(),
        receipt_at=received_at,
        sent_at=found.at,
        subject=found.subject,
        key=f"{channel}:{id}",
        reply_keys=(thread,) if thread else (),
        attachments=attachments,
        raw=raw,
    )
