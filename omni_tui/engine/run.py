"""The engine from start to end: take the lease, work, give it back."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable

from omni_tui.config.settings import Settings
from omni_tui.desk import channels as desk_channels
from omni_tui.desk import lease
from omni_tui.engine import account, log, reload, supervisor
from omni_tui.engine.channels import ConfiguredChannel, configured
from omni_tui.engine.child import log_path
from omni_tui.engine.crew import Crew, assemble
from omni_tui.engine.ending import Ending, heed_pipe, heeded_signals
from omni_tui.engine.lease_keeper import owner_name
from omni_tui.engine.tenure import Tenure
from omni_tui.engine.timing import Timing
from omni_tui.model.errors import ChannelError, Conflict, StoreError, StoreTooNew
from omni_tui.store import LeaseLost, Store
from omni_tui.store.threads import StoreThreads
from omni_tui.text.i18n import _

logger = logging.getLogger(__name__)

SWITCH_S = 0.0002
"""How long a thread may compute while another waits. SQLite lets others on at every step and then waits that long to go
on itself: with Python's 5 ms a first sync spends more time on waiting than on writing.
"""

GARBAGE = 20_000
"""Objects between two looks for garbage in circles: mails on their way to the store are many objects and no circle."""


def run(
    settings: Settings,
    store: Store,
    *,
    once: bool = False,
    drain_on_stdin_eof: bool = False,
    timing: Timing | None = None,
    tell: Callable[[account.Account], None] | None = None,
) -> int:
    """Work for ``store`` until told to end; the exit code (0, or with ``once`` 5 if a channel failed).

    ``once`` does one round and has ``tell`` told what it came to. ``drain_on_stdin_eof`` is for a child of the inbox:
    it leaves when another engine works, logs to a file, and ends with its parent. Raises ``ConfigError`` with all
    problems of the channels, and ``Conflict`` when this configuration knows none of the store's channels, or ``once``
    finds another engine.
    """
    channels = configured(settings)
    kept = timing or Timing()
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()  # what is imported by now stays: looking through it for garbage took a twentieth of a first sync
    gc.set_threshold(GARBAGE, 20, 20)
    if drain_on_stdin_eof:
        log.to_file(log_path(settings, store))
    else:
        log.to_stderr()

    async def main() -> int:
        ending = Ending()
        with heeded_signals(ending, kept):
            if drain_on_stdin_eof:
                heed_pipe(ending, kept)
            engine = Engine(settings, store, channels, ending, kept)
            return await (engine.once(tell) if once else engine.serve(leave_if_held=drain_on_stdin_eof))

    return asyncio.run(main())


class Engine:
    """One engine of a store; its two ways to work are :meth:`once` and :meth:`serve`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        channels: tuple[ConfiguredChannel, ...],
        ending: Ending,
        timing: Timing,
    ) -> None:
        self._settings = settings
        self._channels = channels
        self._ending = ending
        self._timing = timing
        self._owner = owner_name()
        self._threads = StoreThreads(store)

    async def serve(self, *, leave_if_held: bool = False) -> int:
        """Work whenever the lease can be had, until asked to end. 0."""
        follow = asyncio.create_task(self._follow_configuration())
        try:
            while not self._ending.stop.is_set():
                try:
                    await self._refuse_strange_store()
                    tenure = await self._take()
                    if tenure is not None:
                        await self._work(tenure)
                        if not self._begin_anew():
                            return 0
                        continue
                except LeaseLost as error:
                    logger.warning("engine: %s", log.sentence(error))
                except StoreTooNew:
                    raise
                except StoreError as error:
                    # A full disk or a long lock passes; what was not stored is fetched again then.
                    logger.warning("engine: %s", log.sentence(error))
                    if await self._asked_within(self._timing.standby) and not self._begin_anew():
                        return 0
                    continue
                if leave_if_held or (await self._asked_within(self._timing.standby) and not self._begin_anew()):
                    return 0
            return 0
        finally:
            follow.cancel()
            self._threads.close()

    async def _follow_configuration(self) -> None:
        while True:
            self._settings = await reload.changed(self._settings, self._threads, self._timing)
            self._ending.anew.set()

    def _begin_anew(self) -> bool:
        """Whether the configuration changed, and nobody wants the engine to end."""
        if not self._ending.anew.is_set() or self._ending.stop.is_set() or self._ending.drain.is_set():
            return False
        self._ending.anew.clear()
        self._channels = configured(self._settings)
        logger.info("engine: the configuration changed")
        return True

    async def once(self, tell: Callable[[account.Account], None] | None = None) -> int:
        """One round: 0, or 5 if a channel failed. Raises ``Conflict`` while another engine works."""
        try:
            await self._refuse_strange_store()
            tenure = await self._take()
            if tenure is None:
                raise Conflict(
                    _("Another engine works for this store."), _("It fetches and sends without being asked.")
                )
            came_to = await self._round(tenure)
            if tell is not None:
                tell(came_to)
            return 0 if came_to.ok else ChannelError.exit_code
        finally:
            self._threads.close()

    async def _refuse_strange_store(self) -> None:
        """An engine without the channels' settings would hold the lease and serve nobody."""
        if self._channels:
            return
        if known := await self._threads.read(desk_channels.listed):
            names = ", ".join(row.name for row in known)
            raise Conflict(
                _("The channels of this store ({names}) are not in {file}.").format(
                    names=names, file=self._settings.file
                ),
                _("Run the engine where they are configured, or add them with: omni-tui channel add"),
            )

    async def _take(self) -> Tenure | None:
        ttl_ms = round(self._timing.lease_ttl * 1000)
        epoch = await self._threads.write(lease.take, self._owner, ttl_ms)
        if epoch is None:
            return None
        logger.info("engine: working for %s", ", ".join(channel.name for channel in self._channels) or "no channel")
        return Tenure(self._threads, self._owner, epoch, self._timing)

    async def _work(self, tenure: Tenure) -> None:
        async with self._crew(tenure) as crew:
            await supervisor.work(tenure, crew, self._ending)

    async def _round(self, tenure: Tenure) -> account.Account:
        async with self._crew(tenure) as crew:
            ended = await supervisor.once(tenure, crew, self._ending)
            return account.of(crew, tuple(channel.name for channel in self._channels), ended=ended)

    @contextlib.asynccontextmanager
    async def _crew(self, tenure: Tenure) -> AsyncIterator[Crew]:
        try:
            crew = await assemble(tenure, self._settings, self._channels)
        except BaseException:
            await self._release(tenure)
            raise
        try:
            yield crew
        finally:
            await self._release(tenure)
            await crew.close(self._ending.left(tenure.timing))
            logger.info("engine: ended")

    async def _release(self, tenure: Tenure) -> None:
        """Best effort: a lease that cannot be given back runs out by itself."""
        try:
            async with asyncio.timeout(tenure.timing.release):
                await tenure.write(lease.release, tenure.owner, tenure.epoch)
        except (StoreError, TimeoutError) as error:
            logger.warning("engine: the lease was not given back and runs out by itself: %s", log.sentence(error))

    async def _asked_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._ending.asked()
        except TimeoutError:
            return False
        return True
