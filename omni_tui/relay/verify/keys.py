"""What a scheme's key looks like: one that never could fit is told before the first webhook is refused for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from omni_tui.relay.verify.hook import from_base64
from omni_tui.relay.verify.wechat import keys_of
from omni_tui.text.i18n import _

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def wrong_with(scheme: str, key: str) -> str:
    """A sentence on what is wrong with a key of the scheme; empty where nothing is."""
    if key != key.strip():
        return _("a key begins or ends with a space")
    return _LOOKS.get(scheme, _any)(key)


def _any(_key: str) -> str:
    return ""


def _standard(key: str) -> str:
    return "" if from_base64(key.removeprefix("whsec_")) else _("a key is written as whsec_ and base64")


def _hmac(key: str) -> str:
    name, _colon, secret = key.partition(":")
    return "" if _HEADER.fullmatch(name.strip()) and secret else _("a key is written as header's name:secret")


def _address(key: str) -> str:
    return "" if len(key) >= 16 else _("a key is too short to be a secret: 16 characters at least")


def _wechat(key: str) -> str:
    keys = keys_of(key)
    if not keys.aes_key and not keys.app_id:
        return ""
    opened = from_base64(keys.aes_key + "=")
    whole = opened is not None and len(opened) == 32 and bool(keys.app_id)
    return "" if whole else _("a key is written as token, or as token:EncodingAESKey (43 characters):AppId")


_LOOKS: Mapping[str, Callable[[str], str]] = {
    "standard": _standard,
    "svix": _standard,
    "hmac": _hmac,
    "address": _address,
    "wechat": _wechat,
}
