"""Who has PostgreSQL's lock and does not go on: the others are not held up, and told."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from support.agents_named import add, logins

from omni_tui.model.errors import StoreBusy
from omni_tui.store import open_store, postgres_link, postgres_silent

STOPPED = """
import os, signal, sys
from omni_tui.store import open_store, postgres_link
postgres_link._SERVER["idle_in_transaction_session_timeout"] = "300"
store = open_store(sys.argv[1])
with store.write() as tx:
    tx.run("insert_tag", id="half", name="half")
    tx.one("agent_by_login", login="x")
    print("locked", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


def test_a_client_stopped_inside_a_write_does_not_hold_the_others(database: str) -> None:
    stopped = subprocess.Popen(
        [sys.executable, "-c", STOPPED, database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert stopped.stdout is not None and stopped.stdout.readline() == "locked\n"
    store = open_store(database)
    add(store, "ana")
    assert logins(store) == ["ana"]
    stopped.send_signal(signal.SIGCONT)
    _, said = stopped.communicate(timeout=30)
    assert "StoreAway" in said and "Nothing was changed" not in said.splitlines()[-1]
    with store.read() as tx:
        assert tx.all("tag_on_conversation", conversation_id="", name="half") == []
    store.close()


LISTENED_TO = """
import os, signal, sys
from omni_tui.store import open_store
store = open_store(sys.argv[1])
with store.write() as tx:
    tx.run("insert_tag", id="half", name="half")
    tx.one("agent_by_login", login="x")
    line = tx._session._link.connection().pgconn
    line.send_query_params(b"SELECT length($1)", [b"x" * 3_000_000])
    line.flush()
    print("locked", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.mark.parametrize("way", ["write", "act"])
def test_a_client_stopped_while_it_sends_much_does_not_hold_the_others(
    database: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setitem(postgres_link._SERVER, "lock_timeout", "400")
    monkeypatch.setattr(postgres_silent, "SILENT_MS", 300)
    stopped = subprocess.Popen(
        [sys.executable, "-c", LISTENED_TO, database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert stopped.stdout is not None and stopped.stdout.readline() == "locked\n"
    store = open_store(database)
    if way == "act":
        store.act_durably(lambda tx: tx.run("insert_tag", id="whole", name="whole"))
    else:
        with pytest.raises(StoreBusy):
            add(store, "ana")
        add(store, "ana")
    stopped.send_signal(signal.SIGCONT)
    _, said = stopped.communicate(timeout=30)
    assert "StoreAway" in said
    with store.read() as tx:
        assert tx.query("SELECT name FROM tags", {}) == ([("whole",)] if way == "act" else [])
    store.close()


def test_a_lock_held_too_long_is_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres_link._SERVER, "lock_timeout", "100")
    one, other = open_store(database), open_store(database)
    with one.write() as tx:
        assert tx.now
        with pytest.raises(StoreBusy, match="Another process"):
            add(other, "ana")
    add(other, "ana")
    one.close()
    other.close()
