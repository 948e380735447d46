"""Who removes a demo's directory when nobody else is left to do it.

Started by ``run`` as ``python -I -S clearing.py DIR``: a process of its own with one thread and nothing of ours, so
what ends the inbox or the servers, however hard, does not end it. The other end of its standard input is held by the
inbox and by the mail servers behind it, and closes when the last of them is gone.
"""

from __future__ import annotations

import os
import shutil
import sys
import time

_PAUSES_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""An engine that was just starting, or that sends its last, may put something there once more."""


def main(arguments: list[str]) -> int:
    """Wait, and clear away what is still there; 0."""
    while os.read(0, 64):
        pass
    if os.path.lexists(arguments[0]):
        for pause_s in _PAUSES_S:
            time.sleep(pause_s)
            shutil.rmtree(arguments[0], ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
