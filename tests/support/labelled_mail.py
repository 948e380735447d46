"""The labelled public mails, compared with what we read of them, one fact at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from omni_tui.text.clean import storable
from omni_tui.text.html import html_to_text
from omni_tui.text.mail import ParsedMail, parse, part_bytes
from omni_tui.text.mail.charset import decode


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a label says of a mail: ``group`` is text, attachment or header."""

    mail: str
    group: str
    about: str
    expected: str
    found: str
    equal: bool


def compare(path: Path, *, crlf: bool) -> list[Fact]:
    """Every fact the label beside ``path`` states, and whether we read the same."""
    raw = path.read_bytes()
    label = path.with_suffix(".crlf.json" if crlf else ".json")
    if crlf:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    document = json.loads(label.read_text())
    name = f"{path.parent.name}/{label.name}"
    read = parse(raw)
    return [
        Fact(name, group, about, repr(expected)[:90], repr(found)[:90], equal)
        for group, about, expected, found, equal in (
            *_headers(document["parts"][0], read),
            *_texts(document, raw, read),
            *_files(document, raw, read),
        )
    ]


Comparison = tuple[str, str, Any, Any, bool]


def _headers(root: dict[str, Any], read: ParsedMail) -> Iterator[Comparison]:
    seen: set[str] = set()
    for header in root["headers"]:
        name, value = header["name"], header["value"]
        if not isinstance(name, str) or name in seen or not isinstance(value, dict):
            continue
        expected: Any
        found: Any
        if name == "subject" and "Text" in value:
            expected, found = " ".join(value["Text"].split()), " ".join(read.subject.split())
        elif name == "message_id" and "Text" in value:
            expected, found = value["Text"], read.message_id
        elif name in ("references", "in_reply_to"):
            listed = value.get("TextList") or [value.get("Text")]
            expected, found = tuple(listed), read.references if name == "references" else read.in_reply_to
        elif name == "date" and "DateTime" in value:
            expected, found = _moment(value["DateTime"]), read.date_ms
        elif name in ("from", "to", "reply_to") and "Address" in value:
            expected = _labelled(value["Address"])
            one = (read.from_,) if read.from_ else ()
            ours = {"from": one, "to": read.to, "reply_to": read.reply_to}[name]
            found = [(" ".join(each.name.split()), each.address) for each in ours]
            if name == "from":
                expected = expected[:1]
        else:
            continue
        seen.add(name)
        # Entries without an address are no recipients; a label that lost characters says nothing.
        if expected and "\ufffd" not in repr(expected):
            yield "header", name, expected, found, expected == found


def _labelled(address: dict[str, Any]) -> list[tuple[str, str]]:
    listed = address.get("List") or [each for group in address.get("Group", ()) for each in group["addresses"]]
    return [
        (" ".join((each["name"] or "").split()), each["address"]) for each in listed if "@" in (each["address"] or "")
    ]


def _moment(value: dict[str, Any]) -> int | None:
    offset = timedelta(hours=value["tz_hour"], minutes=value["tz_minute"])
    try:
        at = datetime(
            *(value[key] for key in ("year", "month", "day", "hour", "minute", "second")),
            tzinfo=timezone(-offset if value["tz_before_gmt"] else offset),
        )
    except ValueError:
        return None
    return int(at.astimezone(UTC).timestamp() * 1000)


def _texts(document: dict[str, Any], raw: bytes, read: ParsedMail) -> Iterator[Comparison]:
    for index in document["text_body"]:
        body = document["parts"][index]["body"]
        expected = _readable(body)
        if not expected or "\ufffd" in expected:
            continue
        found = _everything(raw, read)
        yield "text", f"part {index}", expected, read.text, _squeezed(expected) in found


def _files(document: dict[str, Any], raw: bytes, read: ParsedMail) -> Iterator[Comparison]:
    ours = [part_bytes(raw, part.part) for part in read.attachments]
    for index in document["attachments"]:
        part = document["parts"][index]
        body = part["body"]
        if index in document["text_body"]:
            continue
        if isinstance(body, dict) and "Message" in body:
            inner = body["Message"]["parts"][0]
            subjects = [
                parse(data).subject for _name, mime, data in ours if mime in ("message/rfc822", "message/global")
            ]
            expected = next(
                (
                    " ".join(h["value"]["Text"].split())
                    for h in inner["headers"]
                    if h["name"] == "subject" and "Text" in h["value"]
                ),
                "",
            )
            yield "attachment", f"part {index}", expected, subjects, expected in subjects
        elif (text := _readable(body)) is not None:
            if text and "\ufffd" not in text:
                yield "attachment", f"part {index}", text, read.text, _squeezed(text) in _everything(raw, read)
        else:
            data = bytes(next(iter(body.values())))
            name = _file_name(part)
            found = [(given, content) for given, _mime, content in ours]
            # Folders are cut from names, so ours may be the end of the label's, which has lost the backslashes.
            equal = any(_lines(content) == _lines(data) and name.endswith(given or name) for given, content in found)
            if "\ufffd" in name:
                continue
            yield "attachment", f"part {index}", (name, data[:30]), [(n, c[:30]) for n, c in found], equal


def _readable(body: Any) -> str | None:
    if not isinstance(body, dict):
        return None
    if "Text" in body:
        return storable(str(body["Text"]))
    return html_to_text(body["Html"]) if "Html" in body else None


def _everything(raw: bytes, read: ParsedMail) -> str:
    """The text shown and, since some call them attachments, the texts kept as files."""
    files = (part_bytes(raw, part.part) for part in read.attachments)
    return _squeezed("".join((read.text, *(decode(data) for _name, _mime, data in files))))


def _file_name(part: dict[str, Any]) -> str:
    names: dict[str, str] = {}
    for header in part["headers"]:
        value = header["value"]
        if header["name"] in ("content_disposition", "content_type") and isinstance(value, dict):
            for attribute in value["ContentType"].get("attributes") or ():
                if attribute["name"] in ("name", "filename"):
                    names.setdefault(attribute["name"], attribute["value"])
    name = names.get("filename") or names.get("name", "")
    return name.replace("\\", "/").rpartition("/")[2].strip()


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").rstrip(b"\n")


def _squeezed(text: str) -> str:
    return "".join(text.split())
