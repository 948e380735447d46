"""A real Chromium, driven by Playwright; whoever imports this is skipped where there is none."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from support.chat import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("no chromium here: scripts/packages.sh test installs it", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api")
sync_api.expect.set_options(timeout=20_000)

_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


@contextlib.contextmanager
def chromium(*without: str) -> Iterator[Browser]:
    """A running browser, ``without`` some of the arguments Playwright gives it."""
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, ignore_default_args=[*without])
        yield running
        running.close()


def opened(browser: Browser, shop: Shop, **more: Any) -> Page:
    """A page of the shop, seen by somebody new, with the widget's window open."""
    page = browser.new_context(locale="en-GB", **more).new_page()
    page.goto(f"{shop.url}/tents")
    page.locator(".launch").click()
    return page


def write(page: Page, text: str) -> None:
    """Write a message in the window and press Enter."""
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")
