"""A shop with a real mailbox: its configuration on disk, mails to it, and engines of their own processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType

from support.dovecot import Dovecot
from support.smtp import SmtpServer

TESTS = Path(__file__).parents[1]
HANG_S = 60.0


def mail_table(dovecot: Dovecot, smtp: SmtpServer, address: str, password: str = "secret") -> dict[str, object]:
    """The channel table of a mailbox on the test servers."""
    return {
        "kind": "mail",
        "address": address,
        "imap_host": "localhost",
        "imap_port": dovecot.imaps_port,
        "imap_tls": "tls",
        "smtp_host": "localhost",
        "smtp_port": smtp.port,
        "smtp_tls": "starttls",
        "ca_file": str(dovecot.cert),
        "password": password,
        "poll_s": 1,
    }


def write_config(path: Path, channels: Mapping[str, Mapping[str, object]]) -> Path:
    """A configuration file with these channels, readable by its owner."""
    lines = []
    for name, table in channels.items():
        lines.append(f"[channels.{name}]")
        lines += [f"{key} = {_toml(value)}" for key, value in table.items()]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return path


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def mail(sender: str, to: str, text: str, *, subject: str = "A question", key: str = "", answers: str = "") -> bytes:
    """A plain mail. ``answers`` is the Message-ID it replies to, with its angle brackets."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = to
    made["Subject"] = subject
    made["Date"] = "Mon, 03 Nov 2025 10:00:00 +0000"
    if key:
        made["Message-ID"] = f"<{key}>"
    if answers:
        made["In-Reply-To"] = answers
        made["References"] = answers
    made.set_content(text)
    return made.as_bytes()


def process_environment() -> dict[str, str]:
    """The environment in which a process finds this package and the program."""
    places = [str(TESTS), str(TESTS.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}


class EngineProcess:
    """An engine as a process; killed at the end of the block if it still runs.

    Its standard input is a pipe from here, so that ``hang_up`` is what the end of an inbox is for its child.
    """

    def __init__(self, config: Path, store: Path, *flags: str, lease_s: float = 3.0) -> None:
        self.log = config.with_name("stderr.log")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "support.engine_main"),
                    *(str(config), str(store), "--lease", str(lease_s), *flags),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=process_environment(),
            )

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Its exit code."""
        return self._process.wait(HANG_S)

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def hang_up(self) -> None:
        """The other end of its standard input is gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(HANG_S)
        self.hang_up()
