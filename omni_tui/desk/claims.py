"""An address a customer names is a claim. Mail from it proves it, and then both are one customer.

A chat's form takes any address, so that a claim alone joins nothing, and nothing of anybody's is shown by it. It is
proven by a mail whose sender is vouched for by our own mail server, if

* the mail answers what we sent to that address from this conversation: only who reads there could; or
* nobody of that address had written before it was claimed, one visitor alone claims it, who claims no other, and not
  long ago. That proves the address and makes it likely who chatted, no more: it is told so beside what they wrote.

An address we knew before may be claimed by anybody who knows it, too: its next mail, which its owner would have written
in any case, then proves nothing. A customer whom the shop itself vouches for is never joined with another such.
Every join is an act of the journal that :func:`separate` takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omni_tui.desk.acts import Act
from omni_tui.desk.identity import normalised
from omni_tui.desk.roots import CUSTOMER, ROOT, join, members, root_of, set_root
from omni_tui.model.conversation import Agent
from omni_tui.model.customer import VisitRow
from omni_tui.model.errors import NotFound
from omni_tui.model.events import RemoteMessage
from omni_tui.model.facts import PageSeen, SenderWarning, Visit
from omni_tui.model.message import MessageRow
from omni_tui.model.outcome import Outcome
from omni_tui.store import Row, Store, Tx, Writer
from omni_tui.store.facts import facts_from
from omni_tui.store.foreseen import Question
from omni_tui.text.address import normalise_email
from omni_tui.text.i18n import _

CLAIM = "claims_address"
PROVEN = "proved_address"
SECONDED = "seconded_address"
YOUNG_MS = 90 * 24 * 3600 * 1000
"""A claim older than this is proven by an answer to us alone."""
_KEY = "claim:"


def claimed(tx: Tx, conversation_id: str) -> str:
    """The address the customer of a conversation named last, as they typed it; empty for none."""
    for row in tx.all("claimed_addresses", id=conversation_id):
        for warning in facts_from(row["facts"]).warnings:
            if warning.kind == CLAIM:
                return warning.detail
    return ""


def judged(tx: Tx, conversation: Row, messages: tuple[MessageRow, ...]) -> tuple[MessageRow, ...]:
    """The messages of a conversation with every claim marked by what mail of the same customer has proven since."""
    if not any(each.kind == CLAIM for message in messages for each in message.facts.warnings):
        return messages
    known = _proven(tx, conversation["customer_id"])
    # Who answers what was mailed from here reads the address and knows this conversation.
    answered = {normalise_email(row["value"]) for row in tx.all("mailed_in", id=conversation["id"])}

    def one(warning: SenderWarning) -> SenderWarning:
        address = normalise_email(warning.detail)
        if warning.kind != CLAIM or address not in known:
            return warning
        return replace(warning, kind=PROVEN if address in answered else SECONDED)

    return tuple(
        replace(each, facts=replace(each.facts, warnings=tuple(map(one, each.facts.warnings)))) for each in messages
    )


def visit_of(store: Store, conversation_id: str) -> VisitRow | None:
    """What a live chat's customer says of themselves and where they are; None elsewhere."""
    with store.read() as tx:
        row = tx.one("conversation", id=conversation_id)
        seen = tx.one("last_visit", id=conversation_id)
        named = claimed(tx, conversation_id)
        if row is None or (seen is None and not named):
            return None
        visit = (facts_from(seen["facts"]).visit if seen is not None else None) or Visit()
        written = (PageSeen(visit.page, visit.title, seen["received_at"]),) if seen is not None and visit.page else ()
        now, *before = (*visit.trail, *written) or (PageSeen(),)
        spoken = tx.one("last_language", id=conversation_id)
        told = facts_from(spoken["facts"]).visit if spoken is not None else None
        proven = normalise_email(named) in _proven(tx, row["customer_id"])
        language = told.language if told is not None else ""
        return VisitRow(now.page, now.title, language, named, proven, now.since, visit.left_at, tuple(before))


def _proven(tx: Tx, customer_id: str) -> set[str]:
    """The mail addresses of a customer, normalised: whoever wrote from them."""
    rows = tx.all("customer_identities", id=customer_id)
    return {normalise_email(each["value"]) for each in rows if each["kind"] == "email"}


def note(tx: Writer, channel_id: str, message: RemoteMessage, message_id: str, conversation_id: str) -> None:
    """Remember what a message claims, so that the mail that proves it finds it."""
    for address in claims_of(message):
        tx.run(
            "insert_message_key",
            channel_id=channel_id,
            reply_key=_KEY + address,
            message_id=message_id,
            conversation_id=conversation_id,
            own=0,
        )


def forget_between(tx: Writer, parted: str, identities: Sequence[Row]) -> None:
    """Forget what a customer who is parted claims of the addresses of those who stay, and the other way round: an agent
    said that they are two. ``identities`` are those of all of them.

    Without it the next mail from such an address could prove the claim, and join them again.
    """
    for mine in (True, False):
        claimants = {row["customer_id"] for row in identities if (row["customer_id"] == parted) is mine}
        addresses = {
            row["value_norm"]
            for row in identities
            if row["kind"] == "email" and (row["customer_id"] == parted) is not mine
        }
        for id in sorted(claimants):
            for address in sorted(addresses):
                tx.run("forget_claim", customer_id=id, reply_key=_KEY + address)


def claims_of(message: RemoteMessage) -> tuple[str, ...]:
    """The addresses a message claims, normalised."""
    found = (normalise_email(each.detail) for each in message.facts.warnings if each.kind == CLAIM)
    return tuple(filter(None, dict.fromkeys(found)))


def may_prove(kind: str, message: RemoteMessage) -> bool:
    """Whether a new message by this kind of channel can prove who its author is."""
    is_own_word = not message.automatic and not message.auto_reply
    return is_own_word and normalised(kind, "")[0] == "email" and bool(normalise_email(message.author.address))


def asked(channels: Sequence[Row], message: RemoteMessage) -> list[Question]:
    """The questions for what a new mail may prove, for whoever asks more in the same round trip. A mail claims nothing,
    so they are asked of the other ``channels``."""
    reply_key = _KEY + normalise_email(message.author.address)
    return [
        ("claims", {"channel_id": channel["id"], "reply_key": reply_key})
        for channel in channels
        if channel["removed_at"] is None and normalised(channel["kind"], "")[0] != "email"
    ]


def prove(tx: Writer, kind: str, message: RemoteMessage, conversation_id: str) -> None:
    """Join the customer whose claim this new mail proves with who wrote it. ``conversation_id`` is where it went."""
    verdict = message.facts.verdict
    if not may_prove(kind, message) or (verdict is not None and verdict.trouble):
        return
    claims = [row for name, values in asked(tx.all("every_channel"), message) for row in tx.all(name, **values)]
    if not claims:
        return
    identity = tx.one("identity_known_since", value_norm=normalise_email(message.author.address))
    if identity is None:
        return  # an address that speaks for others names nobody
    answered = [claim for claim in claims if claim["conversation_id"] == conversation_id]
    if not answered and message.vouched:
        answered = _alone(tx, claims, identity["created_at"])
    for claim in answered[:1]:
        _join(tx, claim, identity)


def separate(store: Store, agent: Agent, ids: Sequence[str]) -> Outcome:
    """Take joins back: whoever was joined stands alone again, and the claims that led to it are forgotten.

    In the conversation of the one who was joined with somebody it is them, in the other's it is everybody.
    """

    def parted(tx: Writer) -> Outcome:
        changed: list[str] = []
        untouched: list[str] = []
        act = Act(tx, "separate", agent)
        for conversation_id in dict.fromkeys(ids):
            alone = _joined(tx, conversation_id)
            for id in alone:
                act.record(CUSTOMER, id, conversation_id, ROOT, root_of(tx, id), id)
                set_root(tx, id, id)
                tx.run("forget_claims", customer_id=id, pattern=_KEY + "%")
            (changed if alone else untouched).append(conversation_id)
        return Outcome("separate", tuple(changed), tuple(untouched), act.id)

    return store.act(parted)


def is_joined(store: Store, conversation_id: str) -> bool:
    """Whether the customer of a conversation is one with somebody else."""
    with store.read() as tx:
        return bool(_joined(tx, conversation_id))


def _joined(tx: Tx, conversation_id: str) -> list[str]:
    row = tx.one("conversation", id=conversation_id)
    if row is None:
        raise NotFound(_("That conversation is gone."))
    root, own = root_of(tx, row["customer_id"]), row["customer_id"]
    return [own] if own != root else [id for id in members(tx, root) if id != root]


def _alone(tx: Tx, claims: list[Row], known_since: int) -> list[Row]:
    """The claim that a fresh mail proves: of an address nobody had written from, by one visitor alone, and young.

    Whoever claims several addresses may be trying them out.
    """
    first = min(claims, key=lambda row: (row["received_at"], row["message_id"]))
    if len({row["root_id"] for row in claims}) > 1 or known_since < first["received_at"]:
        return []
    if len(tx.all("claimed_by", root_id=first["root_id"], pattern=_KEY + "%")) > 1:
        return []
    return [first] if tx.now - max(row["received_at"] for row in claims) < YOUNG_MS else []


def _join(tx: Writer, claim: Row, identity: Row) -> None:
    into, other = identity["root_id"], claim["root_id"]
    if into == other or (_is_vouched(tx, into) and _is_vouched(tx, other)):
        return
    join(tx, Act(tx, "join", None, identity["value"]), other, into, claim["conversation_id"])


def _is_vouched(tx: Tx, root_id: str) -> bool:
    """Whether one of a customer's identities is an id the shop gave them and signed for."""
    return any(
        each["kind"] != "email" and ":user:" in each["value"] for each in tx.all("customer_identities", id=root_id)
    )
