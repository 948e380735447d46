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


def epoch(path: Path) -> int:
    """How many times an engine took the lease."""
    found = truth.rows(path, "SELECT epoch FROM leases")
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
    in_the_middle = 0
    for kill in range(kills):
        had, worked = fetched(path), epoch(path)
        with EngineProcess(config, path, lease_s=1.0) as engine:
            # Every third time just behind a batch, else while it connects, fetches or stores one.
            if kill % 3 == 0 and had < MAILS:
                wait_until(lambda had=had: fetched(path) > had)
            else:
                wait_until(lambda worked=worked: epoch(path) > worked)
                time.sleep(chance.uniform(0.0, 0.15))
            engine.kill()
        assert truth.sound(path)
        in_the_middle += fetched(path) < MAILS
        got = truth.bodies(path)
        assert len(got) == len(set(got)), "doubled"
    assert in_the_middle >= 3, "the kills came too late to prove anything"
    with EngineProcess(config, path, lease_s=1.0):
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
    assert truth.bodies(path) == sorted(texts)
    assert truth.sound(path)
    assert truth.rows(path, "SELECT count(DISTINCT customer_id) FROM conversations") == [(300,)]


def test_a_folder_numbered_anew_in_the_middle_of_fetching(
    tmp_path: Path, own_dovecot: Dovecot, smtp: SmtpServer
) -> None:
    shop = "shop@shop.test"
    own_dovecot.add_user(shop)
    texts = [f"Question {number}, word for word." for number in range(600)]
    own_dovecot.load_maildir(
        shop, (mail(f"c{n}@example.com", shop, text, key=f"{n}@example.com") for n, text in enumerate(texts))
    )
    config = write_config(tmp_path / "config.toml", {"support": mail_table(own_dovecot, smtp, shop)})
    path = tmp_path / "omni.db"
    tmp_path.chmod(0o700)
    with EngineProcess(config, path, lease_s=1.0) as engine:
        wait_until(lambda: fetched(path) > 0)
        engine.kill()
    assert fetched(path) < len(texts)
    own_dovecot.kill()
    own_dovecot.renumber(shop)
    own_dovecot.start()
    own_dovecot.deliver(shop, mail("late@example.com", shop, "Came meanwhile."), sender="late@example.com")
    with EngineProcess(config, path, lease_s=1.0):
        wait_until(lambda: len(truth.bodies(path)) > len(texts))
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
    assert truth.bodies(path) == sorted([*texts, "Came meanwhile."])
