"""Links: where they lead, whether their text says otherwise, and which there are in a text."""

from __future__ import annotations

import re
from functools import lru_cache

from omni_tui.text.address import registrable
from omni_tui.text.hosts import ascii_host

MAX_URL = 2_000

_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_URL_NOISE = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_HOST = re.compile(r"https?://(?:[^/?#\\@]*@)?(\[[0-9a-fA-F:.]+\]|[^/?#\\:@]+)", re.IGNORECASE)
_USER = re.compile(r"https?://[^/?#\\]*@", re.IGNORECASE)
# A text that is an address of the web, not one that only mentions a file (readme.txt) or a version (3.11).
_SHOWN = re.compile(r"(https?://)?((?:[\w-]{1,63}\.)+[^\W\d_]{2,24})(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
_FILES = frozenset(
    ("txt", "pdf", "doc", "docx", "xls", "xlsx", "csv", "zip", "png", "jpg", "jpeg", "gif", "html", "md", "py")
)
# A name as registered in ASCII ends where other letters follow; one in letters of its own ends at the next sign. What
# stands behind it has to be ASCII (RFC 3986), and signs that end a sentence or close a bracket are the sentence's.
# A name is taken whole (at most 127 labels of 63 signs, RFC 1035 section 2.3.4) or not at all: its beginning alone
# would be another host.
_ASCII_NAME = r"(?:[A-Za-z0-9-]{1,63}\.){1,126}(?:xn--[A-Za-z0-9-]{1,59}|[A-Za-z]{2,63})(?!\.?[A-Za-z0-9_-])"
_NAME = r"(?:[\w-]{1,63}\.){1,126}[^\W\d_]{2,63}(?!\.?[\w-])"
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}(?!\.?[\w-])"
_IN_TEXT = re.compile(
    rf"https?://(?:[A-Za-z0-9._~%+-]{{1,64}}@)?(?:{_ASCII_NAME}|{_NAME}|{_IPV4})(?::\d{{1,5}})?(?:[/?#][!-;=?-~]*)?"
    rf"|mailto:[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_ASCII_NAME}",
    re.IGNORECASE,
)
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def links_in(text: str) -> tuple[str, ...]:
    """The web and mail addresses a text names, in their order and each once. Linear in the text's length."""
    return tuple(dict.fromkeys(_without_the_sentence(found.group()) for found in _IN_TEXT.finditer(text)))


def without_links(text: str) -> str:
    """The text with a space in place of each of them, whatever its length. Linear, too."""
    return _IN_TEXT.sub(" ", text)


def _without_the_sentence(url: str) -> str:
    url = url[:MAX_URL]
    while url:
        last = url[-1]
        if last in ".,;:!?'*_" or (last in _BRACKETS and url.count(last) > url.count(_BRACKETS[last])):
            url = url[:-1]
        else:
            break
    return url


def url_of(href: str) -> str:
    """The address a link leads to, ``''`` if it is none that can be opened."""
    href = href.strip()[:MAX_URL]
    return _URL_NOISE.sub("%20", href) if _LINK.match(href) else ""


def says_where(text: str, url: str) -> bool:
    """Whether the text already says where the link leads."""
    target = url.rstrip("/")
    for scheme in ("https://", "http://", "mailto:", "tel:"):
        target = target.removeprefix(scheme)
    return text.rstrip("/").removeprefix("https://").removeprefix("http://") == target


@lru_cache(maxsize=256)
def host_of(url: str) -> str:
    """The host a web address leads to, in the ASCII form the network uses; ``''`` for other addresses."""
    match = _HOST.match(url)
    if match is None:
        return ""
    host = match[1].rstrip(".")
    try:
        return ascii_host(host).lower()
    except UnicodeError:
        return host.lower()


def misleads(text: str, url: str) -> bool:
    """Whether a link shows one host and leads to another, or hides its host behind a name before an ``@``."""
    host = host_of(url)
    if not host:
        return False
    if _USER.match(url):
        return True
    shown = _SHOWN.fullmatch(text.strip())
    if shown is None or (not shown[1] and shown[2].rpartition(".")[2].lower() in _FILES):
        return False
    return registrable(host_of(f"http://{shown[2]}")) != registrable(host)
