"""``init``: a commented configuration and an empty store."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.cli.verb import verb
from omni_tui.config import paths
from omni_tui.text.i18n import _


@verb(
    _("Write a commented configuration and make the store. What is there stays."),
    "omni-tui init",
    "omni-tui init --config ./shop.toml --store ./shop.db",
    "omni-tui init --dry-run",
    writes=True,
)
def init(ctx: typer.Context) -> None:
    from omni_tui.config.write import replace_file
    from omni_tui.store import open_store

    call = Call.of(ctx)
    # Reads an existing file first: a broken one is told about before anything is made.
    settings = call.settings_or_new
    if settings.store.url:
        _with_database(call)
        return
    store = paths.store_path(settings)
    made = {"config": not settings.file.exists(), "store": not store.exists()}
    if not call.dry_run:
        if made["config"]:
            replace_file(settings.file, files("omni_tui.config").joinpath("example.toml").read_text(encoding="utf-8"))
        open_store(store, group=settings.store.group).close()
    if call.json:
        output.document("init", dry_run=call.dry_run, config=settings.file, store=store, made=made)
        return
    _tell(call, _("configuration"), settings.file, made["config"])
    _tell(call, _("store"), store, made["store"])
    if not settings.channels:
        output.say(_("Next, connect a mailbox: omni-tui channel add"))


def _with_database(call: Call) -> None:
    """A database is made ready by its own verb: it may be a team's, and full."""
    from omni_tui.config.write import replace_file
    from omni_tui.store.location import shown

    settings = call.settings_or_new
    new = not settings.file.exists()
    if new and not call.dry_run:
        replace_file(settings.file, files("omni_tui.config").joinpath("example.toml").read_text(encoding="utf-8"))
    store = shown(settings.store.url)
    if call.json:
        made = {"config": new, "store": False}
        output.document("init", dry_run=call.dry_run, config=settings.file, store=store, made=made)
        return
    _tell(call, _("configuration"), settings.file, new)
    output.say(_("The store is the database {store}.").format(store=store))
    output.say(_("Next, make it ready: omni-tui store migrate"))


def _tell(call: Call, what: str, path: Path, new: bool) -> None:
    if not new:
        text = _("The {what} is there already: {path}")
    elif call.dry_run:
        text = _("Would make the {what}: {path}")
    else:
        text = _("Made the {what}: {path}")
    output.say(text.format(what=what, path=path))
