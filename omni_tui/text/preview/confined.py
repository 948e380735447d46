"""What a process may do that reads a file somebody sent: compute for a while, in some memory, by itself."""

from __future__ import annotations

import contextlib
import ctypes
import resource

SECONDS = 5
MEMORY = 512 * 1024 * 1024
FILE_OCTETS = 64 * 1024 * 1024
"""The largest file it may write: a copy of what it reads, and what a program of its own puts beside it."""
FILES = 64

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000


def confine(seconds: int = SECONDS) -> None:
    """Limit this process and all it starts, for good: processor time, memory, files, and no network."""
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE_OCTETS),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
    without_network()


def without_network() -> bool:
    """Leave the network, where the system lets anybody do that: neither the world nor this host can be reached.

    A namespace of one's own (unshare(2)) begins without an interface that is up. Without privileges that takes a user
    namespace as well, which some systems forbid. False there: then nothing has changed. Only for a process with one
    thread.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return False
    return any(unshare(flags) == 0 for flags in (_NEW_USERS | _NEW_NETWORK, _NEW_NETWORK))
