"""An engine as a service and agents elsewhere, with PostgreSQL between them: mail comes in, answers go out, once."""

from __future__ import annotations

import email
import json
import signal
import subprocess
from pathlib import Path

from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import mail, mail_table, write_config
from support.smtp import SmtpServer
from support.tmux import environment, inbox_command


def test_mail_comes_in_by_the_service_and_the_answer_of_another_host_goes_out(
    tmp_path: Path, database: str, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> None:
    tmp_path.chmod(0o700)
    service = write_config(tmp_path / "service.toml", {"support": mail_table(dovecot, smtp, shop)})
    agent = tmp_path / "agent.toml"
    agent.write_text(f'[store]\nurl = "{database}"\n')

    def ask(*words: str) -> dict[str, object]:
        command = [*inbox_command(agent, database), *words, "--json"]
        done = subprocess.run(
            command, env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    engine = subprocess.Popen(
        [*inbox_command(service, database), "engine"],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(lambda: "'ok'" in str(ask("channel", "list")))
        question = mail(f"Lena <{customer}>", shop, "Where is my parcel?", subject="Order 4417", key="q1@example.test")
        dovecot.deliver(shop, question, sender=customer)
        wait_until(lambda: "Order 4417" in str(ask("list")))
        (row,) = ask("list")["conversations"]  # type: ignore[misc]
        ask("reply", str(row["ref"]), "It leaves today.", "--wait")
        (raw,) = dovecot.wait_for_mails(customer, 1)
        assert email.message_from_bytes(raw)["In-Reply-To"] == "<q1@example.test>"
    finally:
        engine.send_signal(signal.SIGTERM)
        said, _ = engine.communicate(timeout=30)
    assert engine.returncode == 0, said
    assert "Traceback" not in said and "psycopg" not in said
