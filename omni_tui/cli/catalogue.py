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
        "view list": "view:list_",
        "view save": "view:save",
        "view rename": "view:rename",
        "view move": "view:move",
        "view share": "view:share",
        "view unshare": "view:unshare",
        "view hide": "view:hide",
        "view unhide": "view:unhide",
        "view delete": "view:delete",
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
        "channel login": "channel_login:login",
        "channel list": "channel:list_",
        "channel test": "channel:test",
        "channel verify": "channel_verify:verify",
        "channel remove": "channel:remove",
        "mail parse": "mail:parse",
        "doctor": "doctor:doctor",
        "engine": "engine:engine",
        "import-mail": "import_mail:import_mail",
        "store migrate": "store:migrate",
        "backup": "backup:backup",
        "restore": "restore:restore",
        "export": "export:export",
        "import": "import_:import_",
        "sql": "sql:sql",
        "demo": "demo:demo",
    },
    _("Webhooks"): {
        "relay init": "relay:init",
        "relay serve": "relay:serve",
        "relay token": "relay:token",
        "relay status": "relay:status",
        "relay tail": "relay:tail",
    },
}
"""Section → verb → ``module:attribute`` below ``omni_tui.cli.verbs``."""

GROUPS: dict[str, str] = {
    "outbox": _("Answers on their way."),
    "view": _("Queries with a name, numbered 1 to 9."),
    "store": _("The database a team shares."),
    "channel": _("Connect mailboxes and look after them."),
    "mail": _("Look into raw mail."),
    "relay": _("Take webhooks in on a public host."),
}
"""The first words of verbs of two words."""

PLACES: dict[str, str] = {name: place for section in VERBS.values() for name, place in section.items()}
