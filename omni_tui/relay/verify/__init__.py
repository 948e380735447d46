"""Whether a webhook comes from whom it says: one table of schemes."""

from omni_tui.relay.verify.hook import Accepted, Answered, Hook, Refused
from omni_tui.relay.verify.table import SCHEMES, Scheme, verify

__all__ = ["SCHEMES", "Accepted", "Answered", "Hook", "Refused", "Scheme", "verify"]
