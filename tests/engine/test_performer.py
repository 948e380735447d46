"""The way out: each reply once, what is unknown shown as such, nothing held up by another channel."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support import truth
from support.desk import agent_at, answer
from support.engines import eventually, running, settings_of
from support.scripted import WORLDS, World

from omni_tui.config.settings import Settings
from omni_tui.desk import lease, outbox, replies
from omni_tui.model.commands import Receipt, Refused
from omni_tui.model.errors import Permanent, Retry, Unknown

TABLE = {"kind": "scripted", "world": "world"}


@pytest.fixture
def settings(path: Path) -> Settings:
    return settings_of(path.parent, support=TABLE)


async def asked(world: World, path: Path, number: int = 1) -> list[str]:
    """``number`` customers have written and were taken in; their conversations."""
    for each in range(number):
        world.mail("Where is it?", f"customer{each}@example.com")
    await eventually(lambda: len(truth.conversations(path)) == number)
    return truth.conversations(path)


async def test_a_reply_leaves_at_once_and_once(world: World, path: Path, settings: Settings) -> None:
    async with running(settings, path):
        (conversation,) = await asked(world, path)
        await answer(path, conversation, "On its way.")
        await eventually(lambda: truth.states(path) == ["sent"])
    (sent,) = world.tried
    assert sent.text == "On its way."
    assert [to.address for to in sent.to] == ["customer0@example.com"]


async def test_what_certainly_did_not_leave_is_tried_again_under_the_same_name(
    world: World, path: Path, settings: Settings
) -> None:
    world.answers.extend([Retry("Try later."), Retry("Try later.")])
    async with running(settings, path):
        (conversation,) = await asked(world, path)
        await answer(path, conversation, "On its way.")
        await eventually(lambda: truth.states(path) == ["sent"])
        await eventually(lambda: truth.health(path)["support"] == ("ok", ""))
    assert len(world.tried) == 3
    assert len({sent.key for sent in world.tried}) == 1


async def test_whom_the_server_put_off_is_tried_again_alone(world: World, path: Path, settings: Settings) -> None:
    put_off = (Refused("boss@example.com", "450 greylisted"),)
    world.answers.extend([Receipt("x", deferred=put_off), Retry("Try later."), Receipt("x", deferred=put_off)])
    async with running(settings, path):
        (conversation,) = await asked(world, path)
        await answer(path, conversation, "On its way.")
        await eventually(lambda: truth.states(path) == ["sent"])
    assert [sent.only for sent in world.tried] == [(), *[("boss@example.com",)] * 3]
    assert len({sent.key for sent in world.tried}) == 1


@pytest.mark.parametrize(
    ("answer_of_the_channel", "state", "said"),
    [
        (Permanent("No such mailbox."), "failed", "No such mailbox."),
        (Unknown("No answer after the text."), "uncertain", "No answer after the text."),
        (RuntimeError("a bug"), "uncertain", "RuntimeError"),
    ],
)
async def test_what_cannot_be_repeated_is_left_to_a_person(
    world: World, path: Path, settings: Settings, answer_of_the_channel: Exception, state: str, said: str
) -> None:
    world.answers.append(answer_of_the_channel)
    async with running(settings, path):
        first, second = await asked(world, path, 2)
        queued = await answer(path, first, "one")
        await eventually(lambda: truth.states(path) == [state])
        assert said in truth.outbox(path)[0][1]
        # It holds up nobody, and goes again when a person says so.
        await answer(path, second, "two")
        await eventually(lambda: truth.states(path) == [state, "sent"])
        assert [sent.text for sent in world.tried] == ["one", "two"]

        def decide() -> None:
            with agent_at(path) as (store, agent):
                replies.retry(store, agent, queued.outbox_id)

        await asyncio.to_thread(decide)
        await eventually(lambda: truth.states(path) == ["sent", "sent"])
    assert [sent.text for sent in world.tried] == ["one", "two", "one"]


async def test_a_channel_sends_one_at_a_time_and_holds_up_no_other(world: World, path: Path) -> None:
    other = WORLDS["other"] = World()
    settings = settings_of(path.parent, slow=TABLE, fast={**TABLE, "world": "other", "address": "b@shop.test"})
    held = asyncio.Event()
    world.answers.append(held)
    async with running(settings, path):
        conversations = await asked(world, path, 3)
        other.mail("Hello?", "zoe@example.com")
        await eventually(lambda: len(truth.conversations(path)) == 4)
        for conversation in conversations:
            await answer(path, conversation, "slowly")
        await eventually(lambda: bool(world.tried))
        await answer(path, truth.conversations(path)[3], "quickly")
        await eventually(lambda: [sent.text for sent in other.tried] == ["quickly"])
        assert len(world.tried) == 1
        held.set()
        await eventually(lambda: truth.states(path) == ["sent"] * 4)
    assert world.most_at_once == 1


async def test_a_reply_that_hangs_when_the_engine_must_stop_is_uncertain(
    world: World, path: Path, settings: Settings
) -> None:
    world.answers.append(asyncio.Event())
    async with running(settings, path) as engine:
        first, second = await asked(world, path, 2)
        await answer(path, first, "hangs")
        await eventually(lambda: bool(world.tried))
        await answer(path, second, "waits")
        engine.ending.stop.set()
        await engine.end()
    assert truth.states(path) == ["uncertain", "queued"]
    assert len(world.tried) == 1


async def test_what_a_dead_engine_was_sending_is_uncertain_and_not_sent(
    world: World, path: Path, settings: Settings
) -> None:
    async with running(settings, path):
        (conversation,) = await asked(world, path)
    queued = await answer(path, conversation, "perhaps")

    def die_while_sending() -> None:
        with agent_at(path) as (store, _agent):
            epoch = lease.take(store, "dead", 60_000)
            assert epoch is not None
            claimed = outbox.claim(store, epoch, 600_000, ["support"])
            assert claimed is not None
            assert claimed.outbox_id == queued.outbox_id
            lease.release(store, "dead", epoch)

    await asyncio.to_thread(die_while_sending)
    async with running(settings, path):
        await eventually(lambda: truth.states(path) == ["uncertain"])
    assert world.tried == []


async def test_the_undo_window_is_waited_for_before_a_child_ends(world: World, path: Path, settings: Settings) -> None:
    async with running(settings, path) as engine:
        first, second = await asked(world, path, 2)
        await answer(path, first, "in its window", delay_ms=700)
        await answer(path, second, "tomorrow", delay_ms=86_400_000)
        engine.ending.drain.set()
        await engine.end()
    assert truth.states(path) == ["sent", "queued"]
    assert [sent.text for sent in world.tried] == ["in its window"]


async def test_nothing_is_fetched_while_draining(world: World, path: Path, settings: Settings) -> None:
    async with running(settings, path) as engine:
        (conversation,) = await asked(world, path)
        await answer(path, conversation, "in its window", delay_ms=500)
        engine.ending.drain.set()
        world.answers.append(Retry("not yet"))
        await eventually(lambda: bool(world.tried))
        world.mail("too late")
        await engine.end()
    assert truth.states(path) == ["sent"]
    assert "too late" not in truth.bodies(path)
