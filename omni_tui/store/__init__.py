"""The store: SQLite or PostgreSQL behind portable SQL, one way to write, a feed of what changed."""

from omni_tui.store.opening import open_store
from omni_tui.store.sqlite import SqliteStore
from omni_tui.store.store import Interrupted, LeaseLost, Row, Store, Tx, Writer

__all__ = ["Interrupted", "LeaseLost", "Row", "SqliteStore", "Store", "Tx", "Writer", "open_store"]
