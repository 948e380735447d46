"""Writing a reply or a note, line by line; every line is in the store before the next one is asked for."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from omni_tui.cli.attaching import attached
from omni_tui.cli.clock import exact, moment_of, now_ms, zone
from omni_tui.cli.plain.reading import refresh
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import Ended, ask, say
from omni_tui.cli.sending import engine_runs
from omni_tui.cli.thread_text import message_lines, party_text
from omni_tui.desk import drafts, held_files, replies, snippets
from omni_tui.desk.snippet_filling import fill
from omni_tui.desk.unsaved_drafts import Unsaved, put_aside, rescue_file, take_out
from omni_tui.model.draft import NO_FIELDS
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import OmniError, StoreError, UsageError
from omni_tui.model.message import AttachmentRow, MessageRow, Thread
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

_HELP = (
    (".", _("sends it, or saves the note")),
    (".e", _("your own editor")),
    (".p", _("reads the text out")),
    (".u", _("takes the last line back")),
    (".a FILE", _("sends a file along; .a -1 takes the first one off again")),
    (".s NAME", _("puts a snippet in; .s alone lists them")),
    (".c", _("copies to all others on the mail, or no longer; .c ADDRESS copies to somebody else")),
    (".l WHEN", _("sends it later, such as .l tomorrow 9; .l - as soon as it is ended")),
    (".w", _("answers by another channel that reaches the customer")),
    (".q", _("leaves and keeps the draft")),
    (".x", _("throws the draft away")),
    ("..", _("begins a line that begins with a dot")),
)


def write(session: Session, mode: DraftMode, text: str = "", *, everyone: bool = False) -> None:
    """Write in the open conversation until it is sent, kept or thrown away; goes on from the draft there is.

    ``everyone`` on the mail gets a copy, unless that is taken back.
    """
    opened = session.opened
    if opened is None:
        raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
    thread = opened.thread
    if mode is DraftMode.REPLY and not thread.reply_to:
        raise UsageError(
            _("There is nobody to answer: no address of the customer is known."), _("m writes a note for the team.")
        )
    page = _Page(session, mode, thread)
    try:
        page.begin(text, everyone=everyone)
        while not page.done:
            page.take(ask(""))
    except (Ended, KeyboardInterrupt):
        page.keep()
        say("", _("Draft kept."))
        raise


class _Page:
    """The text being written, in step with its draft in the store."""

    def __init__(self, session: Session, mode: DraftMode, thread: Thread) -> None:
        self._session, self._mode, self._thread = session, mode, thread
        self._lines: list[str] = []
        self._files: tuple[AttachmentRow, ...] = ()
        self._newest = _newest(session)
        self._known = [""]
        self._fields = NO_FIELDS
        self._rescue, self._aside = rescue_file(session.settings.file), False
        self.done = False

    def begin(self, text: str, *, everyone: bool) -> None:
        """Say who will read it, and what was written so far."""
        held = drafts.load(self._session.store, self._session.agent, self._thread.head.id, self._mode)
        if held is not None:
            self._known = [held.body]
            self._lines = held.body.split("\n")
            self._fields = held.fields
        if everyone:
            self._fields = replace(self._fields, everyone=True)
        if text:
            self._lines.append(text)
        if self._mode is DraftMode.NOTE:
            say(_("Note for the team only; {who} will never see it.").format(who=self._who()))
        else:
            self._files = held_files.held(self._session.store, self._session.agent, self._thread.head.id)
            self._tell_way()
        if self._lines or self._files:
            say(_("So far:"))
            self._read_out()
        say(_("Write. A line with a single . ends it, .? lists what else there is."))
        if text:
            self.keep()

    def _tell_way(self) -> None:
        way = self._thread.reply
        say(_("Reply by {channel} to {who}.").format(channel=way.kind, who=self._who()))
        if way.changed:
            say(_("Careful: not to {before} as before.").format(before=", ".join(map(party_text, way.before))))
        if way.unproven:
            say(_("Careful: it is an address they named themselves; nothing proves it is theirs."))
        self._tell_fields()

    def _tell_fields(self) -> None:
        copies, others = self._copies(), self._thread.reply.others
        if copies:
            say(_("Copies to {who}.").format(who=", ".join(map(clean_line, copies))))
        if others and not self._fields.everyone:
            names = ", ".join(clean_line(party.address) for party in others)
            say(_("Not to {others}, who are on the mail as well; .c copies to them.").format(others=names))
        if self._fields.at > now_ms():
            say(_("It leaves {time}.").format(time=exact(self._fields.at)))

    def _copies(self) -> list[str]:
        others = self._thread.reply.others if self._fields.everyone else ()
        typed = self._fields.cc.replace(",", " ").split()
        return list(dict.fromkeys([*typed, *(party.address for party in others)]))

    def _read_out(self) -> None:
        text = clean("\n".join(self._lines))
        say(*(f"    {line}" for line in text.split("\n")), *(f"+ {clean_line(file.name)}" for file in self._files))

    def _next_way(self) -> None:
        names = [way.channel for way in self._thread.ways]
        if self._mode is DraftMode.NOTE or len(names) < 2:
            say(_("There is no other way to answer this customer."))
            return
        at = names.index(self._thread.reply_channel)
        self._thread = self._thread.answered_by(names[(at + 1) % len(names)])
        self._tell_way()

    def _who(self) -> str:
        if self._mode is DraftMode.REPLY:
            return ", ".join(map(party_text, self._thread.reply_to))
        return clean(self._thread.head.customer or self._thread.head.address)

    def take(self, line: str) -> None:
        """One more line: text, or one of the dot commands."""
        command, _space, rest = line.strip().partition(" ")
        match command:
            case ".":
                self._send()
            case ".e":
                self._edit()
            case ".p":
                self._read_out()
            case ".u":
                say(_("Gone: {line}").format(line=self._lines.pop()) if self._lines else _("There is no line."))
                self.keep()
            case ".a" if rest:
                self._attach(rest)
            case ".s" | ".c" | ".l" if self._mode is DraftMode.NOTE and command != ".s":
                say(_("That is for replies."))
            case ".s":
                self._told(self._snippet, rest)
            case ".c":
                self._told(self._copy, rest)
            case ".l":
                self._told(self._later, rest)
            case ".w":
                self._next_way()
            case ".q":
                self.keep()
                self.done = True
                say(_("Draft kept."))
            case ".x":
                drafts.discard(self._session.store, self._session.agent, self._thread.head.id, self._mode)
                self.done = True
                say(_("Draft thrown away."))
            case ".?" | ".a":
                say(*(f"{word}: {help}" for word, help in _HELP))
            case _:
                self._lines.append(line[1:] if line.startswith("..") else line)
                self.keep()

    def keep(self) -> None:
        """Put the text into the store. What another window wrote meanwhile is kept before it."""
        text = "\n".join(self._lines)
        self._known.append(text)
        try:
            other = drafts.save(
                self._session.store,
                self._session.agent,
                self._thread.head.id,
                self._mode,
                text,
                known=tuple(self._known[-20:]),
                fields=self._fields,
            )
        except StoreError as error:
            put_aside(self._rescue, self._session.agent.login, (Unsaved(self._thread.head.id, self._mode, text),))
            self._aside = True
            say(_("The store cannot be written, the draft is in a file until it can: {why}").format(why=error.message))
            return
        if self._aside:
            # What stays in the file after it was stored would come back as a draft at the next start.
            take_out(self._rescue, self._session.agent.login, {(self._thread.head.id, self._mode)})
            self._aside = False
        if other:
            self._lines[:0] = [*other.split("\n"), ""]
            self._known.append("\n".join(self._lines))
            say(_("You wrote on in another window: both texts are in the draft. .p reads them."))

    def _send(self) -> None:
        session, text = self._session, "\n".join(self._lines).strip()
        try:
            if not text and not self._files:
                raise UsageError(_("There is nothing to send yet. .q leaves."))
            if self._crossed():
                return
            if self._mode is DraftMode.NOTE:
                replies.note(session.store, session.agent, self._thread.head.id, text)
                say(_("Note saved. z takes it back."))
            else:
                self._reply(text)
        except OmniError as error:
            # The text stays: it can be sent again, kept or mended.
            say(error.message, *filter(None, [error.hint]))
            return
        self.done = True
        if self._aside:
            take_out(self._rescue, session.agent.login, {(self._thread.head.id, self._mode)})
        refresh(session)

    def _reply(self, text: str) -> None:
        session = self._session
        delay = session.settings.inbox.undo_send_s * 1000
        queued = replies.reply(
            session.store,
            session.agent,
            self._thread.head.id,
            text,
            cc=self._copies(),
            at=self._fields.at,
            delay_ms=delay,
            seen_to=[party.address for party in self._thread.reply_to],
            channel=self._thread.reply_channel,
            held=[file.id for file in self._files],
        )
        if self._fields.at > now_ms() + delay:
            say(_("It leaves {time}; z calls it back until then.").format(time=exact(queued.leaves_at)))
        else:
            at = datetime.fromtimestamp(queued.leaves_at / 1000, zone()).strftime("%H:%M:%S")
            say(_("It leaves at {clock}; z calls it back until then.").format(clock=at))
        if not engine_runs(session.store):
            say(_("No engine is running, so nothing leaves yet. Start one: omni-tui engine"))

    def _crossed(self) -> bool:
        """Whether somebody wrote meanwhile; it is told, and the next dot sends."""
        refresh(self._session)
        opened = self._session.opened
        assert opened is not None
        self._thread = opened.thread.answered_by(self._thread.reply_channel)
        newest = _newest(self._session)
        if newest is None or (self._newest is not None and newest.id == self._newest.id):
            return False
        self._newest = newest
        say(_("Somebody wrote while you were writing:"), *message_lines(newest, full=False))
        say(_("A . sends all the same; or go on writing."))
        return True

    def _attach(self, name: str) -> None:
        session, id = self._session, self._thread.head.id
        if self._mode is DraftMode.NOTE:
            say(_("Files go along with replies."))
            return
        try:
            if name.startswith("-") and name[1:].isdecimal() and 0 < int(name[1:4]) <= len(self._files):
                off = self._files[int(name[1:4]) - 1]
                self._files = held_files.detach(session.store, session.agent, id, off.id)
            else:
                way = self._thread.reply_channel
                self._files = held_files.attach(session.store, session.agent, id, attached([Path(name)]), channel=way)
        except OmniError as error:
            say(error.message, *filter(None, [error.hint]))
            return
        names = ", ".join(clean_line(file.name) for file in self._files)
        say(_("Goes along: {names}.").format(names=names or _("nothing")))

    def _told(self, do: Callable[[str], None], rest: str) -> None:
        """Do it; what cannot be done is told, and the text stays."""
        try:
            do(rest.strip())
        except OmniError as error:
            say(error.message, *filter(None, [error.hint]))

    def _snippet(self, name: str) -> None:
        """Add a snippet, by its name or the number it is listed under, with its variables filled."""
        session = self._session
        known = snippets.listed(session.store, session.agent)
        if not known:
            raise UsageError(_("There is no snippet yet."), _("Save one: snippet save hello 'Hello, …'"))
        if not name:
            say(*(f"{n}. {clean_line(each.name)}: {clean_line(each.body)[:60]}" for n, each in enumerate(known, 1)))
            name = ask(_("Which one? Its number:")).strip()
        if not name:
            return
        at = int(name[:4]) - 1 if name.isdecimal() else -1
        chosen = known[at] if 0 <= at < len(known) else snippets.named(known, name, session.agent)
        opened = session.opened
        filled = fill(chosen.body, session.agent, self._thread.head, opened.messages if opened is not None else ())
        self._lines += filled.text.split("\n")
        self.keep()
        self._read_out()
        say(*filled.remarks)

    def _copy(self, address: str) -> None:
        if address:
            cc = [each for each in self._fields.cc.replace(",", " ").split() if each != address]
            self._fields = replace(self._fields, cc=", ".join([*cc, address]))
        elif self._thread.reply.others or self._fields.everyone:
            self._fields = replace(self._fields, everyone=not self._fields.everyone)
        else:
            raise UsageError(_("Nobody else is on the mail."), _(".c ADDRESS copies to somebody."))
        self.keep()
        self._tell_fields()

    def _later(self, when: str) -> None:
        when = when or ask(_("When? Such as 2h, tomorrow 9, monday:")).strip()
        if not when:
            return
        self._fields = replace(self._fields, at=0 if when == "-" else moment_of(when))
        self.keep()
        say(_("It leaves {time}.").format(time=exact(self._fields.at)) if self._fields.at else _("It leaves at once."))

    def _edit(self) -> None:
        try:
            text = edited("\n".join(self._lines))
        except OmniError as error:
            say(error.message, *filter(None, [error.hint]))
            return
        self._lines = text.split("\n") if text else []
        self.keep()
        say(_("The text is the editor's now. . sends it, .p reads it out."))


def edited(text: str) -> str:
    """``text`` as it comes back from ``$VISUAL`` or ``$EDITOR``. Raises OmniError."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "ed")
    with tempfile.TemporaryDirectory(prefix="omni-tui-") as directory:
        file = Path(directory) / "reply.txt"
        file.write_text(f"{text}\n" if text else "", "utf-8")
        try:
            status = subprocess.run([*command, str(file)], check=False).returncode
        except OSError as error:
            raise OmniError(
                _("{command} could not be started.").format(command=command[0]), _("Set EDITOR to the editor you use.")
            ) from error
        if status != 0:
            raise OmniError(_("The editor ended with status {status}; the text is unchanged.").format(status=status))
        return clean(file.read_text("utf-8", errors="replace")).removesuffix("\n")


def _newest(session: Session) -> MessageRow | None:
    """The newest message, answer or note that is not the agent's own."""
    if session.opened is None:
        return None
    mine = (session.agent.login, session.agent.name, session.agent.id)
    for message in reversed(session.opened.messages):
        if message.direction is Direction.EVENT:
            continue
        if message.direction is Direction.INBOUND or message.agent not in mine:
            return message
    return None
