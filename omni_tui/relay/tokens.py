"""Who may fetch: tokens kept as hashes, each for some scopes, rotated by name, with an end if wanted."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from omni_tui.connectors.probe_mark import signature, token_hash

SCOPES = ("pull", "status")
"""``pull`` fetches and acknowledges events; ``status`` reads figures."""
_PREFIX = "omr_"


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. Two may have one name while the older is being replaced."""

    name: str
    sha256: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int | None = None


class Tokens:
    """The tokens in a file (0600), read again when it changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def issue(self, name: str, scopes: Iterable[str], now: int, expires_at: int | None = None) -> str:
        """A new token, told this once and kept as a hash."""
        text = _PREFIX + secrets.token_urlsafe(32)
        self._save((*self.all(), Token(name, token_hash(text), tuple(scopes), now, expires_at)))
        return text

    def revoke(self, name: str, *, but_newest: bool = False) -> int:
        """Take the tokens of a name away; how many went."""
        named = sorted((token for token in self.all() if token.name == name), key=lambda token: token.created_at)
        gone = named[:-1] if but_newest else named
        self._save(token for token in self.all() if token not in gone)
        return len(gone)

    def all(self) -> tuple[Token, ...]:
        """Every token there is."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        if seen != self._seen:
            raw = json.loads(self._path.read_text("utf-8"))
            self._tokens = tuple(Token(**{**one, "scopes": tuple(one["scopes"])}) for one in raw)
            self._seen = seen
        return self._tokens

    def allows(self, text: str, scope: str, now: int) -> bool:
        """Whether ``text`` is a token for ``scope`` that has not ended."""
        given = token_hash(text)
        fits = [hmac.compare_digest(token.sha256, given) and _is_for(token, scope, now) for token in self.all()]
        return any(fits)

    def signed_probe(self, stamp: str, source: str, body: bytes, given: str, now: int) -> bool:
        """Whether a probe was signed with a token that may fetch."""
        fits = [
            hmac.compare_digest(signature(token.sha256, stamp, source, body), given) and _is_for(token, "pull", now)
            for token in self.all()
        ]
        return any(fits)

    def _save(self, tokens: Iterable[Token]) -> None:
        fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "w") as file:
            json.dump([asdict(token) for token in tokens], file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def _is_for(token: Token, scope: str, now: int) -> bool:
    return scope in token.scopes and (token.expires_at is None or now < token.expires_at)
