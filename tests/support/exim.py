"""A private Exim in front of a private Dovecot: a real mail server, with a queue, reports and an autoresponder.

Needs no root: a copy of the program without its setuid bit, a configuration and a spool of its own. STARTTLS and AUTH
for those who send through it, and mail from anybody for the mailboxes, which it delivers by LMTP.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from support.dovecot import Dovecot
from support.ports import free_ports, wait_for_greeting

PROGRAM = Path("/usr/sbin/exim4")

CONFIG = """
exim_path = {dir}/exim
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege = true
spool_directory = {dir}/spool
log_file_path = {dir}/log-%s
pid_file_path = {dir}/exim.pid
primary_hostname = mail.shop.test
domainlist local_domains = shop.test : example.test : robot.test
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 100
smtp_accept_max_per_host = 100
smtp_accept_queue_per_connection = 0
queue_run_max = 2
dsn_advertise_hosts = *
chunking_advertise_hosts =
tls_advertise_hosts = *
tls_certificate = {dir}/cert.pem
tls_privatekey = {dir}/key.pem
acl_smtp_mail = mail
acl_smtp_rcpt = rcpt

begin acl
mail:
  accept
rcpt:
  deny local_parts = refused
    message = 5.1.1 nobody of that name lives here
  defer local_parts = grey
    condition = ${{if exists{{{dir}/known}}{{no}}{{yes}}}}
    message = 4.7.1 greylisted, come back later
  accept authenticated = *
  accept domains = +local_domains
  deny message = 5.7.1 relay not permitted

begin routers
robot:
  driver = accept
  domains = robot.test
  transport = robot
of_the_rude_robot:
  driver = accept
  domains = +local_domains
  condition = ${{if match{{$h_from:}}{{rude@}}}}
  headers_remove = Auto-Submitted
  transport = rude
boxes:
  driver = accept
  domains = +local_domains
  transport = dovecot
nowhere:
  driver = redirect
  allow_fail
  data = :fail: 550 5.1.2 no such domain

begin transports
dovecot:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = {lmtp}
  allow_localhost
  hosts_override
robot:
  driver = autoreply
  from = $local_part@$domain
  to = $h_from:
  subject = Away: $h_subject:
  text = I am away, and I say so to everybody, every time.
rude:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = {lmtp}
  allow_localhost
  hosts_override
  return_path = rude@robot.test

begin retry
* * F,1h,1m

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_condition = ${{if and{{{{!eq{{$auth3}}{{}}}}{{eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{{dir}/users}}}}}}}}}}}}
  server_set_id = $auth2
"""


def needed() -> None:
    """Skip a test where Exim is missing; in CI that is a failure."""
    if PROGRAM.exists():
        return
    words = "needs Exim: apt-get install --no-install-recommends exim4-daemon-light"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


class Exim:
    """A running server. Use it as a context manager.

    ``refused@`` of every domain is refused at once (550), ``grey@`` put off (451) until :meth:`knows_everybody`; a
    mailbox that Dovecot does not know bounces. What anybody at ``robot.test`` gets is answered, every time; the
    answers of ``rude@robot.test`` say nowhere that no person wrote them.
    """

    def __init__(self, dovecot: Dovecot) -> None:
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._lmtp = dovecot.lmtp_port
        self.dir = Path(tempfile.mkdtemp(prefix="exim-"))
        self.cert = self.dir / "cert.pem"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("cert.pem", "key.pem"):
            shutil.copyfile(dovecot.dir / name, self.dir / name)
        shutil.copyfile(PROGRAM, self.dir / "exim")
        (self.dir / "exim").chmod(0o755)
        (self.dir / "spool").mkdir()
        (self.dir / "users").touch()

    def __enter__(self) -> Exim:
        try:
            for _ in range(3):  # a port may be taken between finding and using it
                (self.port,) = free_ports(1)
                if self._start():
                    return self
            raise RuntimeError(f"Exim does not start: {self.log()}")
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and remove everything it wrote."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None
        shutil.rmtree(self.dir, ignore_errors=True)

    def log(self) -> str:
        """What the server wrote to its logs."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.dir.glob("log-*")))

    def add_user(self, address: str, password: str = "secret") -> None:
        """Let somebody send to everywhere."""
        with (self.dir / "users").open("a") as users:
            users.write(f"{address}: {password}\n")

    def knows_everybody(self) -> None:
        """Nobody is put off any more."""
        (self.dir / "known").touch()
        self._own()

    def at_rest(self) -> bool:
        """Whether nothing is in the queue."""
        asked = [str(self.dir / "exim"), "-C", str(self.dir / "exim.conf"), "-bpc"]
        return subprocess.run(asked, capture_output=True, check=True, text=True, **self._drop()).stdout.strip() == "0"

    def bring(self, sender: str, rcpt: str, raw: bytes) -> None:
        """A mail from the world: no login, no encryption."""
        with smtplib.SMTP("127.0.0.1", self.port, "world.test", timeout=20) as client:
            client.sendmail(sender, [rcpt], raw)

    def _start(self) -> bool:
        config = self.dir / "exim.conf"
        group = self._account.pw_gid
        config.write_text(
            CONFIG.format(dir=self.dir, user=self._account.pw_uid, group=group, port=self.port, lmtp=self._lmtp)
        )
        self._own()
        with (self.dir / "log-out").open("ab") as out:
            self._process = process = subprocess.Popen(
                [str(self.dir / "exim"), "-C", str(config), "-bdf"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._drop(),
            )
        if wait_for_greeting(self.port, b"220", lambda: process.poll() is None):
            return True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        return False

    def _drop(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _own(self) -> None:
        if os.geteuid() == 0:
            for path in (self.dir, *self.dir.iterdir()):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
