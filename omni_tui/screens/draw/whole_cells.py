"""A compositor that cuts a line only where an edge is seen.

Textual cuts every line at the edges of all widgets on it, also of those that lie below another one; a cut through a
wide character leaves two blanks (``rich.segment.Segment.split_cells``), so Chinese in what lies over the panes loses
the characters above their edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class WholeCells(Compositor):
    """As Textual's, with fewer cuts (``Compositor.cuts`` and ``_render_chops`` of textual 8.2.8)."""

    @property
    def cuts(self) -> list[list[int]]:
        """The cells of each line where what is seen of a widget begins or ends."""
        if self._cuts is None:
            width, height = self.size
            cuts = [{0, width} for _y in range(height)]
            over: list[list[tuple[int, int]]] = [[] for _y in range(height)]
            # The foremost first, so what lies over a widget is known before it.
            for region, clip in self.visible_widgets.values():
                seen = region.intersection(clip)
                if not seen.area:
                    continue
                edges = seen.column_span
                for y in range(max(0, seen.y), min(height, seen.bottom)):
                    cuts[y].update(x for x in edges if not any(begin < x < end for begin, end in over[y]))
                    over[y].append(edges)
            self._cuts = [sorted(line) for line in cuts]
        return self._cuts

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in cuts]
        for region, clip, strips in self._get_renders(crop):
            seen = region.intersection(clip)
            begin, end = seen.column_span
            for y, strip in zip(seen.line_range, strips, strict=False):
                if not is_rendered_line(y):
                    continue
                line = chops[y]
                for left, right in zip(cuts[y], cuts[y][1:], strict=False):
                    if begin <= left and right <= end and line[left] is None:
                        line[left] = strip.crop(left - begin, right - begin)
        # What no widget covers stays None, as in Textual, whose type leaves it out.
        return cast(Sequence[Mapping[int, Strip]], chops)
