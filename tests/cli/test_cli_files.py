"""``file``: what files a conversation has, what is in them, and saving them."""

from __future__ import annotations

import stat
from email.message import EmailMessage
from pathlib import Path

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui.connectors.mail.message import read_mail
from omni_tui.model.events import Received

TABLE = "商品;Anzahl\n手机壳;2\nStrap;12\n".encode()


@pytest.fixture
def ref(desk: Shop) -> int:
    mail = EmailMessage()
    mail["From"] = "Mia Brandt <mia@posteo.example>"
    mail["Subject"] = "Files"
    mail.set_content("See the files.")
    mail.add_attachment(TABLE, "text", "csv", filename="../orders.csv")
    mail.add_attachment(b"a \x1b[2Jb", "text", "plain", filename="notes\x1b]0;x\x07.txt")
    desk.take(Received(read_mail(mail.as_bytes(), locator="1/900", receipt_at=desk.now())))
    return desk.one().ref


def test_files_are_listed_by_their_letters(ref: int) -> None:
    ran = run("file", ref, "--json")
    assert [(each["letter"], each["size"]) for each in ran.json["files"]] == [("a", len(TABLE)), ("b", 7)]
    listed = run("file", ref)
    assert listed.out.splitlines()[0].split() == ["a", "orders.csv", "text/csv", str(len(TABLE))]
    assert "\x1b" not in listed.out and "\x07" not in listed.out


def test_one_is_looked_into(ref: int) -> None:
    ran = run("file", ref, "a")
    assert ran.out.splitlines() == ["商品    Anzahl", "手机壳       2", "Strap       12"]
    assert ran.err == "Table, 3 rows, 2 columns\n"
    assert "\x1b" not in run("file", ref, "b").out
    document = run("file", ref, "b", "--json").json
    assert (document["facts"], document["lines"]) == ("Text, 1 line", ["a \x1b[2Jb"])


def test_one_is_saved_under_a_safe_name_and_never_over_another(ref: int, tmp_path: Path) -> None:
    first = run("file", ref, "a", "--save", tmp_path, "--json").json["path"]
    second = run("file", ref, "a", "--save", tmp_path, "--json").json["path"]
    assert (Path(first).name, Path(second).name) == ("orders.csv", "orders-1.csv")
    assert Path(first).read_bytes() == TABLE
    assert stat.S_IMODE(Path(first).stat().st_mode) == 0o600


def test_what_is_not_there_is_said(ref: int, tmp_path: Path) -> None:
    ran = run("file", ref, "z")
    assert ran.code == 3
    assert f"#{ref} has no file z." in ran.err
    assert run("file", ref, "a", "--save", tmp_path / "nowhere").code == 1
