"""The agent's own editor on a text: what it may be called, and what it may do to the file."""

from __future__ import annotations

import pytest

from omni_tui.model.errors import OmniError
from omni_tui.screens.composer.editor import edit


@pytest.mark.parametrize(
    ("editor", "said"),
    [("vim '", "could not be started"), ("/nowhere/vim", "could not be started"), ("rm", "left no text behind")],
)
def test_an_editor_that_does_not_work_is_told(editor: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    with pytest.raises(OmniError, match=said):
        edit("Hello")


def test_an_editor_of_blanks_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", " ")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OmniError, match=r"^vi could not be started"):
        edit("Hello")
