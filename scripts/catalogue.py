"""Keeps the catalogues: ``make catalogue`` brings each .po to the sentences of the code and writes its .mo.

The sentences are read from the syntax trees of ``omni_tui``: what stands as text in ``_()``, ``N_()`` and
``ngettext()``. A .po keeps what is translated, gets what is new with an empty translation, and loses what no sentence
asks for any more; both are told. ``--check`` writes nothing and fails where a file is not what it would be.
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "omni_tui"
LOCALES = PACKAGE / "text" / "locale"

_CALLS = {"_": 1, "N_": 1, "ngettext": 2}
"""The functions that sentences are given to, and how many of their arguments are sentences."""

HEADERS = {
    "zh_CN": (
        "Project-Id-Version: omni-tui\n"
        "Language: zh_CN\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        "Plural-Forms: nplurals=1; plural=0;\n"
    )
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the code, its plural if it has one, and the files that say it."""

    singular: str
    plural: str
    files: tuple[str, ...]


def sentences(package: Path = PACKAGE) -> list[Sentence]:
    """Every sentence of the code, by the first file that says it, then by its text.

    Raises ``SystemExit`` for what no catalogue could hold: a sentence that is no plain text, or one that is said with
    a plural and without.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package.parent).as_posix()
        if name == "omni_tui/text/i18n.py":
            continue
        for key in _said(ast.parse(path.read_text(encoding="utf-8")), name):
            files = found.setdefault(key, [])
            if name not in files:
                files.append(name)
    for singular, plural in found:
        if plural and (singular, "") in found:
            files = found[singular, ""] + found[singular, plural]
            raise SystemExit(f"{', '.join(files)}: {singular!r} is said with ngettext() and with _()")
    return sorted(
        (Sentence(singular, plural, tuple(files)) for (singular, plural), files in found.items()),
        key=lambda each: (each.files[0], each.singular, each.plural),
    )


def _said(tree: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS):
            continue
        wanted = _CALLS[node.func.id]
        texts = [each.value for each in node.args[:wanted] if isinstance(each, ast.Constant)]
        if len(texts) != wanted or not all(isinstance(text, str) and text for text in texts):
            raise SystemExit(f"{name}:{node.lineno}: {node.func.id}() takes a text written out, no expression")
        yield str(texts[0]), str(texts[1]) if wanted == 2 else ""


def read_po(text: str) -> dict[tuple[str, str], str]:
    """The translations of a .po by sentence and plural, the header under empty ones.

    Knows what ``write_po`` writes (GNU gettext manual, "The Format of PO Files"): one plural form, no context, no
    fuzzy entries.
    """
    entries: dict[tuple[str, str], str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        field = ""
        for line in block.split("\n"):
            if not line or line.startswith("#"):
                continue
            if not line.startswith('"'):
                field, _space, line = line.partition(" ")
            parts[field] = parts.get(field, "") + str(ast.literal_eval(line))
        if parts:
            told = parts.get("msgstr", parts.get("msgstr[0]", ""))
            entries[parts["msgid"], parts.get("msgid_plural", "")] = told
    return entries


def write_po(header: str, found: Sequence[Sentence], told: Mapping[tuple[str, str], str]) -> str:
    """The .po. Files are named without lines, so that moving a sentence changes nothing here."""
    blocks = [f'msgid ""\nmsgstr {_quoted(header)}']
    for each in found:
        lines = [f"#: {' '.join(each.files)}", f"msgid {_quoted(each.singular)}"]
        text = _quoted(told.get((each.singular, each.plural), ""))
        if each.plural:
            lines += [f"msgid_plural {_quoted(each.plural)}", f"msgstr[0] {text}"]
        else:
            lines.append(f"msgstr {text}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    r"""``text`` as a .po writes it, a line for each of its lines. Of Python's escapes it needs ``\\ \" \n`` alone."""
    lines = text.split("\n")
    lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] or len(lines) == 1 else [])
    written = [line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in lines]
    return f'"{written[0]}"' if len(written) == 1 else '""\n' + "\n".join(f'"{line}"' for line in written)


def compiled(header: str, found: Sequence[Sentence], told: Mapping[tuple[str, str], str]) -> bytes:
    """The .mo, as msgfmt writes it without a hash table (GNU gettext manual, "The Format of GNU MO Files").

    What is not translated stays out of it: it is said in English.
    """
    texts = {b"": header.encode()}
    for each in found:
        if text := told.get((each.singular, each.plural), ""):
            key = f"{each.singular}\0{each.plural}" if each.plural else each.singular
            texts[key.encode()] = text.encode()
    pairs = sorted(texts.items())
    count, start = len(pairs), 28
    place = start + 16 * count
    tables, body = [], b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<2I", len(pair[column]), place + len(body)))
            body += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, place)
    return head + b"".join(tables) + body


def main(arguments: Sequence[str]) -> int:
    """Bring the files up to date, or with ``--check`` say whether they are; the exit code."""
    check = "--check" in arguments
    found = sentences()
    wanted = {(each.singular, each.plural) for each in found}
    stale = False
    for language, header in HEADERS.items():
        po = LOCALES / language / "LC_MESSAGES" / "omni_tui.po"
        old = read_po(po.read_text(encoding="utf-8")) if po.exists() else {}
        told = {key: text for key, text in old.items() if key in wanted}
        for singular, plural in sorted(wanted):
            if not told.get((singular, plural)):
                _say(f"{language}: not translated: {singular!r}")
        for singular, plural in sorted(old.keys() - wanted - {("", "")}):
            _say(f"{language}: no longer said: {singular!r} {old[singular, plural]!r}")
        outcome = {po: write_po(header, found, told).encode(), po.with_suffix(".mo"): compiled(header, found, told)}
        for path, content in outcome.items():
            if path.exists() and path.read_bytes() == content:
                continue
            stale = True
            if check:
                _say(f"{path.relative_to(ROOT)} is not up to date: make catalogue")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    return 1 if check and stale else 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
