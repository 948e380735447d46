"""From nothing to a message in the inbox by what ``docs/relay.md`` says, word for word."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from support.certs import make_certificate
from support.ports import free_port
from support.relay import HANG_S, Relay
from support.shops import EngineProcess, process_environment

from omni_tui.desk import agents, inbox
from omni_tui.desk.query import parse
from omni_tui.relay.settings import load
from omni_tui.store import open_store

DOC = Path(__file__).parents[2] / "docs" / "relay.md"


def omni(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "omni_tui", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=process_environment(), timeout=HANG_S
    )


def block(kind: str, containing: str) -> str:
    """A block of the document, without the indentation of the list it stands in."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```$", DOC.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (one,) = [(indent, text) for indent, text in found if containing in text]
    return re.sub(rf"^{one[0]}", "", one[1], flags=re.MULTILINE)


def test_a_stranger_gets_from_nothing_to_the_inbox(tmp_path: Path) -> None:
    folder, port = tmp_path / "host" / "relay", free_port()
    url = f"http://127.0.0.1:{port}"
    made = omni("relay", "init", str(folder), "--url", url, "--port", str(port), "--json")
    token = json.loads(made.stdout)["token"]
    with Relay.at(folder):
        config = tmp_path / "config.toml"
        text = block("toml", "[channels.hello]").replace("https://relay.shop.example", url)
        config.write_text(re.sub(r"password_command = .*", f'password = "{token}"', text), "utf-8")
        config.chmod(0o600)
        store = open_store(tmp_path / "s" / "omni.db")
        key = tomllib.loads((folder / "relay.toml").read_text("utf-8"))["sources"]["hello"]["keys"][0]
        script = block("sh", "openssl dgst").replace("https://relay.shop.example", url)
        script = script.replace("the key of [sources.hello]", key)
        with EngineProcess(config, store.path):
            sent = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=True, env=os.environ)
            assert (sent.stdout, sent.stderr) == ("", "")
            rows = ()
            agent = agents.who(store, "ana")
            give_up = time.monotonic() + HANG_S
            while not rows:
                assert time.monotonic() < give_up
                rows = inbox.page(store, agent, parse("is:any", 0))
            # While the engine is there to take the event on: without one doctor waits for what does not come.
            looked = omni("--config", str(config), "--store", str(store.path), "doctor")
        assert rows[0].snippet == "Hello"
        assert re.search(r"hello: event\b.*\n.*hello: inbox", looked.stdout), looked.stdout
        store.close()


def test_what_init_writes_fits_together(tmp_path: Path) -> None:
    folder = tmp_path / "re lay"
    assert omni("relay", "init", str(folder), "--url", "https://relay.example.org").returncode == 0
    settings = load(folder)
    nginx, caddy, unit = (
        (folder / name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile", "omni-relay.service")
    )
    assert f"127.0.0.1:{settings.server.port}" in nginx
    assert f"127.0.0.1:{settings.server.port}" in caddy
    assert "relay.example.org {" in caddy
    assert "proxy_buffering off" in nginx
    assert f"relay serve '{folder}'" in unit
    (size,) = re.findall(r"client_max_body_size (\d+)m", nginx)
    assert int(size) * 1024 > settings.server.max_body_kb


@pytest.mark.parametrize("broken", ["missing", "other key", "no certificate"])
def test_a_certificate_that_cannot_be_used_is_told(tmp_path: Path, broken: str) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    pair, stranger = make_certificate(one), make_certificate(other)
    cert = {"missing": tmp_path / "nothing.pem"}.get(broken, pair.cert)
    if broken == "no certificate":
        cert = tmp_path / "text.pem"
        cert.write_text("hello", "utf-8")
    folder = tmp_path / "relay"
    omni("relay", "init", str(folder))
    file = folder / "relay.toml"
    lines = f'certificate = "{cert}"\ncertificate_key = "{stranger.key if broken == "other key" else pair.key}"\n'
    file.write_text(file.read_text("utf-8").replace("[server]\n", f"[server]\n{lines}"), "utf-8")
    served = omni("relay", "serve", str(folder))
    assert served.returncode == 2
    assert f"The certificate {cert} cannot be used" in served.stderr
    assert "Traceback" not in served.stderr


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "relay"
    omni("relay", "init", str(folder))
    file = folder / "relay.toml"
    line = f'database = "postgresql://omni:secret@127.0.0.1:{free_port()}/relay"\n'
    file.write_text(file.read_text("utf-8").replace("[server]\n", f"[server]\n{line}"), "utf-8")
    served = omni("relay", "serve", str(folder))
    assert served.returncode == 1
    assert "cannot be reached" in served.stderr
    assert "Check database in relay.toml" in served.stderr
    assert "secret" not in served.stderr + served.stdout


def test_a_database_that_lets_nobody_make_tables_is_told(tmp_path: Path, empty_database: str) -> None:
    import psycopg

    name = f"reader_{empty_database.rpartition('/')[2]}"
    with psycopg.connect(empty_database, autocommit=True) as db:
        db.execute(f"CREATE ROLE {name} LOGIN".encode())
    folder = tmp_path / "relay"
    omni("relay", "init", str(folder))
    file = folder / "relay.toml"
    line = f'database = "{empty_database.replace("//omni@", f"//{name}@")}"\n'
    file.write_text(file.read_text("utf-8").replace("[server]\n", f"[server]\n{line}"), "utf-8")
    served = omni("relay", "serve", str(folder))
    with psycopg.connect(empty_database, autocommit=True) as db:
        db.execute(f"DROP ROLE {name}".encode())
    assert served.returncode == 1
    assert "permission denied" in served.stderr
    assert "Traceback" not in served.stderr


def test_where_no_relay_is_the_verbs_say_so(tmp_path: Path) -> None:
    nothing = str(tmp_path / "nothing")
    for words in (
        ["token", "engine", "--dir", nothing],
        ["token", "--dir", nothing],
        ["status", nothing],
        ["tail", nothing],
    ):
        ran = omni("relay", *words)
        assert (ran.returncode, "There is no relay in" in ran.stderr) == (3, True), ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_init_prints_is_what_the_engine_s_side_types(tmp_path: Path) -> None:
    folder, port = tmp_path / "relay", free_port()
    made = omni("relay", "init", str(folder), "--url", f"http://127.0.0.1:{port}/", "--port", str(port))
    (token,) = re.findall(r"omr_\S+", made.stdout)
    (line,) = [line.strip() for line in made.stderr.splitlines() if "channel add" in line]
    with Relay.at(folder):
        config = tmp_path / "config.toml"
        command = [sys.executable, "-m", "omni_tui", "--config", str(config), *line.split()[1:]]
        ran = subprocess.run(
            command, input=token, capture_output=True, text=True, check=False, env=process_environment(), timeout=HANG_S
        )
        assert ran.returncode == 0, ran.stderr
        assert tomllib.loads(config.read_text("utf-8"))["channels"]["hello"]["relay"] == f"http://127.0.0.1:{port}"
        assert omni("relay", "status", str(folder)).stderr.startswith("Nothing has come yet")
