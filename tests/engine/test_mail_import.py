"""Mail from files: taken in once, silently, ours known as ours, gone on with, whatever is among it."""

from __future__ import annotations

import gzip
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from support.mail_files import letter, maildir, mboxcl2, mboxo, mboxrd, takeout
from support.shop import DAY, Shop

from omni_tui.config.settings import Settings
from omni_tui.connectors.mail.files.model import FileUnreadable
from omni_tui.connectors.mail.message import read_mail
from omni_tui.desk import triage
from omni_tui.engine import mail_import
from omni_tui.engine.mail_import import Count
from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.model.events import Received
from omni_tui.store import index_parts


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "store")


def take(shop: Shop, *paths: Path, **more: object) -> Count:
    """Import into the channel of the shop, as the command does."""
    into = mail_import.target(Settings(shop.folder / "config.toml"), shop.store, "shop", (), make=True)
    return mail_import.run(shop.store, into, mail_import.sources(paths), lambda _count: None, **more)  # type: ignore[arg-type]


def written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def subjects(shop: Shop, direction: str = "inbound") -> list[str]:
    with shop.store.read() as tx:
        sql = "SELECT subject FROM messages WHERE direction = :direction ORDER BY subject"
        return [row["subject"] for row in tx.query(sql, {"direction": direction})]


def recently(days: float) -> str:
    return formatdate(time.time() - days * 86400)


def live(shop: Shop, raw: bytes, locator: str = "1/1") -> None:
    """The mail as the connected channel would bring it."""
    message = read_mail(raw.replace(b"\n", b"\r\n"), locator=locator, receipt_at=shop.now())
    assert shop.take(Received(message)).new == 1


@pytest.mark.parametrize(
    ("write", "packed"),
    [
        (mboxo, False),
        (mboxrd, False),
        (mboxcl2, False),
        (mboxrd, True),
        pytest.param(mboxo, True, marks=pytest.mark.long),
        pytest.param(mboxcl2, True, marks=pytest.mark.long),
    ],
)
def test_a_second_time_nothing_is_new(shop: Shop, tmp_path: Path, write: object, packed: bool) -> None:
    data = write([letter(n, f"From me {n}") for n in range(30)])  # type: ignore[operator]
    file = written(tmp_path / "old.mbox", gzip.compress(data) if packed else data)
    assert take(shop, file).new == 30
    assert take(shop, file) == Count(total=file.stat().st_size, octets=file.stat().st_size)
    # Under another name there is no telling how far it was read: each mail is known by itself.
    again = file.rename(tmp_path / "renamed")
    assert (take(shop, again).new, take(shop, again).duplicate) == (0, 0)
    assert len(subjects(shop)) == 30


def test_what_the_channel_brought_is_known_whatever_the_file_did_to_it(shop: Shop, tmp_path: Path) -> None:
    mails = [letter(1), letter(2, "From me\n>From you"), letter(3, "  spaced\n\n\nout  ")]
    for number, mail in enumerate(mails):
        live(shop, mail, f"1/{number}")
    damaged = mboxo([mails[0], mails[1].replace(b"\n>From", b"\n>>From"), mails[2].replace(b"\n\n\nout", b"\n\nout")])
    found = take(shop, written(tmp_path / "a.mbox", damaged))
    assert (found.new, found.duplicate) == (0, 3)


def test_words_are_joined_on_the_way_where_no_engine_does(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "CROWDED", 6)
    monkeypatch.setattr(mail_import, "MOST", 10)
    assert take(shop, written(tmp_path / "old.mbox", mboxrd([letter(n) for n in range(100)]))).new == 100
    with shop.store.read() as tx:
        found = index_parts.structure(tx)
    assert found is not None
    assert 0 < found.parts <= 6


def test_different_mails_of_one_message_id_are_both_kept(shop: Shop, tmp_path: Path) -> None:
    found = take(shop, written(tmp_path / "a.mbox", mboxrd([letter(1, "one"), letter(1, "another")])))
    assert found.new == 2


def test_a_file_that_grew_is_gone_on_with(shop: Shop, tmp_path: Path) -> None:
    file = written(tmp_path / "a.mbox", mboxrd([letter(n) for n in range(5)]))
    assert take(shop, file).messages == 5
    with file.open("ab") as more:
        more.write(mboxrd([letter(n) for n in range(5, 8)]))
    assert take(shop, file).messages == 3
    file.write_bytes(mboxrd([letter(n) for n in range(100, 120)]))
    assert take(shop, file).new == 20
    assert len(subjects(shop)) == 28


def test_old_conversations_stay_as_they_are(shop: Shop, tmp_path: Path) -> None:
    live(shop, letter(1, date=recently(3)))
    shop.rows()
    row = shop.one()
    triage.resolve(shop.store, shop.agent, [row.id])
    answer = letter(2, "Thanks again", more="In-Reply-To: <1@post.example>\n", date=recently(0.01))
    assert take(shop, written(tmp_path / "a.mbox", mboxrd([answer]))).new == 1
    assert shop.one("is:resolved").id == row.id
    assert not shop.one().unread


def test_what_a_file_begins_is_open_only_while_it_is_young_and_unanswered(shop: Shop, tmp_path: Path) -> None:
    mails = [
        (letter(1, date=recently(2)), "S"),
        (letter(2, date=recently(2)), "RS"),
        (letter(3, date=recently(200)), "S"),
    ]
    take(shop, maildir(tmp_path / "Maildir", mails, at=int(time.time())))
    assert [row.subject for row in shop.rows("is:open")] == ["Question 1"]
    assert sorted(row.subject for row in shop.rows("is:resolved")) == ["Question 2", "Question 3"]
    assert shop.now() - shop.one("Question 3").last_at > 199 * DAY


def test_a_maildir_with_its_folders_and_flags(shop: Shop, tmp_path: Path) -> None:
    root = maildir(tmp_path / "Maildir", [(letter(1), "S"), (letter(2), "ST"), (letter(3), "DS")])
    maildir(root, [(letter(4), "")], part="new", begin=10)
    ours = letter(5, sender="Old Name <me@elsewhere.example>", to="lena@post.example")
    maildir(root / ".Sent.2023", [(ours, "S")])
    maildir(root / ".&V4NXPpCuTvY-", [(letter(6), "S")])
    maildir(root / ".Papierkorb", [(letter(7), "S")])
    maildir(root / ".Archive.2023", [(letter(8), "RS")])
    found = take(shop, root)
    assert subjects(shop) == ["Question 1", "Question 4", "Question 8"]
    assert subjects(shop, "outbound") == ["Question 5"]
    assert found.left_out == {"trash": 2, "drafts": 1, "spam": 1}
    # A mail that was moved from new to cur and read is the same; a new one is found.
    (root / "new" / "1762164000.M10P1.host").rename(root / "cur" / "1762164000.M10P1.host:2,S")
    maildir(root, [(letter(9), "")], part="new", begin=20)
    again = take(shop, root)
    assert (again.new, again.duplicate) == (1, 0)


def test_gmail_labels(shop: Shop, tmp_path: Path) -> None:
    ours = letter(3, sender="alias@elsewhere.example", to="lena@post.example")
    data = takeout(
        [
            (letter(1), "Inbox,Opened,Category Personal"),
            (letter(2), "Spam,Unread"),
            (ours, "=?UTF-8?Q?Gesendet,Ge=C3=B6ffnet?="),
            (letter(4), "Papierkorb,Gesendet"),
            (letter(5), "Archived,\n  Drafts"),
        ]
    )
    file = written(tmp_path / "Takeout" / "Mail" / "All mail Including Spam and Trash.mbox", data)
    found = take(shop, tmp_path / "Takeout")
    assert (subjects(shop), subjects(shop, "outbound")) == (["Question 1"], ["Question 3"])
    assert found.left_out == {"spam": 1, "trash": 1, "drafts": 1}
    every = take(shop, file.rename(tmp_path / "all.mbox"), leave_out=mail_import.DRAFTS)
    assert every.new == 2


def test_ours_by_the_address_and_the_file_name(shop: Shop, tmp_path: Path) -> None:
    ours = letter(1, sender="Shop <support@shop.example>", to="lena@post.example", more="X-Status: A\n")
    written(tmp_path / "mail" / "Inbox", mboxrd([letter(2), ours]))
    written(tmp_path / "mail" / "Sent", mboxrd([letter(3, sender="any@where.example", to="lena@post.example")]))
    written(tmp_path / "mail" / "Inbox.msf", b"// an index that is no mail\n")
    take(shop, tmp_path / "mail")
    assert (subjects(shop), subjects(shop, "outbound")) == (["Question 2"], ["Question 1", "Question 3"])


def test_a_poisoned_mail_blocks_nothing_and_is_kept(shop: Shop, tmp_path: Path) -> None:
    bomb = b"From: a@post.example\nSubject: bomb\n" + b"X: y\n" * 20_000 + b"\nbody\n"
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(60))
    deep = b"From: b@post.example\nSubject: deep\n" + nested.encode()
    zero = letter(3).replace(b"<3@post", b"<3\0@post").replace(b"Hello", b"\0\xff\xfe")
    mails = [letter(1), bomb, deep, zero, b"no header at all\n\n\n", letter(2)]
    found = take(shop, written(tmp_path / "a.mbox", mboxrd(mails)))
    assert found.messages == found.new == 6
    assert found.unreadable
    assert {"Question 1", "Question 2", "bomb", "deep"} <= set(subjects(shop))
    with shop.store.read() as tx:
        assert not tx.query("SELECT 1 FROM messages WHERE source_sha IS NULL", {})


def test_of_one_too_large_the_beginning_is_kept(shop: Shop, tmp_path: Path) -> None:
    found = take(shop, written(tmp_path / "a.mbox", mboxrd([letter(1), letter(2, "x" * 26_000_000), letter(3)])))
    assert (found.new, found.unreadable) == (3, 1)
    with shop.store.read() as tx:
        (row,) = tx.query("SELECT body, notice FROM messages WHERE subject = 'Question 2'", {})
    assert row["body"].startswith("xxx") and "26 MB" in row["notice"]


def test_a_packed_file_cut_short_gives_what_it_has(shop: Shop, tmp_path: Path) -> None:
    import random

    chance = random.Random(1)
    data = gzip.compress(mboxrd([letter(n, chance.randbytes(20_000).hex()) for n in range(300)]))
    file = written(tmp_path / "a.mbox.gz", data[: len(data) // 2])
    with pytest.raises(OmniError, match="could not be read") as error:
        take(shop, file)
    assert "again" in error.value.hint
    had = len(subjects(shop))
    assert 0 < had < 300
    file.write_bytes(data)
    assert take(shop, file).new == 300 - had


def test_names_that_are_no_text(shop: Shop, tmp_path: Path) -> None:
    import os

    folder = tmp_path / os.fsdecode(b"mail-\xff")
    assert take(shop, written(folder / os.fsdecode(b"old-\xfe.mbox"), mboxrd([letter(1)]))).new == 1
    assert take(shop, folder).messages == 0


def test_what_is_no_mailbox_is_told(tmp_path: Path) -> None:
    for path in (written(tmp_path / "a.txt", b"Dear diary\n"), written(tmp_path / "empty", b"")):
        with pytest.raises(FileUnreadable):
            mail_import.sources([path])
    with pytest.raises(NotFound, match="no file or directory"):
        mail_import.sources([tmp_path / "none"])


def test_the_channel_must_be_known_or_its_address_told(shop: Shop, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config.toml")
    with pytest.raises(UsageError):
        mail_import.target(settings, shop.store, None, (), make=True)
    with pytest.raises(NotFound, match="no channel"):
        mail_import.target(settings, shop.store, "old", (), make=True)
    with pytest.raises(UsageError, match="no mail address"):
        mail_import.target(settings, shop.store, "old", ("nobody",), make=True)
    made = mail_import.target(settings, shop.store, "old", ("info@old.example",), make=True)
    again = mail_import.target(settings, shop.store, "old", (), make=True)
    assert made == again and "info@old.example" in again.rules.own_addresses
