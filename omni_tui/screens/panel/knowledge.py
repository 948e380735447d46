"""The tab of articles, which a later version fills."""

from __future__ import annotations

from omni_tui.screens.draw.ink import BLANK, Line, Span
from omni_tui.screens.panel.text import wrapped
from omni_tui.text.i18n import _


def knowledge_lines(width: int) -> list[Line]:
    """What will be on this page, said plainly."""
    lines: list[Line] = [(Span(_("No articles yet"), "text bold"),)]
    lines += wrapped(
        _(
            "This page will search your answers and articles for what the customer asks, "
            "show how often each one worked, and put it into your reply with one key."
        ),
        width,
        "soft",
    )
    lines += [
        BLANK,
        *wrapped(_("It comes with the knowledge base in a later version. Nothing to set up now."), width, "muted"),
    ]
    return lines
