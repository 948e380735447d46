"""What a mail channel needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

Tls = Literal["tls", "starttls", "none"]

IMAP_PORTS: dict[Tls, int] = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS: dict[Tls, int] = {"tls": 465, "starttls": 587, "none": 587}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One mailbox. The engine reads the password where ``password_*`` or ``keyring`` say; we only get it."""

    address: str
    """The address customers write to, and the sender of answers."""
    imap_host: str
    smtp_host: str
    name: str = ""
    """The sender's name in answers."""
    aliases: tuple[str, ...] = ()
    """Other addresses of this mailbox: mail from them is ours."""
    username: str = ""
    """Empty: the address."""
    imap_port: int = 0
    """0: by ``imap_tls`` 993 or 143."""
    imap_tls: Tls = "tls"
    smtp_port: int = 0
    """0: by ``smtp_tls`` 465 or 587."""
    smtp_tls: Tls = "starttls"
    smtp_username: str = ""
    """Empty: as for IMAP."""
    allow_plaintext: bool = False
    """Let ``none`` send the password unencrypted to another host."""
    ca_file: str = ""
    """A PEM file with further certificates to trust."""
    password_command: str = ""
    """A command that prints the password."""
    password_env: str = ""
    """The environment variable that holds the password."""
    password_file: str = ""
    """A file whose first line is the password."""
    keyring: bool = False
    """Ask the desktop's keyring."""
    inbox_folder: str = "INBOX"
    sent_folder: str = ""
    """Empty: found by its role, else by its usual names."""
    save_sent: Literal["auto", "always", "never"] = "auto"
    """Put a copy of answers into the Sent folder; ``auto``: unless the provider does so itself."""
    signature: str = ""
    """Put below answers, after ``-- ``."""
    quote: bool = True
    """Repeat the customer's last message below an answer."""
    history_days: int = 0
    """How far back the first sync goes; 0: to the first mail."""
    poll_s: int = 20
    """How long one look for new mail may wait, in seconds."""
    timeout_s: int = 30
    """How long the server may keep silent, in seconds."""

    @property
    def login(self) -> str:
        """Who logs in to IMAP."""
        return self.username or self.address

    @property
    def smtp_login(self) -> str:
        """Who logs in to SMTP."""
        return self.smtp_username or self.login

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address of this mailbox, in lower case."""
        return frozenset(each.casefold() for each in (self.address, *self.aliases))


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by name: no password leaves it."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
