"""The actions."""

from __future__ import annotations

from omni_tui.desk.actions.action import Action, Param
from omni_tui.text.i18n import _

ACTIONS: tuple[Action, ...] = (
    Action(
        "reply",
        "reply",
        _("Reply"),
        _("Answer the customer on the channel they wrote by. It leaves after the undo window."),
        ("r",),
        "both",
        "cancel",
        footer=2,
    ),
    Action(
        "note",
        "note",
        _("Note"),
        _("Write a note only the team sees."),
        ("m",),
        "both",
        "journal",
        footer=3,
    ),
    Action(
        "resolve",
        "resolve",
        _("Resolve"),
        _("Done: out of the inbox until the customer writes again."),
        ("e",),
        "both",
        "journal",
        footer=4,
    ),
    Action("reopen", "reopen", _("Reopen"), _("Back into the inbox."), ("E",), "both", "journal"),
    Action(
        "snooze",
        "snooze",
        _("Snooze"),
        _("Out of the inbox until a time, or until the customer writes."),
        ("s",),
        "both",
        "journal",
        (Param("until", _("Snooze until"), "times"),),
        footer=5,
    ),
    Action(
        "take",
        "take",
        _("Take"),
        _("Make the conversation your own."),
        ("t",),
        "both",
        "journal",
        footer=6,
    ),
    Action(
        "assign",
        "assign",
        _("Assign"),
        _("Give the conversation to a colleague."),
        ("a",),
        "both",
        "journal",
        (Param("to", _("Assign to"), "agents"),),
    ),
    Action("unassign", "unassign", _("Unassign"), _("Leave it to nobody in particular."), ("A",), "both", "journal"),
    Action(
        "tag",
        "tag",
        _("Tag"),
        _("Add tags."),
        ("L",),
        "both",
        "journal",
        (Param("names", _("Tags"), "tags", many=True),),
    ),
    Action(
        "untag",
        "untag",
        _("Take tags off"),
        _("Take tags off."),
        ("X",),
        "both",
        "journal",
        (Param("names", _("Tags to take off"), "tags", many=True),),
    ),
    Action("unread", "unread", _("Mark unread"), _("As if nobody had opened it."), ("U",), "both", "journal"),
    Action(
        "undo",
        "undo",
        _("Undo"),
        _("Take back what you did last, here or in another window."),
        ("z",),
        "anywhere",
        "none",
        why_no_undo=_("Redo brings it back."),
        footer=9,
    ),
    Action(
        "redo",
        "redo",
        _("Redo"),
        _("Do again what you last undid."),
        ("Z",),
        "anywhere",
        "none",
        why_no_undo=_("Undo takes it back."),
    ),
)
"""In the order the palette and help show them."""


def action(name: str) -> Action:
    """The action called ``name``; KeyError if there is none."""
    for found in ACTIONS:
        if found.name == name:
            return found
    raise KeyError(name)
