"""What a mail channel needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tls = Literal["tls", "starttls", "none"]

IMAP_PORTS: dict[Tls, int] = {"tls": 993, "starttls": 143, "none": 143}
MOST_WHOLE_MB = 25
"""What is read of a mail at all (``text.mail.model.MAX_BYTES``)."""
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
    """Other addresses of this mailbox: mail from them is ours, and who wrote to one is answered from it."""
    alias_names: Mapping[str, str] = field(default_factory=dict)
    """The sender's name by alias; else ``name``."""
    alias_signatures: Mapping[str, str] = field(default_factory=dict)
    """The signature by alias; else ``signature``."""
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
    oauth: Literal["", "google", "microsoft"] = ""
    """Sign in with the provider instead of a password; what comes of it is kept where a password would be."""
    oauth_client_id: str = ""
    """The program's registration with the provider."""
    oauth_tenant: str = "common"
    """Microsoft's name for the organisation; ``common``: any."""
    oauth_flow: Literal["", "code", "page"] = ""
    """How somebody agrees: by a ``code`` typed into a page, which some organisations forbid, or on a ``page`` whose
    address is pasted back. Empty: as the provider prefers."""
    oauth_url: str = ""
    """Another authorization server than the provider's own."""
    inbox_folder: str = "INBOX"
    sent_folder: str = ""
    """Empty: found by its role, else by its usual names."""
    folders: tuple[str, ...] = ()
    """Further folders whose mail is taken in, as from the inbox."""
    junk_days: int = 0
    """How many days back mail filed as junk is taken in, as spam to look through; 0: not at all."""
    archive_folder: str = ""
    """Where mail goes when its conversation is resolved. Empty: it stays where it is."""
    mark_answered: bool = True
    """Mark what we answered as ``\\Answered`` and ``\\Seen`` on the server, as every mail program does."""
    seen_is_read: bool = False
    """What somebody reads in another program counts as read here."""
    auth_servers: tuple[str, ...] = ()
    """Whose Authentication-Results are believed; empty: those of servers under the domain of ``imap_host``."""
    save_sent: Literal["auto", "always", "never"] = "auto"
    """Put a copy of answers into the Sent folder; ``auto``: unless the provider does so itself."""
    signature: str = ""
    """Put below answers, after ``-- ``."""
    quote: bool = True
    """Repeat the customer's last message below an answer."""
    whole_mb: int = 25
    """Mail up to this size is fetched whole, 25 at most; of a larger one the text, and each file when it is wanted."""
    history_days: int = 0
    """How far back the first sync goes; 0: to the first mail."""
    poll_s: int = 20
    """How long one look for new mail may wait, in seconds."""
    timeout_s: int = 30
    """How long the server may keep silent, in seconds."""

    @property
    def whole_bytes(self) -> int:
        """The largest mail that is fetched whole."""
        return min(MOST_WHOLE_MB, max(1, self.whole_mb)) * 1_000_000

    @property
    def archives(self) -> bool:
        """Whether what is resolved is put away on the server."""
        return bool(self.archive_folder)

    @property
    def login(self) -> str:
        """Who logs in to IMAP."""
        return self.username or self.address

    @property
    def smtp_login(self) -> str:
        """Who logs in to SMTP."""
        return self.smtp_username or self.login

    def sender(self, address: str) -> str:
        """``address`` as it is written here if it is this mailbox's, else the mailbox's own."""
        wanted = address.casefold()
        return next((each for each in (self.address, *self.aliases) if each.casefold() == wanted), self.address)

    def name_of(self, address: str) -> str:
        """The sender's name in answers from ``address``."""
        return _by_address(self.alias_names, address, self.name)

    def signature_of(self, address: str) -> str:
        """What stands below answers from ``address``."""
        return _by_address(self.alias_signatures, address, self.signature)

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address of this mailbox, in the form addresses are compared in."""
        from omni_tui.text.address import comparable  # whoever only reads settings compares none

        return frozenset(map(comparable, (self.address, *self.aliases)))


def _by_address(table: Mapping[str, str], address: str, default: str) -> str:
    wanted = address.casefold()
    return next((value for key, value in table.items() if key.casefold() == wanted), default)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by name: no password leaves it."""
    if host.lower() in ("localhost", "localhost."):
        return True
    from ipaddress import ip_address  # milliseconds, which whoever only reads mail need not wait for

    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
