"""What ties two conversations is looked for from their own messages on, however many names a channel has."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.store import open_store
from omni_tui.store.statements import all_statements


@pytest.mark.parametrize("name", ["names_in", "named_and_shared", "letters_in"])
def test_no_question_about_a_conversation_walks_a_channel(tmp_path: Path, name: str) -> None:
    tmp_path.chmod(0o700)
    store = open_store(tmp_path / "omni.db")
    sql = all_statements("sqlite")[name]
    with store.read() as tx:
        plan = [row["detail"] for row in tx.query(f"EXPLAIN QUERY PLAN {sql}", {"id": "a", "channel_id": "b"})]
    store.close()
    assert any(line.startswith("SEARCH m USING") and line.endswith("(conversation_id=?)") for line in plan), plan
    assert not any(line.endswith("(channel_id=?)") for line in plan), plan
