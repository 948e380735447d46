"""``channel`` and ``doctor`` against real servers, and every failure as one clear sentence."""

from __future__ import annotations

import socket
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from support.cli import Ran, run
from support.dovecot import Dovecot
from support.fake_oauth import FakeOauth
from support.ports import free_ports
from support.shop import Shop
from support.smtp import SmtpServer
from support.terminal import Terminal

from omni_tui.config.load import load_settings
from omni_tui.config.secrets import read_secret
from omni_tui.engine import presets
from omni_tui.screens.first_start.verb import Form, arguments, server

MAIL = b"From: eve@example.test\r\nTo: shop\r\nMessage-ID: <1@example.test>\r\nSubject: Hello\r\n\r\nHello\r\n"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a server without a desktop: passwords go to files.
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def config(home: Path) -> Path:
    return home / "config" / "omni-tui" / "config.toml"


@pytest.fixture
def flags(dovecot: Dovecot, smtp: SmtpServer, shop: str) -> list[str]:
    return [
        *("--address", shop, "--ca-file", str(dovecot.cert)),
        *("--imap-host", "localhost", "--imap-port", str(dovecot.imaps_port), "--imap-tls", "tls"),
        *("--smtp-host", "localhost", "--smtp-port", str(smtp.port), "--smtp-tls", "starttls"),
    ]


def add(flags: list[str], *more: str, password: bytes = b"secret\n", name: str = "support") -> Ran:
    return run("channel", "add", name, *flags, "--password-stdin", *more, stdin=password)


def test_add_tries_it_previews_it_and_keeps_the_password_outside(
    dovecot: Dovecot, shop: str, flags: list[str], config: Path
) -> None:
    dovecot.deliver(shop, MAIL)
    ran = add(flags)
    assert ran.code == 0, ran
    assert "1 open of 1" in ran.out
    assert "secret" not in config.read_text().replace("/secrets/", "")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    table = load_settings(config).channels["support"]
    assert table["address"] == shop
    kept = Path(str(table["password_file"]))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert read_secret("support", table) == "secret"
    assert run("channel", "test").code == 0
    assert run("channel", "list", "--json").json["channels"][0]["configured"] is True


def test_add_as_the_screen_calls_it(flags: list[str], config: Path) -> None:
    document = add(flags, "--json", "--dry-run").json
    assert (document["kind"], document["dry_run"], document["saved"]) == ("channel_added", True, False)
    assert document["report"]["ok"] is True
    assert document["report"]["preview"] == {"open": 0, "total": 0}
    assert not config.exists()
    assert add(flags, "--json").json["saved"] is True
    assert config.exists()


def test_a_wrong_password_is_one_sentence_and_nothing_is_saved(flags: list[str], config: Path) -> None:
    ran = add(flags, password=b"wr0ng-one\n")
    assert ran.code == 5
    assert "failed" in ran.out
    assert "wr0ng-one" not in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert not config.exists()
    assert not (config.parent / "secrets").exists()
    report = add(flags, "--json", password=b"wr0ng-one\n").json["report"]
    assert report["ok"] is False
    assert report["preview"] is None


def test_what_is_missing_is_named(config: Path) -> None:
    ran = run("channel", "add", "support", "--address", "a@shop.example", "--password-stdin", stdin=b"x\n")
    assert ran.code == 2
    assert "imap_host" in ran.err
    assert "smtp_host" in ran.err
    no_password = run("channel", "add", "support", "--address", "a@gmail.com")
    assert no_password.code == 2
    assert "--password-stdin" in no_password.err
    for name in ("Big Shop", "../x", "a.b", ""):
        assert run("channel", "add", name, "--address", "a@gmail.com").code == 2
    assert run("channel", "add", "x", "--set", "poll").code == 2
    assert not config.exists()


def test_an_unknown_key_is_named_with_the_nearest(flags: list[str]) -> None:
    ran = add(flags, "--set", "imap_hots=x")
    assert ran.code == 2
    assert "imap_hots" in ran.err


def test_untried_is_not_unchecked(config: Path) -> None:
    ran = run(
        "channel", "add", "me", "--address", "me@gmail.com", "--untested", "--password-env", "X", "--set", "poll=x"
    )
    assert ran.code == 2
    assert "poll_s" in ran.err
    assert run("channel", "add", "me", "--kind", "mial", "--untested", "--password-env", "X").code == 2
    assert not config.exists()


def test_known_providers_are_filled_in(config: Path) -> None:
    ran = run("channel", "add", "me", "--address", "me@gmail.com", "--password-env", "SHOP_PW", "--untested")
    assert ran.code == 0, ran
    table = load_settings(config).channels["me"]
    assert (table["imap_host"], table["password_env"]) == ("imap.gmail.com", "SHOP_PW")
    typed = run(
        "channel", "add", "b", "--address", "b@gmail.com", "--password-env", "X", "--untested", "--set", "poll_s=60"
    )
    assert typed.code == 0
    assert tomllib.loads(config.read_text())["channels"]["b"]["poll_s"] == 60


def test_what_a_domain_says_of_itself_is_told_and_fills_what_is_missing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap = {"imap_host": "imap.shop.zz", "imap_port": 9993, "imap_tls": "tls"}
    found = {**imap, "smtp_host": "smtp.shop.zz", "username": "me"}
    monkeypatch.setattr(presets, "find_servers", lambda kind, address: found)
    flags = ("--address", "me@shop.zz", "--password-env", "X", "--untested")
    ran = run("channel", "add", "a", *flags)
    assert ran.code == 0 and "imap.shop.zz and smtp.shop.zz" in ran.err
    run("channel", "add", "b", *flags, "--imap-host", "mine.shop.zz")
    channels = load_settings(config).channels
    assert found.items() <= channels["a"].items()
    assert (channels["b"]["imap_host"], channels["b"]["smtp_host"]) == ("mine.shop.zz", "smtp.shop.zz")
    assert "imap_port" not in channels["b"]


@pytest.mark.parametrize(
    ("hosts", "logins"),
    [
        (("imap.shop.zz", "smtp.shop.zz"), {"username": "me", "smtp_username": "me@shop.zz"}),
        (("mail.shop.zz:993", "MAIL.shop.zz"), {"username": "me", "smtp_username": "me@shop.zz"}),
        (("imap.other.zz", "smtp.shop.zz"), {"smtp_username": "me@shop.zz"}),
        (("imap.other.zz", "smtp.other.zz"), {}),
    ],
    ids=["both as found", "another name of them", "one of a stranger", "both of a stranger"],
)
def test_a_login_the_domain_prescribes_goes_with_typed_servers_of_its_own(
    config: Path, monkeypatch: pytest.MonkeyPatch, hosts: tuple[str, str], logins: dict[str, str]
) -> None:
    found = {"imap_host": "imap.shop.zz", "smtp_host": "smtp.shop.zz", "username": "me", "smtp_username": "me@shop.zz"}
    monkeypatch.setattr(presets, "find_servers", lambda kind, address: found)
    form = Form("me@shop.zz", "secret", server(hosts[0]), server(hosts[1]))
    words = [word for word in arguments(form, save=True) if word not in ("--json", "--password-stdin")]
    assert run(*words, "--password-env", "X").code == 0
    (table,) = load_settings(config).channels.values()
    assert {key: value for key, value in table.items() if key.endswith("username")} == logins
    assert table["imap_host"] == hosts[0].partition(":")[0]


def test_a_taken_name_is_refused_before_anything_is_tried(config: Path) -> None:
    run("channel", "add", "support", "--address", "me@gmail.com", "--password-env", "X", "--untested")
    before = config.read_text()
    assert run("channel", "add", "support", "--address", "me@gmail.com", "--password-env", "X").code == 4
    assert config.read_text() == before


def test_remove_takes_back_what_add_made(flags: list[str], config: Path) -> None:
    run("init")
    before = config.read_text()
    add(flags)
    assert run("channel", "remove", "support", "--dry-run").code == 0
    assert "support" in load_settings(config).channels
    assert run("channel", "remove", "support").code == 0
    assert config.read_text().rstrip() == before.rstrip()
    assert list((config.parent / "secrets").iterdir()) == []
    gone = run("channel", "remove", "support")
    assert gone.code == 3
    assert "channel add" in gone.err


def test_doctor_is_content_with_what_works(flags: list[str]) -> None:
    run("init")
    add(flags)
    ran = run("doctor")
    assert ran.code == 0, ran
    assert "failed" not in ran.out
    document = run("doctor", "--json").json
    assert document["ok"] is True
    assert {finding["about"] for finding in document["findings"]} == {"configuration", "store", "engine", "channel"}


def test_doctor_goes_on_after_each_failure(flags: list[str], config: Path, tmp_path: Path) -> None:
    run("init")
    add(flags, name="good")
    (closed,) = free_ports(1)
    wrong = tmp_path / "wrong"
    wrong.write_text("not-it\n")
    wrong.chmod(0o600)
    good = tomllib.loads(config.read_text())["channels"]["good"]
    broken = {
        "closed": {**good, "imap_port": closed},
        "login": {**good, "password_file": str(wrong)},
        "unknown": {**good, "imap_host": "no-such-host.invalid"},
        "untrusted": {key: value for key, value in good.items() if key != "ca_file"},
        "typo": {**good, "imap_hots": "x"},
        "inline": {**{key: value for key, value in good.items() if key != "password_file"}, "password": "secret"},
    }
    with config.open("a") as file:
        for name, table in broken.items():
            file.write(f"\n[channels.{name}]\n")
            for key, value in table.items():
                file.write(f"{key} = {value}\n" if isinstance(value, int) else f'{key} = "{value}"\n')
    ran = run("doctor", "--json")
    by_channel: dict[str, list[dict[str, str]]] = {}
    for finding in ran.json["findings"]:
        by_channel.setdefault(finding["name"].partition(":")[0], []).append(finding)
    results = {name: {each["result"] for each in found} for name, found in by_channel.items()}
    assert results["good"] == {"ok"}
    for name in ("closed", "login", "unknown", "untrusted"):
        assert "failed" in results[name], name
    assert results["inline"] == {"ok", "warning"}
    assert any("imap_hots" in finding["name"] for finding in ran.json["findings"])
    assert ran.code == 2
    text = run("doctor")
    assert "Traceback" not in text.out + text.err
    assert "secret" not in text.out.replace("secrets", "")
    for name in ("closed", "login", "unknown", "untrusted"):
        assert name in text.out


def test_doctor_ends_with_5_when_only_a_channel_fails(flags: list[str], config: Path) -> None:
    run("init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    replaced = [*flags]
    replaced[replaced.index("--imap-port") + 1] = str(port)
    add(replaced, "--untested")
    assert run("doctor").code == 5
    assert run("channel", "test", "support").code == 5
    assert run("channel", "test", "suport").code == 3


def test_doctor_refuses_a_store_that_others_can_read(home: Path) -> None:
    run("init")
    store = home / "data" / "omni-tui" / "omni.db"
    store.chmod(0o644)
    ran = run("doctor")
    assert ran.code == 1
    assert "chmod" in ran.out
    assert run("list").code == 1


def test_signing_in_with_the_provider_from_a_terminal(home: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    with FakeOauth(client_secret="their-word-for-it") as fake:
        config.write_text(
            '# mine\n[channels.support]\nkind = "mail"\naddress = "me@shop.test"\nimap_host = "i"\nsmtp_host = "s"\n'
            f'oauth = "google"\noauth_client_id = "our-client"\noauth_url = "{fake.url}"\n'
        )
        ran = run(
            "channel", "login", "support", "--config", str(config), stdin=b"their-word-for-it\nhttp://x/?state=y\n"
        )
        assert ran.code == 2 and "not the address" in ran.err
        # A browser cannot be had here: the flow itself is tested with the connector.
        config.write_text(config.read_text().replace('"google"', '"microsoft"'))
        fake.client_secret = ""
        ran = run("channel", "login", "support", "--config", str(config), "--json")
    assert ran.code == 0, ran.err
    assert "ABCD-EFGH" in ran.err and "https://login.example/device" in ran.err
    assert "refresh-0" not in ran.err + ran.out
    assert set(ran.json) == {"version", "kind", "dry_run", "name", "config"}
    written = config.read_text()
    assert "refresh-0" not in written and written.startswith("# mine\n")
    table = tomllib.loads(written)["channels"]["support"]
    kept = Path(table["password_file"])
    assert "refresh-0" in kept.read_text() and kept.stat().st_mode & 0o777 == 0o600
    assert run("channel", "login", "nobody", "--config", str(config)).code == 3


def test_a_wrong_line_pasted_in_a_terminal_is_asked_for_again(desk: Shop, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    with FakeOauth() as fake:
        config.write_text(
            '[channels.support]\nkind = "mail"\naddress = "me@shop.test"\nimap_host = "i"\nsmtp_host = "s"\n'
            f'oauth = "google"\noauth_client_id = "our-client"\noauth_url = "{fake.url}"\n'
        )
        argv = ["omni-tui", "channel", "login", "support", "--config", str(config)]
        code = (
            f"import sys; sys.modules['keyring'] = None; sys.argv = {argv!r}\n"
            "from omni_tui.__main__ import main; sys.exit(main())"
        )
        terminal = Terminal(desk, code=code)
        terminal.until(b"Enter if there is none")
        terminal.keys("\n")
        terminal.until(b"Paste its whole address here")
        terminal.keys("http://[what\n")
        terminal.until(b"This is not the address that the page ended on.")
        page = next(word for word in terminal.seen.decode().split() if word.startswith(f"{fake.url}/authorize"))
        terminal.keys(f"{fake.agree(page)}\n")
        terminal.until(b"Signed in.")
        terminal.ends()
        terminal.close()
    assert "refresh-0" in Path(tomllib.loads(config.read_text())["channels"]["support"]["password_file"]).read_text()
