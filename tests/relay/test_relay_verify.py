"""Webhook signatures: every scheme's vector is accepted, nothing else is."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_tui.relay.verify import SCHEMES, Accepted, Answered, Hook, Refused, verify

BODY = b'{"hello":"world"}'
SECRET, STAMP = "test_secret", 1_700_000_000
URL = "https://relay.example/in/shop"
HEX = "a5d9de1d23a233e086ce2cd0940311c91c3039e7d92c0d96a82fda4881746747"
B64 = "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM="


def hook(
    headers: Mapping[str, str], body: bytes = BODY, url: str = URL, method: str = "POST", at: float = STAMP
) -> Hook:
    return Hook(method, url, headers, body, at)


TWILIO_FORM = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
AES = (
    "test_secret:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG:wx0000000000000000",
    "Q3stYC6hdFzMh9T8HCvyDG9P/00fRRbylHF7A+2YAz9IedwxCbXXQoQ6W+h3gMfY4TIkRmGndly8o70Aw1JSWJAF0kRSBs7qStHWx+nJZohEvtuLNrNH8gYlFZdbuZP9",
    "daea83861ed727695e48a759413e033201d6a414",
)
VECTORS: dict[str, tuple[str, Hook]] = {
    "standard": (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        hook(
            {
                "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp": "1614265330",
                "webhook-signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            },
            b'{"test": 2432232314}',
            at=1_614_265_330,
        ),
    ),
    "svix": (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        hook(
            {
                "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "svix-timestamp": "1614265330",
                "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            },
            b'{"test": 2432232314}',
            at=1_614_265_330,
        ),
    ),
    # docs.github.com, "Testing the webhook payload validation"
    "github": (
        "It's a Secret to Everybody",
        hook(
            {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
            b"Hello, World!",
        ),
    ),
    "zendesk": (
        "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=",
        hook(
            {
                "x-zendesk-webhook-signature": "Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=",
                "x-zendesk-webhook-signature-timestamp": "2021-07-25T10:00:00Z",
            },
            b'{"say": "hello"}',
            at=1_627_207_200,
        ),
    ),
    "hmac": (
        f"Tally-Signature:{SECRET}",
        hook({"tally-signature": "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM="}),
    ),
    "address": (SECRET, hook({}, url=f"{URL}?key={SECRET}")),
    "meta": (
        SECRET,
        hook({"x-hub-signature-256": "sha256=b7b1e7e190c7aace9efb076f2394f2408bf389ed0398c526b97101ab2c84fed3"}),
    ),
    "slack": (
        SECRET,
        hook(
            {
                "x-slack-signature": "v0=3f9194a49468d3e83cf85860c062ae6b4a77012cabc1bda8af279244e5bdf3a5",
                "x-slack-request-timestamp": str(STAMP),
            }
        ),
    ),
    "line": (SECRET, hook({"x-line-signature": B64})),
    "shopify": (SECRET, hook({"x-shopify-hmac-sha256": B64})),
    "woocommerce": (SECRET, hook({"x-wc-webhook-signature": B64})),
    "x": (SECRET, hook({"x-twitter-webhooks-signature": f"sha256={B64}"})),
    "stripe": (SECRET, hook({"stripe-signature": f"t={STAMP},v1={'0' * 64},v1={HEX},v0=abc"})),
    "omni": (SECRET, hook({"x-omni-signature": f"t={STAMP},v1={HEX}"})),
    "tiktok": (SECRET, hook({"tiktok-signature": f"t={STAMP},s={HEX}"})),
    "chatwoot": (SECRET, hook({"x-chatwoot-signature": f"sha256={HEX}", "x-chatwoot-timestamp": str(STAMP)})),
    "crisp": (
        SECRET,
        hook(
            {
                "x-crisp-signature": "d559ac6e23a68507db9269ec4708db61d62d669e7d296eb8156ae272240e0cfc",
                "x-crisp-request-timestamp": f"{STAMP}000",
            }
        ),
    ),
    "intercom": (SECRET, hook({"x-hub-signature": "sha1=3cf4f6de54c71fe21f03b5918c4b48bb83e3897a"})),
    "tawk": (SECRET, hook({"x-tawk-signature": "3cf4f6de54c71fe21f03b5918c4b48bb83e3897a"})),
    "hubspot": (
        SECRET,
        hook(
            {
                "x-hubspot-signature-v3": "nkGvfO8zMKBfcIL5KYgUULLi50FJMeMGcJntZZ3Uukc=",
                "x-hubspot-request-timestamp": f"{STAMP}000",
            },
            url="https://example.com/hook",
        ),
    ),
    "twilio": (
        "12345",
        hook(
            {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
            TWILIO_FORM,
            "https://mycompany.com/myapp.php?foo=1&bar=2",
        ),
    ),
    "douyin": (SECRET, hook({"x-douyin-signature": "972181c9271f5565798ef566b7114855832a9302"})),
    "telegram": (SECRET, hook({"x-telegram-bot-api-secret-token": SECRET})),
    "bearer": (SECRET, hook({"authorization": f"Bearer {SECRET}"})),
    "wechat": (
        AES[0],
        hook(
            {},
            f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{AES[1]}</Encrypt></xml>".encode(),
            f"{URL}?signature=x&timestamp={STAMP}&nonce=abc&encrypt_type=aes&msg_signature={AES[2]}",
        ),
    ),
    "weibo": (
        "xyz123xyz",
        hook(
            {},
            url=f"{URL}?signature=90e4c22c90a58f26526c2dd5b6c56c8822edeaa1&timestamp=1397022061823&nonce=57155157",
            at=1_397_022_061.823,
        ),
    ),
}


def test_every_scheme_has_a_vector() -> None:
    assert VECTORS.keys() == SCHEMES.keys()


@pytest.mark.parametrize("name", SCHEMES)
def test_the_vendor_s_vector_is_accepted(name: str) -> None:
    key, request = VECTORS[name]
    assert isinstance(verify(SCHEMES[name], request, [key]), Accepted)
    assert isinstance(verify(SCHEMES[name], request, ["another", key]), Accepted), "rotation"


@pytest.mark.parametrize("name", SCHEMES)
def test_without_the_key_nothing_is_accepted(name: str) -> None:
    _key, request = VECTORS[name]
    for keys in ([], [""], ["another"], ["Test_secret"]):
        assert isinstance(verify(SCHEMES[name], request, keys), Refused)
    assert isinstance(verify(SCHEMES[name], replace(request, headers={}, url=URL), [VECTORS[name][0]]), Refused)


SIGNS_TIME = [
    "standard",
    "svix",
    "zendesk",
    "slack",
    "stripe",
    "omni",
    "tiktok",
    "chatwoot",
    "crisp",
    "hubspot",
    "wechat",
    "weibo",
]


@pytest.mark.parametrize("name", SIGNS_TIME)
@pytest.mark.parametrize("off", [-86_400, -301, 302, 86_400])
def test_a_signature_out_of_its_time_is_refused(name: str, off: int) -> None:
    key, request = VECTORS[name]
    verdict = verify(SCHEMES[name], replace(request, at_s=request.at_s + off, off_s=[]), [key])
    assert isinstance(verdict, Refused)
    assert "clock" in verdict.reason


SIGNS_BODY = [name for name in SCHEMES if name not in ("telegram", "bearer", "address", "weibo")]


@pytest.mark.parametrize("name", SIGNS_BODY)
def test_500_mutations_of_a_signed_request_are_refused(name: str) -> None:
    key, request = VECTORS[name]
    chance = random.Random(name)
    for _ in range(500):
        if chance.random() < 0.5 or not request.headers:
            at = chance.randrange(len(request.body))
            body = bytearray(request.body)
            body[at] ^= 1 << chance.randrange(7)
            if name == "wechat" and not 41 <= at < 41 + len(AES[1]):
                continue  # only what is encrypted is signed
            mutated = replace(request, body=bytes(body))
            if name == "twilio" and sorted(mutated.form) == sorted(request.form):
                continue
        else:
            header = chance.choice([name for name in request.headers if name not in ("webhook-id", "svix-id")])
            value = request.headers[header]
            at = chance.randrange(len(value))
            changed = value[:at] + chr((ord(value[at]) - 32 + chance.randrange(1, 94)) % 95 + 32) + value[at + 1 :]
            mutated = replace(request, headers={**request.headers, header: changed})
            if name in ("stripe", "standard", "svix") or changed.lower() == value.lower():
                continue  # holds decoys on purpose
        assert not isinstance(verify(SCHEMES[name], mutated, [key]), Accepted), (mutated.body, mutated.headers)


ANY_TEXT = st.text(max_size=60)


@settings(max_examples=300)
@given(
    name=st.sampled_from(sorted(SCHEMES)),
    body=st.binary(max_size=300) | st.just(b"[" * 100_000) | st.just(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    value=ANY_TEXT,
    query=st.text(alphabet="abc=&%+;?#é\x00", max_size=40),
    method=st.sampled_from(["GET", "POST", "PUT", ""]),
)
def test_nothing_a_stranger_sends_raises(name: str, body: bytes, value: str, query: str, method: str) -> None:
    headers = dict.fromkeys(VECTORS[name][1].headers, value)
    request = Hook(method, f"{URL}?{query}", headers, body, STAMP)
    assert not isinstance(verify(SCHEMES[name], request, [VECTORS[name][0]]), Accepted)


def test_what_is_encrypted_is_kept_opened_and_named_by_what_is_inside() -> None:
    key, request = VECTORS["wechat"]
    verdict = verify(SCHEMES["wechat"], request, [key])
    assert verdict == Accepted("1", b"<xml><MsgId>1</MsgId></xml>")
    for_another = key.replace("wx0000000000000000", "wx0000000000000001")
    assert isinstance(verify(SCHEMES["wechat"], request, [for_another]), Refused)


def test_wechat_without_encryption() -> None:
    url = f"{URL}?signature=bf6d84629ad98412ee46b923f69a78b07a14d555&timestamp={STAMP}&nonce=abc"
    body = "<xml><FromUserName>oU_9</FromUserName><Content>在吗</Content><MsgId>6349001</MsgId></xml>".encode()
    assert verify(SCHEMES["wechat"], hook({}, body, url), [SECRET]) == Accepted("6349001", body)
    assert verify(SCHEMES["wechat"], hook({}, b"", f"{url}&echostr=777", "GET"), [SECRET]) == Answered(b"777")
    forged = hook({}, b"", f"{url.replace('bf6', 'bf7')}&echostr=777", "GET")
    assert isinstance(verify(SCHEMES["wechat"], forged, [SECRET]), Refused)


def test_questions_of_the_providers_are_answered_only_with_the_right_key() -> None:
    asked = f"{URL}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    meta = SCHEMES["meta"]
    assert verify(meta, hook({}, b"", f"{asked}word", "GET"), [f"{SECRET}:word"]) == Answered(b"1158201444")
    assert isinstance(verify(meta, hook({}, b"", f"{asked}wrong", "GET"), [f"{SECRET}:word"]), Refused)
    crc = verify(SCHEMES["x"], hook({}, b"", f"{URL}?crc_token=abc", "GET"), [SECRET])
    assert isinstance(crc, Answered)
    assert b"sha256=AgGzINl8CLJRCWUPbY3q9mV88Kt6/U88CUVrlf+bgGA=" in crc.body
    body = b'{"type":"url_verification","challenge":"3eZbrw1a"}'
    signature = hmac.new(SECRET.encode(), f"v0:{STAMP}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": str(STAMP), "x-slack-signature": f"v0={signature}"}
    assert verify(SCHEMES["slack"], hook(headers, body), [SECRET]) == Answered(b"3eZbrw1a")
    assert isinstance(verify(SCHEMES["slack"], hook(headers, body), ["another"]), Refused)


@pytest.mark.parametrize(
    ("name", "headers", "body", "event_id"),
    [
        ("telegram", {}, b'{"update_id":81001,"message":{}}', "81001"),
        ("tawk", {"x-hook-event-id": "h1"}, b"{}", "h1"),
        ("line", {}, b'{"events":[{"webhookEventId":"01"},{"webhookEventId":"02"}]}', "01:02"),
        ("crisp", {}, b'{"event":"message:send","data":{"session_id":"s","fingerprint":7}}', "s:7:message:send"),
        ("twilio", {}, b"MessageSid=SM1&MessageStatus=sent", "SM1:sent:"),
        ("slack", {}, b'{"event_id":"Ev1"}', "Ev1"),
        ("meta", {}, b"x", hashlib.sha256(b"x").hexdigest()),
    ],
)
def test_an_event_is_named_so_that_it_is_known_again(
    name: str, headers: Mapping[str, str], body: bytes, event_id: str
) -> None:
    assert SCHEMES[name].event_id(hook(headers, body)) == event_id


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("shopify", "x-shopify-webhook-id"),
        ("woocommerce", "x-wc-webhook-delivery-id"),
        ("tawk", "x-hook-event-id"),
        ("chatwoot", "x-chatwoot-delivery"),
        ("douyin", "msg-id"),
    ],
)
def test_an_id_nobody_signed_makes_no_second_event_of_a_request(name: str, header: str) -> None:
    key, request = VECTORS[name]
    first, again = (
        verify(SCHEMES[name], replace(request, headers={**request.headers, header: id}), [key]) for id in ("a", "b")
    )
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (first.event_id, again.event_id) == ("a", "b")
    assert first.also == again.also == request.digest()


def test_an_id_no_database_could_hold_is_not_used() -> None:
    for id in ("\\u0000", "\\ud83d"):
        body = f'{{"event_id":"{id}"}}'.encode()
        signature = hmac.new(SECRET.encode(), f"{STAMP}.".encode() + body, hashlib.sha256).hexdigest()
        request = hook({"x-omni-signature": f"t={STAMP},v1={signature}"}, body)
        verdict = verify(SCHEMES["omni"], request, [SECRET])
        assert isinstance(verdict, Accepted)
        assert (verdict.body, len(verdict.event_id)) == (body, 64)
