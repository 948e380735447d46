"""Views on the screen: going to one, all of them to choose from, and what is done to the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.desk import view_edits, views
from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.model.view import View
from omni_tui.screens.overlay.palette import Item
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

GO = "view:"
"""Begins the name of a command that shows a view; its id follows."""
NAMES = ("save_view", "rename_view", "move_view", "share_view", "hide_view", "delete_view")
_ASKED = ("save_view", "rename_view", "move_view")


class Viewing:
    """Stands between the views there are and the one the list shows."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen

    @property
    def known(self) -> tuple[View, ...]:
        """Every view, hidden ones last."""
        return self._screen.status.views

    @property
    def shown(self) -> tuple[View, ...]:
        """The views in sight, in order."""
        return tuple(view for view in self.known if not view.hidden)

    # Going to one --------------------------------------------------------------------------------------

    def go(self, view: View) -> None:
        """Show a view from its top."""
        screen = self._screen
        screen.searching.close()
        screen.reading.to_list()
        screen.turns.take(screen.finding.show_view(view))

    def go_to(self, id: str) -> None:
        """Show the view of that id. Raises NotFound."""
        found = next((view for view in self.known if view.id == id), None)
        if found is None:
            raise NotFound(_("That view is gone."))
        self.go(found)

    def go_to_number(self, number: int) -> None:
        """Show the view of that number; say so if there is none."""
        found = next((view for view in self.known if view.number == number), None)
        if found is None:
            parts = self._screen.parts
            parts.say(_("There is no view number {number}").format(number=number), parts.hint("views", _("views")))
        else:
            self.go(found)

    def go_by(self, step: int) -> None:
        """Show the view after or before the one that is shown."""
        shown = self.shown
        at = next((n for n, view in enumerate(shown) if view.id == self._screen.finding.view.id), -step)
        self.go(shown[(at + step) % len(shown)])

    # All of them ---------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Offer all views with their numbers, counts and queries."""
        nothing = _("No view is called that. Backspace shows more.")
        self._screen.palette.choose_from(self.items, _("{found} of {all} views"), nothing)
        self._screen.ask("status")

    def items(self) -> list[Item]:
        """The views as things to choose."""
        context, counts = self._screen.context, self._screen.status.counts
        return [
            Item(
                f"{GO}{view.id}",
                clean_line(view.title),
                _whose(view, context.agent.login),
                f"g{view.number}" if view.number else "",
                clean_line(view.query) or _("everything but spam and trash"),
                note=str(counts[view.id]) if view.id in counts else "",
            )
            for view in self.known
        ]

    def changed(self) -> None:
        """The views or their counts were read anew: follow the one that is shown."""
        screen, finding = self._screen, self._screen.finding
        old = finding.view
        new = next((view for view in self.known if view.id == old.id), None)
        if new is None:
            if old.name not in screen.triage.undone_views:  # that it was undone has been said, and stays to be read
                screen.parts.say(_("The view {name} is gone").format(name=clean_line(old.title)))
            finding.view = self.shown[0]
            if not finding.search:
                self._screen.spawn(finding.show_view(self.shown[0]), "view")
        elif new != old:
            finding.view = new
            if (new.query, new.sort) != (old.query, old.sort) and not finding.search:
                self._screen.spawn(finding.show_view(new), "view")
        screen.palette.renew()
        screen.list_changed()

    # What is done to one -------------------------------------------------------------------------------

    def run(self, name: str, given: str = "") -> None:
        """Do one of ``NAMES`` to the view that is shown; ``given`` answers what it asks for."""
        screen = self._screen
        if given or name not in _ASKED:
            screen.spawn(self._do(name, given), "deed")
        elif name == "save_view" and not screen.finding.search:
            screen.parts.say(
                _("Search first: what you find is what a view keeps"), screen.parts.hint("search", _("search"))
            )
        else:
            screen.parts.prompt.ask(self._question(name))

    def _question(self, name: str) -> Question:
        if name == "move_view":
            return Question(name, _("Move to place"), self._places)
        start = clean_line(self._screen.finding.view.title) if name == "rename_view" else ""
        return Question(name, _("Save as") if name == "save_view" else _("Rename to"), lambda _text: (), start=start)

    def _places(self, text: str) -> Sequence[Offer]:
        found = [Offer(str(view.number), clean_line(view.title)) for view in self.shown if view.number]
        return [offer for offer in found if offer.value.startswith(text)]

    async def answered(self, name: str, answer: str) -> None:
        """The prompt was answered; it stays open to be corrected while the answer will not do."""
        prompt = self._screen.parts.prompt
        try:
            await self._do(name, answer)
        except OmniError as error:
            prompt.problem(f"{error.message} {error.hint}".strip())
            return
        prompt.close()
        self._screen.reading.refocus()

    async def _do(self, name: str, given: str) -> None:
        screen, view = self._screen, self._screen.finding.view
        if name != "save_view" and screen.finding.search:
            raise UsageError(
                _("A search is shown, no view."),
                _("{back} goes back to the view; {key} saves the search.").format(
                    back=screen.context.key("back"), key=screen.context.key("save_view")
                ),
            )
        outcome = await self._store(name, view, given)
        await screen.status.refresh()
        if name == "save_view":
            saved = views.named(self.known, outcome.views[0])
            screen.searching.close()
            await screen.finding.show_view(saved)
            screen.reading.to_list()
        self._tell(name, outcome)
        if name in ("hide_view", "delete_view") and screen.finding.view not in self.shown:
            await screen.finding.show_view(self.shown[0])

    async def _store(self, name: str, view: View, given: str) -> Outcome:
        link, agent, search = self._screen.parts.link, self._screen.context.agent, self._screen.finding.search
        match name:
            case "save_view":
                if not search:
                    raise UsageError(_("Search first: what you find is what a view keeps."))
                return await link.write(view_edits.save, agent, given, search)
            case "rename_view":
                return await link.write(view_edits.rename, agent, view, given)
            case "move_view":
                if not (given.isascii() and given.isdigit()):
                    raise UsageError(_("A place is a number, such as 1."))
                return await link.write(view_edits.move, agent, view, int(given[:6]))
            case "share_view":
                edit = view_edits.unshare if view.owner and view.shared else view_edits.share
                return await link.write(edit, agent, view)
            case "hide_view":
                return await link.write(view_edits.unhide if view.hidden else view_edits.hide, agent, view)
            case _:
                return await link.write(view_edits.delete, agent, view)

    def _tell(self, name: str, outcome: Outcome) -> None:
        parts = self._screen.parts
        if not outcome.views:
            parts.say(_("Nothing to do: it already is so"))
            return
        title = clean_line(outcome.views[0])
        now = next((view for view in self.known if view.name == outcome.views[0]), None)
        number = now.number if now else 0
        words = {
            "view save": _("Saved as {name}").format(name=title),
            "view rename": _("Renamed to {name}").format(name=title),
            "view move": _("Moved {name}").format(name=title),
            "view share": _("Every agent sees {name} now").format(name=title),
            "view unshare": _("{name} is yours alone again").format(name=title),
            "view hide": _("{name} is hidden; {key} still shows it").format(name=title, key=parts.context.key("views")),
            "view unhide": _("{name} is in sight again").format(name=title),
            "view delete": _("Deleted {name}; its conversations stay").format(name=title),
        }[outcome.verb]
        reach = parts.hint(f"view_{number}", _("shows it"))
        numbered = number and name in ("save_view", "move_view")
        parts.say(words, *((reach,) if numbered else ()), parts.hint("undo", _("undo")))


def _whose(view: View, login: str) -> str:
    if view.hidden:
        return _("hidden")
    if view.owner is None:
        return ""
    if view.owner != login:
        return _("shared by {login}").format(login=clean_line(view.owner))
    return _("shared") if view.shared else _("yours")
