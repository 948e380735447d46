"""The engine as a process: signals, the pipe of its inbox, and what another one does when it is killed."""

from __future__ import annotations

import email
from pathlib import Path

import pytest
from support import scripted, truth
from support.desk import answer_now
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer


@pytest.fixture
def config(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> Path:
    return write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})


@pytest.fixture
def asked(dovecot: Dovecot, shop: str, customer: str) -> None:
    """The customer has written."""
    dovecot.deliver(shop, mail(customer, shop, "Where is it?"), sender=customer)


@pytest.mark.usefixtures("asked")
def test_sigterm_is_answered_while_a_socket_stalls(
    config: Path, path: Path, smtp: SmtpServer, dovecot: Dovecot, customer: str
) -> None:
    with EngineProcess(config, path) as engine:
        (conversation,) = wait_until(truth.conversations, path)
        smtp.stall()
        answer_now(path, conversation, "stalls")
        answer_now(path, conversation, "stays queued")
        wait_until(lambda: smtp.accepted)
        engine.terminate()
        # The server keeps silent for a minute: only an engine that does not wait for it ends before that.
        assert engine.wait() == 0
    assert truth.states(path) == ["uncertain", "queued"]
    assert truth.rows(path, "SELECT owner FROM leases WHERE until_at > unixepoch() * 1000") == []


@pytest.mark.usefixtures("asked")
def test_a_child_sends_what_is_in_its_undo_window_when_the_pipe_ends(
    config: Path, path: Path, dovecot: Dovecot, customer: str
) -> None:
    with EngineProcess(config, path, "--child") as engine:
        (conversation,) = wait_until(truth.conversations, path)
        answer_now(path, conversation, "in its window", delay_ms=1500)
        engine.hang_up()
        assert engine.wait() == 0
    assert truth.states(path) == ["sent"]
    assert len(dovecot.mails(customer)) == 1
    log = path.with_name("engine.log")
    assert log.stat().st_mode & 0o777 == 0o600
    assert "engine: ended" in log.read_text()


@pytest.mark.usefixtures("asked")
def test_another_takes_over_from_one_that_was_killed(
    config: Path, path: Path, dovecot: Dovecot, shop: str, customer: str
) -> None:
    with EngineProcess(config, path, lease_s=1.0) as first, EngineProcess(config, path, lease_s=1.0) as second:
        wait_until(truth.conversations, path)
        worker, waiter = owners(path, first, second)
        worker.kill()
        dovecot.deliver(shop, mail(customer, shop, "And now?"), sender=customer)
        wait_until(lambda: "And now?" in truth.bodies(path))
        assert waiter.alive()
    assert truth.bodies(path) == ["And now?", "Where is it?"]


def owners(path: Path, first: EngineProcess, second: EngineProcess) -> tuple[EngineProcess, EngineProcess]:
    """The one of two that holds the lease, and the other."""
    ((owner,),) = truth.rows(path, "SELECT owner FROM leases")
    return (first, second) if f":{first.pid}:" in owner else (second, first)


@pytest.mark.usefixtures("asked")
def test_a_reply_sent_after_a_takeover_has_the_name_it_would_have_had(
    config: Path, path: Path, dovecot: Dovecot, smtp: SmtpServer, customer: str
) -> None:
    with EngineProcess(config, path, lease_s=1.0):
        (conversation,) = wait_until(truth.conversations, path)
        smtp.answer_data("451 4.3.0 later")
        answer_now(path, conversation, "Today.")
        wait_until(lambda: truth.rows(path, "SELECT 1 FROM outbox WHERE attempts > 0 AND state = 'queued'"))
        (named,) = truth.rows(path, "SELECT reply_key FROM message_keys WHERE own = 1 AND reply_key LIKE '%shop.test'")
    with EngineProcess(config, path):
        (raw,) = dovecot.wait_for_mails(customer, 1)
    assert email.message_from_bytes(raw)["Message-ID"] == f"<{named[0]}>"


def test_sigterm_is_answered_while_a_connector_holds_the_loop(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.announce(tmp_path / "packages")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
    config = write_config(tmp_path / "config.toml", {"rude": {"kind": "scripted", "world": "none", "blocks": True}})
    with EngineProcess(config, path) as engine:
        wait_until(lambda: truth.rows(path, "SELECT 1 FROM channels"))
        engine.terminate()
        # The connector sleeps for ten minutes.
        assert engine.wait() == 0
