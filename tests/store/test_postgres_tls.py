"""A database reached over TLS: only the server whose certificate is known gets the password."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.certs import Certificate, make_certificate
from support.postgres import Cluster

from omni_tui.desk import agents
from omni_tui.model.errors import StoreAway
from omni_tui.store import open_store
from omni_tui.store.upgrading import upgrade


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def cluster(certificate: Certificate) -> Iterator[Cluster]:
    made = Cluster(settings={"ssl": "on"})
    for file, name in ((certificate.cert, "server.crt"), (certificate.key, "server.key")):
        placed = made.data / name
        shutil.copy(file, placed)
        placed.chmod(0o600)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(placed, nobody.pw_uid, nobody.pw_gid)
    with made:
        yield made


def test_a_store_is_used_over_tls(cluster: Cluster, certificate: Certificate) -> None:
    url = cluster.url("postgres", options=f"?sslmode=verify-full&sslrootcert={certificate.cert}")
    assert upgrade(url).before == 0
    store = open_store(url)
    try:
        agents.who(store, "ana", "Ana")
        with store.read() as tx:
            (row,) = tx.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", {})
        assert row["ssl"] is True
    finally:
        store.close()


def test_another_servers_certificate_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    stranger = make_certificate(tmp_path)
    with pytest.raises(StoreAway, match="certificate verify failed"):
        open_store(cluster.url("postgres", options=f"?sslmode=verify-full&sslrootcert={stranger.cert}"))


def test_a_server_without_tls_is_refused_where_it_was_asked_for(database: str) -> None:
    with pytest.raises(StoreAway, match="does not support SSL"):
        open_store(f"{database}?sslmode=require")
