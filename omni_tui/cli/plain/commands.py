"""From the name of an action or command to what does it in line mode; a test holds this against the registry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from omni_tui.cli.clock import now_ms
from omni_tui.cli.plain import acting, letters, listing, macros, naming, reading
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import ask, say
from omni_tui.cli.plain.words import OWN, VERB, Said, keys_of, offered_verbs
from omni_tui.cli.plain.writing import write
from omni_tui.desk import inbox, replies, views
from omni_tui.desk import thread as desk_thread
from omni_tui.desk.actions import ACTIONS, COMMANDS, Action, Command
from omni_tui.desk.query import parse
from omni_tui.model.enums import DraftMode, OutboxState
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.message import MessageRow, OutboxRow
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

NOT_HERE: dict[str, str] = {
    "select": _("In line mode, name several at once: resolve 1 3 5-7"),
    "range": _("In line mode, name several at once: resolve 1 3 5-7"),
    "pane": _("There are no panes in line mode."),
    "pane_back": _("There are no panes in line mode."),
    "zoom": _("There are no panes in line mode."),
    "unzoom": _("There are no panes in line mode."),
    "record": _("Macros are recorded on the screen; macro run NAME runs one here."),
    "record_end": _("Macros are recorded on the screen; macro run NAME runs one here."),
    "macro_again": _("Macros are recorded on the screen; macro run NAME runs one here."),
    "theme": _("Lines have no colours."),
    "density": _("Lines have no density."),
    "redraw": _("Lines stay as they were printed; list and show tell them anew."),
    "tour": _("? lists everything that can be typed."),
    "look_at_file": _("save-file keeps a file where your own programs can read it out."),
    "panel_tab": _("customer and a name tells of a customer."),
    "suspend": _("C-z of the terminal suspends."),
    "knowledge": _("There are no articles yet: they come with the knowledge base in a later version."),
}
"""Commands of the screen that mean nothing here, with what to do instead."""


def obey(session: Session, said: Said) -> None:
    """Do what was said. Raises OmniError for what cannot be done."""
    name, rest = said.name, said.rest
    found = HANDLERS.get(name)
    if found is not None:
        found(session, rest)
    elif name in NOT_HERE:
        say(NOT_HERE[name])
    elif name.startswith(VERB):
        acting.verb_line(session, f"{name.removeprefix(VERB)} {rest}")
    elif name.startswith("view_"):
        _view(session, name.removeprefix("view_"))
    elif name in {action.name for action in ACTIONS}:
        acting.act(session, name, rest)
    else:
        say(_("That is there on the screen only."))


def handles(name: str) -> bool:
    """Whether the line mode knows what the registry calls ``name``."""
    known = name in HANDLERS or name in NOT_HERE or name.startswith("view_")
    return known or name in {action.name for action in ACTIONS}


def _number(session: Session, rest: str) -> None:
    if session.choosing_view and not rest.startswith("#"):
        _view(session, rest)
    elif session.opened is not None and not rest.startswith("#"):
        reading.read_number(session, int(rest[:9]))
    else:
        reading.open_row(session, acting.named_row(session, rest))


def _open(session: Session, rest: str) -> None:
    if not rest:
        rest = ask(_("Which one? Its number:")).strip()
    reading.open_row(session, acting.named_row(session, rest))


def _more(session: Session, _rest: str) -> None:
    if session.pending:
        session.tell(session.pending)
    elif session.choosing_view:
        listing.show_view(session, session.view)
    elif session.opened is not None:
        if reading.refresh(session):
            reading.read_newest(session)
        else:
            say(_("That is the end. r replies, m notes, e resolves, J opens the next one, q goes back."))
    else:
        listing.next_page(session)


def _back(session: Session, _rest: str) -> None:
    if session.opened is not None or session.choosing_view:
        listing.show_again(session)
    elif session.search:
        listing.show_view(session, session.view)
    else:
        _quit(session, "")


def _quit(session: Session, _rest: str) -> None:
    session.leaving = True
    say(_("Drafts are kept, and what is queued is sent. Bye."))


def _up(session: Session, _rest: str) -> None:
    if session.opened is not None:
        reading.read_back(session)
    else:
        listing.previous_page(session)


def _top(session: Session, _rest: str) -> None:
    if session.opened is not None:
        reading.read_first(session)
    elif session.search:
        listing.show_search(session, session.search)
    else:
        listing.show_view(session, session.view)


def _bottom(session: Session, _rest: str) -> None:
    if session.opened is not None:
        reading.read_newest(session)
    else:
        say(_("Search for what you seek: / and words."))


def _view(session: Session, name: str) -> None:
    if name == "failed":
        listing.show_search(session, "is:failed")
        return
    if not name:
        listing.show_views(session)
        return
    session.views = views.listed(session.store, session.agent)
    by_id = next((view for view in session.views if view.id == name), None)
    listing.show_view(session, by_id or views.named(session.views, name))


def _view_by(session: Session, step: int) -> None:
    shown = [view for view in views.listed(session.store, session.agent) if not view.hidden]
    at = next((n for n, view in enumerate(shown) if view.id == session.view.id), -step)
    listing.show_view(session, shown[(at + step) % len(shown)])


def _search(session: Session, rest: str) -> None:
    text = rest or ask(_("Search for:")).strip()
    if text:
        listing.show_search(session, text)


def _write(mode: DraftMode) -> Callable[[Session, str], None]:
    def begin(session: Session, rest: str) -> None:
        if session.opened is None:
            rows, rest = acting.targets(session, rest)
            if len(rows) != 1:
                raise UsageError(_("Write to one at a time."))
            reading.open_row(session, rows[0])
        write(session, mode, rest)

    return begin


def _next_new(session: Session, _rest: str) -> None:
    rows = inbox.page(session.store, session.agent, parse("is:open is:unread", now_ms()), limit=2)
    here = session.opened.thread.head.id if session.opened is not None else ""
    row = next((row for row in rows if row.id != here), None)
    if row is None:
        say(_("Nothing is new."))
    else:
        reading.open_row(session, row)


def _source(session: Session, _rest: str) -> None:
    message = next((m for m in reversed(_messages(session)) if m.has_source), None)
    if message is None:
        raise NotFound(_("No mail of this conversation was kept as it came."))
    raw = desk_thread.source(session.store, message.id)
    session.tell(clean(raw.decode("utf-8", "replace")).split("\n"))


def _save(session: Session, rest: str) -> None:
    files = [file for message in _messages(session) for file in message.attachments]
    if not files:
        raise NotFound(_("This conversation has no files."))
    if not rest:
        say(*(f"{n}. {clean_line(file.name)}" for n, file in enumerate(files, 1)))
        rest = ask(_("Which one? Its number:")).strip()
    if not rest.isdecimal() or not 0 < int(rest[:4]) <= len(files):
        raise UsageError(_("Nothing was saved."))
    file, folder = files[int(rest[:4]) - 1], Path.home() / "Downloads"
    if file.left:
        from omni_tui.engine import left_files

        say(_("Fetching the file from the server; this may take a while."))
        left_files.fetch(session.settings, session.store, file.id)
    saved = desk_thread.save_attachment(session.store, file.id, folder if folder.is_dir() else Path.home())
    say(_("Saved as {path}").format(path=saved))


def _send_again(session: Session, _rest: str) -> None:
    later = next((m.outbox for m in reversed(_messages(session)) if m.outbox), None)
    if later is not None and later.state is OutboxState.QUEUED and later.not_before > now_ms():
        _send_later_one(session, later)
        return
    stuck = (OutboxState.FAILED, OutboxState.UNCERTAIN)
    outbox = next((m.outbox for m in reversed(_messages(session)) if m.outbox and m.outbox.state in stuck), None)
    if outbox is None:
        say(_("Nothing here waits for a decision."))
        return
    answer = ask(_("Not sent. 1 sends it again, 2 makes it a draft, Enter leaves it:")).strip()
    if answer == "1":
        replies.retry(session.store, session.agent, outbox.id)
        say(_("Queued again."))
    elif answer == "2":
        _give_up(session, outbox)
    reading.refresh(session)


def _give_up(session: Session, outbox: OutboxRow) -> None:
    row = replies.give_up(session.store, session.agent, outbox.id)
    left = row.state is OutboxState.SENT
    say(_("Left at that: the others have it.") if left else _("Given up; the text is your draft."))


def _send_later_one(session: Session, outbox: OutboxRow) -> None:
    answer = ask(_("To leave later. 1 sends it now, 2 makes it a draft, Enter leaves it:")).strip()
    if answer == "1":
        replies.send_now(session.store, session.agent, outbox.id, session.settings.inbox.undo_send_s * 1000)
        say(_("It leaves now."))
    elif answer == "2":
        _give_up(session, outbox)
    reading.refresh(session)


def _messages(session: Session) -> list[MessageRow]:
    if session.opened is None:
        raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
    reading.refresh(session)
    return session.opened.messages


def _copy(what: str) -> Callable[[Session, str], None]:
    def tell(session: Session, _rest: str) -> None:
        if session.opened is None:
            raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
        head = session.opened.thread.head
        told = {"ref": f"#{head.ref}", "link": f"omni-tui show {head.ref}", "address": clean_line(head.address)}
        say(told[what])

    return tell


def _customer(session: Session, rest: str) -> None:
    if rest:
        acting.run_verb(session, ["customer", "show", "--", rest])
        return
    if session.opened is None:
        raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
    acting.run_verb(session, ["customer", "show", "--", session.opened.thread.head.address])


def _customers(session: Session, rest: str) -> None:
    acting.run_verb(session, ["customer", "list", "--limit", "20", "--", *rest.split()])


def _report(session: Session, _rest: str) -> None:
    acting.run_verb(session, ["report"])


def _command_line(session: Session, rest: str) -> None:
    if rest and not acting.verb_line(session, rest):
        raise UsageError(_("There is no verb {word}.").format(word=repr(rest.split(" ")[0])))
    if not rest:
        say(_("Verbs of the command line work here as well: {verbs}").format(verbs=", ".join(offered_verbs())))


def _help(session: Session, _rest: str) -> None:
    own = session.settings.screen.keys
    place = session.place
    lines = [
        _("A number opens a conversation, reads a message or chooses a view, whichever was told last."),
        _("Enter goes on. Actions take numbers and values behind them: snooze 2 tomorrow 9"),
    ]
    everything: tuple[Action | Command, ...] = (*ACTIONS, *COMMANDS)
    for entry in everything:
        if entry.scope not in (place, "both", "anywhere") or entry.name in NOT_HERE:
            continue
        word = entry.verb if isinstance(entry, Action) else entry.name.replace("_", "-")
        words = ", ".join((*keys_of(entry, own), word))
        lines.append(f"{words}: {entry.title}")
    lines.append(_("Also: {words}").format(words=", ".join(OWN)))
    lines.append(_("And the verbs of the command line, with their options: {verbs}").format(verbs=", ".join(_rare())))
    session.tell(lines)


def _rare() -> list[str]:
    here = {action.verb for action in ACTIONS}
    return [verb for verb in offered_verbs() if verb not in here]


HANDLERS: dict[str, Callable[[Session, str], None]] = {
    "number": _number,
    "more": _more,
    "list": lambda session, _rest: listing.show_again(session),
    "earlier": _up,
    "view": _view,
    "down": _more,
    "half_down": _more,
    "up": _up,
    "half_up": _up,
    "top": _top,
    "bottom": _bottom,
    "open": _open,
    "back": _back,
    "next": lambda session, _rest: reading.step(session, 1),
    "previous": lambda session, _rest: reading.step(session, -1),
    "next_new": _next_new,
    "search": _search,
    "hit_next": _more,
    "hit_previous": _up,
    "repeat": acting.repeat,
    "insist": lambda session, _rest: acting.insist(session),
    "unfold": lambda session, _rest: reading.unfold(session),
    "source": _source,
    "save_file": _save,
    "links": naming.told,
    "send_again": _send_again,
    "panel": _customer,
    "customer": _customer,
    "customers": _customers,
    "week_report": _report,
    "views": lambda session, _rest: listing.show_views(session),
    "sort": lambda session, _rest: listing.sort_otherwise(session),
    "view_next": lambda session, _rest: _view_by(session, 1),
    "view_previous": lambda session, _rest: _view_by(session, -1),
    "copy_ref": _copy("ref"),
    "copy_address": _copy("address"),
    "copy_link": _copy("link"),
    "palette": _help,
    "command_line": _command_line,
    "help": _help,
    "quit": _quit,
    "reply": _write(DraftMode.REPLY),
    "reply_all": letters.reply_all,
    "forward": letters.forward,
    "compose": letters.compose,
    "note": _write(DraftMode.NOTE),
    "macro": macros.run,
    "undo": lambda session, rest: acting.undo(session, rest, forward=False),
    "redo": lambda session, rest: acting.undo(session, rest, forward=True),
    "undo_act": naming.history,
    "last_order": naming.last_order,
}
