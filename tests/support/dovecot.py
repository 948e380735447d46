"""A private Dovecot (IMAP, IMAPS, STARTTLS, LMTP) that needs no root and leaves nothing behind."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import smtplib
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from imapclient import IMAPClient

from support.certs import make_certificate
from support.ports import free_ports, wait_for_greeting, wait_for_refusal

CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2
mail_fsync = never
mail_max_userip_connections = 200
mailbox_idle_check_interval = 1s
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {dir}/users/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/mail/%u
}}
mail_location = maildir:~/Maildir
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


def available() -> bool:
    """Whether the programs this needs are installed."""
    return Path("/usr/sbin/dovecot").exists() and shutil.which("openssl") is not None


class Dovecot:
    """A running server with mailboxes of its own. Use it as a context manager.

    As root it runs as ``nobody``, otherwise as the current user. Give every test its own address: mailboxes
    are made at first use and live as long as the server.
    """

    def __init__(self) -> None:
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        # Directly under the temporary directory: pytest's own directories are closed to other users.
        self.dir = Path(tempfile.mkdtemp(prefix="dove-"))
        for name in ("run", "state", "mail", "users"):
            (self.dir / name).mkdir()
        self.cert = make_certificate(self.dir).cert
        self.imap_port = self.imaps_port = self.lmtp_port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded = 0

    def __enter__(self) -> Dovecot:
        try:
            for _ in range(3):  # a port may be taken between finding and using it
                self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
                if self._start():
                    return self
            raise RuntimeError(f"Dovecot does not start: {self.log()}")
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and remove everything it wrote."""
        self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self) -> None:
        """Start again on the same ports, after ``kill``."""
        if not self._start():
            raise RuntimeError(f"Dovecot does not start: {self.log()}")

    def kill(self) -> None:
        """Unplug: every process ends at once, every connection breaks. The mailboxes stay."""
        if self._process is None:
            return
        self._end(self._process)
        # The others of its group listen, too, and on a busy machine end after the one that was waited for.
        for port in (self.imap_port, self.imaps_port, self.lmtp_port):
            wait_for_refusal(port)

    def log(self) -> str:
        """What the server wrote to its log."""
        out = [self.dir / "out", self.dir / "dovecot.log"]
        return "\n".join(path.read_text(errors="replace") for path in out if path.exists())

    def add_user(self, address: str, password: str = "secret") -> None:
        """Make a mailbox; its password cannot be changed later."""
        path = self.dir / "users" / address
        path.write_text(f"{address}:{password}\n")
        self._own(path)

    def deliver(self, rcpt: str, raw: bytes, sender: str = "sender@example.net") -> None:
        """Deliver one mail by LMTP, as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=20) as lmtp:
            lmtp.sendmail(sender, [rcpt], raw)

    def load_maildir(
        self,
        user: str,
        mails: Iterable[bytes],
        *,
        folder: str = "INBOX",
        flags: str = "",
        times: Iterable[float] | None = None,
    ) -> int:
        """Put many mails in a folder at once and count them; their UIDs ascend in this order.

        ``flags`` are Maildir letters for all of them (``S`` seen, ``R`` answered); ``times`` the receipt times
        in seconds (default: one second apart, ending now).
        """
        maildir = self.dir / "mail" / user / "Maildir"
        if folder != "INBOX":
            maildir /= f".{folder}"
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
        for path in (
            self.dir / "mail" / user,
            self.dir / "mail" / user / "Maildir",
            maildir,
            *maildir.iterdir(),
        ):
            self._own(path)
        batch = list(mails)
        now = int(time.time())
        stamps = list(times) if times is not None else [now - len(batch) + i for i in range(len(batch))]
        for raw, stamp in zip(batch, stamps, strict=True):
            self._loaded += 1
            # The name begins with a time, and Dovecot numbers new files in the order of their names. Its table of names
            # grows slow where their ends are alike, as no mail server's are.
            scattered = self._loaded * 2_654_435_761 % (1 << 32)
            path = maildir / "cur" / f"{1_000_000_000 + self._loaded}.M{scattered:08x}.test:2,{flags}"
            path.write_bytes(raw)
            os.utime(path, (stamp, stamp))
            self._own(path)
        return len(batch)

    def renumber(self, user: str, *, same_uidvalidity: bool = False) -> None:
        """Give the inbox's mails UIDs from 1 on under a new UIDVALIDITY. Only while killed.

        ``same_uidvalidity`` breaks the standard, as a backup does that was put back carelessly.
        """
        maildir = self.dir / "mail" / user / "Maildir"
        uidlist = maildir / "dovecot-uidlist"
        old = int(uidlist.read_text().split()[1].removeprefix("V"))
        for path in [*maildir.glob("dovecot-uidvalidity*"), *maildir.glob("dovecot.index*")]:
            path.unlink()
        uidlist.write_text(f"3 V{old if same_uidvalidity else old + 1000} N1\n")
        self._own(uidlist)

    def client(self, user: str, password: str = "secret") -> IMAPClient:
        """A client logged in over TLS."""
        client = IMAPClient(
            "localhost",
            self.imaps_port,
            timeout=20,
            ssl_context=ssl.create_default_context(cafile=str(self.cert)),
        )
        client.login(user, password)
        return client

    def mails(self, user: str, folder: str = "INBOX", password: str = "secret") -> list[bytes]:
        """The raw mails of a folder, oldest first; their flags stay as they are."""
        with self.client(user, password) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def wait_for_mails(self, user: str, count: int, folder: str = "INBOX", timeout_s: float = 30) -> list[bytes]:
        """The raw mails of a folder once there are at least ``count`` of them."""
        end = time.monotonic() + timeout_s
        while len(found := self.mails(user, folder)) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(found)} of {count} mails in {folder} of {user}")
            time.sleep(0.05)
        return found

    def _start(self) -> bool:
        group = grp.getgrgid(self._account.pw_gid).gr_name
        config = self.dir / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                dir=self.dir,
                user=self._account.pw_name,
                group=group,
                imap=self.imap_port,
                imaps=self.imaps_port,
                lmtp=self.lmtp_port,
            )
        )
        for path in (self.dir, *self.dir.iterdir()):
            self._own(path)
        (self.dir / "run" / "master.pid").unlink(missing_ok=True)
        drop: dict[str, Any] = {}
        if os.geteuid() == 0:
            drop = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        with (self.dir / "out").open("ab") as out:
            self._process = subprocess.Popen(
                ["/usr/sbin/dovecot", "-F", "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **drop,
            )
        process = self._process
        if wait_for_greeting(self.imap_port, b"* OK", lambda: process.poll() is None):
            return True
        self._end(process)
        return False

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        self._process = None

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)
