"""Damaged pages of a PostgreSQL are found where the server has amcheck, and otherwise it is said that nobody looked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.filled import fill
from support.postgres import USER, Cluster
from support.shop import Shop

from omni_tui.cli import stored
from omni_tui.desk.store_checks import Looked, look
from omni_tui.store import open_store
from omni_tui.store.checks.pages import pages
from omni_tui.store.postgres_migrate import migrate_postgres

ITEMS = 24
"""Where the pointers to a page's items begin, 4 bytes each: storage-page-layout of PostgreSQL's manual."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


def database(cluster: Cluster, name: str) -> str:
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0")
    migrate_postgres(cluster.url(name))
    return cluster.url(name)


def said(url: str) -> Looked:
    store = open_store(url)
    try:
        (found,) = (each for each in look(store) if each.name == "pages")
    finally:
        store.close()
    return found


def test_without_amcheck_it_is_said_that_nobody_looked(cluster: Cluster) -> None:
    found = said(database(cluster, "without"))
    assert (found.count, found.message) == (0, "not checked: the database has no amcheck")


def test_so_it_is_for_a_user_who_may_not(cluster: Cluster) -> None:
    url = database(cluster, "forbidden")
    cluster.sql("CREATE EXTENSION amcheck", "forbidden")
    cluster.sql("CREATE ROLE clerk LOGIN", "forbidden")
    cluster.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk", "forbidden")
    found = said(url.replace(f"{USER}@", "clerk@"))
    assert (found.count, found.message) == (0, "not checked: this user may not run amcheck")


def test_a_damaged_index_is_found_and_a_whole_store_is_not_complained_of(cluster: Cluster, tmp_path: Path) -> None:
    url = database(cluster, "damaged")
    cluster.sql("CREATE EXTENSION amcheck", "damaged")
    shop = Shop(tmp_path, url)
    fill(shop)
    assert (pages(shop.store).wrong, pages(shop.store).unchecked) == ((), "")
    shop.store.close()
    place = cluster.sql("SELECT pg_relation_filepath('conversations_pkey')", "damaged")[0][0]
    cluster.sql("CHECKPOINT", "damaged")
    cluster.stop()
    file = cluster.data / place
    data = bytearray(file.read_bytes())
    first = 8192 + ITEMS
    data[first : first + 4], data[first + 4 : first + 8] = data[first + 4 : first + 8], data[first : first + 4]
    file.write_bytes(data)
    cluster.start()
    found = said(url)
    assert found.count == 1 and "conversations_pkey" in found.message


def test_doctor_says_so(cluster: Cluster) -> None:
    store = open_store(database(cluster, "doctor"))
    (told,) = (each for each in stored.found(store, repair=False) if each.name == "store: pages")
    store.close()
    assert (told.result, told.message) == ("ok", "not checked: the database has no amcheck")
