"""Files left on the server for their size: named in the thread, fetched by whoever wants one, and kept."""

from __future__ import annotations

import asyncio
import stat
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import Random

import pytest
from support import truth
from support.cli import run
from support.dovecot import Dovecot
from support.inbox import inbox
from support.mail_channel import Taken, open_channel, sync
from support.mail_channel import settings_for as mailbox
from support.shop import Shop
from support.shops import mail_table, write_config
from support.smtp import SmtpServer

from omni_tui.desk import forwarding, left_files
from omni_tui.desk.thread import open_thread
from omni_tui.model.errors import NotFound
from omni_tui.model.events import Received

FILM = Random(3).randbytes(2_500_000)
TABLE = "商品;Anzahl\r\n手机壳;2\r\n"


def large(shop: str, subject: str) -> bytes:
    """A mail whose film and table are behind its beginning."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Mia Brandt <mia@posteo.example>", shop, subject
    mail["Message-ID"] = "<film@posteo.example>"
    mail.set_content("See the film.")
    mail.add_attachment(FILM, "video", "mp4", filename="film.mp4")
    mail.add_attachment(TABLE, subtype="csv", filename="table.csv")
    return mail.as_bytes()


@pytest.fixture
def film(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> Shop:
    """A store with a mail whose film and table are on the server; its configuration is where the inbox has it."""
    dovecot.load_maildir(shop, [large(shop, "Film")])
    made = Shop(tmp_path)
    (tmp_path / "config").mkdir(mode=0o700)
    write_config(tmp_path / "config" / "config.toml", {"shop": mail_table(dovecot, smtp, shop) | {"whole_mb": 1}})

    async def taken() -> Taken:
        channel = open_channel(mailbox(dovecot, smtp, shop, whole_mb=1))
        try:
            return await sync(channel)
        finally:
            await channel.close()

    for message in asyncio.run(taken()).messages:
        made.take(Received(message))
    return made


def verb(shop: Shop, *words: object) -> tuple[int, dict[str, object]]:
    done = run(
        "file",
        shop.one().ref,
        *words,
        "--config",
        shop.folder / "config" / "config.toml",
        "--store",
        shop.store.path,
        "--json",
    )
    return done.code, done.json


def test_the_verb_lists_fetches_and_saves_them(film: Shop, tmp_path: Path) -> None:
    listed = verb(film)[1]["files"]
    assert isinstance(listed, list) and [(each["name"], each["left"]) for each in listed] == [
        ("film.mp4", True),
        ("table.csv", True),
    ]
    code, saved = verb(film, "a", "--save", tmp_path)
    assert (code, saved["size"]) == (0, len(FILM))
    path = Path(str(saved["path"]))
    assert path.read_bytes() == FILM and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert verb(film, "b")[1]["lines"] == ["商品    Anzahl", "手机壳       2"]
    assert not any(each["left"] for each in verb(film)[1]["files"])  # type: ignore[attr-defined]


def test_what_is_kept_needs_no_server(film: Shop, dovecot: Dovecot, shop: str) -> None:
    assert verb(film, "a", "--fetch")[0] == 0
    with dovecot.client(shop) as client:
        client.select_folder("INBOX")
        client.delete_messages([1], silent=True)
        client.expunge()
    assert verb(film, "a", "--fetch")[1]["size"] == len(FILM)
    code, problem = verb(film, "b")
    assert code and "server" in str(problem["message"])
    assert verb(film)[1]["files"][1]["left"]  # type: ignore[index]


def test_wherever_the_mail_was_moved_it_is_found_again(film: Shop, dovecot: Dovecot, shop: str) -> None:
    """By somebody, to a folder nobody follows; a mail that borrows its Message-ID is not taken for it."""
    with dovecot.client(shop) as client:
        client.create_folder("Vorgänge/2026")
        client.append("Archive", large(shop, "Another"))
        client.select_folder("INBOX")
        client.move([1], "Vorgänge/2026")
    assert verb(film, "a", "--fetch")[1]["size"] == len(FILM)
    truth.change(film.store.path, "DELETE FROM fetch_ledger")  # as where we put it away ourselves
    assert verb(film, "b")[1]["lines"] == ["商品    Anzahl", "手机壳       2"]


def test_a_forward_does_not_pass_on_what_is_not_here(film: Shop) -> None:
    [message] = open_thread(film.store, film.agent, film.one().id).messages
    with pytest.raises(NotFound, match=r"film\.mp4 was left on the server"):
        forwarding.originals(film.store, message.id)
    assert verb(film, "a", "--fetch")[0] == verb(film, "b", "--fetch")[0] == 0
    assert [len(file.data) for file in forwarding.originals(film.store, message.id)] == [len(FILM), len(TABLE.encode())]


def test_one_that_breaks_off_leaves_everything_as_it_was(film: Shop) -> None:
    """Killed between two writes: pieces that nothing names, and the next try finds them."""
    [message] = open_thread(film.store, film.agent, film.one().id).messages
    file = left_files.find(film.store, message.attachments[0].id)
    assert file is not None
    truth.change(
        film.store.path,
        "CREATE TRIGGER killed BEFORE UPDATE ON attachments BEGIN SELECT RAISE(ABORT, 'killed'); END",
    )
    assert verb(film, "a", "--fetch")[0] != 0
    truth.change(film.store.path, "DROP TRIGGER killed")
    assert left_files.find(film.store, file.id) == file
    assert verb(film, "a", "--fetch")[1]["size"] == len(FILM)


async def test_a_key_in_the_inbox_fetches_and_shows_it(
    film: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with inbox(film) as screen:
        await screen.shows("Mia Brandt")
        await screen.press("enter")
        await screen.shows("on the server")
        await screen.press("o")
        await screen.shows("table.csv")
        await screen.press("b")
        await screen.shows("Table, 2 rows, 2 columns")
        await screen.press("escape")
        await screen.until(lambda: "text  on the server" not in screen.text())
        await screen.shows("video  on the server")
        await screen.press("S", "a")
        await screen.shows("Saved as")
        await screen.until(lambda: "on the server" not in screen.text())
