"""``channel login``: sign in to a channel with its provider, instead of a password."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call
from omni_tui.cli.verb import verb
from omni_tui.model.errors import NotFound
from omni_tui.text.i18n import _


@verb(
    _("Sign in with Google or Microsoft. From any terminal; again when a sign-in ends."),
    "omni-tui channel login support",
    writes=True,
)
def login(
    ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completing.channels)]
) -> None:
    from omni_tui.cli.signing_in import signed_in
    from omni_tui.config.channel_secret import ChannelSecret
    from omni_tui.config.keep import keep_password
    from omni_tui.config.write import set_in_channel

    call = Call.of(ctx)
    settings = call.settings
    table = settings.channels.get(name)
    if table is None:
        raise NotFound(
            _("There is no channel called {name}.").format(name=repr(name)),
            _("Connect one: omni-tui channel add {name} --set oauth=google --untested").format(name=name),
        )
    grant = signed_in(name, table)
    if not call.dry_run and not ChannelSecret(name, table).keep(grant):
        set_in_channel(settings.file, name, keep_password(settings, name, grant))
    if call.json:
        output.document("channel_login", dry_run=call.dry_run, name=name, config=settings.file)
    output.say(_("Signed in. Try it: omni-tui channel test {name}").format(name=name))
