"""Verbs of the command line that are no action and ask nothing: the inbox's own command line offers them as well."""

from __future__ import annotations

from omni_tui.text.i18n import _

OTHER_VERBS: dict[str, str] = {
    "list": _("Conversations as a list: list tag:refund"),
    "show": _("A conversation by its number: show 1042"),
    "file": _("Files of a conversation: file 1042"),
    "history": _("What was done to a conversation, act by act: history 1042"),
    "customer list": _("Customers as a list: customer list hoffmann"),
    "customer show": _("Who somebody is: customer show lena"),
    "report": _("What arrived, was replied to and waits: report --days 7"),
    "status": _("What waits, and whether everything runs"),
    "view list": _("All views with their queries"),
    "view unshare": _("Keep a view to oneself again: view unshare refunds"),
    "view unhide": _("Show a view again: view unhide refunds"),
    "outbox list": _("Replies on their way"),
    "outbox now": _("Let a reply leave now that waits for later: outbox now 1042"),
    "outbox retry": _("Send a reply again: outbox retry 1042"),
    "outbox cancel": _("Call a reply back: outbox cancel 1042"),
    "blocked": _("Senders who are blocked"),
    "macro list": _("Macros with what they do"),
    "macro save": _("Save a macro: macro save r 'tag refund' resolve"),
    "macro delete": _("Throw a macro away: macro delete r"),
    "snippet list": _("Snippets with their texts"),
    "snippet show": _("A snippet as it is: snippet show hello"),
    "snippet save": _("Save a snippet: snippet save hello 'Hello, thank you for writing.'"),
    "snippet rename": _("Call a snippet something else: snippet rename hello hi"),
    "snippet share": _("Let every agent use a snippet: snippet share hello"),
    "snippet unshare": _("Keep a snippet to oneself again: snippet unshare hello"),
    "snippet delete": _("Throw a snippet away: snippet delete hello"),
    "channel list": _("Channels and how they are"),
    "doctor": _("Check the configuration, the store and every channel"),
}
"""Verb → what it is for, with an example where it wants something."""
