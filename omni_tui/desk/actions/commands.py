"""The screen's own commands: moving, opening, looking, leaving."""

from __future__ import annotations

from omni_tui.desk.actions.action import Command
from omni_tui.text.i18n import _

COMMANDS: tuple[Command, ...] = (
    Command("down", _("Down"), ("j", "down"), "both"),
    Command("up", _("Up"), ("k", "up"), "both"),
    Command("top", _("First"), ("g g", "home"), "both"),
    Command("bottom", _("Last"), ("G", "end"), "both"),
    Command("half_down", _("Half a page down"), ("ctrl+d", "pagedown"), "both"),
    Command("half_up", _("Half a page up"), ("ctrl+u", "pageup"), "both"),
    Command("open", _("Open"), ("enter", "o", "l"), "list", footer=1),
    Command("back", _("Back"), ("escape", "u", "h", "q"), "both"),
    Command("next", _("Next conversation"), ("J",), "thread", footer=1),
    Command("previous", _("Previous conversation"), ("K",), "thread"),
    Command("next_new", _("Next new message"), ("alt+a",), "both"),
    Command("select", _("Select"), ("x",), "list", footer=7),
    Command("range", _("Select a range"), ("v",), "list"),
    Command("search", _("Search"), ("/",), "anywhere", footer=8),
    Command("hit_next", _("Next place found"), ("n",), "thread"),
    Command("hit_previous", _("Place found before"), ("N",), "thread"),
    Command("repeat", _("Repeat the last action"), (".",), "both"),
    Command("insist", _("Do it all the same"), ("Y",), "both"),
    Command("unfold", _("Show or fold quotes"), ("Q",), "thread"),
    Command("source", _("Source of the message"), ("H",), "thread"),
    Command("save_file", _("Save an attachment"), ("S",), "thread"),
    Command("send_again", _("Send again, or take the text back"), ("R",), "thread"),
    Command("pane", _("Next pane"), ("tab",), "both"),
    Command("panel", _("Side panel"), ("I", "`"), "both", footer=10),
    Command("panel_tab", _("Next tab of the panel"), ("T",), "both"),
    Command("view_inbox", _("Inbox"), ("g i",), "anywhere"),
    Command("view_mine", _("Mine"), ("g m",), "anywhere"),
    Command("view_unassigned", _("Unassigned"), ("g u",), "anywhere"),
    Command("view_snoozed", _("Snoozed"), ("g s",), "anywhere"),
    Command("view_resolved", _("Resolved"), ("g d",), "anywhere"),
    Command("view_failed", _("Replies not sent"), ("g f",), "anywhere"),
    Command("views", _("All views"), ("g v",), "anywhere"),
    Command("view_next", _("Next view"), ("]",), "anywhere"),
    Command("view_previous", _("Previous view"), ("[",), "anywhere"),
    Command("copy_ref", _("Copy the number"), ("y y",), "both"),
    Command("copy_address", _("Copy the address"), ("y e",), "both"),
    Command("palette", _("All actions"), ("ctrl+p",), "anywhere"),
    Command("command_line", _("Command line"), (":",), "anywhere"),
    Command("help", _("Keys"), ("?", "f1"), "anywhere", footer=11),
    Command("suspend", _("Suspend"), ("ctrl+z",), "anywhere"),
    Command("quit", _("Quit"), ("ctrl+q",), "anywhere"),
)
"""``g1`` … ``g9`` open the views by number, and digits before a key repeat it."""
