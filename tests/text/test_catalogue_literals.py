"""No sentence for people stands outside ``_()``: the calls of the skins that show text are read in their source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from support.catalogue import ROOT

SHOWN = {"Span": (0,), "column": (0,), "column_right": (0,), "Hint": (1,), "Toast": (0,), "say": (0,), "tell": (0,)}
SHOWN |= {"Finding": (1, 3, 4), "Item": (1, 2), "Offer": (1,), "_row": (1,), "_title": (0,), "Question": (1,)}
"""The calls that show text, and at which places of theirs it stands."""

NOT_TOLD = {"ValueError", "TypeError", "RuntimeError", "KeyError", "IndexError", "OSError", "TimeoutError"}
"""Errors that programmers read."""

WORDS = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(r"omni-tui|Esc|Enter|Tab|Down Up|C-[a-z]|\bkB\b|\bMB\b|\bB\b|F\d+|SELECT|UTF-8|#|\bg[a-z]?\b")
"""What is called so in every language: the program, keys, units."""


def _files() -> Iterator[Path]:
    for floor in ("screens", "cli"):
        yield from sorted((ROOT / "omni_tui" / floor).rglob("*.py"))


def _literals(node: ast.AST) -> Iterator[str]:
    """The text in an expression that would be shown: not what is asked of another call, an index or a comparison."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            yield from _literals(node.func.value)
    elif isinstance(node, ast.BinOp | ast.JoinedStr | ast.BoolOp | ast.Tuple | ast.List):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


def _shown(call: ast.Call) -> Iterator[ast.AST]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in SHOWN:
        yield from (call.args[at] for at in SHOWN[name] if at < len(call.args))
    elif name not in NOT_TOLD and re.search(r"(Error|Conflict|NotFound|Problem)$", name):
        yield from call.args[:2]
    if name in ("Option", "Argument", "TyperOption"):
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "help")


def test_every_text_that_is_shown_can_be_translated() -> None:
    found = []
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for part in _shown(node):
                    found += [
                        f"{path.relative_to(ROOT)}:{node.lineno}: {text!r}"
                        for text in _literals(part)
                        if WORDS.search(NAMES.sub("", text))
                    ]
    assert not found


def test_the_look_finds_what_is_said_outside() -> None:
    """The check itself sees a sentence in each of the ways one is written."""
    for line in (
        'Span("two words", "muted")',
        'say(f"{count} lines")',
        'say("to {who}".format(who=who))',
        'Toast("yes" if well else _("no"))',
        'UsageError(_("a"), "hint" + more)',
        'typer.Option("--x", help="Some help.")',
    ):
        call = ast.parse(line, mode="eval").body
        assert isinstance(call, ast.Call)
        assert any(WORDS.search(text) for part in _shown(call) for text in _literals(part)), line
