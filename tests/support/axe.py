"""What axe-core finds wrong with the widget on a page (accessibility rules, deque's own)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """The rules the widget breaks, and the elements that do; the page around it is not looked at."""
    base = pytest.importorskip("axe_playwright_python.base")
    session = page.context.new_cdp_session(page)
    session.send("Page.setBypassCSP", {"enabled": True})
    session.send("Runtime.evaluate", {"expression": Path(base.AXE_FILE_PATH).read_text("utf-8")})
    told = session.send(
        "Runtime.evaluate",
        {"expression": "axe.run().then(found => JSON.stringify(found.violations))", "awaitPromise": True},
    )
    return [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in json.loads(told["result"]["value"])
        if any("omni-chat" in str(node["target"]) for node in one["nodes"])
    ]
