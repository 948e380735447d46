"""Unexpected errors, told without a customer's words."""

from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """The kind of an unexpected error and the lines it passed through.

    Its message is left out: libraries put the bytes they choked on into it, and those are a customer's words.
    """
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
