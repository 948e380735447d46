"""``channel verify``: what the server has and the store lacks is found and fetched, whoever else is at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import truth
from support.cli import run
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer

MAILS = 40


@pytest.fixture
def shop_config(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> Path:
    tmp_path.chmod(0o700)
    dovecot.load_maildir(
        shop, (mail(f"c{n}@example.com", shop, f"Question {n}", key=f"{n}@example.com") for n in range(MAILS))
    )
    config = write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})
    with EngineProcess(config, tmp_path / "omni.db", "--once") as engine:
        assert engine.wait() == 0
    return config


def lose(path: Path, count: int) -> None:
    """Forget ``count`` messages and that they were ever fetched, as a restored backup would."""
    lost = [row[0] for row in truth.rows(path, "SELECT message_id FROM fetch_ledger ORDER BY locator LIMIT ?", count)]
    names = ", ".join(f"'{each}'" for each in lost)
    truth.change(path, f"DELETE FROM fetch_ledger WHERE message_id IN ({names})")
    truth.change(path, f"DELETE FROM message_keys WHERE message_id IN ({names})")
    truth.change(path, f"DELETE FROM messages WHERE id IN ({names})")


def verify(config: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and document of ``channel verify``."""
    store = config.with_name("omni.db")
    done = run("channel", "verify", "support", "--json", "--config", config, "--store", store, *more)
    return done.code, done.json


def test_nothing_is_missing(shop_config: Path) -> None:
    code, found = verify(shop_config)
    assert code == 0 and found["ok"]
    inbox = next(each for each in found["streams"] if each["stream"] == "INBOX")
    assert (inbox["held"], inbox["known"], inbox["missing"], inbox["waiting"]) == (MAILS, MAILS, [], 0)


def test_what_is_missing_is_told_and_fetched(shop_config: Path) -> None:
    path = shop_config.with_name("omni.db")
    lose(path, 7)
    cursor = truth.rows(path, "SELECT stream, cursor FROM streams ORDER BY stream")
    code, found = verify(shop_config, "--dry-run")
    assert (code, found["ok"], sum(len(each["missing"]) for each in found["streams"])) == (1, False, 7)
    assert len(truth.bodies(path)) == MAILS - 7
    code, found = verify(shop_config)
    assert (code, found["ok"], sum(each["fetched"] for each in found["streams"])) == (0, True, 7)
    assert sorted(truth.bodies(path)) == sorted(f"Question {n}" for n in range(MAILS))
    assert truth.rows(path, "SELECT stream, cursor FROM streams ORDER BY stream") == cursor
    assert verify(shop_config)[1]["streams"][0]["missing"] == []


def test_an_engine_at_work_is_not_disturbed(shop_config: Path, dovecot: Dovecot, shop: str) -> None:
    path = shop_config.with_name("omni.db")
    lose(path, 5)
    with EngineProcess(shop_config, path, lease_s=3.0):
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
        assert verify(shop_config)[0] == 0
        dovecot.deliver(shop, mail("late@example.com", shop, "Came meanwhile."), sender="late@example.com")
        wait_until(lambda: len(truth.bodies(path)) == MAILS + 1)
    assert len(set(truth.bodies(path))) == MAILS + 1


def test_what_an_engine_stores_meanwhile_is_neither_gone_nor_waiting(
    shop_config: Path, dovecot: Dovecot, shop: str
) -> None:
    """Parts of a batch are stored before the place to go on from."""
    path = shop_config.with_name("omni.db")
    (before,) = truth.rows(path, "SELECT cursor FROM streams WHERE stream = 'INBOX'")[0]
    for number in range(3):
        dovecot.deliver(shop, mail("late@example.com", shop, f"Late {number}"), sender="late@example.com")
    with EngineProcess(shop_config, path, "--once") as engine:
        assert engine.wait() == 0
    truth.change(path, f"UPDATE streams SET cursor = '{before}' WHERE stream = 'INBOX'")
    dovecot.deliver(shop, mail("late@example.com", shop, "Not yet"), sender="late@example.com")
    code, found = verify(shop_config)
    inbox = next(each for each in found["streams"] if each["stream"] == "INBOX")
    assert (code, inbox["missing"], inbox["gone"], inbox["waiting"]) == (0, [], 0, 1)


def test_what_was_deleted_on_the_server_is_no_loss(shop_config: Path, dovecot: Dovecot, shop: str) -> None:
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.delete_messages([1, 2, 3], silent=True)
        client.expunge()
    code, found = verify(shop_config)
    inbox = next(each for each in found["streams"] if each["stream"] == "INBOX")
    assert (code, inbox["gone"], inbox["missing"]) == (0, 3, [])


def test_a_server_that_cannot_be_reached_is_told(shop_config: Path) -> None:
    shop_config.write_text(shop_config.read_text().replace("imap_port = ", "imap_port = 9 #"))
    code, found = verify(shop_config)
    assert code == 5 and all("refused" in each["error"] for each in found["streams"])
    told = run("channel", "verify", "support", "--config", shop_config, "--store", shop_config.with_name("omni.db"))
    assert told.code == 5 and not any(mark.isdigit() for mark in told.out), "numbers nobody counted"


def test_the_ledger_follows_what_other_programs_do_to_the_folder(
    shop_config: Path, dovecot: Dovecot, shop: str
) -> None:
    """The engine was away meanwhile; at its next round it hears of it without listing the folder (QRESYNC)."""
    path = shop_config.with_name("omni.db")
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.delete_messages([1, 2, 39], silent=True)
        client.expunge()
        client.move([10, 11], "Archive")
        there = set(client.search())
    with EngineProcess(shop_config, path, "--once") as engine:
        assert engine.wait() == 0
    rows = truth.rows(path, "SELECT locator FROM fetch_ledger WHERE stream = 'INBOX'")
    assert {int(locator.partition("/")[2]) for (locator,) in rows} == there
    assert sorted(truth.bodies(path)) == sorted(f"Question {n}" for n in range(MAILS))
    code, found = verify(shop_config)
    inbox = next(each for each in found["streams"] if each["stream"] == "INBOX")
    assert (code, inbox["held"], inbox["known"], inbox["gone"]) == (0, MAILS - 5, MAILS - 5, 0)
