"""What every test can ask for: see ``support/servers.py``."""

from __future__ import annotations

pytest_plugins = ["support.servers"]
