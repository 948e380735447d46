"""The help sheet: keys of this place and what the letters in a row mean, drawn from the registry."""

from __future__ import annotations

from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.keymap import VIEW_COMMANDS, KeyMap, Place, places_of
from omni_tui.screens.composer.area import ATTACH_KEY, COPIES_KEY, LATER_KEY, WHOM_KEY
from omni_tui.screens.draw.ink import BLANK, Line, Span, cells, column, shorten
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_MOVES = ("down", "up", "top", "bottom", "half_down", "half_up", "open", "back", "next", "previous", "pane")
_PLACES = ("views", "customers", "knowledge", "week_report")
_KEYS = 12


def help_lines(place: Place, keys: KeyMap, width: int) -> list[Line]:
    """Columns of keys; one column at 80 cells, three where there is room."""
    columns = 3 if width >= 110 else (2 if width >= 76 else 1)
    size = (width - 6) // columns
    groups = [group for group in _groups(place, keys) if len(group) > 1]
    wrong = [(Span(clean_line(problem), "caution"),) for problem in keys.problems]
    piles: list[list[Line]] = [[] for _n in range(columns)]
    for group in groups:
        pile = min(piles, key=len)
        pile += [*([BLANK] if pile else []), *group]
    beside = [
        _beside([pile[y] if y < len(pile) else BLANK for pile in piles], size) for y in range(max(map(len, piles)))
    ]
    return [*wrong, BLANK, *beside] if wrong else beside


def _groups(place: Place, keys: KeyMap) -> list[list[Line]]:
    moves = [c for c in COMMANDS if c.name in _MOVES and place in places_of(c.scope)]
    views = [c for c in COMMANDS if c.name in _PLACES or c.name.startswith("view_")]
    others = [c for c in COMMANDS if keys.first_key(c.name) and place in places_of(c.scope)]
    rest = [c for c in others if c not in moves and c not in views]
    actions = [a for a in ACTIONS if place in places_of(a.scope) and a.about == "conversation"]
    on_views = [a for a in ACTIONS if place in places_of(a.scope) and a.about == "view"]
    on_customers = [a for a in ACTIONS if place in places_of(a.scope) and a.about == "customer"]
    return [
        [_title(_("Act")), *(_entry(keys, a.name, a.title) for a in actions)],
        [
            _title(_("Move")),
            *(_entry(keys, c.name, c.title) for c in moves),
            _row(f"5{keys.first_key('down')}", _("five down")),
        ],
        [
            _title(_("Go to")),
            *(_entry(keys, c.name, c.title) for c in views),
            _row(f"g1 .. g{len(VIEW_COMMANDS)}", _("views by number")),
        ],
        [_title(_("Views")), *(_entry(keys, a.name, a.title) for a in on_views)],
        [_title(_("Customer")), *(_entry(keys, a.name, a.title) for a in on_customers)],
        [_title(_("Everything else")), *(_entry(keys, c.name, c.title) for c in rest)],
        [
            _title(_("While writing")),
            _row("C-j", _("send, or save the note")),
            _row("Alt-Enter", _("the same")),
            _row(LATER_KEY, _("send later")),
            _row("C-t", _("reply or note")),
            _row("C-n", _("other channel")),
            _row(COPIES_KEY, _("to all, or copies")),
            _row(WHOM_KEY, _("to whom, what about")),
            _row(ATTACH_KEY, _("attach files")),
            _row("::", _("snippet")),
            _row("@@", _("colleague, in a note")),
            _row("C-o", _("your own editor")),
            _row("Esc", _("leave and keep the draft")),
        ],
        [
            _title(_("Letters in a row")),
            _row(_("N"), _("new message")),
            _row(_("F"), _("reply not sent")),
            _row(_("P"), _("waiting for the customer")),
            _row(f"{_('S')} {_('R')}", _("snoozed, resolved")),
            _row(f"{_('L')} {_('D')}", _("waiting too long, soon too long")),
            _row("! + -", _("urgent, high, low")),
            _row("x", _("selected")),
            *([_row(">", _("what is forwarded, split, moved"))] if place == "thread" else []),
        ],
    ]


def _title(text: str) -> Line:
    return (Span(text, "faint bold"),)


def _entry(keys: KeyMap, name: str, title: str) -> Line:
    return _row(" ".join(keys.keys.get(name, ("-",))[:5]), title)


def _row(keys: str, text: str) -> Line:
    # Many keys push the words aside rather than lose one.
    return (column(keys, max(_KEYS, len(keys) + 2), "text bold"), Span(text, "soft"))


def _beside(parts: list[Line], size: int) -> Line:
    line: list[Span] = []
    for part in parts:
        fitted = shorten(part, size - 1)
        line += [*fitted, Span(" " * (size - cells(fitted)))]
    return tuple(line)
