"""Promise 2: the engine killed in the middle of sending lets no reply vanish and sends none twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from support import truth
from support.desk import agent_at
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer

from omni_tui.desk import replies

LOOKS = 20
"""How often the customer's mailbox is read on the way; reading it after each of many kills would take longest."""


SILENT, ANY = True, False


@pytest.mark.parametrize(
    ("channels", "kills"),
    [
        # Each channel sends one mail at a time: fifty are on their way when their engine is killed, in five kills.
        pytest.param(10, (SILENT,) * 5 + (ANY,), id="50 mails"),
        pytest.param(1, (SILENT, ANY) * 10, id="20 kills", marks=pytest.mark.long),
        pytest.param(1, (SILENT, ANY) * 250, id="500 kills", marks=pytest.mark.long),
    ],
)
def test_kill_9_in_the_middle_of_sending(
    channels: int, kills: tuple[bool, ...], tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, customer: str
) -> None:
    chance = random.Random(len(kills))
    shops = [f"{tmp_path.name}-{number}@shop.test".replace("_", "-") for number in range(channels)]
    for each in shops:
        dovecot.add_user(each)
        smtp.add_user(each)
    # Every kill finds something still to be sent: a silent one takes a reply away for good, another one a few.
    waiting = max(30, 4 * len(kills), channels * (len(kills) + 1))
    for first, each in enumerate(shops):
        numbers = range(first, waiting, channels)
        dovecot.load_maildir(each, [mail(customer, each, f"question {n}", subject=f"Case {n}") for n in numbers])
    tables = {f"support{number}": mail_table(dovecot, smtp, each) for number, each in enumerate(shops)}
    config = write_config(tmp_path / "config.toml", tables)
    path = tmp_path / "omni.db"
    tmp_path.chmod(0o700)
    with EngineProcess(config, path, "--once") as engine:
        assert engine.wait() == 0
    conversations = truth.conversations(path)
    assert len(conversations) == waiting
    with agent_at(path) as (store, agent):
        queued = {
            f"answer <{n}>": replies.reply(store, agent, each, f"answer <{n}>") for n, each in enumerate(conversations)
        }
    texts = {each.outbox_id: text for text, each in queued.items()}

    for kill, silent in enumerate(kills):
        enough = waiting * kill // len(kills)
        taken = len(smtp.accepted)
        # The server has the whole mail and has not yet said so: the moment nobody can know.
        if silent:
            smtp.stall()
        assert "queued" in truth.states(path), f"nothing was left to be sent after {kill} kills"
        with EngineProcess(config, path, lease_s=0.3) as engine:
            if silent:
                wait_until(lambda taken=taken: len(smtp.accepted) >= taken + channels)
            else:
                wait_until(lambda enough=enough: progress(path) > enough)
                time.sleep(chance.uniform(0.0, 0.06))
            engine.kill()
        smtp.behave()
        if kill % max(1, len(kills) // LOOKS) == 0:
            assert truth.sound(path)
            assert_none_twice(dovecot, customer, texts)

    assert truth.sound(path)
    settle(config, path)
    arrived = assert_none_twice(dovecot, customer, texts)
    state = dict(truth.rows(path, "SELECT id, state FROM outbox"))
    assert set(state.values()) <= {"sent", "uncertain"}
    assert list(state.values()).count("uncertain") >= channels * kills.count(SILENT), "a kill met no mail on its way"
    assert {texts[id_] for id_ in state if state[id_] == "sent"} <= arrived, "said to be sent, and lost"

    # A person looks into what is uncertain, and sends again what did not arrive.
    with agent_at(path) as (store, agent):
        for id_ in state:
            if state[id_] == "uncertain" and texts[id_] not in arrived:
                replies.retry(store, agent, id_)
    settle(config, path)
    assert assert_none_twice(dovecot, customer, texts) == set(texts.values())


def settle(config: Path, path: Path) -> None:
    """Let an engine run until nothing is on its way."""
    with EngineProcess(config, path, lease_s=0.3):
        while not {"queued", "sending"}.isdisjoint(truth.states(path)):
            tried = progress(path)
            wait_until(
                lambda tried=tried: progress(path) > tried or {"queued", "sending"}.isdisjoint(truth.states(path))
            )


def progress(path: Path) -> int:
    """How many replies are being sent or were tried."""
    return sum(state != "queued" for state in truth.states(path))


def assert_none_twice(dovecot: Dovecot, customer: str, texts: dict[str, str]) -> set[str]:
    """The answers in the customer's mailbox, each of them once."""
    mails = [raw.decode() for raw in dovecot.mails(customer)]
    copies = Counter(text for raw in mails for text in texts.values() if text in raw)
    assert all(count == 1 for count in copies.values()), copies
    assert len(mails) == len(copies)
    return set(copies)
