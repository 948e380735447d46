"""What only PostgreSQL has: round trips, connections that are lost, upgrades by hand, credentials."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support.agents_named import add, logins
from support.postgres import Cluster, Databases
from support.proxy import Proxy
from support.shop import Shop

from omni_tui.config.secrets import address_with_password
from omni_tui.config.settings import StoreSettings
from omni_tui.model.errors import NotFound, StoreAway, StoreError, StoreTooNew, StoreTooOld
from omni_tui.model.events import Received
from omni_tui.store import Store, Tx, open_store
from omni_tui.store.dialect import for_postgresql
from omni_tui.store.feed import Feed
from omni_tui.store.store import SCHEMA
from omni_tui.store.upgrading import upgrade


@pytest.fixture
def proxy(databases: Databases) -> Iterator[Proxy]:
    with Proxy(databases.port) as made:
        yield made


@pytest.fixture
def far(database: str, databases: Databases, proxy: Proxy) -> Iterator[Store]:
    """A store behind the proxy, used once already."""
    store = open_store(database.replace(f":{databases.port}/", f":{proxy.port}/"))
    add(store, "first")
    yield store
    store.close()


def test_a_write_is_two_round_trips_and_each_question_more_is_one(far: Store, proxy: Proxy) -> None:
    for questions in (0, 1, 2, 3):
        before = proxy.rounds
        with far.write() as tx:
            for _ in range(questions):
                tx.one("agent_by_login", login="first")
            for n in range(5):
                tx.run("insert_tag", id=f"{questions}-{n}", name=f"{questions}-{n}")
            tx.next("act")
            tx.changed("tag", str(questions))
        assert proxy.rounds - before == max(2, questions + 1)
    far.data_version()
    before = proxy.rounds
    with far.read() as tx:
        tx.one("agent_by_login", login="first")
    # Nobody waits to hear that the snapshot is gone; who looks for news has heard it.
    far.data_version()
    assert proxy.rounds - before == 2
    before = proxy.rounds
    with far.write():
        pass
    assert proxy.rounds == before


def test_placeholders_are_told_from_text_and_comments() -> None:
    sql = "SELECT ':no', '100%', a::text -- it's :none, 50%\n FROM t WHERE a % 2 = :two AND b LIKE '%x' OR c = :two_b"
    assert for_postgresql(sql) == (
        "SELECT ':no', '100%%', a::text -- it's :none, 50%%\n FROM t"
        " WHERE a %% 2 = %(two)s AND b LIKE '%%x' OR c = %(two_b)s"
    )


def test_a_commit_whose_answer_is_lost_is_there_once_and_nobody_is_told_otherwise(far: Store, proxy: Proxy) -> None:
    proxy.lose_answer_to = b"COMMIT"
    add(far, "ana")
    assert proxy.lose_answer_to == b""
    add(far, "wei")
    assert logins(far) == ["ana", "first", "wei"]


def test_a_commit_that_never_arrived_is_told_and_can_be_done_again(far: Store, proxy: Proxy) -> None:
    proxy.lose = b"COMMIT"
    with pytest.raises(StoreAway, match="was lost") as told:
        add(far, "ana")
    assert "Nothing was changed" in told.value.hint
    add(far, "ana")
    assert logins(far) == ["ana", "first"]


def test_a_connection_that_was_cut_is_made_anew_without_a_word(far: Store, proxy: Proxy) -> None:
    assert logins(far) == ["first"]
    proxy.cut()
    assert logins(far) == ["first"]
    proxy.cut()
    add(far, "ana")
    proxy.cut()
    feed = Feed(far)
    proxy.cut()
    add(far, "wei")
    found = None
    while found is None:
        found = feed.poll(far)
    assert [row.entity_id for row in found.rows] == ["wei"]


def test_a_write_refused_at_its_end_leaves_the_connection_usable(far: Store) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation), far.write() as tx:
        tx.run("insert_tag", id="a", name="a")
        tx.run("insert_tag", id="a", name="b")
    with far.write() as tx:
        tx.run("insert_tag", id="a", name="a")
    with far.read() as tx:
        assert len(tx.all("tag_on_conversation", conversation_id="", name="a")) == 1


def test_a_store_closed_under_a_waiting_thread_ends_its_wait(database: str) -> None:
    store = open_store(database)
    said: list[BaseException] = []
    begun = threading.Event()

    def wait() -> None:
        try:
            with store.read() as tx:
                assert tx.now
                begun.set()
                tx.query("SELECT pg_sleep(60)", {})
        except StoreError as error:
            said.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert begun.wait(30)
    while thread.is_alive():
        store.close()
        thread.join(0.05)
    assert isinstance(said[0], StoreAway)


@pytest.mark.parametrize("way", ["read", "act", "write"])
def test_a_thread_whose_store_was_closed_opens_no_other_connection(database: str, way: str) -> None:
    store = open_store(database)
    said: list[BaseException] = []

    def ask(tx: Tx) -> None:
        tx.query("SELECT pg_sleep(5)", {})

    def wait() -> None:
        try:
            if way == "act":
                store.act(ask)
            else:
                with store.read() if way == "read" else store.write() as tx:
                    ask(tx)
        except StoreError as error:
            said.append(error)

    with psycopg.connect(database, autocommit=True) as watching:
        thread = threading.Thread(target=wait)
        thread.start()
        asleep = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        while not watching.execute(asleep).fetchall():
            assert thread.is_alive()
    store.close()
    thread.join(30)
    assert isinstance(said[0], StoreAway)


def test_a_cut_in_the_middle_of_a_write_undoes_it_all(far: Store, proxy: Proxy) -> None:
    with pytest.raises(StoreAway), far.write() as tx:
        tx.run("insert_tag", id="a", name="a")
        tx.one("agent_by_login", login="first")
        proxy.cut()
        tx.one("agent_by_login", login="first")
    with far.read() as tx:
        assert tx.all("tag_on_conversation", conversation_id="", name="a") == []


def test_others_are_heard_of_without_looking(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.store.postgres.LOOK_S", 3600)
    one, other = open_store(database), open_store(database)
    feed = Feed(one)
    assert feed.poll(one) is None
    before = one.data_version()
    assert one.data_version() == before
    add(other, "ana")
    found = None
    while found is None:
        found = feed.poll(one)
    assert [row.entity_id for row in found.rows] == ["ana"]
    one.close()
    other.close()


def test_and_by_looking_where_nothing_is_heard(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.store.postgres.LOOK_S", 0)
    monkeypatch.setattr("omni_tui.store.postgres.CHANNEL", "another")
    one, other = open_store(database), open_store(database)
    feed = Feed(one)
    add(other, "ana")
    found = feed.poll(one)
    assert found is not None and [row.entity_id for row in found.rows] == ["ana"]
    one.close()
    other.close()


def test_an_empty_database_is_made_ready_by_hand_and_only_once(empty_database: str) -> None:
    with pytest.raises(NotFound) as told:
        open_store(empty_database)
    assert "omni-tui store migrate" in told.value.hint
    program = "import sys; from omni_tui.store.upgrading import upgrade; print(upgrade(sys.argv[1]).before)"
    several = [
        subprocess.Popen([sys.executable, "-c", program, empty_database], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert sorted(each.communicate(timeout=60)[0].strip() for each in several) == ["0", *[str(SCHEMA)] * 3]
    store = open_store(empty_database)
    add(store, "ana")
    store.close()


def test_an_older_database_is_upgraded_by_hand_and_who_is_older_stops(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = open_store(database)
    newer = SCHEMA + 1
    monkeypatch.setattr("omni_tui.store.postgres.SCHEMA", newer)
    with pytest.raises(StoreTooOld) as told:
        open_store(database)
    assert "omni-tui store migrate" in told.value.hint
    monkeypatch.undo()
    with running.write() as tx:
        tx.run("set_counter", name="schema", value=newer)
    with pytest.raises(StoreTooNew) as stopped:
        add(running, "ana")
    assert "please restart" in stopped.value.hint
    with pytest.raises(StoreTooNew):
        upgrade(database)
    running.close()


def test_text_no_database_can_hold_is_kept_as_well_as_can_be(database: str) -> None:
    store = open_store(database)
    add(store, "a\0b\ud800c")
    assert logins(store) == ["a\ufffdb\ufffdc"]
    # Many at once go another way.
    odd = ["a\0b", "\ud800", "\\u0000 \U0001f600"]
    with store.write() as tx:
        tx.run_many("insert_tag", [{"id": name, "name": name} for name in odd])
        found = tx.ahead(("tag_on_conversation", {"conversation_id": "", "name": name}) for name in odd)
    assert [rows[0]["id"] for rows in found] == ["a\ufffdb", "\ufffd", "\\u0000 \U0001f600"]
    store.close()


def test_an_encoding_that_loses_letters_is_refused(databases: Databases) -> None:
    databases.admin("CREATE DATABASE latin TEMPLATE template0 ENCODING SQL_ASCII")
    try:
        with pytest.raises(StoreError, match="UTF-8"):
            upgrade(databases.url("latin"))
    finally:
        databases.drop(databases.url("latin"))


PASSWORD = "c0rrect horse/@:%"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Cluster]:
    """A server that asks for a password."""
    with Cluster() as cluster:
        cluster.sql("CREATE DATABASE shop TEMPLATE template0")
        cluster.sql(f"ALTER ROLE omni PASSWORD '{PASSWORD}'")
        upgrade(cluster.url("shop"))
        (cluster.data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        cluster.sql("SELECT pg_reload_conf()")
        yield cluster


def test_the_password_comes_from_the_secrets_and_never_out_again(
    guarded: Cluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    url = guarded.url("shop")
    for given, hint in ((PASSWORD, ""), ("wr0ng horse", "store.password_file"), (None, "store.password_file")):
        monkeypatch.setenv("SHOP_DB", given or "")
        address = address_with_password(StoreSettings(url=url, password_env="SHOP_DB" if given else ""))
        if given == PASSWORD:
            store = open_store(address)
            assert "horse" not in store.name + repr(store.location) + repr(address)
            store.close()
            continue
        with pytest.raises(StoreAway, match="cannot be reached") as told:
            open_store(address)
        error = told.value
        assert hint in error.hint
        assert "horse" not in f"{error.message} {error.hint} {error.__cause__!r} {error!r}" + caplog.text


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:s3cret@[bad", "postgresql://u:s3cret@h/db?nonsense=1", "postgresql://u:s3cr%zzet@h/db"],
)
def test_a_bad_address_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError) as told:
        open_store(url)
    assert "s3cr" not in f"{told.value.message} {told.value.hint} {told.value.__cause__!r}"


def test_without_psycopg_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from omni_tui.store import open_store\n"
        "try: open_store('postgresql://h/db')\n"
        "except Exception as error: print(type(error).__name__, error.message, error.hint)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert "StoreError" in said and "omni-tui[postgres]" in said


def test_a_file_needs_no_psycopg() -> None:
    program = "import sys; import omni_tui.store; sys.exit('psycopg' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_a_batch_gives_the_lock_to_others_in_between(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.store.postgres_pace._FIRST", 1)
    monkeypatch.setattr("omni_tui.store.postgres_pace.MOST", 1)
    shop = Shop(tmp_path, database)
    feed = Feed(shop.store)
    report = shop.take(*(Received(shop.mail(f"customer{n}@post.example", f"mail {n}")) for n in range(4)), cursor="4")
    assert report.new == 4
    with shop.store.read() as tx:
        assert tx.value("cursor", channel_id=shop.channel_id, stream="INBOX") == "4"
        # Each transaction numbers what it changed: one that came in parts has a part of its own for each message.
        times = tx.query("SELECT DISTINCT at FROM changes WHERE entity = 'conversation'", {})
    assert len(times) == 4
    assert feed.poll(shop.store) is not None
    shop.store.close()
