"""A text written line by line; every line is in the store before the next one is asked for."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from omni_tui.cli.attaching import attached
from omni_tui.cli.clock import exact, moment_of, now_ms, zone
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import Ended, ask, say
from omni_tui.cli.sending import engine_runs
from omni_tui.desk import drafts, snippets
from omni_tui.desk.snippet_filling import Filled
from omni_tui.desk.unsaved_drafts import Unsaved, put_aside, rescue_file, take_out
from omni_tui.model.commands import SentFile
from omni_tui.model.draft import NO_FIELDS
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import OmniError, StoreError, UsageError
from omni_tui.model.message import AttachmentRow
from omni_tui.model.outcome import Queued
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

Word = tuple[str, str, Callable[[str], None]]
"""What may be typed, such as ``.a FILE``; what it does, in words (empty: nothing here); what does it."""
_REMEMBERED = 20


class Page(ABC):
    """What every kind of text has in common; whom it goes to, how it is sent and where its files are is the kind's."""

    def __init__(self, session: Session, mode: DraftMode, id: str) -> None:
        self._session, self._mode, self._id = session, mode, id
        self._lines: list[str] = []
        self._files: tuple[AttachmentRow, ...] = ()
        self._fields = NO_FIELDS
        self._known = [""]
        self._rescue, self._aside = rescue_file(session.settings.file), False
        self.done = False

    # What the kinds differ in --------------------------------------------------------------------------

    @abstractmethod
    def _tell_way(self) -> None:
        """Say who will read it."""

    @abstractmethod
    def _store(self, text: str) -> None:
        """Send it, or store it. Raises OmniError."""

    def _crossed(self) -> bool:
        """Whether somebody wrote meanwhile; it is told, and the next dot sends."""
        return False

    @abstractmethod
    def _filled(self, body: str) -> Filled:
        """A snippet's text with its variables filled."""

    def _add(self, files: Sequence[SentFile]) -> tuple[AttachmentRow, ...]:
        """Keep files with it; all that goes along then. Raises OmniError: without a way of its own nothing does."""
        raise UsageError(_("That is for replies."))

    def _take_off(self, file: AttachmentRow) -> tuple[AttachmentRow, ...]:
        """Take one off; what is left. Raises OmniError."""
        raise UsageError(_("That is for replies."))

    def _words(self) -> tuple[Word, ...]:
        """The kind's own words after a dot."""
        return ()

    def _is_worth_sending(self, text: str) -> bool:
        return bool(text or self._files)

    # Writing -------------------------------------------------------------------------------------------

    def write(self, text: str = "") -> None:
        """Take lines until it is sent, kept or thrown away; goes on from the draft there is."""
        try:
            self._begin(text)
            while not self.done:
                self._take(ask(""))
        except (Ended, KeyboardInterrupt):
            self._keep()
            say("", _("Draft kept."))
            raise

    def _begin(self, text: str) -> None:
        if text:
            self._lines.append(text)
        self._tell_way()
        if self._lines or self._files:
            say(_("So far:"))
            self._read_out("")
        say(_("Write. A line with a single . ends it, .? lists what else there is."))
        if text:
            self._keep()

    def _take(self, line: str) -> None:
        """One more line: text, or one of the dot commands."""
        word, _space, rest = line.strip().partition(" ")
        known = self._known_words()
        if word not in known:
            self._lines.append(line[1:] if line.startswith("..") else line)
            self._keep()
            return
        try:
            known[word][2](rest.strip())
        except OmniError as error:
            # The text stays: it can be sent again, kept or mended.
            say(error.message, *filter(None, [error.hint]))

    def _known_words(self) -> Mapping[str, Word]:
        # A kind's own meaning of a word stands in place of the common one.
        return {each[0].partition(" ")[0]: each for each in self._vocabulary()}

    def _vocabulary(self) -> tuple[Word, ...]:
        return (
            (".", _("sends it, or saves the note"), self._send),
            (".e", _("your own editor"), self._edit),
            (".p", _("reads the text out"), self._read_out),
            (".u", _("takes the last line back"), self._unwrite),
            (".a FILE", _("sends a file along; .a -1 takes the first one off again"), self._attach),
            (".s NAME", _("puts a snippet in; .s alone lists them"), self._snippet),
            (".l WHEN", _("sends it later, such as .l tomorrow 9; .l - as soon as it is ended"), self._later),
            *self._words(),
            (".q", _("leaves and keeps the draft"), self._leave),
            (".x", _("throws the draft away"), self._throw_away),
            (".?", _("lists what else there is"), self._help),
        )

    def _help(self, _rest: str = "") -> None:
        told = [f"{word}: {help}" for word, help, _do in self._known_words().values() if help]
        say(*told, "..: " + _("begins a line that begins with a dot"))

    # What the dot commands do ---------------------------------------------------------------------------

    def _send(self, _rest: str) -> None:
        text = "\n".join(self._lines).strip()
        if not self._is_worth_sending(text):
            raise UsageError(_("There is nothing to send yet. .q leaves."))
        if self._crossed():
            return
        self._store(text)
        self.done = True
        if self._aside:
            take_out(self._rescue, self._session.agent.login, {(self._id, self._mode)})

    def _told_leaving(self, queued: Queued) -> None:
        if self._fields.at > now_ms() + self._window_ms():
            say(_("It leaves {time}; z calls it back until then.").format(time=exact(queued.leaves_at)))
        else:
            at = datetime.fromtimestamp(queued.leaves_at / 1000, zone()).strftime("%H:%M:%S")
            say(_("It leaves at {clock}; z calls it back until then.").format(clock=at))
        if not engine_runs(self._session.store):
            say(_("No engine is running, so nothing leaves yet. Start one: omni-tui engine"))

    def _window_ms(self) -> int:
        return self._session.settings.inbox.undo_send_s * 1000

    def _edit(self, _rest: str) -> None:
        text = edited("\n".join(self._lines))
        self._lines = text.split("\n") if text else []
        self._keep()
        say(_("The text is the editor's now. . sends it, .p reads it out."))

    def _read_out(self, _rest: str) -> None:
        text = clean("\n".join(self._lines))
        lines = text.split("\n") if text else []
        say(*(f"    {line}" for line in lines), *(f"+ {clean_line(file.name)}" for file in self._files))

    def _unwrite(self, _rest: str) -> None:
        say(_("Gone: {line}").format(line=self._lines.pop()) if self._lines else _("There is no line."))
        self._keep()

    def _attach(self, name: str) -> None:
        if not name:
            self._help()
            return
        if name.startswith("-") and name[1:].isdecimal():
            number = int(name[1:4])
            if not 0 < number <= len(self._files):
                raise UsageError(_("There is no file {number} here.").format(number=number))
            self._files = self._take_off(self._files[number - 1])
        else:
            self._files = self._add(attached([Path(name)]))
        self._tell_files()

    def _tell_files(self) -> None:
        names = ", ".join(clean_line(file.name) for file in self._files)
        say(_("Goes along: {names}.").format(names=names or _("nothing")))

    def _snippet(self, name: str) -> None:
        """Add a snippet, by its name or the number it is listed under."""
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
        filled = self._filled(chosen.body)
        self._lines += filled.text.split("\n")
        self._keep()
        self._read_out("")
        say(*filled.remarks)

    def _later(self, when: str) -> None:
        when = when or ask(_("When? Such as 2h, tomorrow 9, monday:")).strip()
        if not when:
            return
        self._fields = replace(self._fields, at=0 if when == "-" else moment_of(when))
        self._keep()
        say(_("It leaves {time}.").format(time=exact(self._fields.at)) if self._fields.at else _("It leaves at once."))

    def _leave(self, _rest: str) -> None:
        self._keep()
        self.done = True
        say(_("Draft kept."))

    def _throw_away(self, _rest: str) -> None:
        drafts.discard(self._session.store, self._session.agent, self._id, self._mode)
        self.done = True
        say(_("Draft thrown away."))

    # The draft -----------------------------------------------------------------------------------------

    def _take_up(self) -> bool:
        """Go on from the draft there is; whether there is one."""
        held = drafts.load(self._session.store, self._session.agent, self._id, self._mode)
        if held is None:
            return False
        self._known = [held.body]
        self._lines = held.body.split("\n") if held.body else []
        self._fields = held.fields
        return True

    def _keep(self) -> None:
        """Put the text into the store. What another window wrote meanwhile is kept before it."""
        text = "\n".join(self._lines)
        session, fields = self._session, self._fields if self._mode is not DraftMode.NOTE else None
        self._known.append(text)
        try:
            known = tuple(self._known[-_REMEMBERED:])
            other = drafts.save(session.store, session.agent, self._id, self._mode, text, known=known, fields=fields)
        except StoreError as error:
            put_aside(self._rescue, session.agent.login, (Unsaved(self._id, self._mode, text, fields),))
            self._aside = True
            say(_("The store cannot be written, the draft is in a file until it can: {why}").format(why=error.message))
            return
        if self._aside:
            # What stays in the file after it was stored would come back as a draft at the next start.
            take_out(self._rescue, session.agent.login, {(self._id, self._mode)})
            self._aside = False
        if other:
            self._lines[:0] = [*other.split("\n"), ""]
            self._known.append("\n".join(self._lines))
            say(_("You wrote on in another window: both texts are in the draft. .p reads them."))


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
