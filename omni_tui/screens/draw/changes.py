"""Which cells of a line read differently than before: of a list nobody touches, an age a minute."""

from __future__ import annotations

from textual.geometry import Region

from omni_tui.screens.draw.ink import Line, cells
from omni_tui.text.cells import width


def changed_cells(old: Line, new: Line, y: int, room: int) -> Region:
    """The cells of line ``y``, which has ``room`` cells, that differ; whole spans, so that no wide character is cut.

    All of it where a line is longer than that: what stands at its edge hangs on what is behind.
    """
    before, behind = cells(old), cells(new)
    end = max(before, behind)
    if end > room:
        return Region(0, y, room, 1)
    begin = same = 0
    for was, now in zip(old, new, strict=False):
        if was != now:
            break
        begin, same = begin + width(now.text), same + 1
    if before == behind:
        for was, now in zip(reversed(old[same:]), reversed(new[same:]), strict=False):
            if was != now:
                break
            end -= width(now.text)
    return Region(begin, y, max(0, end - begin), 1)
