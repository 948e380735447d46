"""The channels ``docs/relay.md`` builds from the generic one, with what their providers send and expect."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from support.cli import run

from omni_tui.connectors.webhook.answering import answer_of
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.model.commands import Send
from omni_tui.model.events import RemoteMessage
from omni_tui.relay.verify import SCHEMES

DOC = (Path(__file__).parents[2] / "docs" / "relay.md").read_text("utf-8")
# core.telegram.org/bots/api, "Update" and "Message"; twilio.com/docs, "Twilio's request to your webhook URL".
TELEGRAM = {
    "update_id": 81001,
    "message": {
        "message_id": 1365,
        "date": 1795334400,
        "from": {"id": 1111111, "is_bot": False, "first_name": "Ana", "language_code": "de"},
        "chat": {"id": -222, "title": "Tents", "type": "group"},
        "text": "帐篷杆断了 & bye",
    },
}
SMS = (
    b"ToCountry=US&MessageSid=SM1&NumMedia=1&From=%2B14158675309&Body=%E4%BD%A0%E5%A5%BD+there&To=%2B15005550006"
    b"&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fa.jpg"
)


def settings(name: str) -> WebhookSettings:
    blocks = [tomllib.loads(one) for one in re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)]
    (table,) = [one["channels"][name] for one in blocks if name in one.get("channels", {})]
    own: dict[str, Any] = {key: value for key, value in table.items() if key not in ("kind", "password_command")}
    return WebhookSettings(**own)


def message(name: str, body: bytes, kind: str) -> RemoteMessage:
    return message_of(name, settings(name).paths(), body, kind, event_id="e", locator="1", received_at=1)


def answer(name: str, to: RemoteMessage) -> Send:
    return Send("k@store", (to.author,), 'Ja: "morgen" & 好', 0, reply_keys=to.reply_keys)


def test_a_telegram_bot() -> None:
    found = message("telegram", json.dumps(TELEGRAM).encode(), "application/json")
    assert (found.unreadable, found.external_id, found.text) == ("", "81001", "帐篷杆断了 & bye")
    assert (found.author.address, found.author.name) == ("telegram:1111111", "Ana")
    assert (found.sent_at, found.reply_keys) == (1795334400000, ("telegram:-222",))
    made = answer_of("telegram", settings("telegram"), answer("telegram", found))
    assert json.loads(made.body) == {"chat_id": "-222", "text": 'Ja: "morgen" & 好'}


def test_sms_by_twilio() -> None:
    found = message("sms", SMS, "application/x-www-form-urlencoded; charset=utf-8")
    assert (found.external_id, found.author.address) == ("SM1", "sms:+14158675309")
    assert found.text == "你好 there\nhttps://api.twilio.com/a.jpg"
    made = answer_of("sms", settings("sms"), answer("sms", found))
    assert parse_qs(made.body) == {"To": ["+14158675309"], "From": ["+15005550006"], "Body": ['Ja: "morgen" & 好']}
    assert made.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_is_in_the_manual(name: str) -> None:
    assert f"`{name}`" in DOC


def test_headers_that_prove_who_answers_are_looked_after_like_a_password(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[channels.form]\nkind = "webhook"\nrelay = "http://127.0.0.1:9"\nsource = "hello"\n'
        'reply_url = "http://127.0.0.1:9/"\nreply_headers = { "X-Api-Key" = "KEY" }\n',
        "utf-8",
    )
    for mode, result in ((0o644, "failed"), (0o600, "ok")):
        file.chmod(mode)
        ran = run("--config", str(file), "--store", str(tmp_path / "s.db"), "doctor", "--json")
        assert {one["name"]: one["result"] for one in ran.json["findings"]}["configuration"] == result
