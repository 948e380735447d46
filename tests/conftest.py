"""What every test can ask for: see ``support/servers.py``, ``support/postgres.py`` and ``support/stores.py``."""

from __future__ import annotations

pytest_plugins = ["support.servers", "support.postgres", "support.stores"]
