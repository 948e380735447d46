"""Errors a person meets, each with what to do next.

::

    OmniError                 exit 1
    ├── UsageError            exit 2   the request itself is wrong
    ├── ConfigError           exit 2   every problem of the configuration at once
    ├── NotFound              exit 3
    ├── Conflict              exit 4   somebody or something changed it first
    ├── ChannelError          exit 5   what a connector raises
    │   ├── Retry                      will be tried again after ``delay_s``
    │   ├── Permanent                  will not work until somebody changes something
    │   └── Unknown                    the message may have been sent
    └── StoreError            exit 1
        ├── StoreBusy                  somebody else holds the write lock
        ├── StoreFull                  the disk is full
        ├── StoreExposed               readable by others
        ├── StoreAway                  the database cannot be reached
        ├── StoreUnsure                the connection was lost while storing, and what became of it is not known
        ├── StoreTooOld                an upgrade is needed first
        └── StoreTooNew                upgraded by a newer version
"""

from __future__ import annotations

from typing import NamedTuple


class OmniError(Exception):
    """Something the user should know: ``message`` says what happened, ``hint`` what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(OmniError):
    """The request cannot be understood or does not fit."""

    exit_code = 2


class ConfigProblem(NamedTuple):
    """One thing wrong in a configuration file; ``near`` is the likeliest spelling.

    ``key`` is the dotted path, or where in the file else; empty: the file itself.
    """

    file: str
    key: str
    message: str
    near: str = ""

    @property
    def place(self) -> str:
        """The file, and where in it."""
        return f"{self.file}: {self.key}" if self.key else self.file


class ConfigError(OmniError):
    """All problems of the configuration at once; ``message`` has a line for each."""

    exit_code = 2

    def __init__(self, message: str, problems: tuple[ConfigProblem, ...], hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = problems


class NotFound(OmniError):
    """There is no such conversation, customer, agent, channel…"""

    exit_code = 3


class Conflict(OmniError):
    """The thing changed meanwhile, or its state does not allow this."""

    exit_code = 4


class ChannelError(OmniError):
    """A channel refused or could not be reached. Connectors raise one of its three kinds."""

    exit_code = 5


class Retry(ChannelError):
    """Nothing was done; trying again after ``delay_s`` seconds (None: by the caller's back-off) may work."""

    def __init__(self, message: str, hint: str = "", *, delay_s: float | None = None) -> None:
        super().__init__(message, hint)
        self.delay_s = delay_s


class Permanent(ChannelError):
    """Nothing was done, and trying again will not help until somebody changes something."""


class Unknown(ChannelError):
    """The command may or may not have taken effect; only a person may decide to repeat it."""


class StoreError(OmniError):
    """The store cannot be used as asked; nothing of the failed write is kept."""


class StoreBusy(StoreError):
    """Another process holds the write lock longer than we wait."""


class StoreFull(StoreError):
    """The disk is full, or the file system read-only."""


class StoreExposed(StoreError):
    """Other users of this host could read the store."""


class StoreAway(StoreError):
    """The database cannot be reached; nothing of the failed write is kept."""


class StoreUnsure(StoreError):
    """The connection was lost while a write was being stored: look whether it is there before repeating it."""


class StoreTooOld(StoreError):
    """The database has to be upgraded for this omni-tui first."""


class StoreTooNew(StoreError):
    """The store was upgraded by a newer omni-tui: this process must be restarted or upgraded."""
