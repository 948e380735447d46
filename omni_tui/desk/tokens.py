"""The names our messages leave under: the outbox id signed with a key of the store.

For mail it is the Message-ID, so a customer's answer names it in References. Nobody can make one up without the
key, and the same message has the same name at every attempt, also after a crash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from omni_tui.store import Tx, Writer
from omni_tui.text.address import domain

KEY = "message-key"


def ensure_key(tx: Writer) -> str:
    """The store's signing key, made at first use."""
    tx.run("insert_store_key", name=KEY, value=secrets.token_hex(32))
    return str(tx.value("store_key", name=KEY))


def message_key(key: str, outbox_id: str, address: str) -> str:
    """The name of an outgoing message, as ``<id>.<signature>@<domain of address>``."""
    id = outbox_id.replace("-", "")
    return f"{id}.{_signature(key, id)}@{domain(address) or 'localhost'}"


def outbox_id_of(tx: Tx, reply_key: str) -> str | None:
    """The outbox id in ``reply_key`` if the name is ours and the signature true, else None."""
    if reply_key[32:33] != ".":
        return None  # most names are others', and are looked at twice or three times each
    id, _, signature = reply_key.partition("@")[0].partition(".")
    if len(id) != 32:
        return None
    key = tx.value("store_key", name=KEY)
    if key is None or not hmac.compare_digest(_signature(key, id).encode(), signature.encode()):
        return None
    return f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"


def _signature(key: str, id: str) -> str:
    return hmac.new(bytes.fromhex(key), id.encode(), hashlib.sha256).hexdigest()[:24]
