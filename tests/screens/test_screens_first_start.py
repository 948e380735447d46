"""The first minutes: the choice, the form, and what is said when a mailbox cannot be reached."""

from __future__ import annotations

import json
import socket

from support.inbox import Inbox, settings_for
from support.shop import Shop
from textual import events

from omni_tui.screens.app import OmniApp
from omni_tui.screens.first_start.screen import FirstStart
from omni_tui.screens.first_start.verb import Form, Server, arguments, outcome, server
from omni_tui.screens.overlay.field import Field


def test_servers_are_read_as_people_write_them() -> None:
    assert server("imap.shop.example") == Server("imap.shop.example")
    assert server("imap.shop.example:143 starttls") == Server("imap.shop.example", 143, "starttls")
    assert server("imap.shop.example  993  TLS") == Server("imap.shop.example", 993, "tls")
    assert server("") == Server("")


def test_the_password_is_no_argument() -> None:
    form = Form("a@shop.example", "s3cret", server("imap.shop.example:143"), server(""))
    for save in (False, True):
        words = arguments(form, save=save)
        assert "s3cret" not in " ".join(words)
        assert "--password-stdin" in words
        assert ("--dry-run" in words) is not save


def test_what_the_verb_says_is_told_in_its_words() -> None:
    report = {
        "checks": [
            {
                "name": "imap",
                "error": "The server refused the password.",
                "hint": "Use an app password.",
                "detail": "NO",
            },
            {"name": "smtp", "error": ""},
        ],
        "preview": None,
    }
    refused = outcome(json.dumps({"kind": "channel_added", "report": report}).encode(), b"", 5)
    assert [problem.message for problem in refused.problems] == ["The server refused the password."]
    works = {"checks": [], "preview": {"open": 12, "total": 4310}}
    fine = outcome(json.dumps({"kind": "channel_added", "report": works}).encode(), b"", 0)
    assert (fine.ok, fine.open, fine.total) == (True, 12, 4310)
    told = outcome(json.dumps({"kind": "error", "message": "No.", "hint": "Do this."}).encode(), b"", 2)
    assert (told.problems[0].message, told.problems[0].hint) == ("No.", "Do this.")
    broken = outcome(b"", b"\x1b[31mTraceback", 1)
    assert not broken.ok and "\x1b" not in broken.problems[0].message


async def test_the_demo_shop_is_one_key_away(shop: Shop) -> None:
    app = OmniApp(settings_for(shop), shop.store, first_start=True)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = Inbox(app, pilot, shop)
        await screen.shows("Connect a mailbox")
        await pilot.press("1")
        await screen.until(lambda: app._exit)
    app.leave()
    assert app.return_value == "demo"


async def test_a_server_that_cannot_be_reached_is_said_in_words_and_nothing_is_saved(shop: Shop) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings = settings_for(shop)
    app = OmniApp(settings, shop.store, first_start=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Inbox(app, pilot, shop)
        await screen.shows("Connect a mailbox")
        await pilot.press("2")
        await screen.until(lambda: isinstance(app.screen, FirstStart) and app.screen.in_form)
        for text in ("me@shop.example", "secret", f"127.0.0.1:{port} none", f"127.0.0.1:{port} none"):
            await screen.type(text)
            await pilot.press("tab")
        assert "secret" not in screen.text()
        await pilot.press("enter")
        await screen.shows("Nothing was saved")
        assert "Traceback" not in screen.text()
    app.leave()
    assert not settings.file.exists()


async def test_a_password_typed_fast_stays_in_its_field(shop: Shop) -> None:
    app = OmniApp(settings_for(shop), shop.store, first_start=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Inbox(app, pilot, shop)
        await screen.shows("Connect a mailbox")
        for key in ("2", *"me@x.example", "tab", *"sec", "backspace", *"cret", "tab", *"imap"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await screen.until(lambda: app.screen.query_one("#first-imap", Field).value == "imap")
        assert app.screen.query_one("#first-address", Field).value == "me@x.example"
        assert app.screen.query_one("#first-password", Field).value == "secret"
        assert "secret" not in screen.text()
    app.leave()
