"""A compositor that cuts a line only where an edge is seen, and asks widgets only for lines that will be.

Textual cuts every line at the edges of all widgets on it, also of those that lie below another one; a cut through a
wide character leaves two blanks (``rich.segment.Segment.split_cells``), so Chinese in what lies over the panes loses
the characters above their edges. And for a frame of two lines it has every widget beside them, and all that lie behind,
render all their lines. Where a part of a line has changed, it writes the line from the beginning of the widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

from omni_tui.text.cells import width


class WholeCells(Compositor):
    """As Textual's, with fewer cuts (``Compositor.cuts``, ``_render_chops`` and ``render_partial_update`` of textual
    8.2.8).
    """

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

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed; None if nothing has."""
        update = super().render_partial_update()
        return None if update is None else Parts(update.chops, update.spans, update.chop_ends)

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in cuts]
        wanted = [y for y in crop.line_range if is_rendered_line(y)]
        left, right = crop.column_span
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            begin, end = seen.column_span
            bare: dict[int, list[tuple[int, int]]] = {}
            for y in wanted:
                if seen.y <= y < seen.bottom:
                    line = chops[y]
                    spans = zip(cuts[y], cuts[y][1:], strict=False)
                    here = [(x, to) for x, to in spans if begin <= x < right and left < to <= end and line[x] is None]
                    if here:
                        bare[y] = here
            for first, count in _runs(bare):
                part = Region(seen.x - region.x, first - region.y, seen.width, count)
                for y, strip in enumerate(widget.render_lines(part), first):
                    for x, to in bare[y]:
                        chops[y][x] = strip.crop(x - begin, to - begin)
        # What no widget covers, and what is not painted, stays None, as in Textual, whose type leaves it out.
        return cast(Sequence[Mapping[int, Strip]], chops)


class Parts(ChopsUpdate):
    """An update that writes no more of a line than has changed (``ChopsUpdate.render_segments`` of textual 8.2.8)."""

    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal."""
        written: list[str] = []
        for y, begin, end in self.spans:
            for x, to, strip in zip(self.chops[y], self.chop_ends[y], self.chops[y].values(), strict=False):
                if strip is not None and x < end and to > begin:
                    at, part = _between(strip, x, to, begin, end)
                    written += (Control.move_to(at, y).segment.text, part.render(console))
        return "".join(written)


def _between(strip: Strip, x: int, to: int, begin: int, end: int) -> tuple[int, Strip]:
    """The part of a strip from ``x`` to ``to`` that lies between two cells, and where it begins.

    It begins at the strip's beginning where a segment would be cut: that may go through a wide character.
    """
    if begin <= x and to <= end:
        return x, strip
    segments = list(strip)
    edges = [x]
    for segment in segments:
        edges.append(edges[-1] + width(segment.text))
    first = edges.index(begin) if begin in edges else 0
    if end >= to:
        return edges[first], Strip(segments[first:])
    if end in edges:
        return edges[first], Strip(segments[first : edges.index(end)])
    return x, strip.crop(0, end - x)


def _runs(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as (first, how many) of those without a gap."""
    first = count = 0
    for line in lines:
        if count and line == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = line, 1
    if count:
        yield first, count
