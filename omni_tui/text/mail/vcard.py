"""Address cards (RFC 6350, and the older 2.1 and 3.0) in short."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.text.mail.content_lines import content_lines

MAX_CARDS = 10
_MAX_VALUES = 5


@dataclass(frozen=True, slots=True)
class Card:
    """Whom a card is about and how they are reached; any of it may be empty."""

    name: str = ""
    organisation: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def parse_cards(text: str) -> tuple[Card, ...]:
    """The first ten cards that say anything."""
    found: list[Card] = []
    values: dict[str, list[str]] = {}
    for line in content_lines(text):
        if line.name == "BEGIN" and line.value.strip().upper() == "VCARD":
            values = {}
        elif line.name == "END" and line.value.strip().upper() == "VCARD":
            if (card := _card(values)) != Card():
                found.append(card)
            if len(found) == MAX_CARDS:
                break
        else:
            values.setdefault(line.name, []).append(line.text)
    return tuple(found)


def _card(values: dict[str, list[str]]) -> Card:
    name = next(filter(None, values.get("FN", ())), "")
    if not name and (parts := values.get("N", [""])[0].split(";")):
        # Family name, given name, further names.
        name = " ".join(part for part in (*parts[1:2], *parts[2:3], *parts[:1]) if part)
    return Card(
        name=name[:200],
        organisation=" ".join(filter(None, values.get("ORG", [""])[0].split(";")))[:200],
        mails=_few(values.get("EMAIL", []), "mailto:"),
        phones=_few(values.get("TEL", []), "tel:"),
    )


def _few(values: list[str], scheme: str) -> tuple[str, ...]:
    plain = (value[len(scheme) :] if value[: len(scheme)].lower() == scheme else value for value in values)
    return tuple(dict.fromkeys(value[:200] for value in plain if value))[:_MAX_VALUES]
