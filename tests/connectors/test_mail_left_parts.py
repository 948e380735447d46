"""Mail too large to be fetched whole: its text is read, its files are named and fetched one by one."""

from __future__ import annotations

import asyncio
import base64
import quopri
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import IMAPClient
from support.dovecot import Dovecot
from support.mail_channel import open_channel, settings_for, sync
from support.pymap_server import PymapServer
from support.servers import PYMAP_USER

from omni_tui.connectors.mail.left_parts import decoded, left
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.commands import Archive
from omni_tui.model.errors import Permanent
from omni_tui.model.events import LEFT, RemoteAttachment

FILM = Random(7).randbytes(1_500_000)
SMALL = b"a small file, whole in the first megabyte"
LIST = "Artikel;Größe\r\nTasse;ß\r\n" * 40


def large(film: bytes = FILM) -> bytes:
    """Text, a small file, a large one, a table, and the picture of a signature behind it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Ana <ana@example.test>", "shop@shop.test", "the film you asked for"
    mail["Message-ID"] = "<large@example.test>"
    mail.set_content("Here it is. Viele Grüße")
    mail.add_attachment(SMALL, "application", "pdf", filename="offer.pdf")
    mail.add_attachment(film, "video", "mp4", filename="../../发票 “Film”; Größe.mp4")
    mail.add_attachment(LIST, subtype="csv", filename="list.csv", cte="quoted-printable")
    return mail.as_bytes()


async def _fetched(channel: object, locator: str, file: RemoteAttachment) -> bytes:
    return b"".join([piece async for piece in channel.fetch("INBOX", locator, file.part)])  # type: ignore[attr-defined]


async def test_files_behind_the_beginning_are_named_and_fetched_alone(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [large()])
    channel = open_channel(settings_for(dovecot, None, shop, whole_mb=1))
    [message] = (await sync(channel)).messages
    assert "Viele Grüße" in message.text and "2 files were left on the server" in message.unreadable
    assert len(message.raw) < 1_100_000
    here, film, table = message.attachments
    assert (here.name, here.part[0].isdigit()) == ("offer.pdf", True)
    assert (film.name, film.mime) == ("发票 “Film”; Größe.mp4", "video/mp4") and film.part.startswith(LEFT)
    assert abs(film.size - len(FILM)) < len(FILM) // 100
    assert table.name == "list.csv"
    assert await _fetched(channel, message.locator, film) == FILM
    assert (await _fetched(channel, message.locator, table)).decode() == LIST
    await channel.close()


async def test_a_mail_within_the_limit_comes_whole(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [large()])
    channel = open_channel(settings_for(dovecot, None, shop))
    [message] = (await sync(channel)).messages
    assert not message.unreadable and not any(file.part.startswith(LEFT) for file in message.attachments)
    await channel.close()


async def test_a_mail_that_is_one_file_alone(dovecot: Dovecot, shop: str) -> None:
    head = b"From: ana@example.test\r\nSubject: scan\r\nContent-Type: image/png; name=scan.png\r\n"
    body = base64.encodebytes(FILM).replace(b"\n", b"\r\n")
    dovecot.load_maildir(shop, [head + b"Content-Transfer-Encoding: base64\r\n\r\n" + body])
    channel = open_channel(settings_for(dovecot, None, shop, whole_mb=1))
    [message] = (await sync(channel)).messages
    [file] = message.attachments
    assert file.name == "scan.png" and await _fetched(channel, message.locator, file) == FILM
    await channel.close()


async def test_text_behind_a_large_file_is_a_file_too(dovecot: Dovecot, shop: str) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = "ana@example.test", "text around it"
    mail.set_content("above")
    mail.add_attachment(FILM, "image", "jpeg", filename="photo.jpg", disposition="inline")
    mail.add_attachment("below, and never seen otherwise", disposition="inline")
    dovecot.load_maildir(shop, [mail.as_bytes()])
    channel = open_channel(settings_for(dovecot, None, shop, whole_mb=1))
    [message] = (await sync(channel)).messages
    assert message.text.strip() == "above"
    photo, below = message.attachments
    assert photo.name == "photo.jpg" and below.mime == "text/plain"
    assert b"never seen otherwise" in await _fetched(channel, message.locator, below)
    await channel.close()


async def test_a_file_whose_mail_is_gone(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [large()])
    channel = open_channel(settings_for(dovecot, None, shop, whole_mb=1))
    [message] = (await sync(channel)).messages
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.delete_messages([1], silent=True)
        client.expunge()
    film = message.attachments[1]
    assert await _fetched(channel, message.locator, film) == b""
    assert await channel.locate(message.external_id, film.part) is None
    await channel.close()


@pytest.mark.parametrize("named", [True, False], ids=["by its Message-ID", "by its size where it has none"])
async def test_a_mail_that_was_moved_is_found_in_any_folder(dovecot: Dovecot, shop: str, *, named: bool) -> None:
    raw = large() if named else large().replace(b"Message-ID: <large@example.test>\r\n", b"")
    dovecot.load_maildir(shop, [raw])
    channel = open_channel(settings_for(dovecot, None, shop, whole_mb=1, archive_folder="Archive"))
    [message] = (await sync(channel)).messages
    film = message.attachments[1]
    await channel.perform(Archive("INBOX", (message.locator,)))
    with dovecot.client(shop) as client:
        client.append("Archive", raw.replace(b"you asked", b"he asked"))  # another of this name, and as large
    place = await channel.locate(message.external_id, film.part)
    assert place is not None and place[0] == "folder:Archive" and place[1].endswith("/1")
    assert b"".join([piece async for piece in channel.fetch(*place, film.part)]) == FILM
    await channel.close()


async def test_on_a_server_of_another_make(pymap_server: PymapServer) -> None:
    pymap_server.deliver(PYMAP_USER, large())
    settings = MailSettings(
        address=PYMAP_USER,
        imap_host="127.0.0.1",
        imap_port=pymap_server.imap_port,
        imap_tls="none",
        smtp_host="localhost",
        whole_mb=1,
    )
    channel = open_channel(settings)
    [message] = [each for each in (await sync(channel)).messages if each.key == "large@example.test"]
    film = next(file for file in message.attachments if file.mime == "video/mp4")
    assert await _fetched(channel, message.locator, film) == FILM
    await channel.close()
    with IMAPClient("127.0.0.1", pymap_server.imap_port, ssl=False) as client:  # the mailbox is everybody's
        client.login(PYMAP_USER, "secret")
        client.select_folder("INBOX")
        client.delete_messages([int(message.locator.partition("/")[2])], silent=True)
        client.expunge()


@pytest.mark.parametrize("part", ["", "1.2", "@", "@1.2", "@1.2 10", "@../2 10 base64", "@1]<0.9> 1 base64", "@1 x y"])
def test_what_names_no_part_is_refused(part: str) -> None:
    with pytest.raises(Permanent):
        left(part)


@given(st.binary(max_size=400), st.lists(st.integers(1, 60), max_size=20), st.sampled_from(["b", "q", ""]))
def test_pieces_of_any_size_decode_to_the_same_bytes(data: bytes, cuts: list[int], form: str) -> None:
    if form == "b":
        encoding, encoded = "base64", base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif form == "q":
        encoding, encoded = "quoted-printable", quopri.encodestring(data)
    else:
        encoding, encoded = "8bit", data

    async def pieces() -> AsyncIterator[bytes]:
        at = 0
        for cut in cuts:
            yield encoded[at : at + cut]
            at += cut
        yield encoded[at:]

    async def all_of_it() -> bytes:
        return b"".join([piece async for piece in decoded(pieces(), encoding)])

    assert asyncio.run(all_of_it()) == data
