"""``doctor`` proves the way from the relay's public address to the inbox, or names the step that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from support.certs import make_certificate
from support.cli import Ran, run
from support.ports import free_port
from support.relay import HANG_S, Relay
from support.shops import EngineProcess

from omni_tui.config.load import load_settings
from omni_tui.connectors.probe_mark import HEADER, signature, token_hash
from omni_tui.desk import agents, channels, inbox, lease
from omni_tui.desk.query import parse
from omni_tui.engine import way
from omni_tui.model.capabilities import Capabilities
from omni_tui.store import open_store

CHAT = '[chats.help]\norigins = ["https://shop.example"]\n'


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    port = free_port()
    # The engine's address and the world's are two: the second is what doctor has to try.
    with Relay(tmp_path / "relay", chats=CHAT, public_url=f"http://localhost:{port}", port=port) as running:
        yield running


def written(folder: Path, relay: Relay, *, url: str = "", source: str = "shop", token: str = "") -> Path:
    file = folder / "config.toml"
    common = f'relay = "{url or relay.url}"\npassword = "{token or relay.token}"\n'
    file.write_text(
        f'[channels.form]\nkind = "webhook"\nsource = "{source}"\n{common}'
        f'[channels.web]\nkind = "chat"\nchat = "help"\n{common}',
        "utf-8",
    )
    file.chmod(0o600)
    return file


def doctor(config: Path, folder: Path) -> dict[str, tuple[str, str]]:
    """What it says of each thing looked at."""
    ran: Ran = run("--config", str(config), "--store", str(folder / "s" / "omni.db"), "doctor", "--json")
    return {each["name"]: (each["result"], each["message"]) for each in ran.json["findings"]}


def test_from_the_public_address_to_the_inbox_and_nothing_is_left(tmp_path: Path, relay: Relay) -> None:
    config = written(tmp_path, relay)
    store = open_store(tmp_path / "s" / "omni.db")
    with EngineProcess(config, store.path):
        give_up = time.monotonic() + HANG_S
        while lease.holder(store) is None:
            assert time.monotonic() < give_up
            time.sleep(0.02)
        found = doctor(config, tmp_path)
        again = doctor(config, tmp_path)
    for name in ("form", "web"):
        assert found[f"{name}: public address"][0] == "ok", found
        assert "number" in found[f"{name}: event"][1]
        assert found[f"{name}: inbox"][0] == "ok", found
        assert again[f"{name}: inbox"][0] == "ok"
    agent = agents.who(store, "ana")
    assert inbox.page(store, agent, parse("is:any", 0)) == ()
    store.close()


def test_without_an_engine_the_event_is_seen_to_wait(tmp_path: Path, relay: Relay) -> None:
    open_store(tmp_path / "s" / "omni.db").close()
    found = doctor(written(tmp_path, relay), tmp_path)
    assert found["form: event"][0] == "ok"
    assert found["form: inbox"] == ("warning", "The event waits on the relay: no engine is running.")
    assert [one["content_type"] for one in relay.pull()] == ["application/vnd.omni-tui.probe+json"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://relay.invalid", "The name relay.invalid is not known (DNS)."),
        ("http://127.0.0.1:{free}", "cannot be reached on port {free}"),
        ("https://127.0.0.1:{port}", "does not speak TLS on port {port}"),
    ],
)
def test_a_relay_that_cannot_be_reached(tmp_path: Path, relay: Relay, url: str, says: str) -> None:
    places = {"free": free_port(), "port": relay.url.rpartition(":")[2]}
    open_store(tmp_path / "s" / "omni.db").close()
    found = doctor(written(tmp_path, relay, url=url.format(**places)), tmp_path)
    assert found["form: relay"][0] == "failed"
    assert says.format(**places) in found["form: relay"][1]
    assert "form: event" not in found


def test_a_certificate_of_nobody_known(tmp_path: Path) -> None:
    folder = tmp_path / "relay"
    folder.mkdir()
    pair = make_certificate(folder)
    with Relay(folder, f'certificate = "{pair.cert}"\ncertificate_key = "{pair.key}"') as relay:
        url = relay.url.replace("http://127.0.0.1", "https://localhost")
        assert httpx.get(f"{url}/healthz", verify=False, timeout=HANG_S).text == "ok\n", "TLS of its own"
        open_store(tmp_path / "s" / "omni.db").close()
        found = doctor(written(tmp_path, relay, url=url), tmp_path)
        assert "The certificate of localhost is not good" in found["form: relay"][1]


def test_a_token_or_a_source_of_another_name(tmp_path: Path, relay: Relay) -> None:
    open_store(tmp_path / "s" / "omni.db").close()
    assert "token" in doctor(written(tmp_path, relay, token="omr_other"), tmp_path)["form: relay"][1]
    found = doctor(written(tmp_path, relay, source="nothing"), tmp_path)
    assert found["form: source"][0] == "failed"
    assert "form: event" not in found


@contextmanager
def proxy(relay: Relay, port: int, passes: tuple[str, ...]) -> Iterator[None]:
    """A proxy that passes some paths on and answers 404 to others."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass(b"")

        def do_POST(self) -> None:
            self._pass(self.rfile.read(int(self.headers["Content-Length"])))

        def _pass(self, body: bytes) -> None:
            status, said = 404, b"not here"
            if self.path.startswith(passes):
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                answer = httpx.request(self.command, relay.url + self.path, content=body, headers=headers)
                status, said = answer.status_code, answer.content
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("passes", "name", "says"),
    [
        (("/v1",), "form: public address", "answered 404 and not as a relay does"),
        (("/v1", "/healthz"), "form: event", "/in/shop does not lead to the relay (404)."),
    ],
)
def test_a_proxy_that_keeps_paths_to_itself(tmp_path: Path, passes: tuple[str, ...], name: str, says: str) -> None:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    with Relay(tmp_path / "relay", chats=CHAT, public_url=public) as relay, proxy(relay, port, passes):
        open_store(tmp_path / "s" / "omni.db").close()
        found = doctor(written(tmp_path, relay), tmp_path)
        assert found[name][0] == "failed", found
        assert says in found[name][1]


def test_an_engine_that_does_not_fetch(tmp_path: Path, relay: Relay) -> None:
    settings = load_settings(written(tmp_path, relay))
    store = open_store(tmp_path / "s" / "omni.db")

    def said(within_s: float) -> str:
        return way.prove(settings, store, "form", within_s=within_s).checks[-1].error

    assert lease.take(store, "elsewhere", 60_000)
    assert said(0) == "The running engine does not know this channel."
    channels.register(store, "form", "webhook", "shop", Capabilities())
    assert said(0) == "The engine is running and has not fetched the event."
    over = threading.Event()

    def another_engine() -> None:
        after = 0
        while not over.is_set():
            found = relay.pull(after, wait=1)
            after = int(str(found[-1]["seq"])) if found else after

    fetching = threading.Thread(target=another_engine)
    fetching.start()
    try:
        assert said(3) == "Another engine, with another store, fetches this source."
    finally:
        over.set()
        fetching.join(HANG_S)
        store.close()


def test_only_a_token_makes_a_probe_and_a_probe_is_nothing_else(relay: Relay) -> None:
    def ask(token: str, source: str = "shop", at: float = 0, body: bytes = b"{}", to: str = "shop") -> int:
        stamp = str(int(at or time.time()))
        mark = f"t={stamp},v1={signature(token_hash(token), stamp, source, body)}"
        return httpx.post(f"{relay.url}/in/{to}", content=body, headers={HEADER: mark}, timeout=HANG_S).status_code

    assert ask(relay.token) == 200
    assert ask("omr_other") == 401
    assert ask(relay.token, source="stripe") == 401, "signed for another source"
    assert ask(relay.token, at=time.time() - 3600) == 401
    assert ask(relay.token, source="nothing", to="nothing") == 404
    assert ask(relay.token, body=b"x" * 2000) == 413
    assert httpx.post(f"{relay.url}/in/shop", headers={HEADER: "t=1,v1=x"}, timeout=HANG_S).status_code == 401
