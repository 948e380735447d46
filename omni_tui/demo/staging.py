"""What the shop's agents did before you came: tags, assignments, notes, snoozes, a draft, all by desk actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from omni_tui.config.settings import InboxSettings
from omni_tui.demo.world import World
from omni_tui.demo.world.dice import dice
from omni_tui.demo.world.history import DAY, HOUR, Conversation
from omni_tui.demo.world.people import AGENTS, YOU
from omni_tui.desk import agents, channels, drafts, inbox, query, replies, thread, triage
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import DraftMode, Health
from omni_tui.store import Store
from omni_tui.text.mail.subject import base_subject

_NOTES = {
    "lost": "Carrier called: the driver says he left it with number 12. They look into it until tomorrow noon.",
    "late": "The delivery is in the yard since this morning. Can go out as soon as the boxes are counted.",
    "damaged": "Third one from the same carton. Told the warehouse to open the rest before they ship.",
    "refund": "Bank sent it back, account closed. Ask for the new details by phone only, never by mail.",
    "warranty": "Known batch, the workshop has the spare parts. Repair rather than replace.",
    "quote": "Margin allows 18 percent from 30 pieces. They compare us with somebody, so answer before Friday.",
    "complaint": "Two earlier mails went to the old address. Apologise first, then the parcel. I keep this one.",
    "invoice": "Bookkeeping changes the name itself, just forward the order number.",
    "return": "Label was printed twice, only the second one is valid.",
    "size": "Measured ours: back length 74 in M, 76 in L.",
}
_DRAFTS = {
    "en": "Hi {first},\n\nI have just been to the shelf to look. ",
    "de": "Guten Tag {name},\n\nich habe gerade nachgesehen: ",
    "zh": "{name}您好，\n\n我刚才去仓库确认了一下，",
}


def synced(store: Store) -> bool:
    """Whether every channel has finished its first sync."""
    rows = channels.listed(store)
    return bool(rows) and all(row.health is Health.OK and row.done >= row.total for row in rows)


def stage(store: Store, world: World, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Do it all; False when ``stopped`` said so in between.

    Who waits and what is done about it is read from the world alone, so doing it again after an interruption
    changes nothing twice.
    """
    you = agents.who(store, *YOU)
    team = [agents.who(store, *each) for each in AGENTS]
    everything = query.parse("is:any", world.now)
    rows = inbox.page(store, you, everything, limit=2000)
    pairs = _matched(rows, world.conversations)
    steps = (_tag, _assign, _see, _annotate, _snooze_and_resolve, _begin_draft)
    for step in steps:
        if stopped():
            return False
        step(store, world, pairs, you, team)
    return True


Pairs = list[tuple[ConversationRow, Conversation]]


def _matched(rows: Iterable[ConversationRow], conversations: Iterable[Conversation]) -> Pairs:
    """The rows of the store with what we know of them, newest conversation of the world first."""
    by_name = {(row.address.casefold(), base_subject(row.subject)): row for row in rows}
    found = ((by_name.get((c.address, base_subject(c.subject))), c) for c in conversations)
    return [(row, conversation) for row, conversation in found if row is not None]


def _waiting(world: World, pairs: Pairs) -> Pairs:
    since = world.now - InboxSettings().open_days * DAY
    return [(row, c) for row, c in pairs if c.plan is not None and c.waiting and c.mails[-1].at > since]


def _tag(store: Store, world: World, pairs: Pairs, you: Agent, team: list[Agent]) -> None:
    rng = dice(f"{world.seed}:tags")
    groups: dict[tuple[int, tuple[str, ...]], list[str]] = defaultdict(list)
    waiting = {conversation.key for _row, conversation in _waiting(world, pairs)}
    for row, conversation in pairs:
        if conversation.plan is None or rng.random() < 0.3:
            continue
        tags = conversation.plan.case.tags
        if conversation.key in waiting and conversation.plan.case.kind in {"complaint", "damaged"}:
            tags = (*tags, "urgent")
        groups[rng.randrange(len(team)), tags].append(row.id)
    for (number, tags), ids in groups.items():
        triage.tag(store, team[number], ids, tags)


def _assign(store: Store, world: World, pairs: Pairs, you: Agent, team: list[Agent]) -> None:
    mira, jonas, lin = team
    rng = dice(f"{world.seed}:assign")
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_login = {agent.login: agent for agent in (you, *team)}
    for row, conversation in _waiting(world, pairs):
        if rng.random() < 0.45:
            continue
        choice = (lin, lin, you) if conversation.language == "zh" else (mira, jonas, you)
        groups[mira.login, rng.choice(choice).login].append(row.id)
    for (by, to), ids in groups.items():
        triage.assign(store, by_login[by], ids, to)


def _see(store: Store, world: World, pairs: Pairs, you: Agent, team: list[Agent]) -> None:
    """What has been lying there for a day has been looked at."""
    for row, conversation in _waiting(world, pairs):
        if conversation.mails[-1].at < world.now - DAY:
            thread.mark_seen(store, row.id)


def _annotate(store: Store, world: World, pairs: Pairs, you: Agent, team: list[Agent]) -> None:
    rng = dice(f"{world.seed}:notes")
    told: set[str] = set()
    noted = {row.id for row in inbox.page(store, you, query.parse("is:any has:note", world.now), limit=2000)}
    for row, conversation in _waiting(world, pairs):
        assert conversation.plan is not None
        kind = conversation.plan.case.kind
        older = conversation.mails[-1].at < world.now - 2 * HOUR
        if older and kind in _NOTES and kind not in told:
            told.add(kind)
            by = rng.choice(team)
            if row.id not in noted:
                replies.note(store, by, row.id, _NOTES[kind])


def _snooze_and_resolve(store: Store, world: World, pairs: Pairs, you: Agent, team: list[Agent]) -> None:
    """The oldest ones that still wait: four sleep until a morning, two are done."""
    mira, jonas, _lin = team
    oldest = sorted(_waiting(world, pairs), key=lambda pair: pair[1].mails[-1].at)
    morning = datetime.fromtimestamp(world.now // 1000, UTC).replace(hour=8, minute=0, second=0)
    # Not the next one: the world's now may be some hours ago, as in the pictures.
    for days, (row, _) in enumerate(oldest[2:6], 2):
        triage.snooze(store, jonas, [row.id], int(morning.timestamp()) * 1000 + days * DAY)
    triage.resolve(store, mira, [row.id for row, _ in oldest[:2]])


def _begin_draft(store: Store, world: World, pairs: Pairs, you: Agent, team: list[Agent]) -> None:
    mine = [pair for pair in _waiting(world, pairs) if pair[1].mails[-1].at >= world.now - DAY][:7]
    if not mine:
        return
    row, conversation = mine[-1]
    assert conversation.plan is not None
    person = conversation.plan.person
    body = _DRAFTS[conversation.language].format(first=person.first, name=person.name)
    drafts.save(store, you, row.id, DraftMode.REPLY, body)
