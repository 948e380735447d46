"""``store migrate``: a database made ready for this version of the program."""

from __future__ import annotations

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.cli.verb import verb
from omni_tui.config import paths
from omni_tui.text.i18n import _


@verb(
    _("Make a PostgreSQL database ready, or upgrade it. A file is upgraded by itself when it is opened."),
    "omni-tui store migrate",
    "omni-tui store migrate --store postgresql://omni@db.example/omni",
    "omni-tui store migrate --json",
    writes=True,
)
def migrate(ctx: typer.Context) -> None:
    from omni_tui.store.upgrading import upgrade

    call = Call.of(ctx)
    settings = call.settings
    done = upgrade(paths.store_location(settings), group=settings.store.group, dry_run=call.dry_run)
    if call.json:
        found = {"store": done.name, "from": done.before, "to": done.after}
        output.document("store_migrated", dry_run=call.dry_run, **found)
        return
    if done.before == done.after:
        text = _("The store {name} is ready: schema {after}.")
    elif call.dry_run:
        text = _("Would bring the store {name} from schema {before} to {after}.")
    elif not done.before:
        text = _("Made a store in {name}: schema {after}.")
    else:
        text = _("Upgraded the store {name} from schema {before} to {after}. Older omni-tui must be restarted.")
    output.say(text.format(name=done.name, before=done.before, after=done.after))
