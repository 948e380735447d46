"""Files for the reply being written: asked for by name, taken into the store at once, taken off again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from omni_tui.desk import files, forwarding, held_files, new_drafts
from omni_tui.model.commands import SentFile
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.model.message import AttachmentRow
from omni_tui.screens.composer.attached import left_behind, passed_along
from omni_tui.screens.composer.paths import Paths, begun_anew, typed_path
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from textual.timer import Timer

    from omni_tui.screens.inbox.screen import InboxScreen

ATTACH = "attach"
LOOK_S = 1.0
"""How long a file that was saved while its name is asked for is not offered."""
_OFF, _BACK = "-", "+"


class Attaching:
    """Asks for a file by its path. ``-2`` takes the second one off again; of a message that is passed on ``+1`` brings
    back the first that was taken off."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._paths = Paths(screen.spawn, self._again)
        self._folder = "~/"
        self._busy = False
        self._looking: Timer | None = None

    async def ask(self) -> None:
        """Open the field for a file's name."""
        parts = self._screen.parts
        if parts.composer.mode is DraftMode.NOTE:
            parts.say(_("Files go along with replies; C-t makes this one"))
            return
        self._paths.forget()
        prompt = _("Attach, or -1 takes off file 1") if parts.composer.files else _("Attach")
        parts.prompt.ask(Question(ATTACH, prompt, self._offers, start=self._folder))
        if self._looking is None:
            self._looking = self._screen.set_interval(LOOK_S, self._look)

    async def answered(self, answer: str) -> None:
        """Do what was asked for; what is wrong with it is said where it was typed."""
        parts, composer = self._screen.parts, self._screen.parts.composer
        conversation_id = composer.conversation_id
        if self._busy or not conversation_id:
            return
        answer = begun_anew(answer, self._folder)
        self._busy = True
        try:
            if answer[:1] in (_OFF, _BACK) and answer[1:].isdecimal():
                left = await self._change(answer[0], int(answer[1:]))
            else:
                file = await in_daemon(lambda: _read(answer))
                left = await self._add(file)
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

    async def _add(self, file: SentFile) -> tuple[AttachmentRow, ...]:
        """Keep a file with what is being written; all that goes along then."""
        parts, composer = self._screen.parts, self._screen.parts.composer
        agent, id, thread = parts.context.agent, composer.conversation_id, composer.thread
        if composer.mode is DraftMode.NEW:
            return await parts.link.write(new_drafts.attach, agent, id, [file])
        if composer.mode is DraftMode.FORWARD:
            message, fields = composer.passed_on, composer.fields
            own = await parts.link.write(forwarding.attach, agent, id, [file], channel=fields.channel)
            return (*passed_along(message, fields), *own)
        assert thread is not None
        return await parts.link.write(held_files.attach, agent, id, [file], channel=thread.reply.channel)

    async def _change(self, sign: str, number: int) -> tuple[AttachmentRow, ...]:
        """Take a file off, or bring one back; all that goes along then. Raises UsageError for a wrong number."""
        parts, composer = self._screen.parts, self._screen.parts.composer
        files = composer.files if sign == _OFF else left_behind(composer.passed_on, composer.fields)
        if not 1 <= number <= len(files):
            raise UsageError(_("There is no file {number} here.").format(number=number))
        id, fields, own = files[number - 1].id, composer.fields, composer.own_files
        if sign == _OFF and id in {each.id for each in own}:
            if composer.mode is DraftMode.NEW:
                return await parts.link.write(new_drafts.detach, parts.context.agent, composer.conversation_id, id)
            own = await parts.link.write(
                held_files.detach, parts.context.agent, composer.conversation_id, id, composer.mode
            )
        else:
            behind = (*fields.left_out, id) if sign == _OFF else tuple(each for each in fields.left_out if each != id)
            composer.leaves(replace(fields, left_out=behind))
            self._screen.writing.keep_soon()
        return (*passed_along(composer.passed_on, composer.fields), *own)

    def _offers(self, text: str) -> list[Offer]:
        text = begun_anew(text, self._folder)
        composer = self._screen.parts.composer
        behind = left_behind(composer.passed_on, composer.fields)
        signs = {_OFF: (_("take off {name}"), composer.files), _BACK: (_("take along again {name}"), behind)}
        if text[:1] in signs:
            words, held = signs[text[0]]
            return [
                Offer(f"{text[0]}{number}", words.format(name=clean_line(file.name)))
                for number, file in enumerate(held, 1)
                if f"{text[0]}{number}".startswith(text)
            ]
        return self._paths.offers(text)

    def _look(self) -> None:
        if self._asks:
            self._paths.look_again(begun_anew(self._screen.parts.prompt.field.value, self._folder))
        elif self._looking is not None:
            self._looking.stop()
            self._looking = None

    def _again(self) -> None:
        if self._asks:
            self._screen.parts.prompt.renew()

    @property
    def _asks(self) -> bool:
        prompt = self._screen.parts.prompt
        return prompt.is_open and prompt.asks(ATTACH)


def _read(answer: str) -> SentFile:
    try:
        path = typed_path(answer)
        is_folder = path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise NotFound(_("There is no file {path}.").format(path=clean_line(answer))) from error
    if is_folder or not answer:
        raise UsageError(_("{path} is a folder: name a file in it.").format(path=clean_line(answer) or "."))
    return files.from_disk(path)
