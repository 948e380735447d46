"""Importing this lets Textual's pilot look four times as often whether the program has come to rest.

Behind every key the pilot waits twice for a moment in which the process hardly computes, and looks for one in steps of
20 ms (``textual/_wait.py``): most of what the tests of screens took. The share of a step that counts as rest stays
Textual's own.
"""

from __future__ import annotations

from textual import _wait

STEP_S = 0.005

_wait.SLEEP_IDLE = STEP_S * _wait.SLEEP_IDLE / _wait.SLEEP_GRANULARITY
_wait.SLEEP_GRANULARITY = STEP_S
