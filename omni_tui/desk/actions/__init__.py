"""Every action and command, declared once as data: keys, palette, footer, help and verbs are drawn from here."""

from omni_tui.desk.actions.action import Action, Command, Param
from omni_tui.desk.actions.commands import COMMANDS
from omni_tui.desk.actions.registry import ACTIONS, action, title_of

__all__ = ["ACTIONS", "COMMANDS", "Action", "Command", "Param", "action", "title_of"]
