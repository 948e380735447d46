"""``backup``, ``restore``, ``export``, ``import``, ``sql`` and ``doctor --store``, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui.desk import replies
from omni_tui.store import open_store

SQL_DOCS = Path(__file__).parents[2] / "docs" / "sql.md"


def test_backups_rotate_in_a_directory(three: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"omni-2026-01-0{day}-030000.db").write_bytes(
            b"damaged" if day == 3 else Path(run("backup", tmp_path / f"{day}.db").out.strip()).read_bytes()
        )
    would = run("backup", folder, "--keep", 2, "--dry-run", "--json").json
    assert len(list(folder.iterdir())) == 5
    done = run("backup", folder, "--keep", 2, "--json").json
    assert [Path(each).name for each in done["removed"]] == [f"omni-2026-01-0{day}-030000.db" for day in (4, 2, 1)]
    assert would["removed"] == done["removed"]
    assert [Path(each).name for each in done["damaged"]] == ["omni-2026-01-03-030000.db"]
    assert {file.name for file in folder.iterdir()} == {
        "omni-2026-01-05-030000.db",
        "omni-2026-01-03-030000.db",
        Path(done["path"]).name,
    }
    assert run("backup", tmp_path / "one.db", "--keep", 2).code == 2
    absent = run("backup", tmp_path / "my backups", "--keep", 2)
    assert absent.code == 2 and f"mkdir -m 700 '{tmp_path / 'my backups'}'" in absent.err
    assert not (tmp_path / "my backups").exists()
    assert not (tmp_path / "one.db").exists()
    told = run("backup", folder, "--keep", 1)
    assert "omni-2026-01-05-030000.db" in told.err
    assert "damaged" in told.err


def test_restore_asks_keeps_and_refuses(three: Shop, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    run("backup", copy)
    three.receive("ida@example.com", "late")
    refused = run("restore", copy, "--yes")
    assert refused.code == 4
    assert "in use" in refused.err
    three.store.close()
    unasked = run("restore", copy)
    assert unasked.code == 4
    assert "--yes" in unasked.err
    assert run("restore", copy, "--dry-run", "--json").json["messages"] == 3
    assert run("sql", "SELECT count(*) FROM v_messages").out.split() == ["4"]
    done = run("restore", copy, "--yes", "--json").json
    assert (done["conversations"], done["messages"]) == (3, 3)
    assert run("sql", "SELECT count(*) FROM v_messages").out.split() == ["3"]
    assert run("--store", done["replaced"], "sql", "SELECT count(*) FROM v_messages").out.split() == ["4"]


def test_there_and_back(three: Shop, tmp_path: Path) -> None:
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    assert run("export", first).out == f"{first}\n"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert run("export", first).code == 4
    new = tmp_path / "new" / "omni.db"
    assert run("--store", new, "import", first, "--dry-run").code == 3
    assert not new.exists()
    assert run("--store", new, "import", first).code == 0
    assert run("--store", new, "export", second).code == 0
    assert first.read_bytes() == second.read_bytes()
    assert run("import", first).code == 4
    assert run("--store", new, "export", tmp_path / "folder").code == 0
    assert run("--store", tmp_path / "third" / "omni.db", "import", tmp_path / "folder").code == 0
    piped = subprocess.run([sys.executable, "-m", "omni_tui", "export", "-"], capture_output=True, timeout=60)
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert piped.stdout == first.read_bytes()
    assert run("export", "-", "--json").code == 2


def test_answers_still_to_be_sent_are_asked_about(three: Shop, tmp_path: Path) -> None:
    replies.reply(three.store, three.agent, three.rows()[0].id, "Hello")
    archive = tmp_path / "a.tar.gz"
    run("export", archive)
    asked = run("--store", tmp_path / "new" / "omni.db", "import", archive)
    assert asked.code == 4
    assert "--yes" in asked.err
    assert not (tmp_path / "new").exists()
    states = {}
    for verb, more in (("import", ["--yes"]), ("restore", [])):
        path = tmp_path / verb / "omni.db"
        assert run("--store", path, verb, archive, *more).code == 0
        states[verb] = run("--store", path, "sql", "SELECT state FROM v_outbox").out.strip()
    assert states == {"import": "queued", "restore": "uncertain"}


def test_the_same_with_a_database(three: Shop, database: str, tmp_path: Path) -> None:
    archive, folder = tmp_path / "shop.tar.gz", tmp_path / "backups"
    folder.mkdir()
    run("export", archive)
    refused = run("--store", database, "restore", run("backup", tmp_path / "b.db").out.strip(), "--yes")
    assert refused.code == 2
    assert "export" in refused.err
    assert run("--store", database, "restore", archive).code == 0
    assert run("--store", database, "restore", archive).code == 4
    (made,) = [Path(run("--store", database, "backup", folder).out.strip())]
    old = folder / re.sub(r"\d{4}-\d\d-\d\d-\d{6}", "2026-01-01-030000", made.name)
    old.write_bytes(made.read_bytes())
    made.unlink()
    done = run("--store", database, "backup", folder, "--keep", 1, "--json").json
    assert done["removed"] == [str(old)]
    assert [str(file) for file in folder.iterdir()] == [done["path"]]
    assert run("--store", tmp_path / "back" / "omni.db", "restore", done["path"]).code == 0
    looked = run("--store", database, "doctor", "--store", "--json").json["findings"]
    assert {each["result"] for each in looked if each["name"].startswith("store: ")} == {"ok"}


def test_the_views_are_documented_column_by_column(desk: Shop) -> None:
    found = {}
    for section in re.split(r"^### ", SQL_DOCS.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        name, _, text = section.partition("\n")
        found[name] = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    with sqlite3.connect(desk.store.path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        real = {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in names}
    connection.close()
    assert found == real


def test_the_views_are_the_same_on_postgresql(database: str) -> None:
    store = open_store(database)
    with store.read() as tx:
        rows = tx.query(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name LIKE 'v\\_%' ORDER BY table_name, ordinal_position",
            {},
        )
    store.close()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1])
    documented = {
        section.partition("\n")[0]: re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        for section in re.split(r"^### ", SQL_DOCS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    }
    assert found == documented


def test_every_view_answers(three: Shop) -> None:
    replies.reply(three.store, three.agent, three.rows()[0].id, "Hello")
    for name in re.findall(r"^### (\w+)", SQL_DOCS.read_text("utf-8"), re.MULTILINE):
        assert run("sql", f"SELECT * FROM {name}", "--json").json["kind"] == "rows", name
    (row,) = run(
        "sql", "SELECT ref, customer, status, message_count FROM v_conversations WHERE ref = 1001", "--ndjson"
    ).lines
    assert row["row"]["ref"] == 1001
    assert run("sql", "SELECT direction FROM v_messages ORDER BY received_at DESC LIMIT 1").out.strip() == "outbound"
    assert run("sql", "SELECT conversation_count FROM v_customers").out.split() == ["1"] * 3


def test_times_rows_and_limits(three: Shop) -> None:
    sql = "SELECT 1767225600000 AS last_at, 1767225600000 AS n, NULL AS x, x'00ff' AS b"
    assert run("sql", sql).out.split("  ") == ["2026-01-01 00:00+00:00", "1767225600000", "-", "00ff\n"]
    document = run("sql", sql, "--json").json
    assert document["rows"] == [[1767225600000, 1767225600000, None, "00ff"]]
    assert document["columns"] == ["last_at", "n", "x", "b"]
    limited = run("sql", "SELECT ref FROM v_conversations ORDER BY ref", "--limit", 2)
    assert limited.out == "1001\n1002\n"
    assert "more rows" in limited.err
    assert run("sql", "SELECT ref FROM v_conversations", "--limit", 3, "--json").json["more"] is False
    assert run("sql", "SELECT ref FROM v_conversations", "--limit", 2, "--json").json["more"] is True
    assert run("sql", "-", stdin=b"SELECT 5").out == "5\n"
    assert run("sql", "SELECT 1", "--csv", "--json").code == 2


def test_csv_is_csv_and_no_formula(desk: Shop) -> None:
    for number, subject in enumerate(('=HYPERLINK("x")', "+1", "-1", "@x", 'a,"b', "two\nlines", "退款")):
        desk.receive(f"c{number}@example.com", "x", subject=subject)
    ran = run("sql", "SELECT subject, ref, last_at FROM v_conversations ORDER BY ref", "--csv")
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert rows[0] == ["subject", "ref", "last_at"]
    assert [row[0] for row in rows[1:]] == ['\'=HYPERLINK("x")', "'+1", "'-1", "'@x", 'a,"b', "two lines", "退款"]
    assert rows[1][1] == "1001"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", rows[1][2])


def test_outside_text_does_not_reach_the_terminal(desk: Shop) -> None:
    desk.receive("eve@example.com", "\x1b[2J\u202eevil", subject="x")
    ran = run("sql", "SELECT body FROM v_messages")
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert json.loads(run("sql", "SELECT body FROM v_messages", "--json").out)["rows"] == [["\x1b[2J\u202eevil"]]


REFUSED = [
    "DELETE FROM messages",
    "UPDATE conversations SET status = 'spam'",
    "INSERT INTO tags (id, name) VALUES ('x', 'x')",
    "WITH x AS (SELECT 1) DELETE FROM messages",
    "WITH x AS (SELECT 1) UPDATE tags SET name = 'x'",
    "DROP TABLE messages",
    "CREATE TABLE x (y TEXT)",
    "CREATE TEMP TABLE x AS SELECT 1",
    "SELECT 1; DELETE FROM messages",
    "SELECT 1; COMMIT; DELETE FROM messages",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "ATTACH 'other.db' AS other",
    "VACUUM INTO 'copy.db'",
    "COMMIT",
    "BEGIN",
    "SET default_transaction_read_only = off",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "DO 'BEGIN DELETE FROM messages; END'",
    "SELECT load_extension('x')",
    "SELECT * FROM nowhere",
    "SELECT lst_at FROM v_conversations",
    "SELEC 1",
    "",
    "-- nothing",
    "/* SELECT 1",
    "SELECT :x",
    "SELECT 'open",
    "SELECT 1 \x00",
]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_nothing_but_questions(engine: str, three: Shop, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    place = str(three.store.path)
    if engine == "postgresql":
        place = request.getfixturevalue("database")
        run("export", tmp_path / "x.tar.gz")
        assert run("--store", place, "import", tmp_path / "x.tar.gz").code == 0
    for sql in REFUSED:
        ran = run("--store", place, "sql", sql)
        assert (ran.code, ran.out) == (2, ""), (sql, ran)
        assert "Traceback" not in ran.err
    assert run("--store", place, "sql", "SELECT count(*) FROM messages").out == "3\n"
    assert run("--store", place, "sql", "SELECT count(*) FROM tags").out == "0\n"
    assert run("--store", place, "sql", "SELECT 100 % 7, '50 %' AS x").out.split("  ") == ["2", "50 %\n"]
    more = run("--store", place, "sql", "SELECT ref FROM v_conversations ORDER BY ref", "--limit", 1)
    assert (more.out, "more rows" in more.err) == ("1001\n", True)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    late = run("--store", place, "sql", endless, "--timeout", 0.3)
    assert late.code == 1
    assert "--timeout" in late.err


def test_doctor_looks_into_the_store_and_mends(three: Shop) -> None:
    def looked(*more: str) -> dict[str, dict[str, str]]:
        return {each["name"]: each for each in run("doctor", *more, "--json").json["findings"]}

    assert not any(name.startswith("store: ") for name in looked())
    findings = looked("--store")
    assert {each["result"] for name, each in findings.items() if name.startswith("store: ")} == {"ok"}
    with three.store.write() as tx:
        tx.execute_many("UPDATE conversations SET snippet = 'wrong' WHERE ref = 1001", [{}])
    findings = looked("--store")
    wrong = findings["store: conversations"]
    assert (wrong["result"], wrong["message"].split(" (")[0].endswith("say: 1")) == ("failed", True)
    assert "--repair" in wrong["hint"]
    assert run("doctor", "--thorough").out.count("failed") == run("doctor", "--store").out.count("failed")
    mended = looked("--store", "--repair")["store: conversations"]
    assert (mended["result"], mended["message"].startswith("mended")) == ("ok", True)
    assert looked("--store")["store: conversations"]["message"] == ""
    elsewhere = run("doctor", "--store", three.store.path, "--json").json["findings"]
    assert not any(each["name"].startswith("store: ") for each in elsewhere)


def test_a_damaged_store_is_told_with_the_backup_to_restore(three: Shop) -> None:
    run("sql", "SELECT 1")
    path = three.store.path
    backup = run("backup").out.strip()
    three.store.close()
    with path.open("r+b") as file:
        file.write(b"garbage " * 512)
    ran = run("doctor", "--json")
    assert ran.code == 1
    finding = next(each for each in ran.json["findings"] if each["about"] == "store")
    assert finding["result"] == "failed"
    assert f"omni-tui restore {backup}" in finding["hint"]
    assert run("restore", backup, "--yes").code == 0
    assert run("sql", "SELECT count(*) FROM v_messages").out == "3\n"
