"""Paragraphs that were broken for the way and say so: format=flowed (RFC 3676)."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, *, delsp: bool) -> str:
    """The paragraphs of ``text`` each on one line, quotes marked ``> `` once per level; linear in its length.

    A line that ends with a space goes on in the next one of the same quote depth (sections 4.1, 4.5); with ``delsp``
    that space was added and goes (4.1). A space in front was stuffed (4.4). The signature's ``-- `` is never joined
    (4.3), and neither is an empty line: senders who leave a space before one mean the gap.
    """
    lines: list[str] = []
    held: list[str] = []
    depth = 0
    for line in text.split("\n"):
        rest = line.lstrip(">")
        level = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        signature = rest == _SIGNATURE
        if held and (level != depth or signature or not rest):
            lines.append(_joined(depth, held).rstrip(" "))
            held = []
        depth = level
        if rest.endswith(" ") and not signature:
            held.append(rest[:-1] if delsp else rest)
            continue
        held.append(rest)
        lines.append(_joined(depth, held))
        held = []
    if held:
        lines.append(_joined(depth, held).rstrip(" "))
    return "\n".join(lines)


def _joined(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return "> " * depth + text if text else ("> " * depth).rstrip()
