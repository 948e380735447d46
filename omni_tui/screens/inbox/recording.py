"""Macros on the screen: recorded between ``(`` and ``)``, kept under a letter, replayed by ``@`` and the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk import macros
from omni_tui.desk.actions.keymap import MACRO
from omni_tui.desk.macros import STEPS, Macro
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.screens.chrome.footer_lines import Hint, Toast
from omni_tui.screens.inbox.asking import Asking
from omni_tui.screens.inbox.deeds import Deed
from omni_tui.screens.overlay.palette import Item
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.text.i18n import _, ngettext

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

KEEP = "keep_macro"
"""The question under which letter a recording is kept."""


class Recording:
    """Knows the agent's macros, listens while one is recorded, and runs them."""

    def __init__(self, screen: InboxScreen, asking: Asking) -> None:
        self._screen, self._asking = screen, asking
        self.known: tuple[Macro, ...] = ()
        self._steps: list[str] | None = None
        self._last = ""
        screen.triage.heard = self._heard

    async def read(self) -> None:
        """Read the macros there are, and give them their keys; a key that is taken already is told."""
        screen, context = self._screen, self._screen.context
        self.known = await screen.parts.link.read(macros.listed, context.agent, context.settings.macros)
        problems = screen.bind_macros([macro.name for macro in self.known])
        if problems:
            screen.parts.footer.toast(Toast(problems[0], (), "caution"))

    def begin(self) -> None:
        """Listen from now on."""
        self._steps = []
        self._screen.parts.say(_("Recording what you do"), self._screen.parts.hint("record_end", _("ends it")))

    def end(self) -> None:
        """Ask for the letter; nothing is kept if nothing was done."""
        steps, parts = self._steps, self._screen.parts
        if steps is None:
            parts.say(_("Nothing is being recorded"), parts.hint("record", _("begins")))
        elif not steps:
            self._steps = None
            parts.say(_("Nothing was recorded"))
        else:
            lead = _("Keep under the letter")
            parts.prompt.ask(Question(KEEP, lead, lambda _text: [Offer("", "; ".join(steps))]))

    async def answered(self, answer: str) -> None:
        """The letter was typed."""
        screen, prompt = self._screen, self._screen.parts.prompt
        context, steps = screen.context, self._steps or []
        try:
            await screen.parts.link.write(
                macros.record, context.agent, answer, steps, context.zone(), context.settings.macros
            )
        except OmniError as error:
            prompt.problem(f"{error.message} {error.hint}".strip())
            return
        self._steps, self._last = None, answer
        prompt.close()
        screen.reading.refocus()
        count = len(steps)
        said = ngettext("Kept {count} action", "Kept {count} actions", count).format(count=count)
        screen.parts.say(said, Hint(f"@{answer}", _("does them again")))
        await self.read()

    def run(self, name: str, count: int | None = None) -> None:
        """Do the macro to the selection, or to as many rows as ``count`` says; ``@`` is the last one again."""
        screen = self._screen
        wanted = self._last if name == "@" else name
        try:
            if not wanted:
                raise UsageError(_("No macro was run yet."), _("( begins to record one, ) ends it."))
            deed = self._asking.macro(macros.named(self.known, wanted))
        except OmniError as error:
            screen.parts.complain(error)
            return
        self._last = wanted
        screen.spawn(screen.triage.carry_out(deed, screen.triage.targets(count)), "deed")

    def items(self) -> list[Item]:
        """The macros as the palette offers them."""
        return [
            Item(f"{MACRO}{each.name}", _("Macro {name}").format(name=each.name), _("this conversation"),
                 self._screen.key_map.first_key(f"{MACRO}{each.name}"), "; ".join(each.steps))
            for each in self.known
        ]  # fmt: skip

    def _heard(self, deed: Deed) -> None:
        if self._steps is None:
            return
        if deed.macro is not None:
            self._steps.extend(deed.macro.steps)
            return
        line = deed.line or deed.action
        if line.split(" ")[0] in STEPS:
            self._steps.append(line)
