"""``import-mail`` on the command line: counts, dry run, JSON, what is wrong told in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cli import run
from support.mail_files import letter, mboxrd, takeout
from support.shop import Shop


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two letters, one of them spam."""
    made = tmp_path / "all.mbox"
    made.write_bytes(takeout([(letter(1), "Inbox"), (letter(2), "Spam")]))
    return made


def test_counts_in_words_and_json(desk: Shop, file: Path) -> None:
    asked = run("import-mail", file, "--channel", "shop", "--dry-run")
    assert (asked.code, asked.out) == (0, "1 message would be taken in.\nLeft out, spam: 1.\n")
    assert not desk.rows()
    done = run("import-mail", file, "--channel", "shop", "--json")
    assert done.json == {
        "version": 1,
        "kind": "import_mail",
        "dry_run": False,
        "channel": "shop",
        "mailboxes": [str(file)],
        "messages": 2,
        "new": 1,
        "duplicate": 0,
        "unreadable": 0,
        "left_out": {"spam": 1},
    }
    assert desk.one().subject == "Question 1"


def test_a_file_that_an_editor_saved_is_a_mailbox_too(desk: Shop, tmp_path: Path) -> None:
    file = tmp_path / "edited.mbox"
    file.write_bytes(b"\xef\xbb\xbf" + mboxrd([letter(1), letter(2)]))
    assert run("import-mail", file, "--channel", "shop").out == "2 messages taken in.\n"


def test_a_dry_run_makes_no_channel(desk: Shop, file: Path) -> None:
    words = ["import-mail", file, "--channel", "old", "--address", "info@old.example"]
    assert run(*words, "--dry-run").code == 0
    assert "old" not in run("channel", "list").out
    assert run(*words, "--all").out.startswith("2 messages taken in")
    assert "info@old.example" in run("channel", "list").out


def test_the_only_mailbox_need_not_be_named(desk: Shop, file: Path, home: Path) -> None:
    config = home / "config" / "omni-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[channels.shop]\nkind = "mail"\naddress = "support@shop.example"\nimap_host = "a.example"\n'
        'smtp_host = "a.example"\npassword_env = "X"\n'
    )
    config.chmod(0o600)
    assert run("import-mail", file, "--json").json["channel"] == "shop"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--channel", "nobody"], 3),
        ([], 2),
        (["--channel", "old", "--address", "no address"], 2),
    ],
)
def test_what_is_missing_is_said(desk: Shop, file: Path, words: list[str], code: int) -> None:
    ran = run("import-mail", file, *words)
    assert ran.code == code
    assert ran.err and "Traceback" not in ran.err


def test_what_is_no_mailbox_is_told(desk: Shop, tmp_path: Path) -> None:
    other = tmp_path / "photo.jpg"
    other.write_bytes(b"\xff\xd8\xff")
    ran = run("import-mail", other, tmp_path / "none", "--channel", "shop")
    assert ran.code == 1
    assert "no mailbox" in ran.err
    nothing = run("import-mail", tmp_path / "none", "--channel", "shop")
    assert nothing.code == 3
    assert "no file or directory" in nothing.err


def test_hostile_subjects_do_not_reach_the_terminal(desk: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[2J"
    folder.mkdir()
    (folder / "x.mbox").write_bytes(mboxrd([letter(1)]))
    ran = run("import-mail", folder, folder / "none", "--channel", "shop")
    assert "\x1b" not in ran.out + ran.err
