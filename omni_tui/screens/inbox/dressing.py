"""Theme and density, changed while one works: what there is to choose from, and what a choice does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from omni_tui.config.paths import config_file
from omni_tui.model.errors import UsageError
from omni_tui.screens.draw.tones import THEMES
from omni_tui.screens.overlay.palette import Item
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

LOOK = "look:"
"""Begins the name of a command that changes the look; ``theme`` or ``density`` and what it is to be follow."""
DENSITIES = ("compact", "normal", "roomy")


@runtime_checkable
class Wearer(Protocol):
    """The application, as far as it can change its colours."""

    def wear(self, theme: str) -> None:
        """Show everything in another theme."""


class Dressing:
    """Changes the look of what runs; the configuration stays as it is."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen

    def choose(self, what: str) -> Callable[[], None]:
        """Offers the values of ``theme`` or ``density``."""
        items = {"theme": self._themes, "density": self._densities}[what]
        nothing = _("Nothing is called that. Backspace shows more.")
        return lambda: self._screen.palette.choose_from(items, _("{found} of {all}"), nothing)

    def run(self, name: str) -> None:
        """Do what an item's name says."""
        what, _colon, value = name.removeprefix(LOOK).partition(":")
        self.change(what, value)

    def change(self, what: str, value: str) -> None:
        """Change ``theme`` or ``density``; tells how to keep it. Raises UsageError for a value there is not."""
        known = THEMES if what == "theme" else DENSITIES
        if value not in known:
            raise UsageError(_("There is no {what} {value}.").format(what=what, value=value), ", ".join(known))
        screen = self._screen
        if what == "theme":
            app = screen.app
            assert isinstance(app, Wearer)
            app.wear(value)
        else:
            rows = screen.parts.list
            screen.context.look.density = value
            rows.set_top(rows.top)
            rows.move_to(rows.cursor)
        screen.refresh(layout=True)
        settings = screen.context.settings
        # Kept by hand: nothing writes into a file people keep notes in without being asked.
        words = _('To keep it: {what} = "{value}" under [screen] in {file}')
        if not settings.kept:
            words = _('In an inbox of your own: {what} = "{value}" under [screen] in {file}')
        file = settings.file if settings.kept else config_file()
        screen.parts.say(words.format(what=what, value=value, file=file))

    def _themes(self) -> list[Item]:
        titles = {
            "dark": _("Dark"),
            "light": _("Light"),
            "contrast": _("High contrast, dark"),
            "contrast-light": _("High contrast, light"),
            "ansi": _("The terminal's sixteen colours, dark"),
            "ansi-light": _("The terminal's sixteen colours, light"),
        }
        now = self._screen.context.tones.name
        return [_item("theme", name, titles[name], now) for name in THEMES]

    def _densities(self) -> list[Item]:
        titles = {
            "compact": _("One line for each conversation"),
            "normal": _("Two lines where there is room for them"),
            "roomy": _("A blank line between conversations"),
        }
        now = self._screen.context.look.density
        return [_item("density", name, titles[name], now) for name in DENSITIES]


def _item(what: str, name: str, title: str, now: str) -> Item:
    return Item(f"{LOOK}{what}:{name}", title, name, "", note=_("now") if name == now else "")
