"""One question to an authorization server (RFC 6749, section 3.2), and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omni_tui.connectors.mail.errors import server_words
from omni_tui.connectors.mail.oauth.provider import Provider
from omni_tui.model.errors import Permanent, Retry
from omni_tui.text.i18n import _

TIMEOUT_S = 30.0
LONGEST_ANSWER = 1_000_000
_LONGEST_S = 30 * 86_400


class Declined(Permanent):
    """The server's answer is an error of RFC 6749 or RFC 8628; ``code`` is its name."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.code = code


def ask(provider: Provider, url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """The JSON answer to ``form``. Raises ``Declined`` for a no, ``Retry`` where none could be had.

    No message repeats what was asked: it holds secrets.
    """
    import httpx

    try:
        answer = httpx.post(
            url, data=dict(form), timeout=TIMEOUT_S, follow_redirects=False, headers={"Accept": "application/json"}
        )
        values = answer.json() if len(answer.content) <= LONGEST_ANSWER else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Retry(
            _("{provider} cannot be reached to sign in: {reason}").format(
                provider=provider.title, reason=server_words(error) or type(error).__name__
            ),
            _("Check the network connection."),
        ) from None
    except ValueError:
        values = None
    if isinstance(values, dict) and isinstance(values.get("error"), str):
        words = server_words(values.get("error_description") or values["error"])
        if values["error"] in ("temporarily_unavailable", "server_error"):
            raise Retry(
                _("{provider} cannot sign in anybody now: {words}").format(provider=provider.title, words=words)
            )
        raise Declined(
            values["error"], _("{provider} refused the sign-in: {words}").format(provider=provider.title, words=words)
        )
    if answer.status_code != 200 or not isinstance(values, dict):
        raise Retry(
            _("{provider} did not answer the sign-in as it should (HTTP {code})").format(
                provider=provider.title, code=answer.status_code
            )
        )
    return values


def text_of(provider: Provider, values: Mapping[str, Any], key: str) -> str:
    """A text of the answer. Raises ``Retry`` if it is not there."""
    value = values.get(key)
    if not isinstance(value, str) or not value or len(value) > 20_000 or not value.isprintable():
        raise Retry(_("{provider} left out {key} in its answer").format(provider=provider.title, key=key))
    return value


def seconds_of(values: Mapping[str, Any], key: str, default: int) -> int:
    """A number of seconds in the answer, which some servers write as a text."""
    try:
        return min(max(0, int(values[key])), _LONGEST_S)
    except (KeyError, TypeError, ValueError, OverflowError):
        return default
