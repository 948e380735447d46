"""Movement keys, in whichever pane has the keys."""

from __future__ import annotations

from omni_tui.screens.inbox.parts import Parts

STEPS = ("down", "up", "half_down", "half_up")
"""Moves whose count says how often: twice one of them is the same as once by two."""
MOVES = (*STEPS, "top", "bottom")


def move(parts: Parts, name: str, count: int | None) -> None:
    """Do one of ``MOVES``; ``count`` repeats it, or with ``top`` and ``bottom`` names a row."""
    times = count or 1
    step = {"down": times, "up": -times}.get(name)
    if parts.panel.choosing:
        far = {"half_down": 5 * times, "half_up": -5 * times, "top": -9999, "bottom": 9999}
        parts.panel.choose(step if step is not None else far.get(name, 0))
    elif parts.panel.has_focus:
        far = {"half_down": 10, "half_up": -10, "top": -9999, "bottom": 9999}
        parts.panel.scroll_lines(step if step is not None else far.get(name, 0) * times)
    elif parts.list.has_focus:
        half = max(1, parts.list.fits // 2)
        if step is not None:
            parts.list.move_by(step)
        elif name in ("half_down", "half_up"):
            parts.list.move_by(half * times * (1 if name == "half_down" else -1))
        else:
            last = parts.list.pages.count - 1
            place = (0 if name == "top" else last) if count is None else count - 1
            parts.list.move_to(place)
    elif step is not None:
        parts.view.step(step)
    elif name in ("half_down", "half_up"):
        half = max(1, parts.view.size.height // 2)
        parts.view.scroll_lines(half * times * (1 if name == "half_down" else -1))
    else:
        parts.view.scroll_edge(end=name == "bottom")
