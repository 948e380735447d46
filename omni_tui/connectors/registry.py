"""Which kinds of channel there are: ours, and those that installed packages add.

What looks into installed packages is imported late: a start that knows its kind does without.
"""

from __future__ import annotations

from omni_tui.connectors.base import ConnectorKind
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.text.i18n import _

GROUP = "omni_tui.connectors"
BUILT_IN = ("chat", "mail", "webhook")


def kinds() -> tuple[str, ...]:
    """The names of all kinds, sorted. Imports none of them."""
    from importlib.metadata import entry_points

    return tuple(sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))}))


def kind(name: str) -> ConnectorKind:
    """The kind called ``name``.

    Raises ``NotFound`` with the nearest spelling, ``UsageError`` if what is installed under the name is none.
    """
    if name == "mail":
        from omni_tui.connectors.mail import connector

        return connector
    if name == "webhook":
        from omni_tui.connectors import webhook

        return webhook.connector
    if name == "chat":
        from omni_tui.connectors import chat

        return chat.connector
    from difflib import get_close_matches
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP, name=name):
        found = point.load()
        if isinstance(found, ConnectorKind):
            return found
        raise UsageError(
            _("{place} is not a kind of channel").format(place=point.value),
            _("Its package should name a ConnectorKind in the entry point {name}.").format(name=name),
        )
    known = kinds()
    near = get_close_matches(name, known, n=1)
    raise NotFound(
        _("There is no kind of channel called {name}").format(name=repr(name)),
        _("Did you mean {near}?").format(near=near[0])
        if near
        else _("Known kinds: {kinds}").format(kinds=", ".join(known)),
    )
