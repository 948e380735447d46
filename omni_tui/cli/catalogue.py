"""Every verb with the place of its declaration, in the order of the help."""

from __future__ import annotations

from omni_tui.text.i18n import _

VERBS: dict[str, dict[str, str]] = {
    _("Reading"): {
        "list": "listing:list_",
        "show": "show:show",
        "search": "search:search",
        "customer": "customer:customer",
        "status": "status:status",
    },
    _("Answering"): {
        "reply": "answer:reply",
        "note": "answer:note",
        "outbox list": "outbox:list_",
        "outbox retry": "outbox:retry",
        "outbox cancel": "outbox:cancel",
    },
    _("Sorting"): {
        "assign": "assigning:assign",
        "unassign": "assigning:unassign",
        "take": "assigning:take",
        "tag": "tagging:tag",
        "untag": "tagging:untag",
        "resolve": "closing:resolve",
        "reopen": "closing:reopen",
        "snooze": "closing:snooze",
        "unread": "closing:unread",
        "undo": "history:undo",
        "redo": "history:redo",
    },
    _("Running"): {
        "init": "init:init",
        "channel add": "channel_add:add",
        "channel list": "channel:list_",
        "channel test": "channel:test",
        "channel remove": "channel:remove",
        "doctor": "doctor:doctor",
        "engine": "engine:engine",
        "backup": "backup:backup",
        "demo": "demo:demo",
    },
}
"""Section → verb → ``module:attribute`` below ``omni_tui.cli.verbs``."""

GROUPS: dict[str, str] = {
    "outbox": _("Answers on their way."),
    "channel": _("Connect mailboxes and look after them."),
}
"""The first words of verbs of two words."""

PLACES: dict[str, str] = {name: place for section in VERBS.values() for name, place in section.items()}
