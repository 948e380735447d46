"""What vendors publish of their signatures, the questions they ask, and what counts as delivered again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from omni_tui.model.errors import ConfigError
from omni_tui.relay.settings import load
from omni_tui.relay.verify import SCHEMES, Accepted, Answered, Hook, Refused, verify

URL = "https://relay.example/in/shop"
KEY = "test_secret"


def hook(
    headers: Mapping[str, str], body: bytes = b"", url: str = URL, method: str = "POST", at: float = 1_700_000_000
) -> Hook:
    return Hook(method, url, headers, body, at)


def accepted(name: str, request: Hook, key: str = KEY) -> Accepted:
    verdict = verify(SCHEMES[name], request, [key])
    assert isinstance(verdict, Accepted), verdict
    return verdict


# Vectors ---------------------------------------------------------------------------------------------------------


def test_slack_s_own_example() -> None:
    """docs.slack.dev, "Verifying requests from Slack"."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url="
        b"https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
        b"trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    accepted("slack", hook(headers, body, at=1_531_420_618), "8f742231b10e8888abcd99yyyzzz85a5")


WECOM = "QDG6eK:jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C:wx5823bf96d3bd56c7"
WECOM_BODY = (
    b"<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><Encrypt><![CDATA[RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+r"
    b"tK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42"
    b"aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4"
    b"LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6"
    b"BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==]]></Encrypt>"
    b"<AgentID><![CDATA[218]]></AgentID></xml>"
)


def test_tencent_s_own_examples() -> None:
    """developer.work.weixin.qq.com/document/path/90968, and the samples of its libraries."""
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    signature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    asked = f"{URL}?msg_signature={signature}&timestamp=1409659589&nonce=263014780&echostr={quote(echo, safe='')}"
    found = verify(SCHEMES["wechat"], hook({}, b"", asked, "GET", 1_409_659_589), [WECOM])
    assert found == Answered(b"1616140317555161061")
    sent = f"{URL}?msg_signature=477715d11cdb4164915debcba66cb864d751f3e6&timestamp=1409659813&nonce=1372623149"
    verdict = accepted("wechat", hook({}, WECOM_BODY, sent, at=1_409_659_813), WECOM)
    assert b"<Content><![CDATA[hello]]></Content>" in verdict.body
    assert verdict.event_id == "4561255354251345929"


def test_hubspot_signs_the_address_with_some_characters_written_out() -> None:
    """developers.hubspot.com, "Validate the v3 request signature": its table of what is decoded, and nothing else."""
    stamp, body = "1700000000000", b"[]"
    shown, signs = f"{URL}?a=%40b%2Cc%20d%3D1", f"{URL}?a=@b,c%20d%3D1"
    value = hmac.new(KEY.encode(), f"POST{signs}".encode() + body + stamp.encode(), hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(value).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    accepted("hubspot", hook(headers, body, shown))


@pytest.mark.parametrize("given", ["sha256={hex}", "{hex}", "SHA256={HEX}", "{b64}", "sha256={b64}"])
def test_an_hmac_in_any_header_in_any_of_its_usual_clothes(given: str) -> None:
    body = '{"text": "你好"}'.encode()
    raw = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
    value = given.format(hex=raw.hex(), HEX=raw.hex().upper(), b64=base64.b64encode(raw).decode())
    accepted("hmac", hook({"typeform-signature": value}, body), f"Typeform-Signature:{KEY}")
    for headers in ({}, {"typeform-signature": ""}, {"typeform-signature": "sha256="}, {"other": value}):
        assert isinstance(verify(SCHEMES["hmac"], hook(headers, body), [f"Typeform-Signature:{KEY}"]), Refused)
    assert isinstance(verify(SCHEMES["hmac"], hook({"": value}, body), [KEY, ":", "a:"]), Refused)


# Questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMES)
def test_a_head_asks_whether_there_is_anything(name: str) -> None:
    """Intercom validates an address so (developers.intercom.com, "Configuring your endpoint URL")."""
    assert verify(SCHEMES[name], hook({}, b"", method="HEAD"), [KEY]) == Answered(b"")


def test_woocommerce_s_ping_is_answered_and_nothing_else_unsigned() -> None:
    """``WC_Webhook::deliver_ping`` signs nothing, and whatever is not answered 200 is not saved as active."""
    scheme = SCHEMES["woocommerce"]
    assert verify(scheme, hook({}, b"webhook_id=12"), [KEY]) == Answered(b"")
    for body in (b"webhook_id=12&a=1", b"webhook_id=", b"webhook_id=x", b"{}", b""):
        assert isinstance(verify(scheme, hook({}, body), [KEY]), Refused)
    assert isinstance(verify(SCHEMES["shopify"], hook({}, b"webhook_id=12"), [KEY]), Refused)


@pytest.mark.parametrize("content", [{"challenge": 12345}, '{"challenge": 12345}'])
def test_douyin_s_question_comes_as_an_object_or_as_a_text(content: object) -> None:
    body = json.dumps({"event": "verify_webhook", "content": content}).encode()
    signature = hashlib.sha1(KEY.encode() + body, usedforsecurity=False).hexdigest()
    verdict = verify(SCHEMES["douyin"], hook({"x-douyin-signature": signature}, body), [KEY])
    assert verdict == Answered(b'{"challenge": 12345}', "application/json")


# Delivered again, or said again ----------------------------------------------------------------------------------


def names(verdict: Accepted) -> set[str]:
    return {verdict.event_id, verdict.also} - {""}


def test_without_an_id_what_comes_at_once_is_the_same_and_later_is_said_again() -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    first = accepted("bearer", hook(headers, b'{"text": "ok"}', at=1_700_000_030))
    for later in (1, 40, 59):
        again = accepted("bearer", hook(headers, b'{"text": "ok"}', at=1_700_000_030 + later))
        assert names(first) & names(again), f"after {later} s"
    said_again = accepted("bearer", hook(headers, b'{"text": "ok"}', at=1_700_000_030 + 180))
    assert not names(first) & names(said_again)
    named = [accepted("bearer", hook({**headers, "idempotency-key": one}, b'{"text": "ok"}')) for one in "aab"]
    assert [one.event_id for one in named] == ["a", "a", "b"]
    assert {one.also for one in named} == {""}


def test_a_signed_time_tells_two_equal_texts_apart_and_no_copy_from_its_original() -> None:
    def signed(stamp: int, more: str = "") -> Hook:
        body = b'{"text": "ok"}'
        value = hmac.new(KEY.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return hook({"x-omni-signature": f"t={stamp},v1={value}{more}"}, body)

    first = accepted("omni", signed(1_700_000_000))
    assert names(first) & names(accepted("omni", signed(1_700_000_000, ",v1=00"))), "dressed otherwise"
    assert not names(first) & names(accepted("omni", signed(1_700_000_001)))


def test_zendesk_s_equal_bodies_are_two_deliveries_and_a_replay_is_known() -> None:
    def delivered(stamp: str, id: str) -> Accepted:
        body = b'{"comment": "ok"}'
        value = base64.b64encode(hmac.new(KEY.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()
        headers = {
            "x-zendesk-webhook-signature": value,
            "x-zendesk-webhook-signature-timestamp": stamp,
            "x-zendesk-webhook-invocation-id": id,
        }
        return accepted("zendesk", hook({name: value for name, value in headers.items() if value}, body))

    first, second = delivered("2023-11-14T22:13:20Z", "1"), delivered("2023-11-14T22:13:21Z", "2")
    assert not names(first) & names(second)
    assert names(first) & names(delivered("2023-11-14T22:13:20Z", "3")), "the same request under another id"
    assert names(first) & names(delivered("2023-11-14T22:13:20Z", "")), "and under none"


@pytest.mark.parametrize(
    ("name", "key", "container"), [("line", "webhookEventId", "events"), ("hubspot", "eventId", "")]
)
def test_many_events_in_one_request_are_known_again_though_the_body_says_that_it_comes_again(
    name: str, key: str, container: str
) -> None:
    def request(again: bool) -> Hook:
        events = [{key: f"{number:02}", "again": again} for number in range(40)]
        return hook({}, json.dumps({container: events} if container else events).encode())

    event_id = SCHEMES[name].event_id
    assert event_id(request(again=False)) == event_id(request(again=True))
    other = replace(request(again=False), body=request(again=False).body.replace(b'"00"', b'"99"'))
    assert event_id(other) != event_id(request(again=False))


# Keys --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "key", "says"),
    [
        ("standard", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ""),
        ("standard", "whsec_not base64", "whsec_ and base64"),
        ("svix", "whsec_Zm9", "whsec_ and base64"),
        ("hmac", "Tally-Signature:s", ""),
        ("hmac", "s3cret", "header's name:secret"),
        ("hmac", "X A:s", "header's name:secret"),
        ("wechat", "token", ""),
        ("wechat", WECOM, ""),
        ("wechat", WECOM.rpartition(":")[0], "EncodingAESKey"),
        ("wechat", "token:short:wx1", "EncodingAESKey"),
        ("address", "0123456789abcdef", ""),
        ("address", "s3cret", "16 characters"),
        ("shopify", "pasted ", "space"),
        ("shopify", "any:thing", ""),
    ],
)
def test_a_key_that_could_never_fit_is_told_at_the_start(tmp_path: Path, scheme: str, key: str, says: str) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(f'[sources.a]\nscheme = "{scheme}"\nkeys = ["{key}"]\n', "utf-8")
    file.chmod(0o600)
    if not says:
        assert load(tmp_path).sources["a"].keys == (key,)
        return
    with pytest.raises(ConfigError) as told:
        load(tmp_path)
    (problem,) = told.value.problems
    assert (problem.key, says in problem.message) == ("sources.a.keys", True)
    assert key not in problem.message
