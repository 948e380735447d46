"""The inbox as a program: ``python -c "from support.inbox_at import main; main(FOLDER)"``."""

from __future__ import annotations

from pathlib import Path

from omni_tui.config.settings import AgentSettings, Settings
from omni_tui.screens.app import OmniApp
from omni_tui.store import open_store


def main(folder: str, login: str = "ana", name: str = "Ana") -> None:
    """Show the store in ``folder`` to an agent until the inbox is left."""
    settings = Settings(file=Path(folder) / "config" / "config.toml", agent=AgentSettings(login, name))
    app = OmniApp(settings, open_store(Path(folder) / "omni.db"))
    app.run(mouse=False)
    app.leave()
