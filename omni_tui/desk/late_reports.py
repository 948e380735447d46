"""Delivery reports that came before what they are about: the folder of sent mail is often seen after the inbox.

Until then a report is among those on nothing of ours (``desk/bounces.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from omni_tui.desk.bounces import heed, notice, reported_message
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import IngestRules
from omni_tui.desk.relocating import point, relocate
from omni_tui.model.errors import StoreError
from omni_tui.model.events import Report, Reported
from omni_tui.store import Row, Writer
from omni_tui.text.clean import storable_line
from omni_tui.text.faults import where

log = logging.getLogger(__name__)


def heed_earlier(tx: Writer, channel_id: str, names: Iterable[str], rules: IngestRules) -> None:
    """Let the reports that came on messages of these names show on them, and lie in their conversations."""
    names = list(dict.fromkeys(map(storable_line, names)))
    found = tx.ahead([("late_reports", {"about": name}) for name in names])
    for name, rows in zip(names, found, strict=True):
        by_report: dict[str, list[Row]] = {}
        for row in rows:
            by_report.setdefault(row["report_id"], []).append(row)
        for report_id, outcomes in by_report.items():
            _attach(tx, channel_id, name, report_id, outcomes, rules)


def heed_earlier_alone(tx: Writer, channel: Row, names: Iterable[str], rules: IngestRules) -> None:
    """The same where something failed: a report that cannot be put where it belongs holds up nothing."""
    for name in names:
        try:
            with tx.savepoint():
                heed_earlier(tx, channel["id"], (name,), rules)
        except StoreError:
            raise
        except Exception as error:
            log.error("a report on a message of %s could not be put there: %s", channel["name"], where(error))


def _attach(tx: Writer, channel_id: str, name: str, id: str, outcomes: list[Row], rules: IngestRules) -> None:
    said = [Reported(row["address"], row["action"], row["words"]) for row in outcomes]
    report = Report(name, tuple(each for each in said if each.action))
    letter, ours = tx.one("message", id=id), reported_message(tx, channel_id, report)
    # A name is one of its channel.
    if letter is None or ours is None or letter["channel_id"] != channel_id:
        return
    tx.run("claim_report", report_id=id, message_id=ours["id"])
    tx.run("set_notice", id=id, was=notice(report, about_ours=False), notice=notice(report, about_ours=True))
    _move(tx, letter, ours["conversation_id"])
    heed(tx, ours, report, outcomes[0]["at"], rules.young_ms)


def _move(tx: Writer, letter: Row, into: str) -> None:
    before = letter["conversation_id"]
    if before == into:
        return
    relocate(tx, [letter["id"]], into)
    for place in (into, before):
        row = conversation(tx, place)
        if follow_messages(tx, row) is None and not tx.all("messages_in", id=place):
            point(tx, before, into)
        else:
            save(tx, row)
