"""The text of a PDF, as ``pdftotext`` (poppler) tells it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from omni_tui.text.i18n import _, ngettext
from omni_tui.text.preview.model import MAX_CHARS, MAX_LINES, Preview

MAX_PAGES = 50
_PAGE_END = "\f"
_NAME = "file.pdf"
_MOST = MAX_CHARS * 4


def pdf_text(data: bytes) -> Preview:
    """The first pages of a PDF; why not, in words, where it is locked or broken or nothing here can read it."""
    program = shutil.which("pdftotext")
    if program is None:
        return Preview("PDF", remark=_("To read it here, install poppler-utils (pdftotext)."))
    said, code = _told(program, data)
    if code < 0:
        return Preview("PDF", remark=_("Reading it took too much time or memory."))
    if code:
        # 1: cannot be opened, 3: permissions (pdftotext(1)). -q keeps its own words back.
        locked = code == 3 or b"/Encrypt" in data
        words = _("It is locked with a password.") if locked else _("It is damaged and cannot be read.")
        return Preview("PDF", remark=words)
    text = said.decode("utf-8", "replace")[:MAX_CHARS]
    pages = text.count(_PAGE_END)
    lines = _lines(text)
    facts = "PDF, " + ngettext("{count} page", "{count} pages", pages).format(count=pages)
    if not any(lines):
        return Preview(facts, remark=_("There is no text in it, only pictures."))
    cut = pages >= MAX_PAGES or len(text) == MAX_CHARS or len(lines) > MAX_LINES
    remark = _("Only the beginning is shown;") if cut else ""
    return Preview(facts, tuple(lines[:MAX_LINES]), remark, prose=False)


def _told(program: str, data: bytes) -> tuple[bytes, int]:
    """What the program says, as much of it as is shown, and its exit code; the limits of this process are its own.

    It works in a folder that is its home, too, and goes away with it.
    """
    with tempfile.TemporaryDirectory(prefix="pdf-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / _NAME).write_bytes(data)
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        # "-" is standard output (pdftotext(1)).
        command = [program, "-q", "-enc", "UTF-8", "-layout", "-l", str(MAX_PAGES), _NAME, "-"]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=folder, env=kept | {"HOME": folder, "TMPDIR": folder},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            said = process.stdout.read(_MOST)
            if len(said) == _MOST:
                process.kill()
                return said, 0
        return said, process.returncode


def _lines(text: str) -> list[str]:
    """The lines, no more than one empty one in a row, the pages one below the other."""
    text = re.sub(r"\n{3,}", "\n\n", text.replace(_PAGE_END, "\n").strip("\n"))
    lines = [line.rstrip() for line in text.split("\n")]
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    return [line[margin:] for line in lines]
