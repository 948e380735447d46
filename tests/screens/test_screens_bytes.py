"""What a key costs on the wire: promised for lists of any length, since it is what SSH is slow at."""

from __future__ import annotations

import os
import re
import statistics

from support.shop import MINUTE, Shop
from support.terminal import Terminal

from omni_tui.model.address import Address

IN_VIEW = 450


def test_moving_by_one_row_in_view_costs_few_bytes(shop: Shop) -> None:
    now = shop.now()
    for number in range(60):
        who = Address(f"p{number}@x.example", f"Customer {number}")
        shop.receive(who, "A question", subject=f"Question {number}", receipt_at=now - (400 + number) * MINUTE)
    terminal = Terminal(shop, environment={"COLORTERM": "truecolor"})
    terminal.until(b"Customer 8")
    terminal.quiet()
    costs = []
    for _step in range(12):
        before = len(terminal.seen)
        terminal.keys("j")
        # The row the cursor goes to is painted last; then the terminal's cursor goes home.
        terminal.until_match(re.compile(rb">.*\x1b\[\d+;\d+H$", re.DOTALL), before)
        costs.append(len(terminal.seen) - before)
    terminal.keys("q")
    terminal.ends()
    os.close(terminal.fd)
    assert statistics.median(costs) <= IN_VIEW, costs
