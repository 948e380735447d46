"""One mail, read: headers, addresses, the best text, the attachments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from omni_tui.text.clean import storable
from omni_tui.text.html import html_to_text
from omni_tui.text.i18n import _
from omni_tui.text.mail.addresses import parse_addresses
from omni_tui.text.mail.authentication import MAX_HEADERS, MAX_LENGTH
from omni_tui.text.mail.body import best_text, leaf_text
from omni_tui.text.mail.charset import decode
from omni_tui.text.mail.dates import date_ms
from omni_tui.text.mail.headers import Headers, decode_value, first, split
from omni_tui.text.mail.imitation import sender_warnings
from omni_tui.text.mail.mending import mended, plain
from omni_tui.text.mail.model import (
    MAX_ADDRESSES,
    MAX_REFERENCES,
    MAX_SUMMARIES,
    MailAddress,
    MailPart,
    MailUnreadable,
    ParsedMail,
)
from omni_tui.text.mail.params import parse_params
from omni_tui.text.mail.sealing import is_packed, is_smime, sealings
from omni_tui.text.mail.structure import Leaf, base_name, content, content_size, leaves

if TYPE_CHECKING:
    from omni_tui.text.mail.calendar import Invite
    from omni_tui.text.mail.dsn import DeliveryReport
    from omni_tui.text.mail.tnef import Packed
    from omni_tui.text.mail.vcard import Card

_TEXTS = frozenset(("text/plain", "text/html"))
_CALENDARS = frozenset(("text/calendar", "application/ics", "text/x-vcalendar"))
_CARDS = frozenset(("text/vcard", "text/x-vcard", "text/directory"))
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_MOST_LAYERS = 4
"""How many signatures, one around the other or beside it, are taken off."""


def parse(raw: bytes) -> ParsedMail:
    """The mail in ``raw`` (RFC 5322), as far as it can be understood.

    Raises:
        MailUnreadable: it is beyond 25 MB, 64 KB of headers, 30 levels, 500 parts or 500 addresses.
    """
    came = plain(raw)
    whole = mended(came)
    raw, headers, body, found, special, signed = _opened(whole)
    _mime, params = parse_params(first(headers, "content-type"))
    hint = params.get("charset", "")
    addresses = _addresses(headers, hint)
    text, html_only, used = best_text(raw, found)
    if not text and all(leaf.start >= leaf.end for leaf in found):
        # Its parts are empty, so what is there lies between them.
        text = storable(decode(raw[body:], hint))
    packed = _packed(raw, special) if special else {}
    if packed and not text.strip():
        text = _packed_text(packed)
    from_ = addresses["from"][0] if addresses["from"] else None
    invites, cards = _summaries(raw, special) if special else ((), ())
    auto_submitted = first(headers, "auto-submitted").partition(";")[0].strip().lower()
    precedence = first(headers, "precedence").lower()
    is_automatic = _is_automatic(headers, auto_submitted, precedence, from_)
    message_id = _message_id(headers)
    return ParsedMail(
        message_id=message_id,
        in_reply_to=_ids(first(headers, "in-reply-to")),
        references=_ids(first(headers, "references")),
        subject=decode_value(first(headers, "subject"), hint),
        from_=from_,
        sender=addresses["sender"][0] if addresses["sender"] else None,
        reply_to=addresses["reply-to"],
        to=addresses["to"],
        cc=addresses["cc"],
        date_ms=next(filter(None, map(date_ms, headers.get("date", ())[:4])), None),
        text=storable(text) if html_only else text,  # a part's own text is so already
        html_only=html_only,
        attachments=() if len(used) == len(found) else tuple(_attachments(raw, found, used, packed)),
        auto_submitted=decode_value(auto_submitted),
        precedence=decode_value(precedence),
        list_id=decode_value(first(headers, "list-id"), hint),
        is_automatic=is_automatic,
        delivered_to=_delivered_to(headers),
        authentication=_authentication(headers),
        warnings=sender_warnings(from_.name, from_.address) if from_ is not None else (),
        invites=invites,
        cards=cards,
        report=_report(raw, headers, found, text) if is_automatic else None,
        sealings=sealings(special, text, [part for part, held in packed.items() if held.is_empty], unwrapped=signed),
        known_by=message_id if whole is came else _known_by(came, message_id),
    )


def _opened(raw: bytes) -> tuple[bytes, Headers, int, list[Leaf], list[Leaf], bool]:
    """The mail, which is :func:`prepared`, its headers, where its body begins, its parts, those of them that are more
    than text; and whether any was taken out of a signature around it.

    Mailing lists, gateways and whoever forwards wrap a signed mail into parts of their own.
    """
    headers, body = split(raw, 0, len(raw))
    found = leaves(raw, headers, body)
    special = _special(found)
    if not any(map(is_smime, special)):
        return raw, headers, body, found, special, False
    from omni_tui.text.mail.cms import opened

    layers = 0
    tried = [leaf for leaf in found if is_smime(leaf)]
    while tried and layers < _MOST_LAYERS:
        inner = opened(raw, body, tried.pop(0))
        if inner is None:
            continue
        within = split(inner, 0, len(inner))
        try:
            parts = leaves(inner, *within)
        except MailUnreadable:
            continue  # what is inside is beyond the limits: it stays closed
        raw, (headers, body), found, layers = inner, within, parts, layers + 1
        tried = [leaf for leaf in found if is_smime(leaf)]
    return raw, headers, body, found, _special(found), bool(layers)


def _special(found: Sequence[Leaf]) -> list[Leaf]:
    """The parts that are more than text: of most mails none is."""
    return [leaf for leaf in found if leaf.filename or leaf.mime not in _TEXTS]


def _packed(raw: bytes, found: Sequence[Leaf]) -> dict[str, Packed]:
    packed = [leaf for leaf in found if is_packed(leaf)]
    if not packed:
        return {}
    from omni_tui.text.mail.tnef import unpack

    return {leaf.part: unpack(content(raw, leaf)) for leaf in packed}


def _packed_text(packed: Mapping[str, Packed]) -> str:
    """What was written, where all of a mail is packed: in the first part that is."""
    held = next(iter(packed.values()))
    return storable(held.text if held.text.strip() else html_to_text(held.html))


def _attachments(
    raw: bytes, found: Sequence[Leaf], used: Collection[str], packed: Mapping[str, Packed]
) -> Iterator[MailPart]:
    for leaf in found:
        if leaf.part not in used:
            yield from _files(raw, leaf, packed)


def _files(raw: bytes, leaf: Leaf, packed: Mapping[str, Packed]) -> Iterator[MailPart]:
    """A part that is a file, and those that are packed in it; behind a ``#`` stands which."""
    yield _attachment(raw, leaf)
    for number, file in enumerate(packed[leaf.part].files if leaf.part in packed else (), 1):
        mime = file.mime.lower() or "application/octet-stream"
        yield MailPart(f"{leaf.part}#{number}", base_name(file.name), mime, len(file.data))


def _summaries(raw: bytes, found: Sequence[Leaf]) -> tuple[tuple[Invite, ...], tuple[Card, ...]]:
    calendars = [leaf for leaf in found if leaf.mime in _CALENDARS or leaf.filename.lower().endswith(".ics")]
    files = [leaf for leaf in found if leaf.mime in _CARDS or leaf.filename.lower().endswith(".vcf")]
    invites: tuple[Invite, ...] = ()
    cards: tuple[Card, ...] = ()
    # What few mails need is imported for those.
    if calendars:
        from omni_tui.text.mail.calendar import parse_invite

        texts = (leaf_text(raw, leaf) for leaf in calendars[:MAX_SUMMARIES])
        # The same invitation usually comes twice: as an alternative and as a file.
        invites = tuple(dict.fromkeys(filter(None, map(parse_invite, texts))))
    if files:
        from omni_tui.text.mail.vcard import MAX_CARDS, parse_cards

        texts = (leaf_text(raw, leaf) for leaf in files[:MAX_SUMMARIES])
        cards = tuple(dict.fromkeys(card for text in texts for card in parse_cards(text)))[:MAX_CARDS]
    return invites, cards


def _authentication(headers: Headers) -> tuple[str, ...]:
    values = headers.get("authentication-results")
    return tuple(decode_value(value[:MAX_LENGTH]) for value in values[:MAX_HEADERS]) if values else ()


def _report(raw: bytes, headers: Headers, found: Sequence[Leaf], text: str) -> DeliveryReport | None:
    from omni_tui.text.mail.dsn import read_report

    return read_report(raw, headers, found, text)


def part_bytes(raw: bytes, part: str) -> tuple[str, str, bytes]:
    """Name, MIME type and decoded bytes of the attachment ``part`` of a mail :func:`parse` could read.

    Raises:
        KeyError: there is no such part.
        MailUnreadable: as :func:`parse`.
    """
    whole = prepared(raw)
    raw, _headers, _body, found, _special_ones, signed = _opened(whole)
    place, _hash, packed = part.partition("#")
    leaf = next((each for each in found if each.part == place), None)
    if leaf is None and signed:
        # A file as it was known before what is inside it was read.
        raw, found = whole, leaves(whole, *split(whole, 0, len(whole)))
        leaf = next((each for each in found if each.part == place), None)
    if leaf is None:
        raise KeyError(part)
    if not packed:
        return _name(leaf), leaf.mime, content(raw, leaf)
    from omni_tui.text.mail.tnef import unpack

    files = unpack(content(raw, leaf)).files
    if not packed.isdigit() or not 0 < int(packed) <= len(files):
        raise KeyError(part)
    file = files[int(packed) - 1]
    return base_name(file.name), file.mime.lower() or "application/octet-stream", file.data


def prepared(raw: bytes) -> bytes:
    """The mail from its first line on, in line ends that can be read. Raises MailUnreadable."""
    return mended(plain(raw))


def _message_id(headers: Headers) -> str:
    return next(iter(_ids(first(headers, "message-id"))), "")


def _known_by(came: bytes, message_id: str) -> str:
    """The Message-ID that is found before anything is mended; ``message_id`` where that cannot be looked for."""
    try:
        return _message_id(split(came, 0, len(came))[0])
    except MailUnreadable:
        return message_id


def _addresses(headers: Headers, hint: str) -> dict[str, tuple[MailAddress, ...]]:
    total = 0
    found: dict[str, tuple[MailAddress, ...]] = {}
    for name in ("from", "sender", "reply-to", "to", "cc"):
        value = ", ".join(headers.get(name, ()))
        found[name] = parse_addresses(value, hint) if value else ()
        total += len(found[name])
    if total > MAX_ADDRESSES:
        raise MailUnreadable(_("it names more than {count} addresses").format(count=MAX_ADDRESSES))
    return found


def _ids(value: str) -> tuple[str, ...]:
    """Message-IDs in order, each once; of very many the first ten and the last."""
    if not value:
        return ()
    found = _MESSAGE_ID.findall(value) or [word for word in value.split() if "@" in word and len(word) < 998]
    plain = "=?" not in value and value.isascii() and value.isprintable()
    unique = tuple(dict.fromkeys(found if plain else map(decode_value, found)))
    if len(unique) > MAX_REFERENCES:
        return unique[:10] + unique[10 - MAX_REFERENCES :]
    return unique


def _attachment(raw: bytes, leaf: Leaf) -> MailPart:
    content_id = decode_value(first(leaf.headers, "content-id")).strip("<>")
    inline = leaf.disposition != "attachment" and (leaf.disposition == "inline" or bool(content_id))
    size, last = content_size(raw, leaf), leaf.end == len(raw)
    return MailPart(leaf.part, _name(leaf), leaf.mime, size, content_id, inline, last)


def _name(leaf: Leaf) -> str:
    if leaf.filename:
        return leaf.filename
    if leaf.mime == "message/rfc822":
        return "message.eml"
    return ""


def _is_automatic(headers: Headers, auto_submitted: str, precedence: str, from_: MailAddress | None) -> bool:
    """Whether no person wrote it to us alone (RFC 3834, sections 2 and 5; RFC 2919; RFC 3462)."""
    local = from_.address.partition("@")[0].lower() if from_ is not None else ""
    return (
        auto_submitted not in ("", "no")
        or precedence in ("bulk", "list", "junk")
        or " list-" in " ".join(("", *headers))
        or first(headers, "return-path").replace(" ", "") == "<>"
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or local in ("mailer-daemon", "postmaster")
        or first(headers, "content-type").lower().startswith("multipart/report")
    )


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    if not any(map(headers.__contains__, _ENVELOPE)):
        return ()
    values = (value for name in _ENVELOPE for value in headers.get(name, ()))
    return tuple(dict.fromkeys(found.address for value in values for found in parse_addresses(value)))
