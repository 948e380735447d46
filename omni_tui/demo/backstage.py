"""The process behind the demo: servers, customers, and what the agents did before you came.

Started by ``run`` as ``python -m omni_tui.demo.backstage DIR IMAP_FD SMTP_FD [--no-traffic]``; ends when its
standard input does, or on SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from omni_tui.demo import imap, maildir
from omni_tui.demo.place import Place
from omni_tui.demo.world import World, generate
from omni_tui.demo.world.people import SHOP_ADDRESS
from omni_tui.model.errors import OmniError, StoreBusy

logger = logging.getLogger(__name__)

_ENGINE_ENDS_S = 40.0
"""How long an engine may still need after the inbox is gone: its undo window and its drain."""


def main(arguments: list[str]) -> int:
    """Serve until told to end; 0."""
    parser = argparse.ArgumentParser(prog="omni_tui.demo.backstage")
    parser.add_argument("dir", type=Path)
    parser.add_argument("imap", type=int)
    parser.add_argument("smtp", type=int)
    parser.add_argument("--no-traffic", action="store_true")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    os.umask(0o077)
    place = Place.load(options.dir)
    world = generate(place.seed, place.began_at)
    new = not place.mail.exists()
    if new:
        maildir.create(place.mail, SHOP_ADDRESS, place.password, world.mails())
    asyncio.run(_serve(place, world, options, new=new))
    return 0


async def _serve(place: Place, world: World, options: argparse.Namespace, *, new: bool) -> None:
    """Until told to end; for whoever is gone without having said so, until the engine has ended too."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    orphaned = False

    def left() -> None:
        nonlocal orphaned
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin.fileno())
            orphaned = True
            ended.set()

    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_reader(sys.stdin.fileno(), left)
    fetching = await imap.serve_imap(place.mail, socket.socket(fileno=options.imap), new=new)
    # The inbox fills as soon as this server answers: what it can do without comes after.
    from omni_tui.demo.smtp import serve_smtp
    from omni_tui.demo.traffic import ANSWER_S, Customers

    customers = Customers(world, functools.partial(maildir.deliver, place.mail), answer_s=ANSWER_S)
    sending = await serve_smtp(SHOP_ADDRESS, place.password, customers.receive, socket.socket(fileno=options.smtp))
    # Everything made so far stays: collecting it again and again would cost the servers time.
    gc.freeze()
    stage = threading.Thread(target=_stage, args=(place, world, ended.is_set), daemon=True)
    if not place.staged.exists():
        stage.start()
    writing = None
    if not options.no_traffic:
        came = customers.write_by_themselves(place.arrived(), place.note_arrived)
        writing = asyncio.create_task(came)
    await ended.wait()
    if writing is not None:
        writing.cancel()
    if orphaned:
        await asyncio.to_thread(_wait_for_engine, place)
    fetching.close()
    sending.close()


def _stage(place: Place, world: World, stopped: Callable[[], bool]) -> None:
    """Once the engine has fetched everything; on a thread of its own, as the store wants it."""
    from omni_tui.demo import staging
    from omni_tui.store import open_store

    try:
        store = open_store(place.store)
        try:
            while not staging.synced(store):
                if stopped():
                    return
                time.sleep(0.1)
            if staging.stage(store, world, stopped):
                place.staged.touch()
        finally:
            store.close()
    except OmniError as error:
        logger.warning("staging: %s %s", error.message, error.hint)


def _wait_for_engine(place: Place) -> None:
    """While it drains it may send what was in its undo window."""
    until = time.monotonic() + _ENGINE_ENDS_S
    while time.monotonic() < until and _engine_works(place):
        time.sleep(0.5)


def _engine_works(place: Place) -> bool:
    from omni_tui.desk import lease
    from omni_tui.store import open_store

    try:
        store = open_store(place.store, create=False)
    except OmniError:
        return False
    try:
        return lease.holder(store) is not None
    except StoreBusy:
        return True
    finally:
        store.close()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    # Threads of the mail server's and the stage's may be in the middle of something, which an interpreter that takes
    # itself apart beside them does not always survive.
    os._exit(code)
