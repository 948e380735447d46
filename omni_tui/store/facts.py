"""The JSON in which a message's facts are kept: only what there is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from omni_tui.model.facts import Card, Delivery, Facts, Invite, PageSeen, Sealing, SenderWarning, Verdict, Visit


def facts_json(facts: Facts) -> str:
    """The facts as kept; NUL and lone surrogates are never in them."""
    found = {
        name: {key: value for key, value in each.items() if value} if isinstance(each, dict) else _records(each)
        for name, each in asdict(facts).items()
        if each
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _records(records: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
    return [{key: value for key, value in record.items() if value} for record in records]


def facts_from(text: str) -> Facts:
    """The facts kept as ``text``."""
    found = json.loads(text)
    return Facts(
        verdict=Verdict(**found["verdict"]) if "verdict" in found else None,
        warnings=tuple(SenderWarning(**each) for each in found.get("warnings", ())),
        invites=tuple(Invite(**each) for each in found.get("invites", ())),
        cards=tuple(map(_card, found.get("cards", ()))),
        deliveries=tuple(Delivery(**{"address": "", "action": ""} | each) for each in found.get("deliveries", ())),
        visit=_visit(found["visit"]) if "visit" in found else None,
        sealings=tuple(Sealing(**each) for each in found.get("sealings", ())),
    )


def _visit(found: dict[str, Any]) -> Visit:
    trail = tuple(PageSeen(**each) for each in found.get("trail", ()))
    return Visit(**{**found, "trail": trail})


def _card(found: dict[str, Any]) -> Card:
    mails, phones = tuple(found.get("mails", ())), tuple(found.get("phones", ()))
    return Card(found.get("name", ""), found.get("organisation", ""), mails, phones)
