"""Schemes that sign the body with a shared secret (constructions: each vendor's webhook documentation).

Each takes one key and tells whether the request was signed with it; several keys, for rotation, are tried in turn.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import datetime
from urllib.parse import unquote, urlsplit, urlunsplit

from omni_tui.relay.verify.hook import Hook, from_base64, hmac_b64, hmac_hex, same

_PAIR = re.compile(r"\s*(\w+)=([^,\s]+)\s*")
_HUBSPOT = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""What HubSpot's manual lists: ``: / ? @ ! $ ' ( ) * , ;``."""
_ZENDESK_TIME = "x-zendesk-webhook-signature-timestamp"


def standard(hook: Hook, key: str) -> bool:
    """Standard Webhooks 1.0: ``v1,<b64>`` over ``id.timestamp.body``; the key is base64 behind ``whsec_``."""
    return _standard(hook, key, "webhook")


def svix(hook: Hook, key: str) -> bool:
    """The same under Svix's own header names (docs.svix.com, "verifying payloads manually")."""
    return _standard(hook, key, "svix")


def _standard(hook: Hook, key: str, prefix: str) -> bool:
    id, stamp = hook.header(f"{prefix}-id"), hook.header(f"{prefix}-timestamp")
    secret = from_base64(key.removeprefix("whsec_"))
    if not secret or not id or not hook.is_recent(stamp):
        return False
    expected = hmac_b64(secret, f"{id}.{stamp}.".encode() + hook.body)
    given = [part.partition(",") for part in hook.header(f"{prefix}-signature").split()]
    return any(same(value, expected) for version, _, value in given if version == "v1")


def meta(hook: Hook, key: str) -> bool:
    """WhatsApp, Messenger, Instagram, and GitHub: ``X-Hub-Signature-256: sha256=<hex>`` with the app's secret."""
    return same(hook.header("x-hub-signature-256"), f"sha256={hmac_hex(key, hook.body)}")


def slack(hook: Hook, key: str) -> bool:
    """``v0=<hex>`` over ``v0:timestamp:body``."""
    stamp = hook.header("x-slack-request-timestamp")
    if not hook.is_recent(stamp):
        return False
    return same(hook.header("x-slack-signature"), f"v0={hmac_hex(key, f'v0:{stamp}:'.encode() + hook.body)}")


def line(hook: Hook, key: str) -> bool:
    """``X-Line-Signature``: base64 with the channel secret."""
    return same(hook.header("x-line-signature"), hmac_b64(key.encode(), hook.body))


def shopify(hook: Hook, key: str) -> bool:
    """``X-Shopify-Hmac-Sha256``: base64 with the app's secret."""
    return same(hook.header("x-shopify-hmac-sha256"), hmac_b64(key.encode(), hook.body))


def woocommerce(hook: Hook, key: str) -> bool:
    """``X-WC-Webhook-Signature``: base64 with the webhook's secret."""
    return same(hook.header("x-wc-webhook-signature"), hmac_b64(key.encode(), hook.body))


def x(hook: Hook, key: str) -> bool:
    """``x-twitter-webhooks-signature: sha256=<b64>`` with the consumer secret."""
    return same(hook.header("x-twitter-webhooks-signature"), f"sha256={hmac_b64(key.encode(), hook.body)}")


def stripe(hook: Hook, key: str) -> bool:
    """``Stripe-Signature: t=…,v1=<hex>[,v1=…]`` over ``t.body``."""
    return _stamped(hook, key, hook.header("stripe-signature"), "v1")


def omni(hook: Hook, key: str) -> bool:
    """Our own generic webhooks: ``X-Omni-Signature``, built like Stripe's."""
    return _stamped(hook, key, hook.header("x-omni-signature"), "v1")


def tiktok(hook: Hook, key: str) -> bool:
    """``Tiktok-Signature: t=…,s=<hex>`` over ``t.body``."""
    return _stamped(hook, key, hook.header("tiktok-signature"), "s")


def omni_time(hook: Hook) -> str:
    """The time that our own signature covers, in seconds; empty where there is none."""
    return _stamp(_pairs(hook.header("x-omni-signature")))


def _pairs(header: str) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for part in header.split(",")[:20] if (found := _PAIR.fullmatch(part))]


def _stamp(pairs: list[tuple[str, str]]) -> str:
    return next((value for found, value in pairs if found == "t"), "")


def _stamped(hook: Hook, key: str, header: str, name: str) -> bool:
    pairs = _pairs(header)
    stamp = _stamp(pairs)
    if not hook.is_recent(stamp):
        return False
    expected = hmac_hex(key, stamp.encode() + b"." + hook.body)
    return any(same(value, expected) for found, value in pairs if found == name)


def chatwoot(hook: Hook, key: str) -> bool:
    """``X-Chatwoot-Signature: sha256=<hex>`` over ``timestamp.body``."""
    stamp = hook.header("x-chatwoot-timestamp")
    if not hook.is_recent(stamp):
        return False
    return same(hook.header("x-chatwoot-signature"), f"sha256={hmac_hex(key, stamp.encode() + b'.' + hook.body)}")


def crisp(hook: Hook, key: str) -> bool:
    """``X-Crisp-Signature`` over ``[timestamp;body]``; Crisp's own code signs the body written anew, compact."""
    stamp = hook.header("x-crisp-request-timestamp")
    if not hook.is_recent(stamp, per_second=1000):
        return False
    given = hook.header("x-crisp-signature")
    bodies = [hook.body]
    if hook.json is not None:
        bodies.append(json.dumps(hook.json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    return any(same(given, hmac_hex(key, b"[" + stamp.encode() + b";" + body + b"]")) for body in bodies)


def intercom(hook: Hook, key: str) -> bool:
    """``X-Hub-Signature: sha1=<hex>`` with the app's client secret."""
    return same(hook.header("x-hub-signature"), f"sha1={hmac_hex(key, hook.body, 'sha1')}")


def tawk(hook: Hook, key: str) -> bool:
    """``X-Tawk-Signature``: HMAC-SHA1 in hex."""
    return same(hook.header("x-tawk-signature"), hmac_hex(key, hook.body, "sha1"))


def hubspot(hook: Hook, key: str) -> bool:
    """``X-HubSpot-Signature-v3`` over method, address, body and the time in milliseconds."""
    stamp = hook.header("x-hubspot-request-timestamp")
    if not hook.is_recent(stamp, per_second=1000):
        return False
    signed = f"{hook.method}{_hubspot_url(hook.url)}".encode() + hook.body + stamp.encode()
    return same(hook.header("x-hubspot-signature-v3"), hmac_b64(key.encode(), signed))


def _hubspot_url(url: str) -> str:
    """The address with those characters written out that HubSpot writes out before it signs."""
    return _HUBSPOT.sub(lambda found: unquote(found[0]), url)


def zendesk(hook: Hook, key: str) -> bool:
    """``X-Zendesk-Webhook-Signature``: base64 over time and body, the time as ISO 8601 (developer.zendesk.com)."""
    stamp = hook.header(_ZENDESK_TIME)
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if at.tzinfo is None or not hook.is_near(at.timestamp()):
        return False
    return same(hook.header("x-zendesk-webhook-signature"), hmac_b64(key.encode(), stamp.encode() + hook.body))


def zendesk_digest(hook: Hook) -> str:
    """What identifies a delivery whose body says nothing of its own: two may well be equal but for their time."""
    return hashlib.sha256(hook.header(_ZENDESK_TIME).encode("utf-8", "replace") + b"." + hook.body).hexdigest()


def plain(hook: Hook, key: str) -> bool:
    """``header:secret``: HMAC-SHA256 of the body in a header of any name, in hex or base64, bare or ``sha256=…``.

    So do Typeform, Tally, Cal.com, Linear and many a small service; none of them signs a time.
    """
    name, _colon, secret = key.partition(":")
    given = hook.header(name.strip().lower()).strip()
    if not secret or not given:
        return False
    given = given[7:] if given[:7].lower() == "sha256=" else given
    fits = [same(given.lower(), hmac_hex(secret, hook.body)), same(given, hmac_b64(secret.encode(), hook.body))]
    return any(fits)


def address(hook: Hook, key: str) -> bool:
    """``…/in/NAME?key=SECRET``, for senders that can do nothing but call an address."""
    given = hook.query.get("key", "")
    return bool(given) and given.isascii() and hmac.compare_digest(given.encode(), key.encode())


def douyin(hook: Hook, key: str) -> bool:
    """``X-Douyin-Signature``: SHA-1 of secret and body put together (no HMAC)."""
    expected = hashlib.sha1(key.encode() + hook.body, usedforsecurity=False).hexdigest()
    return same(hook.header("x-douyin-signature"), expected)


def telegram(hook: Hook, key: str) -> bool:
    """``X-Telegram-Bot-Api-Secret-Token``: the secret itself."""
    given = hook.header("x-telegram-bot-api-secret-token")
    return bool(given) and same(given, key)


def bearer(hook: Hook, key: str) -> bool:
    """``Authorization: Bearer <secret>``, for senders that cannot sign."""
    scheme, _, token = hook.header("authorization").partition(" ")
    return scheme.lower() == "bearer" and same(token.strip(), key)


def twilio(hook: Hook, key: str) -> bool:
    """``X-Twilio-Signature``: HMAC-SHA1 over the address and the sorted fields, with or without the port."""
    given = hook.header("x-twilio-signature")
    wanted = hook.query.get("bodySHA256")
    if wanted is not None:
        if not same(wanted.lower(), hashlib.sha256(hook.body).hexdigest()):
            return False
        tail = ""
    else:
        try:
            # A field sent several times counts once for each of its values.
            tail = "".join(name + value for name, value in sorted(set(hook.form)))
        except ValueError:
            return False
    signed = [hmac_b64(key.encode(), (url + tail).encode(), "sha1") for url in _with_and_without_port(hook.url)]
    return any(same(given, expected) for expected in signed)


def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else (parts.hostname or "")
    port = 443 if parts.scheme == "https" else 80
    return urlunsplit(parts._replace(netloc=host)), urlunsplit(parts._replace(netloc=f"{host}:{parts.port or port}"))
