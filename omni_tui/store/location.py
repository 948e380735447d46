"""Addresses of databases: what is one, and how it is told to people without its password."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

SCHEMES = ("postgresql://", "postgres://")
_SHOWN = ("host", "port", "user", "dbname", "service")


def is_url(location: str) -> bool:
    """Whether ``location`` is the address of a PostgreSQL database."""
    return location.startswith(SCHEMES)


def shown(url: str) -> str:
    """The address for people: without passwords, and without what only tunes the connection."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{SCHEMES[0]}…"
    user, at, hosts = parts.netloc.rpartition("@")
    kept = [
        (key, value) for key, value in parse_qsl(parts.query) if key in ("host", "port", "user", "dbname", "service")
    ]
    query = urlencode(kept, safe="/,", quote_via=quote)
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{hosts}{parts.path}{'?' if query else ''}{query}"
