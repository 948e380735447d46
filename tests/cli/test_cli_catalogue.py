"""Every verb is declared once, explains itself, has examples that parse, and imports only what it needs."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.cli import run
from support.mail_files import letter, mboxrd
from support.shop import Shop

from omni_tui.cli import catalogue
from omni_tui.cli.app import load
from omni_tui.cli.findings import Finding
from omni_tui.cli.verbs.channel import ChannelEntry
from omni_tui.connectors.base import Check, Preview
from omni_tui.connectors.webhook.tracing import TracedField
from omni_tui.desk.actions import ACTIONS
from omni_tui.desk.blocking import BlockedSender
from omni_tui.desk.lease import LeaseHolder
from omni_tui.desk.macros import Macro
from omni_tui.desk.outbox import Unsettled
from omni_tui.engine.account import ChannelAccount, OutboxAccount, StreamAccount
from omni_tui.engine.mail_reading import Claim, ReadAttachment, ReadMail
from omni_tui.engine.trying import Trial, TriedAnswer, TriedMessage
from omni_tui.model.channel import ChannelRow
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.customer import CustomerCard, CustomerRow, IdentityRow, OrderMention, PastConversation
from omni_tui.model.events import RemoteAttachment
from omni_tui.model.facts import Card, Delivery, Facts, Invite, PageSeen, Sealing, SenderWarning, Verdict, Visit
from omni_tui.model.message import AttachmentRow, MessageRow, OutboxRow, Party, ReplyWay, Thread
from omni_tui.model.outcome import ActRow, JournalEntry
from omni_tui.model.report import Report, Tally
from omni_tui.model.search import SearchHit
from omni_tui.model.snippet import Snippet
from omni_tui.model.view import View
from omni_tui.text.quotes import Part

DOCS = Path(__file__).parents[2] / "docs" / "json.md"


@pytest.mark.parametrize("name", catalogue.PLACES)
def test_help_with_examples(name: str) -> None:
    ran = run(*name.split(), "--help")
    assert ran.code == 0
    declared = load(catalogue.PLACES[name])
    assert declared.help.endswith(".")
    assert declared.examples
    for example in declared.examples:
        assert f"  {example}\n" in ran.out


@pytest.mark.parametrize("name", catalogue.PLACES)
def test_examples_name_real_verbs_and_options(name: str) -> None:
    """Each command of an example is a verb whose help shows every option used."""
    used = []
    for example in load(catalogue.PLACES[name]).examples:
        for part in re.split(r"\s\|\s", example):
            words = shlex.split(part.split(" < ")[0])
            if words[0] != "omni-tui":
                continue
            words = words[1:]
            while words and words[0].startswith("--"):
                words = words[2:]
            two = " ".join(words[:2])
            verb = two if two in catalogue.PLACES else words[0]
            assert verb in catalogue.PLACES, example
            used.append(verb)
            shown = run(*verb.split(), "--help").out
            for word in words:
                if word.startswith("--"):
                    assert word in shown, example
    assert name in used


def test_the_root_help_names_every_verb() -> None:
    shown = run("--help").out
    for name in catalogue.PLACES:
        assert re.search(rf"^  {name.split()[0]} ", shown, re.MULTILINE), name


@pytest.mark.parametrize("words", [[], ["channel"], ["outbox"], ["view"], ["macro"]], ids=" ".join)
def test_no_verb_is_told_of_in_half_a_sentence(words: list[str]) -> None:
    lines = [line for line in run(*words, "--help").out.splitlines() if line.startswith("  ")]
    assert lines
    assert not [line for line in lines if line.endswith("...")]


def test_every_verb_knows_json() -> None:
    for name in catalogue.PLACES:
        assert "--json" in run(*name.split(), "--help").out


def test_every_module_of_verbs_is_in_the_catalogue() -> None:
    folder = Path(catalogue.__file__).parent / "verbs"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == {
        place.partition(":")[0] for place in catalogue.PLACES.values()
    }


HEAVY = {
    "textual",
    "rich",
    "httpx",
    "imapclient",
    "sqlite_utils",
    "pydantic",
    "tomlkit",
    "keyring",
    "smtplib",
    "omni_tui.connectors",
    "omni_tui.engine",
    "omni_tui.screens",
    "omni_tui.demo",
}
LIGHT: list[list[str]] = [
    ["list"],
    ["show", "1001"],
    ["search", "parcel"],
    ["customer", "show", "eve"],
    ["customer", "list"],
    ["status"],
    ["view", "list"],
    ["resolve", "1001"],
    ["tag", "1001", "--tag", "x"],
    ["reply", "1001", "Hello"],
    ["undo"],
    ["outbox", "list"],
    ["channel", "list"],
    ["list", "--help"],
    ["--help"],
]


def imported(code: str, *arguments: str) -> set[str]:
    """The modules that a run of ``code`` leaves behind."""
    script = (
        f"import sys\nsys.argv = ['omni-tui', *{list(arguments)!r}]\n{code}\nsys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_what_a_verb_imports(three: Shop, arguments: list[str]) -> None:
    modules = imported("from omni_tui.__main__ import main\nmain()", *arguments)
    assert "omni_tui.cli.main" in modules
    assert modules & HEAVY == set()


@pytest.mark.parametrize("words", [[], ["is:open"], ["parcel", "OR", "tag:x"], [""], ["nothing at all"], ["is:("]])
def test_a_list_of_words_needs_no_parser_of_options_and_says_the_same(three: Shop, words: list[str]) -> None:
    assert "typer" not in imported("from omni_tui.__main__ import main\nmain()", "list", *words)
    assert run("list", *words) == run("list", "--limit", "50", *words)


def test_the_version_imports_next_to_nothing() -> None:
    modules = imported("from omni_tui.__main__ import main\nmain()", "--version")
    ours = {name for name in modules if name.startswith("omni_tui")}
    assert ours == {"omni_tui", "omni_tui.__main__"}
    assert not modules & {"typer", "dataclasses", "gettext", "sqlite3", "pathlib"} - imported("pass")


def test_the_bare_command_does_without_the_command_line(home: Path) -> None:
    modules = imported("from omni_tui.__main__ import main\nmain()")
    assert "omni_tui.config.load" in modules
    assert "typer" not in modules
    assert not any(name.startswith("omni_tui.cli") for name in modules)


def documented() -> dict[str, set[str]]:
    """Record → keys named in its section; only words in backticks that stand outside parentheses count."""
    sections = re.split(
        r"^### (\w+)\n", DOCS.read_text(encoding="utf-8").partition("\n## Records\n")[2], flags=re.MULTILINE
    )
    found = {}
    for name, text in zip(sections[1::2], sections[2::2], strict=True):
        found[name] = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", text)))
    return found


RECORDS: dict[str, type[Any]] = {
    "conversation": ConversationRow,
    "hit": SearchHit,
    "thread": Thread,
    "way": ReplyWay,
    "message": MessageRow,
    "facts": Facts,
    "verdict": Verdict,
    "warning": SenderWarning,
    "invite": Invite,
    "card": Card,
    "delivery": Delivery,
    "sealing": Sealing,
    "visit": Visit,
    "page_seen": PageSeen,
    "mail": ReadMail,
    "part": Part,
    "file": ReadAttachment,
    "claim": Claim,
    "party": Party,
    "attachment": AttachmentRow,
    "outbox": OutboxRow,
    "sender": BlockedSender,
    "macro": Macro,
    "outgoing": Unsettled,
    "customer": CustomerCard,
    "customer_row": CustomerRow,
    "identity": IdentityRow,
    "past": PastConversation,
    "view": View,
    "snippet": Snippet,
    "channel": ChannelRow,
    "entry": ChannelEntry,
    "engine": LeaseHolder,
    "channel_round": ChannelAccount,
    "stream_round": StreamAccount,
    "outbox_round": OutboxAccount,
    "check": Check,
    "trial": Trial,
    "tried": TriedMessage,
    "tried_answer": TriedAnswer,
    "traced": TracedField,
    "preview": Preview,
    "finding": Finding,
    "act": ActRow,
    "change": JournalEntry,
    "order": OrderMention,
    "days": Report,
    "tally": Tally,
}


def test_every_record_is_documented_key_by_key() -> None:
    found = documented()
    report = found.pop("report")
    assert report == {"channel", "kind", "address", "ok", "checks", "preview"}
    assert found == {name: {field.name for field in dataclasses.fields(cls)} for name, cls in RECORDS.items()}


def test_every_document_is_documented_key_by_key(three: Shop, tmp_path: Path) -> None:
    ref = str(three.rows()[0].ref)
    raw = b"From: ida@example.com\r\n\r\nhi\r\n"
    attached = (RemoteAttachment("hi.txt", "text/plain", 4, "1"),)
    three.receive("ida@example.com", "hi", raw=raw, subject="Ida", attachments=attached)
    ida = str(three.one("from:ida").ref)
    mail = tmp_path / "old.mbox"
    mail.write_bytes(mboxrd([letter()]))
    letter_file = tmp_path / "letter.eml"
    letter_file.write_bytes(letter())
    runs = [
        ["list"],
        ["search", "parcel"],
        ["show", ref],
        ["show", ida, "--source"],
        ["file", ida],
        ["file", ida, "a"],
        ["file", ida, "a", "--save", str(tmp_path)],
        ["customer", "show", "eve"],
        ["customer", "list"],
        ["report"],
        ["status"],
        ["status", "--format", "{inbox}"],
        ["view", "list"],
        ["view", "save", "Parcels", "parcel"],
        ["snippet", "save", "hello", "Hello {customer}"],
        ["snippet", "list"],
        ["snippet", "show", "hello"],
        ["resolve", ref],
        ["history", ref],
        ["reply", ref, "Hello"],
        ["forward", ida, "--to", "depot@carrier.example", "--no-files"],
        ["compose", "--to", "nina@new.example", "--subject", "Tent", "Hello"],
        ["blocked"],
        ["macro", "list"],
        ["macro", "save", "r", "resolve"],
        ["outbox", "list"],
        ["outbox", "cancel", ref],
        ["channel", "list"],
        ["channel", "add", "me", "--address", "me@gmail.com", "--password-env", "X", "--untested"],
        ["channel", "remove", "me", "--dry-run"],
        ["doctor"],
        ["init"],
        ["backup", str(tmp_path / "b.db")],
        ["--store", str(tmp_path / "restored" / "omni.db"), "restore", str(tmp_path / "b.db")],
        ["export", str(tmp_path / "e.tar.gz")],
        ["--store", str(tmp_path / "imported" / "omni.db"), "import", str(tmp_path / "e.tar.gz"), "--yes"],
        ["sql", "SELECT 1 AS one"],
        ["mail", "parse", str(letter_file)],
        ["import-mail", str(mail), "--channel", "shop"],
        ["relay", "init", str(tmp_path / "relay")],
        ["relay", "token", "spare", "--dir", str(tmp_path / "relay")],
        ["relay", "token", "--dir", str(tmp_path / "relay")],
        ["relay", "backup", str(tmp_path / "copy"), "--dir", str(tmp_path / "relay")],
        ["show", "999"],
    ]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.*) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    keys = {
        kind: set(re.findall(r"`(\w+)`", re.sub(r"\[?\{[^}]*\}\]?", "", text)))
        for kind, text in rows
        if not text.startswith("*")
    }
    seen = set()
    for arguments in runs:
        document = json.loads(run(*arguments, "--json").out)
        kind = document["kind"]
        seen.add(kind)
        assert set(document) - {"version", "kind"} == keys[kind], arguments
    elsewhere = {
        "reports",
        "outbox_change",
        "verification",
        "store_migrated",
        "relay_status",
        "relay_event",
        "channel_login",
        "fetched",
        "trial",
        "round",
    }
    assert seen | elsewhere == set(keys)


def test_every_action_is_a_verb() -> None:
    assert {action.verb for action in ACTIONS} <= set(catalogue.PLACES)
