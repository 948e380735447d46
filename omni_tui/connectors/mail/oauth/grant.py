"""What a person's agreement leaves behind: kept where a password would be, as one line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Grant:
    """Lets us fetch access tokens until the person or the provider takes it back."""

    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str = field(default="", repr=False)

    def dump(self) -> str:
        """The line it is kept as."""
        return json.dumps(asdict(self))


def load_grant(line: str, channel: str) -> Grant:
    """The grant in ``line``. Raises ``Permanent`` if it is none, which is what a password is."""
    try:
        values = json.loads(line)
        grant = Grant(**{key: str(value) for key, value in values.items()})
    except (ValueError, TypeError, AttributeError):
        grant = Grant("", "")
    if not grant.client_id or not grant.refresh_token:
        # Without a cause: it would carry what was read.
        raise Permanent(_("Nobody has signed in to channel {name} yet.").format(name=channel), sign_in_hint(channel))
    return grant


def sign_in_hint(channel: str) -> str:
    """What to run."""
    return _("Sign in: omni-tui channel login {name}").format(name=channel)
