"""Verbs of the command line that the screen runs as programs of their own."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import select
import threading
from pathlib import Path

import pytest

from omni_tui.model.errors import OmniError
from omni_tui.screens.own_verb import run_verb

HANG_S = 30


async def test_what_a_verb_writes_and_how_it_ends() -> None:
    ended = await run_verb(("nonsense",), {})
    assert (ended.out, ended.code) == (b"", 2) and b"nonsense" in ended.err


def test_the_end_of_the_screen_ends_a_verb_without_a_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    hung = f"import time\nopen({str(told)!r}, 'w').write('I wait')\ntime.sleep(600)\n"
    (tmp_path / "sitecustomize.py").write_text(hung)
    before = set(threading.enumerate())
    ear = os.open(told, os.O_RDWR)

    async def call_off() -> None:
        verb = asyncio.create_task(run_verb(("--version",), {"PYTHONPATH": str(tmp_path)}))
        assert (await asyncio.to_thread(select.select, [ear], [], [], HANG_S))[0]
        verb.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await verb

    try:
        asyncio.run(call_off())
    finally:
        os.close(ear)
    for thread in set(threading.enumerate()) - before:
        thread.join(HANG_S)  # it ends when the program has
        assert not thread.is_alive()
    gc.collect()  # whatever was left open says so
    assert capfd.readouterr() == ("", "")


async def test_a_program_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(OmniError, match="could not be started: No such file"):
        await run_verb(("--version",), {})
