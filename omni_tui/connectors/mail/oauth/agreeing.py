"""How a person agrees that we may read their mail, in a browser that need not run on this machine.

Microsoft: a code typed into a page (RFC 8628), unless the organisation forbids that. Google gives no mail to that flow.
There a page is opened, and the address the browser ends on, which leads nowhere, is pasted back (RFC 8252, section 7.3,
with RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from omni_tui.connectors.mail.errors import server_words
from omni_tui.connectors.mail.oauth.asking import Declined, ask, seconds_of, text_of
from omni_tui.connectors.mail.oauth.grant import Grant
from omni_tui.connectors.mail.oauth.provider import Provider
from omni_tui.model.errors import Permanent, Retry, UsageError
from omni_tui.text.i18n import _

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S = 5
_SHORTEST_S = 1


@dataclass(frozen=True, slots=True)
class CodePage:
    """Type ``user_code`` into the page at ``url``."""

    url: str
    user_code: str
    device_code: str = field(repr=False)
    interval_s: int
    lasts_s: int


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Open ``url``, agree, and paste the address it ends on."""

    url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def code_page(provider: Provider, client_id: str) -> CodePage:
    """Begin the device flow."""
    answer = ask(provider, provider.device_url, {"client_id": client_id, "scope": provider.scope})
    url = answer.get("verification_uri") or answer.get("verification_url")
    return CodePage(
        url=text_of(provider, {"verification_uri": url}, "verification_uri"),
        user_code=text_of(provider, answer, "user_code"),
        device_code=text_of(provider, answer, "device_code"),
        interval_s=seconds_of(answer, "interval", 5),
        lasts_s=seconds_of(answer, "expires_in", 900),
    )


def wait_for_code(
    provider: Provider,
    client_id: str,
    page: CodePage,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Grant:
    """Ask until the person has agreed. Raises ``Permanent`` if they declined or let the time pass."""
    interval = max(page.interval_s, _SHORTEST_S)
    until = clock() + page.lasts_s
    while clock() < until:
        sleep(interval)
        try:
            answer = ask(
                provider,
                provider.token_url,
                {"grant_type": _DEVICE, "client_id": client_id, "device_code": page.device_code},
            )
        except Declined as error:
            if error.code == "slow_down":
                interval += _SLOWER_S
            elif error.code != "authorization_pending":
                raise
            continue
        except Retry:
            # RFC 8628, section 3.5: after a time-out, more slowly.
            interval += _SLOWER_S
            continue
        return Grant(client_id, text_of(provider, answer, "refresh_token"))
    raise Permanent(_("Nobody agreed within {minutes} min.").format(minutes=max(1, page.lasts_s // 60)))


def open_page(provider: Provider, client_id: str, login: str) -> OpenPage:
    """Begin the flow with a page and a proof key."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client_id,
        "redirect_uri": provider.redirect,
        "response_type": "code",
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": login,
        **dict(provider.extra),
    }
    return OpenPage(f"{provider.authorize_url}?{urlencode(query)}", state, verifier)


def take_pasted(provider: Provider, client_id: str, client_secret: str, page: OpenPage, pasted: str) -> Grant:
    """The grant for the pasted address. Raises ``UsageError`` if it is not the one that belongs to ``page``."""
    answered = _answered(pasted)
    if not secrets.compare_digest(answered.get("state", [""])[0].encode(), page.state.encode()):
        raise UsageError(
            _("This is not the address that the page ended on."),
            _("Paste the whole line of the browser's address bar; it begins with {start}").format(
                start=provider.redirect
            ),
        )
    if "code" not in answered:
        told = answered.get("error_description") or answered.get("error") or [_("there is no code in the address")]
        raise Permanent(
            _("{provider} did not agree: {reason}").format(provider=provider.title, reason=server_words(told[0]))
        )
    form = {
        "grant_type": "authorization_code",
        "code": answered["code"][0],
        "redirect_uri": provider.redirect,
        "client_id": client_id,
        "code_verifier": page.verifier,
    }
    if client_secret:
        form["client_secret"] = client_secret
    answer = ask(provider, provider.token_url, form)
    return Grant(client_id, text_of(provider, answer, "refresh_token"), client_secret)


def _answered(pasted: str) -> dict[str, list[str]]:
    """What the provider added to the address; nothing where it is no address."""
    try:
        return parse_qs(urlsplit(pasted.strip()).query)
    except ValueError:
        return {}
