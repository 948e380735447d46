"""An action on conversations named by their numbers, as the command line takes them: ``:resolve 1042 1043``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk import inbox
from omni_tui.screens.inbox.deeds import Deed

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


async def act_on(screen: InboxScreen, action: str, numbers: str) -> None:
    """Do ``action`` to the conversations of these numbers. Raises NotFound for one there is not, before anything is
    done."""
    agent, link = screen.context.agent, screen.parts.link
    found = [await link.read(inbox.find, agent, number) for number in numbers.replace(",", " ").split()]
    await screen.triage.carry_out(Deed(action), [row.id for row in found])
