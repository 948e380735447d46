"""PostgreSQL for a test run: a private cluster without privileges, shared by the workers of pytest-xdist.

The first test that asks starts it, in a short directory of its own (a socket's path has about 100 characters), as
``nobody`` where the tests run as root. A small keeper process ends it when the last worker is gone, killed or not.
The cluster knows no locale but C, so that nothing can depend on one.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from support.ports import free_port

USER = "omni"
_PLACES = Path("/usr/lib/postgresql")
_MEMORY, _ROOM = Path("/dev/shm"), 2 << 30
_numbers = itertools.count(1)


@functools.cache
def bin_dir() -> Path | None:
    """Where PostgreSQL's programs are: the newest version, or on PATH."""
    found = sorted(_PLACES.glob("*/bin"), key=lambda place: float(place.parent.name))
    if found:
        return found[-1]
    there = shutil.which("postgres")
    return Path(there).parent if there else None


def needed() -> Path:
    """The same. Skips a test without it; in CI that is a failure."""
    found = bin_dir()
    if found is None:
        words = "needs PostgreSQL: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return found


def unprivileged() -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _place() -> Path | None:
    """In memory where there is room: a database of its own for each test is 300 files, made and removed."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(_MEMORY).free > _ROOM:
            return _MEMORY
    return None


def _end_with_parent() -> None:
    """Linux: whoever started the server may be killed, and leaves none behind. prctl(2), PR_SET_PDEATHSIG."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class Cluster:
    """A server with a directory of its own. ``settings`` are lines of its configuration."""

    def __init__(self, *, settings: dict[str, str] | None = None, auth: str = "trust", copy_of: Cluster | None = None):
        self.bin = needed()
        self.dir = Path(tempfile.mkdtemp(prefix="omni-pg-", dir=_place()))
        self.data = self.dir / "data"
        self.port = free_port()
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.dir),
            "port": str(self.port),
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "shared_buffers": "32MB",
            "max_wal_size": "128MB",
            **(settings or {}),
        }
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.dir, nobody.pw_uid, nobody.pw_gid)
            self.dir.chmod(0o711)
        self.process: subprocess.Popen[bytes] | None = None
        if copy_of is None:
            self._run("initdb", "-D", self.data, "-U", USER, "-A", auth, "-E", "UTF8", "--locale=C", "-N")
        else:
            self._run(
                "pg_basebackup", "-D", self.data, "-d", copy_of.url("postgres"), "-R", "-X", "stream", "-c", "fast"
            )
            self._settings = {**copy_of._settings, **self._settings}

    def url(self, database: str, *, options: str = "") -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}{options}"

    def start(self) -> Cluster:
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.dir / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **unprivileged(),
            )
        give_up = time.monotonic() + 30
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError((self.dir / "log").read_text())
            time.sleep(0.02)
        return self

    def answers(self) -> bool:
        asked = subprocess.run(
            [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False, timeout=30
        )
        return asked.returncode == 0

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once, but orderly. SIGQUIT: as if it had crashed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def kill(self) -> None:
        """End every process of it, as a host that loses its power would."""
        assert self.process is not None
        # First it may start no more, then all of them at once: each is a session of its own.
        self.process.send_signal(signal.SIGSTOP)
        for child in psutil.Process(self.process.pid).children(recursive=True):
            child.kill()
        self.process.kill()
        self.process.wait(30)
        self.process = None
        with contextlib.suppress(FileNotFoundError):
            (self.data / "postmaster.pid").unlink()

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "-D", self.data, "-w")

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [self.bin / program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            timeout=60,
            check=False,
            **unprivileged(),
        )
        if done.returncode:
            raise RuntimeError(done.stdout.decode())


class Databases:
    """The run's shared cluster: fresh databases with a store in them, each for one test."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made: list[str] = []

    def admin(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def empty(self) -> str:
        """The address of a database that holds nothing."""
        return self._create("template0")

    def store(self) -> str:
        """The address of a database with an empty store."""
        return self._create("store_template")

    def _create(self, template: str) -> str:
        name = f"t{os.getpid()}_{next(_numbers)}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.admin(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


def shared(run_dir: Path, run_pid: int) -> int:
    """The port of the run's cluster, started by whoever asks first. It ends with the process ``run_pid``."""
    import fcntl

    place = run_dir / "postgres.port"
    with (run_dir / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.exists():
            return int(place.read_text())
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(run_pid)],
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert keeper.stdout is not None
        port = int(keeper.stdout.readline() or b"0")
        keeper.stdout.close()
        # It outlives this worker on purpose.
        keeper.returncode = 0
        if not port:
            raise RuntimeError("the shared PostgreSQL did not start")
        place.write_text(str(port))
        return port


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Databases:
    """Fresh databases on the run's shared cluster."""
    needed()
    base = tmp_path_factory.getbasetemp()
    # With xdist every worker has a directory of its own below the run's.
    if worker_id == "master":
        return Databases(shared(base, os.getpid()))
    return Databases(shared(base.parent, os.getppid()))


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The address of a database with an empty store, for one test."""
    url = databases.store()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The address of a database that holds nothing, for one test."""
    url = databases.empty()
    yield url
    databases.drop(url)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def keep(parent: int) -> None:
    """Run the cluster until ``parent`` is gone."""
    from omni_tui.store.postgres_migrate import migrate_postgres

    with Cluster(settings={"synchronous_commit": "off"}) as cluster:
        cluster.sql("CREATE DATABASE store_template TEMPLATE template0")
        migrate_postgres(cluster.url("store_template"))
        sys.stdout.write(f"{cluster.port}\n")
        sys.stdout.flush()
        while _alive(parent):
            time.sleep(0.5)


if __name__ == "__main__":
    keep(int(sys.argv[1]))
