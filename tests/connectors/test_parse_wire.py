"""A message comes out of a frame as it went in, whatever is in it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail.parse_wire import RawMail, message_of, message_values, pack, unpack
from omni_tui.model.address import Address
from omni_tui.model.events import Forwarded, RemoteAttachment, RemoteMessage, Report, Reported
from omni_tui.model.facts import Card, Delivery, Facts, Invite, PageSeen, Sealing, SenderWarning, Verdict, Visit

TEXT = st.text(max_size=8)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)


def some(kind: type, **given: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.builds(kind, **given), max_size=2).map(tuple)


FACTS = st.builds(
    Facts,
    verdict=st.none() | st.builds(Verdict, dmarc=TEXT),
    warnings=some(SenderWarning),
    invites=some(Invite, summary=TEXT, start_at=st.none() | st.integers()),
    cards=some(Card, mails=TEXTS),
    deliveries=some(Delivery, status=TEXT),
    visit=st.none() | st.builds(Visit, page=TEXT, trail=some(PageSeen, title=TEXT)),
    sealings=some(Sealing),
)
MESSAGES = st.builds(
    RemoteMessage,
    locator=st.just("1/7"),
    receipt_at=st.just(5),
    raw=st.just(b"source"),
    sent_at=st.none() | st.integers(),
    to=some(Address, name=TEXT),
    reply_keys=TEXTS,
    attachments=some(RemoteAttachment, content_id=TEXT),
    automatic=st.booleans(),
    report=st.none() | st.builds(Report, outcomes=some(Reported, words=TEXT)),
    forwarded=st.none() | st.builds(Forwarded, subject=TEXT),
    facts=FACTS,
)


@given(MESSAGES)
def test_a_message_comes_out_as_it_went_in(message: RemoteMessage) -> None:
    values = unpack(BytesIO(pack(message_values(message))).read)
    found = message_of(values, RawMail(b"source", "1/7", 5))
    assert found == message and hash(found) == hash(message)
    assert (type(found), type(found.author), repr(found)) == (RemoteMessage, Address, repr(message))
    assert replace(found, text="other") == replace(message, text="other")
    with pytest.raises(FrozenInstanceError):
        found.text = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"external_id": "x", "author": ["Address", "a@b.test"]},
        {"external_id": "x", "author": ["Address", "a@b.test"], "text": "", "locator": "2/1"},
        {"external_id": "x", "author": ["Address", "a@b.test"], "text": "", "secret": "y"},
        {"external_id": "x", "author": ["Address", "a@b.test", "Ana", "more"], "text": ""},
        {"external_id": "x", "author": ["Address"], "text": ""},
        {"external_id": "x", "author": ["RawMail", b"", "", 0], "text": ""},
        {"external_id": "x", "author": ["__import__", "os"], "text": ""},
        {"external_id": "x", "author": [["Address"], "a@b.test"], "text": ""},
        {"external_id": "x", "author": [], "text": ""},
    ],
)
def test_what_is_no_message_is_none(values: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, LookupError)):
        message_of(values, RawMail(b"source", "1/7", 5))
