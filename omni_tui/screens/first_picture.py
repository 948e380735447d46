"""The inbox's first picture, drawn before Textual is imported: the same lines, straight to the terminal.

Importing Textual and mounting the screen take most of the program's start. Nobody has to wait for them to see who
wrote: the rows are there at once, keys typed meanwhile wait in the terminal, and the screen that takes over paints
the same cells again. Where the same picture cannot be promised there is none, and the screen is the first to paint.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator, Iterable

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from omni_tui.config.settings import Settings
from omni_tui.config.zone import local_zone
from omni_tui.desk import agents, inbox, views
from omni_tui.desk.actions.keymap import key_map
from omni_tui.desk.query import parse
from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.chrome.footer_lines import keys_line
from omni_tui.screens.chrome.header import views_line
from omni_tui.screens.chrome.hints import place_hints
from omni_tui.screens.context import Context, look_of, system_now
from omni_tui.screens.draw.ink import BLANK
from omni_tui.screens.list.draw import EDGE, row_height, row_lines
from omni_tui.screens.terminal.begun import Begun, begin
from omni_tui.screens.terminal.controls import without_controls
from omni_tui.screens.terminal.thrift import Thrift
from omni_tui.store import Store

NORMAL, WIDE = 120, 200
"""Columns from which the list stands beside the thread, and from which it is wider."""
_LIST_CELLS = {NORMAL: 46, WIDE: 60}


@contextlib.contextmanager
def first_picture(settings: Settings, store: Store) -> Generator[Begun | None, None, None]:
    """Show the first view's first rows while the block runs; None where nothing could be shown."""
    colours = _colour_system()
    context = None if colours is None else _context(settings, store)
    if context is None or colours is None:
        yield None
        return
    size = shutil.get_terminal_size()
    with begin(_ansi(picture(store, context, *size), colours)) as begun:
        yield begun


def picture(store: Store, context: Context, columns: int, rows: int) -> list[list[Segment]]:
    """The screen's lines as the inbox will paint them before it knows more than its rows."""
    tones = context.tones
    shown = [each for each in views.listed(store, context.agent) if not each.hidden]
    view = shown[0]
    across = _list_cells(columns)
    gap = 0 if columns < NORMAL else 1
    room = rows - 2 - gap
    height = row_height(across, context.look.density)
    query = parse(view.query, context.now(), context.zone())
    found = inbox.page(store, context.agent, query, sort=view.sort, limit=max(1, room // height))
    header = views_line(shown, {}, view.id, 0, columns, context)
    hints = place_hints("list", key_map(context.settings.screen.keys))
    edge = EDGE if columns > across else ""
    beside = tones.segments(BLANK, "base", columns - across) if columns > across else []
    empty = tones.segments(BLANK, "side", across, edge)
    pane = [tones.segments(BLANK, "side", across)] * gap + _rows(found, across, edge, context)[:room]
    pane += [empty] * (room + gap - len(pane))
    return [
        tones.segments(header, "side", columns),
        *([*line, *beside] for line in pane),
        tones.segments(keys_line(hints, BLANK, columns), "side", columns),
    ]


def _rows(found: Iterable[ConversationRow], across: int, edge: str, context: Context) -> list[list[Segment]]:
    return [
        context.tones.segments(line, "sel" if at == 0 and line else "side", across, edge)
        for at, row in enumerate(found)
        for line in row_lines(row, across, context, edge=edge, cursor=at == 0)
    ]


def _list_cells(columns: int) -> int:
    return next((cells for least, cells in sorted(_LIST_CELLS.items(), reverse=True) if columns >= least), columns)


def _context(settings: Settings, store: Store) -> Context | None:
    agent = agents.known(store, settings.agent.login)
    if agent is None:
        return None
    return Context(settings, agent, look_of(settings.screen), system_now, local_zone)


def _colour_system() -> ColorSystem | None:
    """What Rich will find the terminal capable of (its ``Console._detect_color_system``), where that is plain."""
    term = os.environ.get("TERM", "").lower()
    if "TEXTUAL_COLOR_SYSTEM" in os.environ:
        return None
    if os.environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if term.endswith("-256color") else None


def _ansi(lines: Iterable[Iterable[Segment]], colours: ColorSystem) -> str:
    """The lines as this terminal takes them, in few bytes."""
    written = (
        f"\x1b[{y};1H" + "".join(_drawn(text, style, colours) for text, style, _control in line)
        for y, line in enumerate(lines, 1)
    )
    return Thrift().feed("".join(written))


def _drawn(text: str, style: Style | None, colours: ColorSystem) -> str:
    return (style or Style.null()).render(without_controls(text), color_system=colours)
