"""What one round came to: what was fetched, what became of what was due, and why something failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import truth
from support.desk import answer_now
from support.engines import QUICK, settings_of
from support.scripted import WORLDS, World

from omni_tui.config.settings import Settings
from omni_tui.engine.account import Account, OutboxAccount, StreamAccount
from omni_tui.engine.run import run
from omni_tui.model.errors import Permanent, Retry, Unknown
from omni_tui.store import open_store


@pytest.fixture
def settings(path: Path) -> Settings:
    return settings_of(path.parent, support={"kind": "scripted", "world": "world"})


def one_round(settings: Settings, path: Path) -> tuple[int, Account]:
    told: list[Account] = []
    store = open_store(path)
    code = run(settings, store, once=True, timing=QUICK, tell=told.append)
    store.close()
    (account,) = told
    return code, account


def test_it_counts_over_all_batches_and_what_became_of_what_was_due(
    world: World, path: Path, settings: Settings
) -> None:
    world.batch = 2
    for number in range(3):
        world.mail(f"mail {number}")
    world.mails.append(world.mails[0])
    code, account = one_round(settings, path)
    (channel,) = account.channels
    assert (code, account.ok, channel.name, channel.ok) == (0, True, "support", True)
    assert channel.streams == (StreamAccount("inbox", 3, 1, 0, "", ""),)

    for conversation in truth.conversations(path):
        answer_now(path, conversation, "It leaves today.")
    world.answers.extend(
        (Unknown("It was cut off."), Retry("It is busy.", delay_s=60.0), Permanent("No such mailbox."))
    )
    code, account = one_round(settings, path)
    (channel,) = account.channels
    assert (code, account.ok, channel.ok) == (5, False, False)
    assert channel.outbox == OutboxAccount(0, 1, 1, 1, "No such mailbox.", "")
    assert channel.streams == (StreamAccount("inbox", 0, 0, 0, "", ""),)


def test_it_tells_the_words_and_the_hint_of_a_stream_that_failed(world: World, path: Path, settings: Settings) -> None:
    world.always = Permanent("The password is wrong.", "Store it anew.")
    code, account = one_round(settings, path)
    (channel,) = account.channels
    assert (code, account.ok, account.error, channel.ok) == (5, False, "", False)
    assert channel.streams == (StreamAccount("inbox", 0, 0, 0, "The password is wrong.", "Store it anew."),)
    world.always = ValueError("what a library quotes")
    _code, account = one_round(settings, path)
    assert account.channels[0].streams[0].error == "ValueError"


def test_each_channel_has_its_own(world: World, path: Path) -> None:
    world.mail("hello")
    WORLDS["closed"] = World(always=Permanent("The account is closed."))
    WORLDS["shut"] = World(shut=Permanent("A file is missing.", "Put it back."))
    worlds = {"support": "world", "sales": "closed", "old": "shut"}
    tables = {name: {"kind": "scripted", "world": world} for name, world in worlds.items()}
    code, account = one_round(settings_of(path.parent, **tables), path)
    support, sales, old = account.channels
    assert (code, account.ok, [each.name for each in account.channels]) == (5, False, list(worlds))
    assert (support.ok, [each.new for each in support.streams]) == (True, [1])
    assert (sales.ok, sales.error, [each.error for each in sales.streams]) == (False, "", ["The account is closed."])
    assert (old.ok, old.error, old.hint, old.streams) == (False, "A file is missing.", "Put it back.", ())
