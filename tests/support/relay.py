"""A relay as a process of its own, and a sender that signs as its sources do."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

from support.shops import process_environment

HANG_S = 60.0
KEY = "test_secret"
_CONFIG = """\
[server]
public_url = "{public_url}"
port = {port}
{server}
[sources.shop]
scheme = "omni"
keys = ["{key}"]
[sources.stripe]
scheme = "stripe"
keys = ["old", "{key}"]
[sources.fb]
scheme = "meta"
keys = ["{key}:word"]
[sources.wx]
scheme = "wechat"
keys = ["{key}"]
{chats}
"""


class Relay:
    """``omni-tui relay serve`` in ``folder``; killed at the end of the block if it still runs."""

    def __init__(
        self,
        folder: Path,
        server: str = "",
        chats: str = "",
        *,
        public_url: str = "https://relay.example",
        port: int = 0,
    ) -> None:
        from omni_tui.relay.tokens import Tokens

        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "relay.toml"
        text = _CONFIG.format(key=KEY, server=server, chats=chats, public_url=public_url, port=port)
        config.write_text(text, "utf-8")
        config.chmod(0o600)
        self.token = Tokens(folder / "tokens.json").issue("engine", ("pull",), 0)
        self.start()

    @classmethod
    def at(cls, folder: Path) -> Relay:
        """One whose directory ``relay init`` has made."""
        made = cls.__new__(cls)
        made.folder, made.token = folder, ""
        made.start()
        return made

    def start(self) -> None:
        """Start it (again) on a port of its own."""
        log = (self.folder / "stderr.log").open("wb")
        command = [sys.executable, "-m", "omni_tui", "relay", "serve", str(self.folder)]
        with log:
            self._process = subprocess.Popen(command, stderr=log, env=process_environment())
        deadline = time.monotonic() + HANG_S
        while " port " not in (said := (self.folder / "stderr.log").read_text("utf-8")):
            assert self._process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
        port = said.partition(" port ")[2].partition(",")[0]
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Relay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """``kill -9``."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(HANG_S)

    def terminate(self) -> int:
        """SIGTERM, and its exit code."""
        self._process.terminate()
        return self._process.wait(HANG_S)

    def pull(self, after: int = 0, **more: object) -> list[dict[str, object]]:
        """What an engine gets."""
        params = {"source": "shop", "after": after, **more}
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.get(f"{self.url}/v1/events", params=params, headers=headers, timeout=HANG_S)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        return list(answer.json()["events"])


def signed(body: bytes, key: str = KEY, at: float | None = None) -> dict[str, str]:
    """The headers of the scheme ``omni``."""
    stamp = str(int(time.time() if at is None else at))
    value = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Omni-Signature": f"t={stamp},v1={value}", "Content-Type": "application/json"}


def event(event_id: str, text: str = "你好") -> bytes:
    """A generic event."""
    return json.dumps({"event_id": event_id, "message": {"text": text}}, ensure_ascii=False).encode()


class Sender:
    """A provider's one connection, kept open: nothing but what HTTP/1.1 needs, so that many fit into a test."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """The answer's status; 0 when the relay was gone before it answered."""
        host, port = self._relay.url.removeprefix("http://").split(":")
        try:
            if self._open is None:
                self._open = await asyncio.open_connection(host, int(port))
            reader, writer = self._open
            lines = [f"POST {path} HTTP/1.1", "Host: relay", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length:
                await reader.readexactly(int(length[1]))
            if b"connection: close" in head.lower():
                self.close()
            return int(head.split(b" ", 2)[1])
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None
