"""A webhook channel's map and templates: where things stand in a payload, and what an answer posts."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.answering import Answer, filled_in, retry_after_s
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.connectors.webhook.templates import NAMES, NoPlace
from omni_tui.connectors.webhook.tracing import traced

TALLY = {
    "eventId": "e-1",
    "data": {
        "fields": [
            {"label": "Name", "value": "陈思远"},
            {"label": "E-mail", "value": "lena@posteo.example"},
            {"label": "Message", "value": "帐篷杆断了"},
            {
                "label": "Photos",
                "value": [{"url": "https://files.example/1.png"}, {"url": "https://files.example/2.png"}],
            },
        ]
    },
}
TYPEFORM = {
    "form_response": {
        "answers": [
            {"field": {"ref": "who", "id": 7}, "email": "lena@posteo.example"},
            {"field": {"ref": "what", "id": 8}, "text": "Hello"},
        ]
    }
}


@pytest.mark.parametrize(
    ("payload", "place", "found"),
    [
        (TALLY, "data.fields[label=E-mail].value", "lena@posteo.example"),
        (TALLY, "data.fields[label=message].value", "帐篷杆断了"),
        (
            TALLY,
            "data.fields[label=Photos].value.*.url",
            ["https://files.example/1.png", "https://files.example/2.png"],
        ),
        (TALLY, "data.fields.-1.value.0.url", "https://files.example/1.png"),
        (TALLY, "data.fields[label=Phone].value | data.fields.1.value", "lena@posteo.example"),
        (TYPEFORM, "form_response.answers[field.ref=who].email", "lena@posteo.example"),
        (TYPEFORM, "form_response.answers[field.id=8].text", "Hello"),
        ({"contact[email]": "a@b.example"}, "contact[email]", "a@b.example"),
        ([{"text": "in a list"}], "0.text", "in a list"),
        ([{"k": "a", "v": 1}, {"k": "b", "v": 2}], "[k=b].v", 2),
        ({"a": [1, 2]}, "a.2", None),
        ({"a": [1, 2]}, "a.-3", None),
        ({"a": {"*": 1}}, "a.*", 1),
        ({"a": "b"}, "a.b.c", None),
        ({"a": "b"}, "a[b", None),
        ({"a": "b"}, "", None),
    ],
)
def test_places(payload: object, place: str, found: object) -> None:
    assert mapping.find(payload, place) == found


def test_a_place_that_misses_is_told_by_what_is_there() -> None:
    def problem(place: str) -> str:
        return traced(TALLY, {"text": place}, ["text"])[0].problem

    assert (
        problem("data.fields[label=Phone].value")
        == "There is nothing at data.fields[label=Phone].value; data.fields has 0…3."
    )
    assert problem("data.fields[label=Name].text").endswith("data.fields[label=Name] has label, value.")
    assert "write names, numbers and [name=value]" in problem("data[fields")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


@given(payload=JSON, place=st.text(alphabet="abc.01-*[]=| ", max_size=14))
def test_no_place_raises(payload: object, place: str) -> None:
    mapping.find(payload, place)
    traced(payload, {"text": place}, ["text"])


# Answers -----------------------------------------------------------------------------------------------------------

VALUES = dict.fromkeys(NAMES, "x")
HOSTILE = 'a"b\\c\r\nX-Evil: 1\r\n\r\n{{id}}&to=mara#?/../%2e 你好\u2028\x00'


def settings(**more: Any) -> WebhookSettings:
    return WebhookSettings(
        **{"relay": "https://relay.example", "source": "s", "reply_url": "https://a.example/", **more}
    )


@given(text=st.text() | st.just(HOSTILE))
def test_what_a_customer_wrote_is_a_value_wherever_it_stands(text: str) -> None:
    asked = settings(
        reply_url="https://a.example/threads/{{thread}}/answers?to={{sender}}",
        reply_headers={"X-Name": "n={{name}}", "Content-Type": "application/x-www-form-urlencoded"},
        reply_body="Body={{text}}&To={{sender}}",
    )
    text = text.encode("utf-8", "replace").decode()
    if text in ("", ".", ".."):
        with pytest.raises(NoPlace):
            filled_in(asked, {**VALUES, "thread": text})
        return
    made: Answer = filled_in(asked, dict.fromkeys(NAMES, text))
    parts = urlsplit(made.url)
    assert (parts.netloc, parts.path.count("/"), parts.fragment) == ("a.example", 3, "")
    assert unquote(parts.path.split("/")[2]) == text
    assert parse_qs(parts.query, keep_blank_values=True) == {"to": [text]}
    assert parse_qs(made.body, keep_blank_values=True) == {"Body": [text], "To": [text]}
    assert all(" " <= one <= "~" for one in made.headers["X-Name"])
    as_json = filled_in(settings(), dict.fromkeys(NAMES, text))
    assert set(json.loads(as_json.body).values()) == {text}
    assert as_json.headers["Content-Type"] == "application/json"


def test_a_header_of_one_s_own_replaces_ours_however_it_is_written() -> None:
    made = filled_in(
        settings(reply_headers={"content-type": "application/json; charset=utf-8", "IDEMPOTENCY-KEY": "k"}), VALUES
    )
    assert made.headers == {"content-type": "application/json; charset=utf-8", "IDEMPOTENCY-KEY": "k"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reply_body": '{"text": "{{text}}"}'}, "brings its own quotes"),
        ({"reply_body": '{"text": {{txt}}}'}, "not {{txt}}"),
        ({"reply_body": "to={{sender}}"}, "no JSON"),
        ({"reply_body": "<a/>", "reply_headers": {"Content-Type": "text/xml"}}, "cannot be text/xml"),
        ({"reply_url": "https://{{sender}}/x"}, "place in its host"),
        ({"reply_url": "https://a.example?x={{nobody}}"}, "not {{nobody}}"),
        ({"reply_url": "ftp://a.example"}, "https:// or http://"),
        ({"reply_url": "https://"}, "https:// or http://"),
        ({"reply_headers": {"X A": "b"}}, "no header"),
        ({"reply_headers": {"X-A": "b\r\nX-B: c"}}, "no header"),
        ({"reply_headers": {"X-A": "{{nobody}}"}}, "not {{nobody}}"),
    ],
)
def test_what_could_not_work_is_told_before_the_first_answer(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        settings(**more)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("999999999", 3600.0),
        ("Wed, 22 Nov 2023 10:00:30 GMT", 30.0),
        ("Wed, 22 Nov 2023 09:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
    ],
)
def test_when_to_come_again(header: str, seconds: float | None) -> None:
    assert retry_after_s(header, 1_700_647_200.0) == seconds
