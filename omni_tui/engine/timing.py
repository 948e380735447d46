"""How long the engine waits for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds."""

    lease_ttl: float = 15.0
    """An engine that died is replaced after this long."""
    lease_renew: float = 5.0
    standby: float = 2.0
    """How often a service without the lease asks for it."""
    poll_wait: float = 30.0
    """How long a connector may wait for something new."""
    poll_gap: float = 1.0
    """The least time between two polls that brought nothing."""
    retry_first: float = 1.0
    retry_most: float = 300.0
    store_retry: float = 10.0
    """The longest wait when it was our own store that failed: nobody is spared by waiting longer."""
    permanent_retry: float = 300.0
    """What only a person can mend is looked at again this often."""
    claim: float = 620.0
    """A reply whose sender died is shown as uncertain after this long."""
    perform: float = 600.0
    """No attempt may outlast its claim. A large file over a slow line takes minutes; silence ends one much earlier."""
    look_again: float = 1.0
    """When something is due that cannot be claimed: its channel is busy, or not ours."""
    feed: float = 0.15
    """How often the change feed is asked at most, and where nothing can be heard of the store, at least."""
    tick: float = 5.0
    """How often claims that ran out, and changes of the configuration, are looked for."""
    drain: float = 28.0
    """A child whose inbox closed ends within this and ``stop``."""
    stop: float = 2.0
    finish: float = 0.8
    """What a reply on its way gets to finish when the engine must stop."""
    settle: float = 0.4
    """Then: to store that it is uncertain."""
    release: float = 0.3
    """Then: to give the lease back."""
    close: float = 2.0
    """To close connections; less where a signal wants the end sooner."""
