"""The files a reply takes along, as the composer shows them: each with its number, by which it is taken off again."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.model.draft import DraftFields
from omni_tui.model.message import AttachmentRow, MessageRow
from omni_tui.screens.draw.ink import Line, Span, cells, shorten
from omni_tui.screens.draw.times import size_word
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def file_lines(files: Sequence[AttachmentRow], room: int, most: int = 3) -> list[Line]:
    """The files in at most ``most`` lines of ``room`` cells, as many beside each other as fit; those that do not are
    counted at the end."""
    lines: list[Line] = []
    for number, file in enumerate(files, 1):
        left = files[number:]
        item = _item(number, file, room)
        joined = (*lines[-1], Span("   "), *item) if lines else item
        tail = _rest(left)
        # The last line keeps room for what is not shown.
        last = len(lines) == most
        if lines and cells((*joined, *(tail if last else ()))) <= room:
            lines[-1] = joined
        elif len(lines) < most and cells((*item, *(tail if len(lines) + 1 == most else ()))) <= room:
            lines.append(item)
        else:
            rest = _rest(files[number - 1 :])
            if lines:
                lines[-1] = (*lines[-1], *rest)
            else:
                lines = [rest[1:]]
            break
    return [shorten(line, room) for line in lines]


def passed_along(message: MessageRow | None, fields: DraftFields) -> tuple[AttachmentRow, ...]:
    """The files of a message that is passed on which go along with it."""
    files = message.attachments if message is not None else ()
    return tuple(each for each in files if each.id not in fields.left_out)


def left_behind(message: MessageRow | None, fields: DraftFields) -> tuple[AttachmentRow, ...]:
    """Those that were taken off."""
    files = message.attachments if message is not None else ()
    return tuple(each for each in files if each.id in fields.left_out)


def _item(number: int, file: AttachmentRow, room: int) -> Line:
    name = clean_line(file.name) or _("unnamed")
    shown = shorten((Span(f"{number} ", "accent bold"), Span(name, "text underline")), max(6, room - 30))
    return (*shown, Span(f"  {size_word(file.size)}", "muted"))


def _rest(files: Sequence[AttachmentRow]) -> Line:
    if not files:
        return ()
    words = _("and {count} more").format(count=len(files))
    return (Span("   "), Span(words, "muted"))
