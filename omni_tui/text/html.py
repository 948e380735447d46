"""HTML mail as readable text: one pass over its tags, nothing fetched, nothing hidden shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from omni_tui.text.layout import Layout
from omni_tui.text.markup import Tag, tokens

MAX_CHARS = 2_000_000
MAX_LINKS = 300
MAX_URL = 2_000
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
_ZERO = r"\s*:\s*0(?![.\d]*[1-9])"
_HIDDEN = re.compile(
    rf"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height{_ZERO}|opacity{_ZERO}", re.IGNORECASE
)
_FONT_SIZE = re.compile(r"font-size\s*:\s*(0(?![.\d]*[1-9]))?", re.IGNORECASE)
_INDENTED = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_URL_NOISE = re.compile(r"[\x00-\x20\x7f-\xa0]+")


def html_to_text(html: str) -> str:
    """The text of an HTML document as a person would read it, in linear time.

    Table cells are two spaces apart and rows are lines, lists have marks, quotes ``> ``, images their
    description. Links are numbered and listed at the end, so that where they lead is seen. What is styled
    invisible is left out. Input beyond 2,000,000 characters is not read; depth does not matter.
    """
    reader = _Reader()
    for token in tokens(html[:MAX_CHARS]):
        if isinstance(token, str):
            reader.text(token)
        elif token.end:
            reader.end(token.name)
        else:
            reader.start(token)
    return reader.result()


@dataclass(slots=True)
class _Open:
    """An open element: what closes it, and whether its text is seen."""

    name: str
    hidden: bool = False
    shrunk: bool = False
    preformatted: bool = False
    closing: list[Callable[[], None]] = field(default_factory=list)


class _Reader:
    """The elements open at one place of the document, and the lines set so far."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._open: list[_Open] = [_Open("")]
        self._counts: dict[str, int] = {}
        # Elements opened beyond the depth kept, by name: their end tags end nothing else.
        self._beyond: dict[str, int] = {}
        self._links: dict[str, int] = {}
        self._counters: list[int | None] = []

    def text(self, text: str) -> None:
        top = self._open[-1]
        if top.hidden or top.shrunk:
            return
        if top.preformatted:
            self._layout.write_lines(text)
        else:
            self._layout.write_inline(text)

    def start(self, tag: Tag) -> None:
        name = tag.name
        top = self._open[-1]
        if name in _VOID:
            if not top.hidden:
                self._void(tag)
            return
        for ended in _IMPLIED.get(name, ("p",) if name in _BLOCKS else ()):
            self._close(ended, _SCOPES.get(name, _CELL_SCOPE))
        if len(self._open) > MAX_OPEN:
            self._beyond[name] = self._beyond.get(name, 0) + 1
            if (name in _BLOCKS or name in _PARAGRAPHS) and not top.hidden:
                self._layout.break_lines(1)
            return
        top = self._open[-1]
        style = tag.attributes.get("style", "")
        element = _Open(name, top.hidden, top.shrunk, top.preformatted or name == "pre")
        if name in _HIDDEN_TAGS or "hidden" in tag.attributes or (style and _HIDDEN.search(style)):
            element.hidden = True
        if style and (size := _FONT_SIZE.search(style)) is not None:
            element.shrunk = size[1] is not None
        if not element.hidden:
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
        elif tag.name == "img" and not _HIDDEN.search(tag.attributes.get("style", "")):
            description = " ".join(tag.attributes.get("alt", "").split())[:200]
            if description:
                self._layout.write_inline(f"[image: {description}]")

    def _begin(self, tag: Tag, style: str, closing: list[Callable[[], None]]) -> None:
        """What opening an element does to the lines; ``closing`` gets what ending it does, in reverse."""
        layout = self._layout
        name = tag.name
        if name in ("td", "th"):
            layout.open_cell()
        elif name == "tr":
            layout.open_row()
            closing.append(layout.close_row)
        elif name == "a":
            if url := _url(tag.attributes.get("href", "")):
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
        if not text or _same(text, url):
            return
        number = self._links.get(url)
        if number is None:
            if len(self._links) >= MAX_LINKS:
                return
            number = self._links[url] = len(self._links) + 1
        self._layout.append(f" [{number}]")

    def _bullet(self) -> str:
        if not self._counters or (count := self._counters[-1]) is None:
            return "- "
        self._counters[-1] = count + 1
        return f"{count + 1}. "

    def _end_list(self) -> None:
        self._counters.pop()


def _is_quote(tag: Tag, style: str) -> bool:
    classes = tag.attributes.get("class", "").split()
    if tag.name == "blockquote":
        # Mail programs also indent with it; what is only indented has no line at its side.
        return "gmail_quote" in classes or not (
            _INDENTED.search(style) or any(name.startswith("webkit-indent") for name in classes)
        )
    return not _QUOTE_CLASSES.isdisjoint(classes) or tag.attributes.get("id", "") in _QUOTE_IDS


def _url(href: str) -> str:
    href = href.strip()[:MAX_URL]
    return _URL_NOISE.sub("%20", href) if _LINK.match(href) else ""


def _same(text: str, url: str) -> bool:
    """Whether the text already says where the link leads."""
    target = url.rstrip("/")
    for scheme in ("https://", "http://", "mailto:", "tel:"):
        target = target.removeprefix(scheme)
    return text.rstrip("/").removeprefix("https://").removeprefix("http://") == target
