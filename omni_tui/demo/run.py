"""``omni-tui demo``: set the stage, open the inbox, and clear everything away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from omni_tui.config.load import load_settings
from omni_tui.config.settings import Settings
from omni_tui.demo.place import CHAT, Place
from omni_tui.engine.child import Child, start_if_needed
from omni_tui.model.errors import Conflict, OmniError, UsageError
from omni_tui.relay.tokens import Tokens
from omni_tui.store import open_store
from omni_tui.text.i18n import _

OpenInbox = Callable[[Settings, str], int]
"""Shows the inbox until it is left; the second argument is a line to show first."""

_END_S = 5.0
"""How long a process of ours may take to end before it is killed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A demo that runs: its settings, where it lives, and its engine if one was asked for."""

    settings: Settings
    place: Place
    engine: Child | None
    page: str = ""
    """The address of the shop's page with its live chat; empty without the extra ``relay``."""


def run(keep: Path | None, seed: int = 7, traffic: bool = True, *, open_inbox: OpenInbox) -> int:
    """Play the demo until the inbox is left; its exit code.

    ``keep`` names a directory that stays and is opened again next time; without one everything is removed at
    the end. Without ``traffic`` nobody writes by himself, but customers still answer. Raises OmniError when the
    extra ``demo`` is not installed, UsageError when ``keep`` holds something else.
    """
    with _ended_by_signals(), staged(keep, seed, traffic=traffic) as stage:
        # The engine is the demo's own: the inbox must not start another.
        settings = replace(stage.settings, engine=replace(stage.settings.engine, autostart=False))
        if stage.page:
            sys.stderr.write(_("The shop's page, with its live chat: {page}").format(page=stage.page) + "\n")
        return open_inbox(settings, start_note(stage.page))


def start_note(page: str = "") -> str:
    """What to press first, in one line, and where to write as a customer."""
    if page:
        return _("A demo shop. To chat as a customer: {page}").format(page=page)
    return _("A demo shop, nothing here is real: Enter opens, r replies, C-j sends; the customer answers in seconds.")


@contextlib.contextmanager
def staged(keep: Path | None, seed: int = 7, *, traffic: bool = True, engine: bool = True) -> Iterator[Stage]:
    """Servers, customers, a configuration and a store, and an ``engine`` between them; all ended at exit."""
    if find_spec("pymap") is None or find_spec("aiosmtpd") is None:
        raise OmniError(
            _("The demo needs its own mail server, which is not installed."),
            _("Install it: pip install 'omni-tui[demo]'"),
        )
    with contextlib.ExitStack() as clearing:
        directory, held = clearing.enter_context(_directory(keep))
        if Place.kept_in(directory):
            place = Place.load(directory)
        else:
            place = Place.new(directory, seed, time.time_ns() // 1_000_000, keep=keep is not None)
        with socket.create_server(("127.0.0.1", 0)) as imap, socket.create_server(("127.0.0.1", 0)) as smtp:
            page, chat = clearing.enter_context(_web_shop(place))
            place.configure(imap.getsockname()[1], smtp.getsockname()[1], chat)
            backstage = _start(place, imap, smtp, held, traffic=traffic)
        clearing.callback(_end, backstage)
        settings = load_settings(place.config)
        settings = replace(settings, store=settings.store.at(str(place.store)), kept=place.keep)
        worker = None
        if engine:
            store = open_store(place.store)
            try:
                worker = start_if_needed(settings, store)
            finally:
                store.close()
            if worker is not None:
                clearing.callback(_dismiss, worker)
        yield Stage(settings, place, worker, page)


@contextlib.contextmanager
def _web_shop(place: Place) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of the shop's page and the table of its chat; both empty where the relay is not installed."""
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        yield "", {}
        return
    place.relay.mkdir(mode=0o700, exist_ok=True)
    tokens = Tokens(place.relay / "tokens.json")
    tokens.revoke("engine")
    token = tokens.issue("engine", ("pull",), time.time_ns() // 1_000_000)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        page = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        process = _child(
            place, "omni_tui.demo.webshop", [str(place.relay), str(listening.fileno())], (listening.fileno(),)
        )
    try:
        yield page, {"kind": "chat", "relay": page, "chat": CHAT, "password": token}
    finally:
        _end(process)


def _start(
    place: Place, imap: socket.socket, smtp: socket.socket, held: tuple[int, ...], *, traffic: bool
) -> subprocess.Popen[bytes]:
    """The servers, on sockets that listen already: whoever connects meanwhile is served a moment later."""
    arguments = [str(place.dir), str(imap.fileno()), str(smtp.fileno())]
    return _child(
        place,
        "omni_tui.demo.backstage",
        arguments if traffic else [*arguments, "--no-traffic"],
        (imap.fileno(), smtp.fileno(), *held),
    )


def _child(place: Place, module: str, arguments: list[str], handles: tuple[int, ...]) -> subprocess.Popen[bytes]:
    with place.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=handles,
            start_new_session=True,
            # pymap tells receipt times in the zone of its process.
            env={**os.environ, "TZ": "UTC"},
        )


@contextlib.contextmanager
def _directory(keep: Path | None) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """A directory of our own: a new one that is removed, or the kept one, which no other demo may use now.

    With it the handles a server behind the inbox holds as long as it needs the directory.
    """
    if keep is None:
        directory = Path(tempfile.mkdtemp(prefix="omni-tui-demo-"))
        with _cleared_behind(directory) as held:
            try:
                yield directory, (held,)
            finally:
                shutil.rmtree(directory, ignore_errors=True)
        return
    directory = keep.expanduser().absolute()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not Place.kept_in(directory) and any(directory.iterdir()):
        raise UsageError(
            _("{directory} is not empty and holds no demo.").format(directory=directory),
            _("Name a new or an empty directory with --keep."),
        )
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                _("The demo in {directory} is open already.").format(directory=directory),
                _("Leave it there first, or name another directory with --keep."),
            ) from error
        yield directory, ()


@contextlib.contextmanager
def _cleared_behind(directory: Path) -> Iterator[int]:
    """Have ``directory`` removed when this process and all who hold the handle are gone without having done it."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("clearing.py")), str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        assert process.stdin is not None
        try:
            yield process.stdin.fileno()
        finally:
            process.kill()


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP leave through the same door as quitting, so that everything is cleared away."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _dismiss(engine: Child) -> None:
    """What is queued stays queued: the customers it would go to are about to be gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not engine.alive():
            break
        os.kill(engine.pid, number)
        until = time.monotonic() + _END_S
        while engine.alive() and time.monotonic() < until:
            time.sleep(0.02)
    engine.stop()
