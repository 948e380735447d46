"""Files for the reply being written: asked for by name, taken into the store at once, taken off again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from omni_tui.desk import files, held_files, new_drafts
from omni_tui.model.commands import SentFile
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.model.message import AttachmentRow
from omni_tui.screens.composer.paths import Paths, typed_path
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

ATTACH = "attach"
_OFF = "-"


class Attaching:
    """Asks for a file by its path. ``-2`` takes the second one off again."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._paths = Paths(screen.spawn, self._again)
        self._folder = "~/"
        self._busy = False

    async def ask(self) -> None:
        """Open the field for a file's name."""
        parts = self._screen.parts
        if parts.composer.mode is DraftMode.NOTE:
            parts.say(_("Files go along with replies; C-t makes this one"))
            return
        self._paths.forget()
        prompt = _("Attach, or -1 takes off file 1") if parts.composer.files else _("Attach")
        parts.prompt.ask(Question(ATTACH, prompt, self._offers, start=self._folder))

    async def answered(self, answer: str) -> None:
        """Do what was asked for; what is wrong with it is said where it was typed."""
        parts, composer = self._screen.parts, self._screen.parts.composer
        conversation_id, thread, mode = composer.conversation_id, composer.thread, composer.mode
        if self._busy or not conversation_id:
            return
        self._busy = True
        try:
            agent = parts.context.agent
            if answer.startswith(_OFF) and answer[1:].isdecimal():
                file_id = self._numbered(int(answer[1:]))
                if mode is DraftMode.FORWARD:
                    left = self._leave_out(file_id)
                else:
                    off = new_drafts.detach if mode is DraftMode.NEW else held_files.detach
                    left = await parts.link.write(off, agent, conversation_id, file_id)
            elif mode is DraftMode.FORWARD:
                raise UsageError(_("What is passed on takes its own files along; -1 takes off the first."))
            else:
                file = await in_daemon(lambda: _read(answer))
                if mode is DraftMode.NEW:
                    left = await parts.link.write(new_drafts.attach, agent, conversation_id, [file])
                else:
                    assert thread is not None
                    channel = thread.reply.channel
                    left = await parts.link.write(held_files.attach, agent, conversation_id, [file], channel=channel)
                folder, slash, _name = answer.rpartition("/")
                self._folder = folder + slash
        except OmniError as error:
            parts.prompt.problem(f"{error.message} {error.hint}".strip())
            return
        finally:
            self._busy = False
        if composer.conversation_id == conversation_id:
            composer.show_files(left)
        parts.prompt.close()
        self._screen.reading.refocus()

    def _leave_out(self, file_id: str) -> tuple[AttachmentRow, ...]:
        composer = self._screen.parts.composer
        composer.leaves(replace(composer.fields, left_out=(*composer.fields.left_out, file_id)))
        self._screen.writing.keep_soon()
        return tuple(each for each in composer.files if each.id != file_id)

    def _numbered(self, number: int) -> str:
        held = self._screen.parts.composer.files
        if not 1 <= number <= len(held):
            raise UsageError(_("There is no file {number} here.").format(number=number))
        return held[number - 1].id

    def _offers(self, text: str) -> list[Offer]:
        if text.startswith(_OFF):
            held = enumerate(self._screen.parts.composer.files, 1)
            return [
                Offer(f"{_OFF}{number}", _("take off {name}").format(name=clean_line(file.name)))
                for number, file in held
                if f"{_OFF}{number}".startswith(text)
            ]
        return self._paths.offers(text)

    def _again(self) -> None:
        prompt = self._screen.parts.prompt
        if prompt.is_open and prompt.asks(ATTACH):
            prompt.complete()


def _read(answer: str) -> SentFile:
    try:
        path = typed_path(answer)
        is_folder = path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise NotFound(_("There is no file {path}.").format(path=clean_line(answer))) from error
    if is_folder or not answer:
        raise UsageError(_("{path} is a folder: name a file in it.").format(path=clean_line(answer) or "."))
    return files.from_disk(path)
