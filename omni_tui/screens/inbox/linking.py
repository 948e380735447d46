"""Going to what a conversation names: links, whose whole host is shown before anything is opened, other conversations,
orders, addresses and files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omni_tui.desk.named import Named, all_named
from omni_tui.model.errors import OmniError
from omni_tui.screens.overlay.palette import Item
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.cells import cut, width
from omni_tui.text.i18n import _
from omni_tui.text.links import host_of

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

LINK = "link:"
"""Begins the names of links in the palette."""
_TITLE = 50
_CHOICES = 20
"""Cells of the bottom line for what may be done with a link."""
_SILENT: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)


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
        self._named = all_named(opened.messages, opened.thread.head.ref) if opened is not None else ()
        if not self._named:
            screen.parts.say(_("No links here"))
            return
        of, nothing = _("{found} of {all} links"), _("No link is called that. Backspace widens the search.")
        screen.palette.choose_from(self._items, of, nothing)

    def _items(self) -> list[Item]:
        return [_item(number, named) for number, named in enumerate(self._named)]

    def follow(self, name: str) -> None:
        """Go to what was chosen by ``name``."""
        number = int(name.removeprefix(LINK))
        if number < len(self._named):
            self.go(self._named[number])

    def go(self, named: Named) -> None:
        """Show a conversation, what is found of an order, or a file; ask what to do with a link or an address."""
        screen, value = self._screen, named.value
        if named.kind == "ref":
            screen.searching.open(f"ref:{value.removeprefix('#')}", typing=False)
        elif named.kind == "order":
            screen.searching.open(value, typing=False)
        elif named.kind == "file":
            screen.files.look_at(value)
        elif named.kind == "phone":
            self.copy(value)
        elif named.kind == "address":
            self._about_address(value)
        else:
            self._about_link(value)

    def keep(self, named: Named) -> None:
        """Copy it, or save it where it is a file."""
        if named.kind == "file":
            self._screen.files.save_at(named.value)
        else:
            self.copy(named.value)

    def _about_link(self, url: str) -> None:
        screen = self._screen
        choices = {"y": (_("copy"), lambda: self.copy(url))}
        program = opener(os.environ)
        if program:
            choices = {"o": (_("open it"), lambda: screen.spawn(self._open(program, url), "link")), **choices}
        screen.commands.offer(_ending(host_of(url) or url, max(10, screen.size.width - _CHOICES)), choices)

    def _about_address(self, address: str) -> None:
        screen = self._screen

        def write() -> None:
            screen.turns.take(screen.lettering.new(address), into_field=True)

        screen.commands.offer(
            address,
            {
                "y": (_("copy"), lambda: self.copy(address)),
                "f": (_("find what they wrote"), lambda: screen.searching.open(f"from:{address}", typing=False)),
                "c": (_("write to them"), write),
            },
        )

    def copy(self, text: str) -> None:
        """Put ``text`` where the terminal pastes from, and tell it."""
        self._screen.app.copy_to_clipboard(text)
        # Not every terminal takes it: showing the text lets one mark it by hand.
        self._screen.parts.say(_("Copied {text}").format(text=text))

    async def _open(self, program: str, url: str) -> None:
        try:
            # A session of its own: it must outlive the inbox, and what it prints is not for this screen.
            await in_daemon(lambda: subprocess.run([program, url], check=True, start_new_session=True, **_SILENT))
        except (OSError, subprocess.CalledProcessError) as error:
            raise OmniError(
                _("The link could not be opened: {reason}").format(reason=error), _("y copies it.")
            ) from error


def _item(number: int, named: Named) -> Item:
    if named.kind != "link":
        title = _("conversation {ref}").format(ref=named.value) if named.kind == "ref" else named.value
        return Item(f"{LINK}{number}", cut(title, _TITLE), cut(named.by, 16), "")
    host = host_of(named.value) or named.value
    rest = named.value.partition("://")[2]
    path = rest[len(rest.split("/", 1)[0]) :] if host != named.value else ""
    shown = _ending(host, _TITLE)
    title = cut(shown + path, _TITLE) if path.strip("/") else shown
    return Item(f"{LINK}{number}", title, cut(named.by, 16), "", named.value)


def _ending(host: str, room: int) -> str:
    """As much of a host as there is room for; its end tells whose it is."""
    if width(host) <= room:
        return host
    while host and width(host) > room - 2:
        host = host[1:]
    return f"..{host}"
