"""Promise 1: the engine killed in the middle of fetching loses nothing and doubles nothing."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from support import truth
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer

MAILS = 2_000
COUNT = "SELECT count(*) FROM messages"


def fetched(path: Path) -> int:
    """How many messages are stored."""
    found = truth.rows(path, COUNT)
    return int(found[0][0]) if found else 0


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.long)])
def test_kill_9_in_the_middle_of_fetching(
    kills: int, tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str
) -> None:
    chance = random.Random(kills)
    texts = [f"Question {number}, word for word." for number in range(MAILS)]
    customers = [f"customer{number % 300}@example.com" for number in range(MAILS)]
    dovecot.load_maildir(
        shop,
        (
            mail(customer, shop, text, subject=text, key=f"{number}@example.com")
            for number, (customer, text) in enumerate(zip(customers, texts, strict=True))
        ),
    )
    config = write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})
    path = tmp_path / "omni.db"
    tmp_path.chmod(0o700)
    for kill in range(kills):
        enough = MAILS * kill // (kills + 1)
        with EngineProcess(config, path, lease_s=1.0) as engine:
            wait_until(lambda enough=enough: fetched(path) > enough)
            time.sleep(chance.uniform(0.0, 0.1))
            engine.kill()
        assert truth.sound(path)
        got = truth.bodies(path)
        assert len(got) == len(set(got)), "doubled"
    with EngineProcess(config, path, lease_s=1.0):
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
    assert truth.bodies(path) == sorted(texts)
    assert truth.sound(path)
    assert truth.rows(path, "SELECT count(DISTINCT customer_id) FROM conversations") == [(300,)]
