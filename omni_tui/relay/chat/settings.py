"""The table of a live chat, ``[chats.NAME]`` in ``relay.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from omni_tui.config.limits import Range
from omni_tui.relay.chat.hours import open_at, read_hours
from omni_tui.relay.chat.texts import LANGUAGES, TEXTS
from omni_tui.text.i18n import _

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WHITE, _BLACK = "#ffffff", "#000000"


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """``origins`` are the shop's sites (``https://shop.example``), and nobody else's page may speak to the chat.

    ``ask`` is whether a name and an address are asked for before the first message. ``texts`` replaces ours: by the
    name of a text, or of one language's (``"greeting.de"``). ``identity_secret`` is what the shop signs its customers'
    ids with (HMAC-SHA256, hexadecimal); without it nobody is recognised. ``per_minute`` bounds the messages of one
    visitor; one address may send four times as many. What nobody has touched for ``keep_days`` is forgotten.
    ``hours`` are when somebody answers (``mon-fri 9:00-18:00``), in the time ``zone``; none: always.
    """

    origins: tuple[str, ...]
    title: str = ""
    colour: str = "#0b57d0"
    side: Literal["right", "left"] = "right"
    languages: tuple[str, ...] = LANGUAGES
    texts: Mapping[str, str] = field(default_factory=dict)
    ask: Literal["no", "optional", "email"] = "no"
    identity_secret: str = field(default="", repr=False)
    max_file_kb: Annotated[int, Range(0, 16384)] = 5120
    """0: no files."""
    file_types: tuple[str, ...] = (
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/pdf",
        "text/plain",
    )
    per_minute: Annotated[int, Range(1, 10_000)] = 20
    keep_days: Annotated[int, Range(1, 3650)] = 90
    hours: tuple[str, ...] = ()
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if not self.origins:
            raise ValueError(_("origins is empty: no page could open the chat"))
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(_("{origin} is no origin; write https://shop.example").format(origin=origin))
        if not _COLOUR.fullmatch(self.colour):
            raise ValueError(_("colour is written as #0b57d0"))
        if not self.languages or set(self.languages) - set(LANGUAGES):
            raise ValueError(_("languages are among {known}").format(known=", ".join(LANGUAGES)))
        for key in self.texts:
            name, dot, language = key.partition(".")
            if name not in TEXTS["en"] or (dot and language not in LANGUAGES):
                raise ValueError(_("texts knows no {key}").format(key=key))
        for line in self.hours:
            read_hours(line)
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                _("zone is a name such as Europe/Berlin; {zone} is none").format(zone=self.zone)
            ) from error
        if self.identity_secret and len(self.identity_secret) < 16:
            raise ValueError(_("identity_secret is too short to be a secret: 16 characters at least"))

    def words(self, language: str) -> Mapping[str, str]:
        """Every text in ``language``, the shop's own before ours."""
        own = {key: text for key, text in self.texts.items() if "." not in key}
        mine = {key.partition(".")[0]: text for key, text in self.texts.items() if key.endswith(f".{language}")}
        return {**TEXTS[language], **own, **mine}

    def is_open(self, now: float) -> bool:
        """Whether somebody answers at ``now`` (seconds since the epoch)."""
        return open_at(map(read_hours, self.hours), datetime.fromtimestamp(now, ZoneInfo(self.zone)))

    @property
    def on_colour(self) -> str:
        """White or black, whichever reads better on the colour: at least 4.58 to 1 (WCAG 2.2, 1.4.3)."""
        return max((_WHITE, _BLACK), key=lambda each: contrast(each, self.colour))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
