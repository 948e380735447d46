"""Resolved here, put away on the server, where the settings want it; nothing else is moved."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import Random

import pytest
from support import truth
from support.desk import agent_at
from support.dovecot import Dovecot
from support.engines import eventually, running, settings_of
from support.mail_channel import open_channel, settings_for, sync
from support.shops import mail, mail_table
from support.smtp import SmtpServer

from omni_tui.desk import thread, triage
from omni_tui.engine import left_files
from omni_tui.model.commands import Archive
from omni_tui.model.events import LEFT


@pytest.fixture
def room(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def resolve(path: Path, conversation_id: str) -> None:
    with agent_at(path) as (store, agent):
        triage.resolve(store, agent, [conversation_id])


async def test_resolved_mail_goes_to_the_archive(room: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> None:
    path = room / "omni.db"
    old = mail("old@example.com", shop, "Long done", subject="old")
    dovecot.load_maildir(shop, [old, mail("ana@example.com", shop, "Where is it?", subject="now")], flags="R")
    table = mail_table(dovecot, smtp, shop) | {"archive_folder": "Archive"}
    async with running(settings_of(room, support=table), path):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
        dovecot.deliver(shop, mail("ben@example.com", shop, "And mine?", subject="new"), sender="ben@example.com")
        await eventually(lambda: len(truth.bodies(path)) == 3)
        (chosen,) = (row[0] for row in truth.rows(path, "SELECT id FROM conversations WHERE subject = 'new'"))
        await asyncio.to_thread(resolve, path, chosen)
        await eventually(lambda: len(dovecot.mails(shop, "Archive")) == 1)
        await eventually(lambda: len(truth.rows(path, "SELECT 1 FROM fetch_ledger WHERE stream = 'INBOX'")) == 2)
    assert b"Subject: new" in dovecot.mails(shop, "Archive")[0]
    assert len(dovecot.mails(shop)) == 2


FILM = Random(5).randbytes(1_200_000)


def film(shop: str) -> bytes:
    """A mail whose file is behind its beginning."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "mia@posteo.example", shop, "Film"
    made["Message-ID"] = "<film@posteo.example>"
    made.set_content("See the film.")
    made.add_attachment(FILM, "video", "mp4", filename="film.mp4")
    return made.as_bytes()


async def test_a_large_file_is_fetched_from_where_its_mail_was_put_away(
    room: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str
) -> None:
    path = room / "omni.db"
    settings = settings_of(room, support=mail_table(dovecot, smtp, shop) | {"archive_folder": "Archive", "whole_mb": 1})

    async with running(settings, path):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
        dovecot.deliver(shop, film(shop), sender="mia@posteo.example")
        await eventually(lambda: truth.bodies(path))
        await asyncio.to_thread(resolve, path, truth.conversations(path)[0])
        await eventually(lambda: not truth.rows(path, "SELECT 1 FROM fetch_ledger WHERE stream = 'INBOX'"))
        assert (len(dovecot.mails(shop)), len(dovecot.mails(shop, "Archive"))) == (0, 1)
        [(file, part)] = truth.rows(path, "SELECT id, part FROM attachments")
        assert part.startswith(LEFT)

        def fetched() -> tuple[str, str, bytes]:
            with agent_at(path) as (store, _agent):
                left_files.fetch(settings, store, file)
                return thread.attachment(store, file)

        assert await asyncio.to_thread(fetched) == ("film.mp4", "video/mp4", FILM)
    assert truth.sound(path)


async def test_a_place_that_is_gone_or_of_another_numbering_is_left_alone(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("ana@example.com", shop, "one"), mail("ana@example.com", shop, "two")])
    channel = open_channel(settings_for(dovecot, None, shop, archive_folder="Archive"))
    taken = await sync(channel)
    places = [message.locator for message in taken.messages]
    await channel.perform(Archive("INBOX", (places[0], "1/1", f"{places[0]}99")))
    await channel.perform(Archive("INBOX", (places[0],)))
    await channel.close()
    assert (len(dovecot.mails(shop)), len(dovecot.mails(shop, "Archive"))) == (1, 1)
