"""pymap as a second IMAP server: no CONDSTORE, no SPECIAL-USE, new mail seen only after NOOP."""

from __future__ import annotations

import mailbox
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from pysasl.hashing import BuiltinHash

from support.ports import free_ports, wait_for_greeting


class PymapServer:
    """A running pymap over Maildirs, without TLS: a context manager. ``users`` are fixed at start."""

    def __init__(self, users: Mapping[str, str]) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix="pymap-"))
        self.imap_port = 0
        self._boxes = {address: f"mail{number}" for number, address in enumerate(users)}
        # Few rounds: the password is no secret, and every login computes them.
        hashed = {address: BuiltinHash(rounds=10).hash(password) for address, password in users.items()}
        (self.dir / "pymap-etc-passwd").write_text(
            "".join(f"{address}:x:0:::{box}:\n" for address, box in self._boxes.items())
        )
        (self.dir / "pymap-etc-shadow").write_text("".join(f"{a}:{h}:::::::\n" for a, h in hashed.items()))
        (self.dir / "pymap-etc-shadow").chmod(0o600)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PymapServer:
        try:
            for _ in range(3):
                if self._start():
                    return self
            raise RuntimeError(f"pymap does not start: {(self.dir / 'out').read_text(errors='replace')}")
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deliver(self, rcpt: str, raw: bytes) -> None:
        """Drop a mail into the mailbox."""
        box = mailbox.Maildir(self.dir / self._boxes[rcpt], create=True)
        box.add(raw)
        box.close()

    def close(self) -> None:
        """Stop the server and remove everything it wrote."""
        self._stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def _start(self) -> bool:
        self.imap_port = free_ports(1)[0]
        command = [
            sys.executable,
            "-c",
            "import sys; from pymap.main import main; sys.exit(main())",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.imap_port),
            "--no-tls",
        ]
        with (self.dir / "out").open("ab") as out:
            self._process = process = subprocess.Popen(
                [*command, "maildir", str(self.dir)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        if wait_for_greeting(self.imap_port, b"* OK", lambda: process.poll() is None):
            return True
        self._stop()
        return False
