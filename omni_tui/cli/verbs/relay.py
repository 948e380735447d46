"""``relay init|serve|token|status|tail|backup``: the small public half, on a host of its own."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.cli.columns import print_columns
from omni_tui.cli.verb import verb
from omni_tui.config import paths
from omni_tui.model.errors import StoreError, UsageError
from omni_tui.text.i18n import _, ngettext

if TYPE_CHECKING:
    from omni_tui.relay.tokens import Tokens

_DAY_MS = 86_400_000

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help=_("The relay's directory; without it relay/ in the user's data directory.")),
]


def _folder(given: Path | None) -> Path:
    return given.expanduser().absolute() if given else paths.data_dir() / "relay"


ADD = "omni-tui channel add hello --kind webhook --set relay={relay} --set source=hello --password-stdin"
"""What a machine with the inbox is told, for the source every new relay has."""


@verb(
    _("Set a relay up: keys, configuration, a systemd unit, and lines for Caddy and nginx."),
    "omni-tui relay init --url https://relay.example.org",
    writes=True,
)
def init(
    ctx: typer.Context,
    folder: Folder = None,
    url: Annotated[str, typer.Option("--url", metavar="URL", help=_("The address the world reaches it by."))] = "",
    port: Annotated[int, typer.Option("--port", metavar="PORT", help=_("Where it listens on this host."))] = 8484,
) -> None:
    from omni_tui.relay import setup
    from omni_tui.relay.tokens import SCOPES, Tokens
    from omni_tui.relay.verify import SCHEMES

    if url and not url.startswith(("https://", "http://")):
        raise UsageError(_("{url} is no address.").format(url=url), _("Write it as https://relay.example.org"))
    call, place = Call.of(ctx), _folder(folder)
    if call.dry_run:
        output.say(_("Would set up a relay in {folder}.").format(folder=place))
        return
    url = url.rstrip("/")
    files = setup.write(place, url, port, list(SCHEMES))
    token = Tokens(place / "tokens.json").issue("engine", SCOPES, time.time_ns() // 1_000_000)
    if call.json:
        output.document("relay_init", folder=place, files=files, token=token)
        return
    for file in files:
        output.tell(str(file))
    output.tell()
    output.tell(_("The engine's token, shown this once: {token}").format(token=token))
    output.say(_("Next, here: omni-tui relay serve {folder}, or the service; docs/relay.md").format(folder=place))
    output.say(_("Next, where the inbox is, with that token as its password:"))
    relay = url or "https://relay.example.org"
    output.say("  " + ADD.format(relay=relay))


@verb(_("Take webhooks in until stopped: for a service."), "omni-tui relay serve", "omni-tui relay serve /srv/relay")
def serve(ctx: typer.Context, folder: Folder = None) -> None:
    from omni_tui.relay.settings import load

    settings = load(_folder(folder))
    try:
        from omni_tui.relay.serve import serve as run
    except ImportError as error:
        text = _("The relay needs {name}, which is not installed.").format(name=error.name)
        raise UsageError(text, _("Install omni-tui with its extra: omni-tui[relay]")) from error
    host, words = settings.server.listen, _("The relay listens on {host} port {port}, for {names}.")
    names = ", ".join((*settings.sources, *settings.chats)) or _("nothing yet: relay.toml names no source and no chat")
    try:
        run(settings, lambda port: output.say(words.format(host=host, port=port, names=names)))
    except OSError as error:
        raise StoreError(
            _("The relay cannot listen on {host} port {port}: {reason}").format(
                host=host, port=settings.server.port, reason=error.strerror or error
            ),
            _("Change server.port in relay.toml, or stop what listens there."),
        ) from error


@verb(
    _("Make a token for an engine, replace one, or take one away. It is shown once and kept as a hash."),
    "omni-tui relay token engine",
    "omni-tui relay token engine --replace",
    "omni-tui relay token engine --revoke",
    "omni-tui relay token prometheus --scope status --days 365",
    "omni-tui relay token",
    writes=True,
)
def token(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=_("Without it: the tokens there are."))] = "",
    folder: Annotated[Path | None, typer.Option("--dir", metavar="DIR", help=_("The relay's directory."))] = None,
    days: Annotated[int, typer.Option("--days", metavar="N", help=_("Let it end after so many days."))] = 0,
    scope: Annotated[
        Literal["pull", "status", "both"],
        typer.Option("--scope", help=_("What it is good for: fetching events, reading figures, or both.")),
    ] = "both",
    replace: Annotated[
        bool, typer.Option("--replace", help=_("End the older ones of this name: after the engine has the new one."))
    ] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help=_("Take every token of this name away."))] = False,
) -> None:
    from omni_tui.relay.settings import check_there
    from omni_tui.relay.tokens import SCOPES, Tokens

    call, now, place = Call.of(ctx), time.time_ns() // 1_000_000, _folder(folder)
    check_there(place)
    kept = Tokens(place / "tokens.json")
    if not name:
        _list_tokens(call, kept)
        return
    if call.dry_run:
        output.say(_("Would change the tokens of {name}.").format(name=name))
        return
    if revoke or replace:
        gone = kept.revoke(name, but_newest=replace)
        text = ngettext("{count} token of {name} ended.", "{count} tokens of {name} ended.", gone).format(
            count=gone, name=name
        )
        output.document("relay_token", name=name, token=None, ended=gone) if call.json else output.tell(text)
        return
    scopes = SCOPES if scope == "both" else (scope,)
    made = kept.issue(name, scopes, now, now + days * _DAY_MS if days else None)
    output.document("relay_token", name=name, token=made, ended=0) if call.json else output.tell(made)


def _list_tokens(call: Call, kept: Tokens) -> None:
    from omni_tui.cli.clock import shown

    found = kept.all()
    if call.json:
        rows = [
            {"name": one.name, "scopes": one.scopes, "created_at": one.created_at, "expires_at": one.expires_at}
            for one in found
        ]
        output.document("relay_tokens", tokens=rows)
        return
    print_columns(
        (_("NAME"), _("SCOPES"), _("MADE"), _("ENDS")),
        [
            (one.name, " ".join(one.scopes), shown(one.created_at), shown(one.expires_at) if one.expires_at else "-")
            for one in found
        ],
    )


@verb(_("How full the relay's queue is, and up to where each source was fetched."), "omni-tui relay status")
def status(ctx: typer.Context, folder: Folder = None) -> None:
    from omni_tui.cli.clock import shown
    from omni_tui.relay.peek import peek

    with peek(_folder(folder)) as queue:
        found = queue.depth()
    if Call.of(ctx).json:
        output.document("relay_status", **output.plain(found))
        return
    output.tell(_("waiting   {count}, {kb} kB").format(count=found.waiting, kb=found.waiting_bytes // 1024))
    output.tell(_("oldest    {when}").format(when=shown(found.oldest_at) if found.oldest_at else "-"))
    output.tell(_("kept      {kb} kB").format(kb=found.kept_bytes // 1024))
    if not found.sources:
        output.say(_("Nothing has come yet. What was refused is told in the service's log."))
        return
    print_columns(
        (_("SOURCE"), _("WAITING"), _("FETCHED")),
        [(one.name, f"{one.waiting:,}", f"{one.fetched_seq} / {found.last_seq}") for one in found.sources],
    )


@verb(
    _("Copy a relay's directory while it runs. Put back, an engine reads it from the beginning and doubles nothing."),
    "omni-tui relay backup",
    "omni-tui relay backup ~/backups/relay-monday --dir ~/relay",
    writes=True,
)
def backup(
    ctx: typer.Context,
    target: Annotated[
        Path | None,
        typer.Argument(metavar="[TARGET]", help=_("A new directory; without it beside the relay's, dated.")),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", metavar="DIR", help=_("The relay's directory."))] = None,
) -> None:
    from omni_tui.relay.backup import backup as copy

    call, place = Call.of(ctx), _folder(folder)
    dated = place.with_name(f"{place.name}-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}")
    made = target.expanduser().absolute() if target else dated
    if call.dry_run:
        output.say(_("Would copy {folder} to {target}.").format(folder=place, target=made))
        return
    files = copy(place, made)
    if not any(file.name == "queue.db" for file in files):
        output.say(_("There is no queue in this directory. One in PostgreSQL is backed up with its database."))
    if call.json:
        output.document("relay_backup", path=made, files=files)
        return
    for file in files:
        output.tell(str(file))


@verb(
    _("Show events as they arrive, newest last; bodies only with --bodies, since they hold what customers wrote."),
    "omni-tui relay tail",
    "omni-tui relay tail --bodies --count 5",
)
def tail(
    ctx: typer.Context,
    folder: Folder = None,
    count: Annotated[int, typer.Option("--count", metavar="N", help=_("Begin with the last N."))] = 10,
    follow: Annotated[bool, typer.Option("--follow", help=_("Go on until stopped."))] = False,
    bodies: Annotated[bool, typer.Option("--bodies", help=_("Show what is in them."))] = False,
) -> None:
    from omni_tui.cli.clock import shown
    from omni_tui.relay.events import Queued
    from omni_tui.relay.peek import peek

    call, place = Call.of(ctx), _folder(folder)

    def show(event: Queued) -> None:
        body = event.body.decode("utf-8", "replace")
        if call.json:
            output.document(
                "relay_event",
                seq=event.seq,
                source=event.source,
                event_id=event.event_id,
                received_at=event.received_at,
                bytes=len(event.body),
                body=body if bodies else None,
            )
            return
        output.tell(f"{event.seq:>8}  {shown(event.received_at)}  {event.source:<16} {event.event_id[:40]}")
        if bodies:
            output.tell(body)

    seq = 0
    with peek(place) as queue:
        for event in queue.newest(count):
            show(event)
            seq = event.seq
        output.flush()
        while follow:
            time.sleep(0.5)
            for event in queue.since(seq):
                show(event)
                seq = event.seq
            output.flush()
