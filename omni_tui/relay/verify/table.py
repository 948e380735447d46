"""Every scheme by its name: how it signs, what it calls its events, and the questions it asks of an address."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from omni_tui.relay.verify import signed, wechat
from omni_tui.relay.verify.hook import Accepted, Answered, Hook, Refused, Verdict, hmac_b64, same

_NOTHING_TO_SAY = Answered(b"")
_OFF = "signed more than five minutes from now: sent late, or a clock is off"


@dataclass(frozen=True, slots=True)
class Scheme:
    """``signed(hook, key)`` tells whether one key signed it; ``event_id`` is what stays when it is sent again.

    ``asked`` answers a provider's own questions, with any of the keys; None when it is none. ``opened`` turns an
    encrypted body into the one to keep; None when it cannot be opened. ``thanks`` is what the provider reads.
    ``id_is_signed``: whether the signature covers what ``event_id`` reads; where not, ``digest`` is a second name.
    ``unnamed`` is id and second name of what ``event_id`` finds no id in; without it that is the digest.
    """

    title: str
    signed: Callable[[Hook, str], bool]
    event_id: Callable[[Hook], str] = Hook.digest
    asked: Callable[[Hook, str], Answered | None] | None = None
    opened: Callable[[Hook, str], bytes | None] | None = None
    thanks: Answered = _NOTHING_TO_SAY
    id_is_signed: bool = True
    digest: Callable[[Hook], str] = Hook.digest
    unnamed: Callable[[Hook], tuple[str, str]] | None = None


def verify(scheme: Scheme, hook: Hook, keys: Sequence[str]) -> Verdict:
    """What the request is. Never raises for anything a stranger can send; several keys serve rotation."""
    try:
        return _verify(scheme, hook, keys)
    except (ValueError, RecursionError) as error:
        return Refused(f"malformed: {type(error).__name__}")


def _verify(scheme: Scheme, hook: Hook, keys: Sequence[str]) -> Verdict:
    usable = [key for key in keys if key]
    if hook.method == "HEAD":
        # Some ask whether there is anything at the address before they use it (Intercom).
        return _NOTHING_TO_SAY
    if scheme.asked is not None:
        for key in usable:
            answer = scheme.asked(hook, key)
            if answer is not None:
                return answer
    if hook.method != "POST":
        return Refused("not a POST")
    for key in usable:
        if scheme.signed(hook, key):
            body = hook.body if scheme.opened is None else scheme.opened(hook, key)
            if body is None:
                return Refused("cannot be opened")
            # An encrypted body differs each time it is sent: the id is that of what is inside.
            kept = hook if body == hook.body else replace(hook, body=body)
            event_id, also = _names(scheme, kept)
            return Accepted(event_id, body, also)
    return Refused(_OFF if hook.off_s else "no key fits")


def _names(scheme: Scheme, kept: Hook) -> tuple[str, str]:
    event_id = _storable(scheme.event_id(kept)[:200])
    if event_id and scheme.id_is_signed:
        return event_id, ""
    digest = scheme.digest(kept)
    if not event_id:
        return (digest, "") if scheme.unnamed is None else scheme.unnamed(kept)
    return event_id, "" if event_id == digest else digest


def _storable(event_id: str) -> str:
    """The id; empty where no database could hold it (NUL, half a character of UTF-16)."""
    return "" if "\0" in event_id or any("\ud800" <= one <= "\udfff" for one in event_id) else event_id


def _named(*headers: str) -> Callable[[Hook], str]:
    """The event's id from a header; the body's digest where it was not sent."""
    return lambda hook: next((value for name in headers if (value := hook.header(name))), hook.digest())


def _found(*paths: tuple[str | int, ...]) -> Callable[[Hook], str]:
    """The event's id from the JSON body, of one part or several; the digest where a part is missing."""

    def event_id(hook: Hook) -> str:
        parts = [hook.at(*path) for path in paths]
        return ":".join(parts) if all(parts) else hook.digest()

    return event_id


def _each(container: str | None, name: str) -> Callable[[Hook], str]:
    """One request with several events: the ids of all of them."""

    def event_id(hook: Hook) -> str:
        found = hook.json
        if container is not None:
            found = found.get(container) if isinstance(found, dict) else None
        if not isinstance(found, list) or not found:
            return hook.digest()
        ids = [str(event.get(name, "")) if isinstance(event, dict) else "" for event in found]
        if not all(ids):
            return hook.digest()
        told = ":".join(ids)
        # Not of the body: what is delivered once more says so in it (LINE, HubSpot).
        return told if len(ids) < 5 else hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()

    return event_id


def _own_id(hook: Hook) -> str:
    return hook.at("event_id")


def _told_id(hook: Hook) -> str:
    return hook.at("event_id") or hook.header("idempotency-key")


def _in_its_second(hook: Hook) -> tuple[str, str]:
    """The signed time makes two equal texts two messages; one that is sent once more as it was stays one."""
    return hashlib.sha256(f"{signed.omni_time(hook)}.".encode() + hook.body).hexdigest(), ""


def _in_its_minute(hook: Hook) -> tuple[str, str]:
    """Without an id what comes again at once is the same, and later it is somebody who says the same again."""
    minute, digest = int(hook.at_s // 60), hook.digest()
    return f"{digest}:{minute}", f"{digest}:{minute - 1}"


def _twilio_id(hook: Hook) -> str:
    try:
        form = dict(hook.form)
    except ValueError:
        return hook.digest()
    sid = form.get("MessageSid") or form.get("CallSid") or ""
    state = form.get("MessageStatus") or form.get("CallStatus") or ""
    return ":".join((sid, state, form.get("SequenceNumber", ""))) if sid else hook.digest()


def _meta_asks(hook: Hook, key: str) -> Answered | None:
    """``hub.verify_token`` is the word behind the app secret: ``secret:word``, or the secret itself."""
    query = hook.query
    if hook.method != "GET" or query.get("hub.mode") != "subscribe":
        return None
    if not same(query.get("hub.verify_token", ""), key.partition(":")[2] or key):
        return None
    return Answered(query.get("hub.challenge", "")[:200].encode())


def _meta_signed(hook: Hook, key: str) -> bool:
    return signed.meta(hook, key.partition(":")[0])


def _x_asks(hook: Hook, key: str) -> Answered | None:
    token = hook.query.get("crc_token", "")
    if hook.method != "GET" or not token:
        return None
    answer = {"response_token": f"sha256={hmac_b64(key.encode(), token[:500].encode())}"}
    return Answered(json.dumps(answer).encode(), "application/json")


def _slack_asks(hook: Hook, key: str) -> Answered | None:
    if hook.at("type") != "url_verification" or not signed.slack(hook, key):
        return None
    return Answered(hook.at("challenge")[:500].encode())


def _douyin_asks(hook: Hook, key: str) -> Answered | None:
    if hook.at("event") != "verify_webhook" or not signed.douyin(hook, key):
        return None
    content = hook.json.get("content")
    if isinstance(content, str):
        # Like that of a message, its content may be JSON in a text.
        content = json.loads(content)
    challenge = content.get("challenge") if isinstance(content, dict) else None
    return Answered(json.dumps({"challenge": challenge}).encode(), "application/json")


def _woocommerce_asks(hook: Hook, _key: str) -> Answered | None:
    """A new webhook is tried by a form that nobody signs, and kept only if that is answered (``deliver_ping``)."""
    is_ping = hook.method == "POST" and re.fullmatch(rb"webhook_id=\d{1,20}", hook.body) is not None
    return _NOTHING_TO_SAY if is_ping and not hook.header("x-wc-webhook-signature") else None


def _wechat_asks(hook: Hook, key: str) -> Answered | None:
    echo = hook.query.get("echostr", "")
    if hook.method != "GET" or not echo:
        return None
    keys = wechat.keys_of(key)
    if keys.aes_key and "msg_signature" in hook.query:
        if not wechat.is_signed(hook, keys.token, echo, parameter="msg_signature"):
            return None
        plain = wechat.decrypt(echo, keys)
        return None if plain is None else Answered(plain)
    return Answered(echo[:500].encode()) if wechat.is_signed(hook, keys.token) else None


def _wechat_signed(hook: Hook, key: str) -> bool:
    keys = wechat.keys_of(key)
    if not keys.aes_key:
        return wechat.is_signed(hook, keys.token)
    encrypted = wechat.fields(hook.body).get("Encrypt", "")
    return bool(encrypted) and wechat.is_signed(hook, keys.token, encrypted, parameter="msg_signature")


def _wechat_opened(hook: Hook, key: str) -> bytes | None:
    keys = wechat.keys_of(key)
    return hook.body if not keys.aes_key else wechat.decrypt(wechat.fields(hook.body).get("Encrypt", ""), keys)


def _wechat_id(hook: Hook) -> str:
    found = wechat.fields(hook.body)
    return found.get("MsgId") or ":".join(filter(None, (found.get("FromUserName"), found.get("CreateTime")))) or ""


SCHEMES: dict[str, Scheme] = {
    "standard": Scheme("Standard Webhooks", signed.standard, _named("webhook-id")),
    "svix": Scheme("Svix", signed.svix, _named("svix-id")),
    "omni": Scheme("omni-tui's own, signed", signed.omni, _own_id, unnamed=_in_its_second),
    "bearer": Scheme("a bearer token", signed.bearer, _told_id, unnamed=_in_its_minute),
    "address": Scheme("a secret in the address", signed.address, _told_id, unnamed=_in_its_minute),
    "hmac": Scheme("HMAC-SHA256 in any header", signed.plain, _own_id),
    "meta": Scheme("WhatsApp, Messenger, Instagram", _meta_signed, asked=_meta_asks),
    "github": Scheme("GitHub", signed.meta, _named("x-github-delivery"), id_is_signed=False),
    "slack": Scheme("Slack", signed.slack, _found(("event_id",)), _slack_asks),
    "twilio": Scheme("Twilio", signed.twilio, _twilio_id, thanks=Answered(b"<Response></Response>", "text/xml")),
    "line": Scheme("LINE", signed.line, _each("events", "webhookEventId")),
    "telegram": Scheme("Telegram", signed.telegram, _found(("update_id",))),
    "wechat": Scheme("WeChat, WeCom", _wechat_signed, _wechat_id, _wechat_asks, _wechat_opened),
    "weibo": Scheme("Weibo", lambda hook, key: wechat.is_signed(hook, key), asked=_wechat_asks),
    "douyin": Scheme("Douyin", signed.douyin, _named("msg-id"), _douyin_asks, id_is_signed=False),
    "tiktok": Scheme("TikTok", signed.tiktok),
    "x": Scheme("X", signed.x, asked=_x_asks),
    "shopify": Scheme("Shopify", signed.shopify, _named("x-shopify-webhook-id"), id_is_signed=False),
    "woocommerce": Scheme(
        "WooCommerce",
        signed.woocommerce,
        _named("x-wc-webhook-delivery-id"),
        _woocommerce_asks,
        id_is_signed=False,
    ),
    "stripe": Scheme("Stripe", signed.stripe, _found(("id",))),
    "chatwoot": Scheme("Chatwoot", signed.chatwoot, _named("x-chatwoot-delivery"), id_is_signed=False),
    "crisp": Scheme("Crisp", signed.crisp, _found(("data", "session_id"), ("data", "fingerprint"), ("event",))),
    "intercom": Scheme("Intercom", signed.intercom, _found(("id",))),
    "tawk": Scheme("Tawk.to", signed.tawk, _named("x-hook-event-id"), id_is_signed=False),
    "zendesk": Scheme(
        "Zendesk",
        signed.zendesk,
        lambda hook: hook.header("x-zendesk-webhook-invocation-id"),
        id_is_signed=False,
        digest=signed.zendesk_digest,
    ),
    "hubspot": Scheme("HubSpot", signed.hubspot, _each(None, "eventId")),
}
"""Scheme by the name a source has in the relay's configuration."""
