"""Signing in without a password: both flows against a fake provider, the tokens against Dovecot and an SMTP server."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st
from support.dovecot import Dovecot
from support.fake_oauth import FakeOauth
from support.mail_channel import open_channel, settings_for, sync
from support.ports import free_ports

from omni_tui.config.channel_secret import ChannelSecret
from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.oauth import agreeing
from omni_tui.connectors.mail.oauth.grant import Grant, load_grant
from omni_tui.connectors.mail.oauth.provider import Provider, provider_of
from omni_tui.connectors.mail.oauth.tokens import TokenSource
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.connectors.mail.smtp import Letter
from omni_tui.connectors.mail.submission import Submission
from omni_tui.model.errors import Permanent, Retry, UsageError


@pytest.fixture
def fake() -> Iterator[FakeOauth]:
    with FakeOauth() as server:
        yield server


def settings(fake: FakeOauth, oauth: str = "microsoft") -> MailSettings:
    return MailSettings("me@shop.test", "i", "s", oauth=oauth, oauth_url=fake.url)  # type: ignore[arg-type]


def provider(fake: FakeOauth, oauth: str = "microsoft") -> Provider:
    return provider_of(settings(fake, oauth))


def source(fake: FakeOauth, grant: str = Grant("our-client", "refresh-0").dump(), oauth: str = "google") -> TokenSource:
    return TokenSource("support", settings(fake, oauth), lambda: grant)


class TestAgreeing:
    def test_a_code_typed_into_a_page(self, fake: FakeOauth) -> None:
        page = agreeing.code_page(provider(fake), "our-client")
        assert (page.user_code, page.url) == ("ABCD-EFGH", "https://login.example/device")
        fake.poll_answers = ["authorization_pending", "slow_down", "authorization_pending"]
        waited: list[float] = []
        grant = agreeing.wait_for_code(provider(fake), "our-client", page, sleep=waited.append, clock=lambda: 0.0)
        assert grant.refresh_token == "refresh-0"
        assert waited == [1, 1, 6, 6], "slow_down adds five seconds, for good"

    @pytest.mark.parametrize("answer", ["access_denied", "expired_token", "authorization_declined"])
    def test_a_no_is_final(self, fake: FakeOauth, answer: str) -> None:
        page = agreeing.code_page(provider(fake), "our-client")
        fake.poll_answers = ["authorization_pending", answer]
        with pytest.raises(Permanent):
            agreeing.wait_for_code(provider(fake), "our-client", page, sleep=lambda _s: None, clock=lambda: 0.0)

    def test_nobody_agrees_in_time(self, fake: FakeOauth) -> None:
        fake.code_lasts_s = 60
        page = agreeing.code_page(provider(fake), "our-client")
        page = replace(page, interval_s=20)
        fake.poll_answers = ["authorization_pending"] * 100
        now = [0.0]
        with pytest.raises(Permanent, match="1 min"):
            agreeing.wait_for_code(
                provider(fake), "our-client", page, sleep=lambda s: now.__setitem__(0, now[0] + s), clock=lambda: now[0]
            )

    def test_an_address_pasted_back(self, fake: FakeOauth) -> None:
        fake.client_secret = "not-that-secret"
        google = provider(fake, "google")
        page = agreeing.open_page(google, "our-client", "me@shop.test")
        pasted = f"  {fake.agree(page.url)}\n"
        grant = agreeing.take_pasted(google, "our-client", "not-that-secret", page, pasted)
        assert load_grant(grant.dump(), "support") == grant
        assert "refresh-0" not in repr(grant) and "not-that-secret" not in repr(grant)
        with pytest.raises(Permanent):  # a code serves once
            agreeing.take_pasted(google, "our-client", "not-that-secret", page, pasted)

    def test_microsoft_by_a_page_where_codes_are_forbidden(self, fake: FakeOauth) -> None:
        microsoft = provider_of(replace(settings(fake), oauth_flow="page"))
        assert microsoft.device_url == ""
        page = agreeing.open_page(microsoft, "our-client", "me@shop.test")
        pasted = fake.agree(page.url)
        assert pasted.startswith("http://localhost:8765/") and "access_type" not in page.url
        assert agreeing.take_pasted(microsoft, "our-client", "", page, pasted).refresh_token == "refresh-0"

    def test_an_address_of_another_sign_in_is_not_taken(self, fake: FakeOauth) -> None:
        google = provider(fake, "google")
        mine, theirs = (agreeing.open_page(google, "our-client", "me@shop.test") for _n in range(2))
        with pytest.raises(UsageError, match="not the address"):
            agreeing.take_pasted(google, "our-client", "", mine, fake.agree(theirs.url))
        stolen = fake.agree(theirs.url).replace(theirs.state, mine.state)
        with pytest.raises(Permanent):  # the proof key of another one
            agreeing.take_pasted(google, "our-client", "", mine, stolen)

    @pytest.mark.parametrize(
        "pasted", ["http://[?code=x", "http://[::1?state=x&code=y", "http://127.0.0.1\u2100/?code=x"]
    )
    def test_what_is_no_address_at_all_is_told_in_words(self, fake: FakeOauth, pasted: str) -> None:
        google = provider(fake, "google")
        page = agreeing.open_page(google, "our-client", "me@shop.test")
        with pytest.raises(UsageError, match="not the address"):
            agreeing.take_pasted(google, "our-client", "", page, pasted)

    def test_a_refusal_on_the_page_is_told_in_the_providers_words(self, fake: FakeOauth) -> None:
        google = provider(fake, "google")
        page = agreeing.open_page(google, "our-client", "me@shop.test")
        words = "AADSTS65004%3A+User+declined%0D%0Ato+consent."
        pasted = f"http://127.0.0.1:8765/?error=access_denied&error_description={words}&state={page.state}"
        with pytest.raises(Permanent, match="did not agree: AADSTS65004: User declined to consent"):
            agreeing.take_pasted(google, "our-client", "", page, pasted)

    @given(st.text(max_size=300))
    def test_whatever_is_pasted_is_told_in_words(self, pasted: str) -> None:
        google = provider_of(MailSettings("me@shop.test", "i", "s", oauth="google"))
        page = agreeing.open_page(google, "our-client", "me@shop.test")
        with pytest.raises((UsageError, Permanent)):
            agreeing.take_pasted(google, "our-client", "", page, pasted)

    def test_no_page_without_encryption(self) -> None:
        with pytest.raises(Permanent, match="https"):
            provider_of(MailSettings("a@b.test", "i", "s", oauth="google", oauth_url="http://login.example"))


class TestTokens:
    def test_one_is_fetched_and_used_until_it_ends(self, fake: FakeOauth) -> None:
        tokens = source(fake)
        assert tokens() == tokens() == "secret"
        assert len(fake.asked) == 1
        fake.lasts_s = "0"  # some servers write numbers as texts
        again = source(fake)
        again()
        again()
        assert len(fake.asked) == 3

    def test_one_that_was_exchanged_is_kept_where_it_came_from(self, fake: FakeOauth, tmp_path: Path) -> None:
        fake.rotates, fake.lasts_s = True, 0
        file = tmp_path / "grant"
        file.write_text(Grant("our-client", "refresh-0", "shh").dump() + "\n")
        file.chmod(0o600)
        secret = ChannelSecret("support", {"password_file": str(file)})
        tokens = TokenSource("support", settings(fake), secret)
        tokens()
        tokens()
        kept = load_grant(secret(), "support")
        assert kept.refresh_token in fake.refresh_tokens and kept.client_secret == "shh"
        assert file.stat().st_mode & 0o777 == 0o600

    def test_one_that_cannot_be_kept_is_told_and_used(self, fake: FakeOauth, caplog: pytest.LogCaptureFixture) -> None:
        fake.rotates, fake.lasts_s = True, 0
        tokens = source(fake)
        with caplog.at_level(logging.WARNING):
            assert tokens() == tokens() == "secret"
        assert "cannot be kept" in caplog.text and "refresh-" not in caplog.text

    def test_a_sign_in_taken_back_says_what_to_run(self, fake: FakeOauth) -> None:
        fake.refresh_tokens = set()
        with pytest.raises(Permanent, match="expired or revoked") as caught:
            source(fake)()
        assert caught.value.hint == "Sign in: omni-tui channel login support"
        assert "refresh-0" not in caught.value.message

    def test_a_server_that_is_away_is_asked_again(self, fake: FakeOauth) -> None:
        fake.fails_with = [503]
        tokens = source(fake)
        with pytest.raises(Retry, match="HTTP 503"):
            tokens()
        assert tokens() == "secret"

    @pytest.mark.parametrize("kept", ["hunter2", "{}", "[]", '{"client_id": "x"}', '{"more": 1}', "null"])
    def test_what_is_kept_may_be_no_sign_in(self, fake: FakeOauth, kept: str) -> None:
        with pytest.raises(Permanent, match="Nobody has signed in") as caught:
            source(fake, kept)()
        assert "hunter2" not in caught.value.message

    def test_a_refused_token_is_fetched_anew_unless_it_was_fresh(self, fake: FakeOauth) -> None:
        tokens = source(fake)
        tokens()
        assert isinstance(tokens.refused(Permanent("no")), Permanent)
        tokens()
        tokens._since -= 1000
        assert isinstance(tokens.refused(Permanent("no")), Retry)
        assert tokens() == "secret" and len(fake.asked) == 3


async def test_mail_is_read_by_token(fake: FakeOauth, dovecot: Dovecot, shop: str) -> None:
    """Dovecot takes the token where it would take a password: what is proven is XOAUTH2 itself."""
    dovecot.deliver(shop, b"Subject: hello\r\n\r\nhi\r\n")
    by_token = settings_for(dovecot, None, shop, oauth="google", oauth_url=fake.url)
    channel = open_channel(by_token, secret=lambda: Grant("our-client", "refresh-0").dump())
    assert [each.subject for each in (await sync(channel)).messages] == ["hello"]
    await channel.close()


async def test_a_wrong_token_is_told_with_what_to_do(fake: FakeOauth, dovecot: Dovecot, shop: str) -> None:
    fake.access_token = "not-this-one"
    by_token = settings_for(dovecot, None, shop, oauth="google", oauth_url=fake.url)
    channel = open_channel(by_token, secret=lambda: Grant("our-client", "refresh-0").dump())
    with pytest.raises(Permanent, match="refused the login") as caught:
        await channel.poll("INBOX", None, 0)
    assert "channel login" in caught.value.hint and "not-this-one" not in str(caught.value)
    await channel.close()


class _Handler:
    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.switched_off = False

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        if self.switched_off:
            await server.push(
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
            )
            return AuthResult(success=False)
        said = base64.b64decode(args[1]).decode()
        if said == "user=me@shop.test\1auth=Bearer secret\1\1":
            return AuthResult(success=True, auth_data=object())
        wrong = base64.b64encode(json.dumps({"status": "401"}).encode()).decode()
        await server.push(f"334 {wrong}")
        assert await server._reader.readline() == b"\r\n"
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(envelope.original_content)
        return "250 taken"


def test_answers_leave_by_token(fake: FakeOauth) -> None:
    handler, [port] = _Handler(), free_ports(1)
    server = Controller(handler, hostname="127.0.0.1", port=port, auth_require_tls=False)
    server.start()
    endpoint = Endpoint("SMTP", "127.0.0.1", port, "none", "me@shop.test", "", False, 5, oauth=True)
    letter = Letter("k@shop.test", "me@shop.test", ("ana@example.test",), b"Subject: x\r\n\r\nx\r\n")
    try:
        way = Submission(endpoint, source(fake))
        way.send(letter)
        way.close()
        assert len(handler.taken) == 1
        fake.access_token = "not-this-one"
        with pytest.raises(Permanent, match="refused the login"):
            Submission(endpoint, source(fake)).send(letter)
        handler.switched_off = True
        with pytest.raises(Permanent, match=r"lets me@shop\.test send nothing") as told:
            Submission(endpoint, source(fake)).send(letter)
        assert "administrator" in told.value.hint, "signing in again would help nobody"
    finally:
        server.stop()
    assert len(handler.taken) == 1
