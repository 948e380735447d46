"""Promise 1 under everything that can happen to fetching: 0 lost, 0 doubled, equal to the run nobody disturbed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import truth
from support.dovecot import Dovecot
from support.engines import eventually, running, settings_of, wait_until
from support.faulty_proxy import KINDS, FaultyProxy, Kind, random_plan
from support.fetch_steps import STEPS
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer

from omni_tui.connectors.mail import parse_pool

COUNT = "SELECT 1 FROM messages"
WHOLE = """
SELECT m.external_id, m.direction, m.subject, m.body, m.notice, m.received_at, v.subject, v.status, v.unread,
       i.value_norm
  FROM messages m JOIN conversations v ON v.id = m.conversation_id LEFT JOIN identities i ON i.id = m.identity_id
 ORDER BY m.external_id"""


def texts(count: int) -> list[str]:
    return [f"Question {number}, word for word." for number in range(count)]


def load(dovecot: Dovecot, shop: str, count: int) -> None:
    """Three in four are questions, one in four answers to the one before."""
    mails = []
    for number, text in enumerate(texts(count)):
        answers = f"<{number - 1}@example.com>" if number % 4 == 3 else ""
        customer = f"customer{(number - bool(answers)) % 90}@example.com"
        mails.append(mail(customer, shop, text, subject=text, key=f"{number}@example.com", answers=answers))
    dovecot.load_maildir(shop, mails)


def clear(room: Path) -> None:
    """Begin with no store."""
    for each in room.glob("omni.db*"):
        each.unlink()


@pytest.fixture
def room(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


class Box:
    """A mailbox, and what an undisturbed engine makes of it."""

    def __init__(self, room: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, count: int) -> None:
        load(dovecot, shop, count)
        self.config = write_config(room / "config.toml", {"support": mail_table(dovecot, smtp, shop)})
        self.count = count
        clean = room / "clean.db"
        with EngineProcess(self.config, clean, "--once") as engine:
            assert engine.wait() == 0
        self.clean = truth.rows(clean, WHOLE)
        assert len(self.clean) == count

    def finish(self, path: Path) -> None:
        """Let an engine do the rest, and compare."""
        with EngineProcess(self.config, path, lease_s=1.0):
            wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
        assert truth.sound(path)
        assert truth.rows(path, WHOLE) == self.clean
        held = truth.rows(path, "SELECT count(*), count(DISTINCT message_id) FROM fetch_ledger WHERE stream = 'INBOX'")
        assert held == [(self.count, self.count)]


def cases() -> Iterator[object]:
    for step in STEPS:
        for when in ("before", "after"):
            yield pytest.param(f"{when} {step}:1", id=f"{when}-{step.replace(' ', '-')}-1")
            for number in (2, 3, 5):
                yield pytest.param(f"{when} {step}:{number}", marks=pytest.mark.long)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Box]:
    from support.certs import Certificate
    from support.smtp import SmtpServer as Smtp
    from support.smtp import lmtp_delivery

    room = tmp_path_factory.mktemp("small")
    room.chmod(0o700)
    shop = "steps@shop.test"
    dovecot.add_user(shop)
    with Smtp(lmtp_delivery(dovecot.lmtp_port), Certificate(dovecot.cert, dovecot.dir / "key.pem")) as smtp:
        yield Box(room, dovecot, smtp, shop, 450)


@pytest.mark.parametrize("wish", cases())
def test_kill_9_at_every_named_step(wish: str, room: Path, small: Box) -> None:
    path = room / "omni.db"
    # A short lease: the next engine waits until it has run out.
    with EngineProcess(small.config, path, "--die-at", wish, lease_s=0.3) as engine:
        wait_until(lambda: not engine.alive() or truth.health(path).get("support") == ("ok", ""))
        died = not engine.alive()
    assert died or int(wish.rpartition(":")[2]) > 1, "the step was never reached"
    small.finish(path)


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_9_at_any_moment(seed: int, room: Path, small: Box) -> None:
    kill_at_any_moment(13, room, small, random.Random(seed), 0.2)


@pytest.mark.long
def test_500_kills_at_any_moment(room: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> None:
    kill_at_any_moment(500, room, Box(room, dovecot, smtp, shop, 2_000), random.Random(500), 0.5)


def kill_at_any_moment(kills: int, room: Path, box: Box, chance: random.Random, most_s: float) -> None:
    """Half of the kills come somewhere behind the first batch an engine stores; half while it begins its work."""
    path = room / "omni.db"
    done = in_the_middle = 0
    while done < kills:
        before = len(truth.rows(path, COUNT))
        if before == box.count:
            # All there: what follows begins anew, and proves as much.
            box.finish(path)
            clear(room)
            before = 0
        epoch = truth.rows(path, "SELECT epoch FROM leases")
        with EngineProcess(box.config, path, lease_s=0.3) as engine:
            wait_until(lambda epoch=epoch: truth.rows(path, "SELECT epoch FROM leases") != epoch)
            if done % 2:
                wait_until(lambda before=before: len(truth.rows(path, COUNT)) > before)
            time.sleep(chance.uniform(0.0, most_s))
            engine.kill()
        done += 1
        had = len(truth.rows(path, COUNT))
        in_the_middle += 0 < had < box.count
        assert truth.sound(path)
        assert truth.rows(path, "SELECT 1 FROM messages GROUP BY channel_id, external_id HAVING count(*) > 1") == []
    assert in_the_middle >= kills // 5, "the kills came too late or too early to prove anything"
    box.finish(path)


SELDOM_SILENT = tuple(kind for kind in KINDS if kind != "stall") * 3 + ("stall",)
"""Silence lasts a second, until the client gives up; everything else is over at once."""


@pytest.mark.parametrize(
    ("faults", "mails", "kinds"), [(50, 300, SELDOM_SILENT), pytest.param(1000, 500, KINDS, marks=pytest.mark.long)]
)
async def test_network_faults(
    faults: int, mails: int, kinds: tuple[Kind, ...], room: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str
) -> None:
    """Resets, cut and dripped and garbled answers, and silence, until so many faults have struck."""
    box = Box(room, dovecot, smtp, shop, mails)
    chance = random.Random(faults)
    struck = 0
    path = room / "omni.db"
    with FaultyProxy(dovecot.imap_port) as proxy:
        table = {
            **mail_table(dovecot, smtp, shop),
            "imap_host": "127.0.0.1",
            "imap_port": proxy.port,
            "imap_tls": "none",
            "timeout_s": 1,
        }
        while struck < faults:
            clear(room)
            proxy.plan = random_plan(chance, chance.choice((2_000, 20_000, 100_000)), kinds)
            before = proxy.struck
            async with running(settings_of(room, support=table), path):
                await eventually(
                    lambda before=before: proxy.struck - before >= 10 or len(truth.rows(path, COUNT)) == mails
                )
                proxy.plan = lambda _number: None
                await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
                await eventually(lambda: len(truth.rows(path, COUNT)) == mails)
            struck += proxy.struck - before
            assert truth.rows(path, WHOLE) == box.clean
            assert truth.sound(path)


async def test_twenty_poisoned_mails_among_a_thousand(
    room: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse_pool, "MODULE", "support.poisoned_parse")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    chance = random.Random(20)
    places = dict(zip(chance.sample(range(1000), 20), ["hang", "abort", "hunger", "babble"] * 5, strict=True))
    dovecot.load_maildir(
        shop,
        (
            mail(f"c{n % 50}@example.com", shop, text, subject=places.get(n, text), key=f"{n}@example.com")
            for n, text in enumerate(texts(1000))
        ),
    )
    path = room / "omni.db"
    async with running(settings_of(room, support=mail_table(dovecot, smtp, shop)), path):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
    kept = truth.rows(path, "SELECT subject, notice, source_sha FROM messages WHERE notice <> ''")
    assert len(kept) == 20 and sorted(subject for subject, _notice, _sha in kept) == sorted(places.values())
    assert all(notice.startswith("Reading this mail") and sha for _subject, notice, sha in kept)
    read = {row[0].strip() for row in truth.rows(path, "SELECT body FROM messages WHERE notice = ''")}
    assert read == {text for number, text in enumerate(texts(1000)) if number not in places}
    sources = truth.rows(path, "SELECT count(*) FROM messages m JOIN blobs b ON b.sha256 = m.source_sha")
    assert sources == [(1000,)]
