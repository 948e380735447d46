"""Does an act in a child process that is killed before its first write, before its second, and so on to the end.

Prints how often it was killed; fails when anything of a killed act is there.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from omni_tui.desk import composing, forwarding, lease, macros, merging, thread, undo
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction
from omni_tui.store.store import Writer
from support.desk_world import MACRO, inhabited, visible, whole
from support.shop import Shop


def _message(shop: Shop, ref: int) -> str:
    opened = thread.open_thread(shop.store, shop.agent, shop.one(f"ref:{ref}").id)
    return [m for m in opened.messages if m.direction is not Direction.EVENT][1].id


def _macro(shop: Shop) -> object:
    return macros.run(shop.store, shop.agent, [row.id for row in shop.rows()], MACRO, UTC)


ACTS: dict[str, Callable[[Shop], object]] = {
    "merge": lambda shop: merging.merge(shop.store, shop.agent, [row.id for row in shop.rows()]),
    "split": lambda shop: merging.split(shop.store, shop.agent, _message(shop, 1001)),
    "macro": _macro,
    "forward": lambda shop: forwarding.forward(
        shop.store, shop.agent, _message(shop, 1001), ["depot@carrier.example"], "Here?", delay_ms=600_000
    ),
    "compose": lambda shop: composing.compose(
        shop.store,
        shop.agent,
        DraftFields(to="Nina <nina@new.example>", subject="Tent"),
        "Ready",
        delay_ms=600_000,
    ),
}


def main(name: str, stride: int) -> int:
    """Every ``stride``-th step of the act, then of its undo."""
    steps = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        shop = _opened(path)
        inhabited(shop)
        shop.store.close()
        for act in (ACTS[name], lambda shop: undo.undo(shop.store, shop.agent)):
            before = _seen(path)
            number = 1
            while _killed(path, act, number):
                assert _seen(path) == before, (name, number)
                number += stride
            assert _seen(path) != before, name
            steps += number // stride
    print(steps)
    return 0


def _opened(path: Path) -> Shop:
    """The shop, with its lease given back: the next one has to get it."""
    shop = Shop(path)
    lease.release(shop.store, "tests", shop.epoch)
    return shop


def _seen(path: Path) -> Any:
    shop = _opened(path)
    try:
        whole(shop)
        return visible(shop, shop.agent)
    finally:
        shop.store.close()


def _killed(path: Path, act: Callable[[Shop], object], number: int) -> bool:
    """Whether the act did not live to its end: it is killed before its write of that number."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)
    shop = _opened(path)
    calls = 0
    real = {each: getattr(Writer, each) for each in ("run", "run_many", "finish")}

    def counting(each: str) -> Callable[..., Any]:
        def counted(self: Writer, *args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return real[each](self, *args, **kwargs)

        return counted

    for each in real:
        setattr(Writer, each, counting(each))
    act(shop)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
