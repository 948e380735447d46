"""No mail crashes the reading of mail, and none takes more than its share of time and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.mail_bombs import bombs, mutated, seeds
from support.shared import SHARED

from omni_tui.text.clean import clean
from omni_tui.text.mail import MailUnreadable, parse, part_bytes
from omni_tui.text.quotes import fold

BOMBS = sorted(bombs())
SAMPLE = (
    "nested multiparts",
    "boundaries within boundaries",
    "headers in every part",
    "paragraphs",
    "html in many parts",
    "charset",
)

READ_ONE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
resource.setrlimit(resource.RLIMIT_AS, (512 * 2**20, 512 * 2**20))
raw = sys.stdin.buffer.read()
from omni_tui.text.mail import MailUnreadable, parse
from omni_tui.text.quotes import fold
try:
    read = parse(raw)
    fold(read.text[:60_000])
    print("read", len(read.text))
except MailUnreadable as error:
    print("refused", error.reason)
"""
"""What the kernel allows a mail: five seconds of a processor and 512 MB (as the parsing process does)."""


def read_whole(raw: bytes) -> None:
    """Everything the inbox does with a mail; anything but a refusal is a failure."""
    try:
        read = parse(raw)
    except MailUnreadable:
        return
    for part in read.attachments:
        part_bytes(raw, part.part)
    folded = fold(clean(read.text))
    assert bool(folded.visible.strip()) == bool(clean(read.text).strip())
    for text in (read.subject, read.message_id, *(part.name for part in read.attachments)):
        assert "\n" not in text and "\0" not in text
        text.encode()


def public() -> list[bytes]:
    return [path.read_bytes()[:60_000] for path in sorted((SHARED / "corpora").rglob("*.eml"))]


@pytest.mark.parametrize("seed", range(4))
def test_damaged_mails(seed: int) -> None:
    for raw in mutated(75, seed, seeds()):
        read_whole(raw)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_thousand_damaged_mails(seed: int) -> None:
    for raw in mutated(1_000, seed, [*seeds(), *public()]):
        read_whole(raw)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_bomb(name: str) -> None:
    go_off(name)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in BOMBS if name not in SAMPLE])
def test_every_bomb(name: str) -> None:
    go_off(name)


def go_off(name: str) -> None:
    raw = bombs()[name]()[:25_000_000]
    done = subprocess.run(
        [sys.executable, "-c", READ_ONE],
        input=raw,
        capture_output=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr.decode()[-400:]
    assert done.stdout.startswith((b"read", b"refused"))
