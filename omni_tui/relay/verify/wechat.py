"""WeChat, WeCom and Weibo: a signature of token, time and nonce; in safe mode the body is encrypted as well.

Source: developers.weixin.qq.com and developer.work.weixin.qq.com, message encryption and decryption.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from xml.parsers import expat

from omni_tui.relay.verify.hook import Hook, from_base64, same

_BLOCK = 32


class BadXml(ValueError):
    """Not the flat XML these services send."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``token`` signs; ``aes_key`` is the EncodingAESKey (43 characters) and ``app_id`` who it is for."""

    token: str
    aes_key: str = ""
    app_id: str = ""


def keys_of(key: str) -> Keys:
    """``token`` or ``token:EncodingAESKey:appid`` as written in the configuration."""
    token, _, rest = key.partition(":")
    aes_key, _, app_id = rest.partition(":")
    return Keys(token, aes_key, app_id)


def is_signed(hook: Hook, token: str, *more: str, parameter: str = "signature") -> bool:
    """Whether the address carries the signature of token, time, nonce and ``more``."""
    query = hook.query
    parts = sorted([token, query.get("timestamp", ""), query.get("nonce", ""), *more])
    expected = hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()
    stamp = query.get("timestamp", "")
    # Weibo counts milliseconds.
    recent = hook.is_recent(stamp, per_second=1000 if len(stamp) > 11 else 1)
    return recent and same(query.get(parameter, ""), expected)


def fields(body: bytes) -> dict[str, str]:
    """The elements right below the root, by name. Raises :class:`BadXml`; declarations of types are refused."""
    found: dict[str, str] = {}
    path: list[str] = []
    text: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)
        text.clear()
        if len(path) > 20:
            raise BadXml("too deep")

    def end(name: str) -> None:
        if len(path) == 2:
            found[name] = "".join(text)
        path.pop()

    def refuse(*_args: object) -> None:
        raise BadXml("declares a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise BadXml(str(error)) from error
    return found


def decrypt(encrypted: str, keys: Keys) -> bytes | None:
    """The message inside; None when it was not encrypted with these keys or for somebody else."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key, data = from_base64(keys.aes_key + "="), from_base64(encrypted)
    if key is None or len(key) != 32 or not data or len(data) % 16:
        return None
    opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = opener.update(data) + opener.finalize()
    padding = plain[-1]
    if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
        return None
    plain = plain[16:-padding]
    size = int.from_bytes(plain[:4], "big")
    if len(plain) < 4 or size > len(plain) - 4:
        return None
    message, app_id = plain[4 : 4 + size], plain[4 + size :]
    return message if app_id.decode("utf-8", "replace") == keys.app_id else None
