"""Which conversation a message of old mail belongs to, and which conversations it makes one.

What begins a conversation often comes last. Most messages are placed by what is asked of them anyway: one customer
writes with us, and then the rule (``desk/bonds.py``) holds or does not, whoever of the two named the other. Where more
than one takes part, and where a message ties conversations together, the rule is asked once more when its batch is in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from omni_tui.desk import tokens
from omni_tui.desk.bonds import Letter, Side, bound, side
from omni_tui.desk.folding import fold
from omni_tui.desk.threading import MOST_KEYS, NOWHERE, Place, answer_to_forward
from omni_tui.model.errors import StoreError
from omni_tui.model.events import RemoteMessage
from omni_tui.store import Row, Tx, Writer
from omni_tui.store.gathered import LAST_KEYED, MOST_KEYED
from omni_tui.text.faults import where
from omni_tui.text.mail.subject import reference_number

log = logging.getLogger(__name__)

NAMES: Final = 1
NAMED: Final = 2
ALIKE: Final = 4
SAME: Final = 8
NUMBER: Final = 16
"""How a message is tied to a conversation: it mentions a message there, is mentioned there, mentions what one there
mentions, has the name of one there, or has the conversation's number in its subject. Bits of one number, for a tie can
be several of them."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a message of old mail is from and to: the normalised addresses of whoever may join by it, and of all who
    take part where it is. ``proven``: the channel's server vouches for its author. ``at``: when it came, in ms."""

    joining: frozenset[str]
    taking_part: frozenset[str]
    proven: bool
    at: int


def place_old(tx: Tx, channel_id: str, message: RemoteMessage, known: Known) -> Place:
    """Where ``message`` goes; ``again`` says that :func:`bring_together` is to look at that conversation."""
    ties, again = _ties(tx, channel_id, message)
    if not ties:
        return NOWHERE
    joins = related = None
    for id, tie in ties.items():
        there = frozenset([row["address"] for row in tx.all("participants", id=id)])
        if not _holds(tx, channel_id, message, known, (id, tie), there):
            related = related or id
            continue
        if joins is None:
            joins = id
            if not tie & (NAMES | NAMED):
                found = answer_to_forward(tx, message, known.joining)
                if found is not None:
                    return found
            # Who joins may let others join.
            again = again or len(there) > 1 or not known.taking_part <= there
        else:
            again = True
    if joins is None:
        return (related and answer_to_forward(tx, message, known.joining)) or Place(related=related, again=again)
    return Place(joins, again=again)


def bring_together(tx: Writer, channel_id: str, ids: Iterable[str]) -> None:
    """Make one of each of these conversations and those it belongs together with."""
    waiting = dict.fromkeys(ids)
    while waiting:
        id = next(iter(waiting))
        del waiting[id]
        others = [row["id"] for row in tx.all("named_and_shared", id=id, channel_id=channel_id)]
        if not others:
            continue
        here = side(tx, channel_id, id)
        for other in others:
            if bound(here, side(tx, channel_id, other)):
                into = fold(tx, id, other)
                if into is not None:
                    waiting[into] = None
                    break


def bring_together_alone(tx: Writer, channel: Row, ids: Iterable[str]) -> None:
    """The same where something failed: what cannot be brought together stays apart, and holds up nothing."""
    for id in ids:
        try:
            with tx.savepoint():
                bring_together(tx, channel["id"], (id,))
        except StoreError:
            raise
        except Exception as error:
            log.error("a conversation of %s could not be looked at again: %s", channel["name"], where(error))


def _holds(
    tx: Tx, channel_id: str, message: RemoteMessage, known: Known, tied: tuple[str, int], there: frozenset[str]
) -> bool:
    """Whether the rule holds between the message and a conversation in which ``there`` take part."""
    id, tie = tied
    if there.isdisjoint(known.taking_part):
        return False
    if tie & NAMES and not there.isdisjoint(known.joining):
        return True
    # A number that was not given yet is another's.
    if tie & NUMBER and known.proven and not there.isdisjoint(known.joining) and _began(tx, id) <= known.at:
        return True
    # Everybody who may join by a message takes part where it is.
    if tie & NAMED and there <= known.taking_part:
        return True
    if tie & ALIKE and there <= known.joining:
        return True
    if not tie & (NAMED | ALIKE | SAME):
        return False
    # Whoever has written there is found without a look at all of a long conversation.
    if tie & ALIKE and any(tx.one("has_written", conversation_id=id, address=each) for each in known.joining & there):
        return True
    own = frozenset([message.key, *message.other_keys]) - {""}
    letter = Letter(known.joining, own, frozenset(message.reply_keys) - own)
    return bound(Side((letter,), known.taking_part), side(tx, channel_id, id))


def _began(tx: Tx, id: str) -> int:
    """When a conversation was given its number, in ms."""
    row = tx.one("conversation", id=id)
    return int(row["created_at"]) if row is not None else 0


def _ties(tx: Tx, channel_id: str, message: RemoteMessage) -> tuple[dict[str, int], bool]:
    """The conversations a message is tied to, the surest first, and whether there may be more."""
    found: dict[str, int] = {}
    more = False
    own = (message.key, *message.other_keys)
    for key in reversed(message.reply_keys[-MOST_KEYS:]):
        if key in own:
            continue  # it is kept as its own
        outbox_id = tokens.outbox_id_of(tx, key)
        if outbox_id is not None:
            out = tx.one("outbox", id=outbox_id)
            if out is not None:
                found[out["conversation_id"]] = NAMES
        rows = tx.all("keyed_conversations", channel_id=channel_id, reply_key=key)
        for row in rows:
            id = row["conversation_id"]
            found[id] = found.get(id, 0) | (NAMES if row["own"] else ALIKE)
            more = more or row["messages"] >= LAST_KEYED or len(rows) >= MOST_KEYED
    for key in own:
        rows = tx.all("keyed_conversations", channel_id=channel_id, reply_key=key) if key else []
        for row in rows:
            id = row["conversation_id"]
            found[id] = found.get(id, 0) | (SAME if row["own"] else NAMED)
            more = more or row["messages"] >= LAST_KEYED or len(rows) >= MOST_KEYED
    ref = reference_number(message.subject)
    if ref is not None:
        id = tx.value("conversation_id_by_ref", ref=ref)
        if id is not None:
            found[id] = found.get(id, 0) | NUMBER
    return found, more
