"""HTML mail as readable text: one pass over its tags, nothing fetched, nothing hidden shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice

from omni_tui.text.layout import Layout
from omni_tui.text.links import host_of, misleads, says_where, url_of
from omni_tui.text.markup import Tag, tokens
from omni_tui.text.table import MAX_COLUMNS
from omni_tui.text.visibility import UNKNOWN, Look, is_hidden, look_in

MAX_CHARS = 2_000_000
MAX_TOKENS = 300_000
"""Tags and texts that are read; mail of a megabyte has a tenth of it."""
MAX_LINKS = 300
MAX_OPEN = 100

# fmt: off
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr",
))
_HIDDEN_TAGS = frozenset((
    "template", "noscript", "object", "svg", "math", "select", "datalist", "canvas", "audio", "video",
))
_BLOCKS = frozenset((
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "li", "main", "nav", "ol", "section", "summary", "table", "ul",
))
# fmt: on
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"))
# An end tag, or the next of its kind, ends the element unless one of these stands between.
_CELL_SCOPE = frozenset(("table", "td", "th", "caption"))
_SCOPES = {
    "td": frozenset(("table",)),
    "th": frozenset(("table",)),
    "tr": frozenset(("table",)),
    "table": frozenset[str](),
    "li": frozenset(("ul", "ol", "table", "td", "th")),
}
# Whose end tag is often left out: the next one ends them.
_IMPLIED = {
    "p": ("p",),
    "li": ("li",),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("tr",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
}
_QUOTE_CLASSES = frozenset(("yahoo_quoted", "zmail_extra"))
_QUOTE_IDS = frozenset(("isReplyContent",))
_DARKENED = re.compile(r"<style[^>]*+>[^<]*?background", re.IGNORECASE)
_INDENTED = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)


def html_to_text(html: str) -> str:
    """The text of an HTML document as a person would read it, in linear time.

    Table cells are two spaces apart and rows are lines, columns of data below each other (:mod:`omni_tui.text.table`);
    lists have marks, quotes ``> ``, images their description. Links are numbered and listed at the end, so that where
    they lead is seen; one whose text names another host has the true one beside it, as ``[1: evil.example!]``. What
    nobody would see is left out. Input beyond 2,000,000 characters or 300,000 tags is not read; depth does not matter.
    """
    html = html[:MAX_CHARS]
    # A style sheet may darken the paper.
    paper = Look(ground=UNKNOWN) if _DARKENED.search(html) else Look()
    reader = _read(html, paper)
    text = reader.result()
    # Where nothing at all would be seen, the colours were misjudged.
    return text if text or not reader.coloured_away else _read(html, Look(ground=UNKNOWN)).result()


def _read(html: str, paper: Look) -> _Reader:
    reader = _Reader(paper)
    for token in islice(tokens(html), MAX_TOKENS):
        if isinstance(token, str):
            reader.text(token)
        elif token.end:
            reader.end(token.name)
        else:
            reader.start(token)
    return reader


@dataclass(slots=True)
class _Open:
    """An open element: what closes it, and whether its text is seen."""

    name: str
    look: Look
    preformatted: bool = False
    closing: list[Callable[[], None]] = field(default_factory=list)


class _Reader:
    """The elements open at one place of the document, and the lines set so far."""

    def __init__(self, paper: Look) -> None:
        self.coloured_away = False
        self._layout = Layout()
        self._open: list[_Open] = [_Open("", paper)]
        self._counts: dict[str, int] = {}
        # Elements opened beyond the depth kept, by name: their end tags end nothing else.
        self._beyond: dict[str, int] = {}
        self._links: dict[str, int] = {}
        self._counters: list[int | None] = []

    def text(self, text: str) -> None:
        top = self._open[-1]
        if top.look.unseen:
            self.coloured_away = self.coloured_away or not (top.look.hidden or top.look.shrunk)
            return
        if top.preformatted:
            self._layout.write_lines(text)
        else:
            self._layout.write_inline(text)

    def start(self, tag: Tag) -> None:
        name = tag.name
        top = self._open[-1]
        if name in _VOID:
            if not top.look.hidden:
                self._void(tag)
            return
        for ended in _IMPLIED.get(name, ("p",) if name in _BLOCKS else ()):
            self._close(ended, _SCOPES.get(name, _CELL_SCOPE))
        if len(self._open) > MAX_OPEN:
            self._beyond[name] = self._beyond.get(name, 0) + 1
            if (name in _BLOCKS or name in _PARAGRAPHS) and not top.look.hidden:
                self._layout.break_lines(1)
            return
        top = self._open[-1]
        style = tag.attributes.get("style", "")
        look = look_in(tag, top.look)
        if name in _HIDDEN_TAGS and not look.hidden:
            look = replace(look, hidden=True)
        element = _Open(name, look, top.preformatted or name == "pre")
        if not look.hidden:
            self._begin(tag, style, element.closing)
        self._open.append(element)
        self._counts[name] = self._counts.get(name, 0) + 1

    def end(self, name: str) -> None:
        if self._beyond.get(name):
            self._beyond[name] -= 1
        elif name not in _VOID:
            self._close(name, _SCOPES.get(name, _CELL_SCOPE))
        elif name == "br":
            self._layout.line_break()

    def result(self) -> str:
        layout = self._layout
        layout.unindent_all()
        if self._links:
            layout.break_lines(2)
            for url, number in self._links.items():
                layout.write(f"[{number}] {url}")
                layout.break_lines(1)
        return layout.result()

    def _close(self, name: str, scope: frozenset[str]) -> None:
        """End the innermost open ``name``, and what is open in it, if no element of ``scope`` holds it."""
        if not self._counts.get(name):
            return
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index].name == name:
                break
            if self._open[index].name in scope:
                return
        while len(self._open) > index:
            element = self._open.pop()
            self._counts[element.name] -= 1
            for step in reversed(element.closing):
                step()

    def _void(self, tag: Tag) -> None:
        if tag.name == "br":
            self._layout.line_break()
        elif tag.name == "hr":
            self._layout.break_lines(1)
            self._layout.write("---")
            self._layout.break_lines(1)
        elif tag.name == "img" and not is_hidden(tag.attributes.get("style", "")):
            description = " ".join(tag.attributes.get("alt", "").split())[:200]
            if description:
                self._layout.write_inline(f"[image: {description}]")

    def _begin(self, tag: Tag, style: str, closing: list[Callable[[], None]]) -> None:
        """What opening an element does to the lines; ``closing`` gets what ending it does, in reverse."""
        layout = self._layout
        name = tag.name
        if name in ("td", "th"):
            layout.open_cell(_span(tag))
        elif name == "tr":
            layout.open_row()
            closing.append(layout.close_row)
        elif name == "table":
            layout.break_lines(1)
            layout.open_table(linear=tag.attributes.get("role", "").lower() in ("presentation", "none"))
            closing.append(lambda: layout.break_lines(1))
            closing.append(layout.close_table)
        elif name == "a":
            if url := url_of(tag.attributes.get("href", "")):
                mark = layout.mark()
                closing.append(lambda: self._link(url, mark))
        elif name in _PARAGRAPHS:
            space = 1 if name == "p" and "MsoNormal" in tag.attributes.get("class", "") else 2
            layout.break_lines(space)
            closing.append(lambda: layout.break_lines(space))
        elif name in _BLOCKS:
            layout.break_lines(1)
            closing.append(lambda: layout.break_lines(1))
        if name in ("ul", "ol"):
            self._counters.append(0 if name == "ol" else None)
            closing.append(self._end_list)
        elif name == "li":
            layout.indent("  ", self._bullet())
            closing.append(layout.unindent)
        elif _is_quote(tag, style):
            layout.indent("> ")
            closing.append(layout.unindent)

    def _link(self, url: str, mark: tuple[int, int]) -> None:
        text = self._layout.since(mark).strip()
        if not text or says_where(text, url):
            return
        number = self._links.get(url)
        if number is None:
            if len(self._links) >= MAX_LINKS:
                return
            number = self._links[url] = len(self._links) + 1
        # Where the text names another host, the true one stands beside it and not only at the end.
        self._layout.append(f" [{number}: {host_of(url)}!]" if misleads(text, url) else f" [{number}]")

    def _bullet(self) -> str:
        if not self._counters or (count := self._counters[-1]) is None:
            return "- "
        self._counters[-1] = count + 1
        return f"{count + 1}. "

    def _end_list(self) -> None:
        self._counters.pop()


def _span(tag: Tag) -> int:
    """How many columns a cell takes (HTML standard, section 4.9.11), within reason."""
    digits = tag.attributes.get("colspan")
    if digits is None or not digits.isascii() or not digits.isdigit() or len(digits) > 3:
        return 1
    return min(int(digits), MAX_COLUMNS) or 1


def _is_quote(tag: Tag, style: str) -> bool:
    classes = tag.attributes.get("class", "").split()
    if tag.name == "blockquote":
        # Mail programs also indent with it; what is only indented has no line at its side.
        return "gmail_quote" in classes or not (
            _INDENTED.search(style) or any(name.startswith("webkit-indent") for name in classes)
        )
    return not _QUOTE_CLASSES.isdisjoint(classes) or tag.attributes.get("id", "") in _QUOTE_IDS
