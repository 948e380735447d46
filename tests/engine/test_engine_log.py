from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.engine import log
from omni_tui.model.errors import Retry
from omni_tui.text import faults


@pytest.fixture(autouse=True)
def own_logger(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    monkeypatch.setattr(log, "ROOT", "omni_tui_log_test")
    logger = logging.getLogger("omni_tui_log_test")
    yield logger
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_the_log_is_private_and_safe_to_show(tmp_path: Path, own_logger: logging.Logger) -> None:
    path = tmp_path / "engine.log"
    log.to_file(path)
    own_logger.warning("server said: \x1b]0;owned\x07\u202etxt")
    written = path.read_text()
    assert "server said" in written
    assert "\x1b" not in written
    assert "\u202e" not in written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_log_is_turned_over_and_stays_private(
    tmp_path: Path, own_logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 1000)
    path = tmp_path / "engine.log"
    log.to_file(path)
    for number in range(200):
        own_logger.warning("line %d", number)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["engine.log", "engine.log.1", "engine.log.2"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= 1000 for file in files)


def test_an_unexpected_error_is_told_without_what_it_choked_on() -> None:
    try:
        int("a customer's words")
    except ValueError as error:
        told = faults.where(error)
    assert "ValueError" in told
    assert "test_engine_log" in told
    assert "customer" not in told.replace('int("a customer\'s words")', "")
    assert log.sentence(ValueError("a customer's words")) == "ValueError"


def test_an_expected_error_is_told_with_what_to_do() -> None:
    assert log.sentence(Retry("The server is away.", "Wait\nfor it.")) == "The server is away. Wait for it."
    assert log.sentence(Retry("It refused the connection", "Is it up?")) == "It refused the connection. Is it up?"
    assert log.sentence(Retry("It refused the connection")) == "It refused the connection"
