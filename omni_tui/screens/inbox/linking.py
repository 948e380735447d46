"""Following what a conversation names: links, shown with their whole host before anything is opened, and other
conversations."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_tui.model.enums import Direction
from omni_tui.model.errors import OmniError
from omni_tui.model.message import MessageRow
from omni_tui.screens.overlay.palette import Item
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.cells import cut, width
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _
from omni_tui.text.links import host_of, links_in

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

LINK = "link:"
"""Begins the names of links in the palette."""
_TITLE = 50
_SILENT: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
_REF = re.compile(r"(?<![\w#&/])#(\d{1,9})\b")


@dataclass(frozen=True, slots=True)
class Named:
    """What a message names: a ``url``, or the conversation with the number ``ref``."""

    url: str
    ref: str
    by: str


def named_in(messages: Sequence[MessageRow], own_ref: int) -> tuple[Named, ...]:
    """What the messages name, the newest first, each once."""
    found: dict[str, Named] = {}
    for message in reversed(messages):
        if message.direction is Direction.EVENT:
            continue
        text, by = clean(message.text), clean_line(message.author.name or message.author.address)
        for url in links_in(text):
            found.setdefault(url, Named(url, "", by))
        if message.direction is not Direction.INBOUND:
            # A customer's "#1" is an order or a model; ours are the team's own.
            for ref in _REF.findall(text):
                if int(ref) != own_ref:
                    found.setdefault(f"#{ref}", Named("", ref, by))
    return tuple(found.values())


def opener(environment: Mapping[str, str], platform: str = sys.platform) -> str:
    """The program that shows a web page on the screen the agent sits at; empty where there is none, as over SSH."""
    if any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY")):
        return ""
    if platform == "darwin":
        return shutil.which("open") or ""
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return shutil.which("xdg-open") or ""
    return ""


class Linking:
    """Lets one choose what to follow."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._named: tuple[Named, ...] = ()

    def choose(self) -> None:
        """Show what the open thread names, to choose from."""
        screen, opened = self._screen, self._screen.parts.thread.opened
        self._named = named_in(opened.messages, opened.thread.head.ref) if opened is not None else ()
        if not self._named:
            screen.parts.say(_("No links here"))
            return
        of, nothing = _("{found} of {all} links"), _("No link is called that. Backspace widens the search.")
        screen.palette.choose_from(self._items, of, nothing)

    def _items(self) -> list[Item]:
        return [_item(number, named) for number, named in enumerate(self._named)]

    def follow(self, name: str) -> None:
        """Follow what was chosen by ``name``: ask what to do with a link, or show the conversation."""
        number = int(name.removeprefix(LINK))
        if number >= len(self._named):
            return
        screen, named = self._screen, self._named[number]
        if named.ref:
            screen.searching.open(f"ref:{named.ref}", typing=False)
            return
        url = named.url
        choices = {"y": (_("copy"), lambda: self._copy(url))}
        program = opener(os.environ)
        if program:
            choices = {"o": (_("open"), lambda: screen.spawn(self._open(program, url), "link")), **choices}
        screen.commands.offer(host_of(url) or url, choices)

    def _copy(self, url: str) -> None:
        self._screen.app.copy_to_clipboard(url)
        # Not every terminal takes it: showing the text lets one mark it by hand.
        self._screen.parts.say(_("Copied {text}").format(text=url))

    async def _open(self, program: str, url: str) -> None:
        try:
            # A session of its own: it must outlive the inbox, and what it prints is not for this screen.
            await in_daemon(lambda: subprocess.run([program, url], check=True, start_new_session=True, **_SILENT))
        except (OSError, subprocess.CalledProcessError) as error:
            raise OmniError(
                _("The link could not be opened: {reason}").format(reason=error), _("y copies it.")
            ) from error


def _item(number: int, named: Named) -> Item:
    if named.ref:
        title = _("conversation #{ref}").format(ref=named.ref)
        return Item(f"{LINK}{number}", title, named.by, "")
    host = host_of(named.url) or named.url
    rest = named.url.partition("://")[2]
    path = rest[len(rest.split("/", 1)[0]) :] if host != named.url else ""
    # The end of a host tells whose it is.
    shown = host if width(host) <= _TITLE else f"..{host[-(_TITLE - 2) :]}"
    title = cut(shown + path, _TITLE) if path.strip("/") else shown
    return Item(f"{LINK}{number}", title, cut(named.by, 16), "", named.url)
