"""Where a demo lives: one private directory with its configuration, store and mail."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from omni_tui.config.load import load_settings
from omni_tui.config.write import add_channel, remove_channel, set_in_channel, write_private
from omni_tui.demo.world.people import SHOP, SHOP_ADDRESS, SHOP_DOMAIN, YOU
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _

CHAT = "shop"
"""What the relay calls the shop's live chat."""
_FACTS = "demo.json"
_VERSION = 1
_NEW_AT_EVERY_START = ("imap_port", "smtp_port", "relay", "password")


@dataclass(frozen=True, slots=True)
class Place:
    """A demo's directory and what makes its world: ``began_at`` is when it was new, in epoch ms."""

    dir: Path
    seed: int
    began_at: int
    password: str
    keep: bool

    @property
    def config(self) -> Path:
        """The configuration file; ``OMNI_TUI_CONFIG`` may name it to use the command line on the demo."""
        return self.dir / "config.toml"

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.dir / "store" / "omni.db"

    @property
    def mail(self) -> Path:
        """The mail server's root."""
        return self.dir / "mail"

    @property
    def staged(self) -> Path:
        """Exists once the agents have done their part."""
        return self.dir / "staged"

    def arrived(self) -> int:
        """How many of the world's arrivals were delivered, so that a kept world does not hear them twice."""
        counted = self.dir / "arrived"
        return int(counted.read_text()) if counted.exists() else 0

    def note_arrived(self, number: int) -> None:
        """So many of the arrivals were delivered."""
        (self.dir / "arrived").write_text(str(number))

    @property
    def log(self) -> Path:
        """What the servers have to say."""
        return self.dir / "servers.log"

    @classmethod
    def new(cls, directory: Path, seed: int, now: int, *, keep: bool) -> Place:
        """Begin a world in an empty directory of ours."""
        place = cls(directory, seed, now, secrets.token_urlsafe(16), keep)
        facts = {key: value for key, value in asdict(place).items() if key != "dir"}
        write_private(directory / _FACTS, json.dumps({"version": _VERSION, **facts}))
        return place

    @classmethod
    def load(cls, directory: Path) -> Place:
        """The world kept in ``directory``. Raises UsageError if it is none of ours."""
        try:
            facts = json.loads((directory / _FACTS).read_text(encoding="utf-8"))
            if facts.pop("version") == _VERSION:
                return cls(dir=directory, **facts)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise _strange(directory) from error
        raise _strange(directory)

    @staticmethod
    def kept_in(directory: Path) -> bool:
        """Whether a world is kept there."""
        return (directory / _FACTS).exists()

    @property
    def relay(self) -> Path:
        """Where the web shop's relay keeps its own."""
        return self.dir / "relay"

    def configure(self, imap_port: int, smtp_port: int, chat: Mapping[str, str]) -> None:
        """Have the configuration name servers on these ports; ``chat`` is the table of the shop's live chat.

        What somebody changed in the file of a kept world stays. Raises ConfigError where that cannot be read.
        """
        if not self.config.exists():
            write_private(
                self.config,
                f"""# The demo's configuration. A demo that is kept keeps what you change; ports are new at every start.
[agent]
login = "{YOU[0]}"
name = "{YOU[1]}"

[store]
path = "store/omni.db"

[inbox]
own_domains = ["{SHOP_DOMAIN}"]

""",
            )
        mail: dict[str, str | int] = {
            "kind": "mail",
            "address": SHOP_ADDRESS,
            "name": SHOP,
            "imap_host": "127.0.0.1",
            "imap_port": imap_port,
            "imap_tls": "none",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_port,
            "smtp_tls": "none",
            "password": self.password,
            "sent_folder": "Sent",
            "poll_s": 5,
            "signature": f"{YOU[1]}\n{SHOP}",
        }
        self._put("support", mail)
        self._put("webchat", chat)

    def _put(self, name: str, table: Mapping[str, str | int]) -> None:
        there = name in load_settings(self.config).channels
        if table and there:
            set_in_channel(self.config, name, {key: table[key] for key in _NEW_AT_EVERY_START if key in table})
        elif table:
            add_channel(self.config, name, table)
        elif there:
            remove_channel(self.config, name)


def _strange(directory: Path) -> UsageError:
    return UsageError(
        _("{directory} holds no demo that this version can open.").format(directory=directory),
        _("Name another directory with --keep, or remove this one."),
    )
