"""Agents by their logins: the smallest thing a store can have one more of."""

from __future__ import annotations

from omni_tui.store import Store


def add(store: Store, login: str) -> None:
    """Fails when ``login`` is there already."""
    with store.write_durable() as tx:
        tx.query(
            "INSERT INTO agents (id, login, name, created_at) VALUES (:id, :id, :id, :now)",
            {"id": login, "now": tx.now},
        )
        tx.changed("agent", login)


def logins(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["login"] for row in tx.all("agents")]
