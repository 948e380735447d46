"""One sitting in line mode: what is shown, what was read, and the loop that asks and does."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from omni_tui.cli.clock import now_ms
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.output import Unwritten
from omni_tui.cli.plain.talk import Ended, ask, broken, page_rows, say
from omni_tui.cli.plain.words import Said, understood, vocabulary
from omni_tui.config import paths
from omni_tui.config.settings import Settings
from omni_tui.desk import agents, channels, views
from omni_tui.desk.news import Watch
from omni_tui.desk.unsaved_drafts import rescue_file, take_in
from omni_tui.engine.child import Child, start_if_needed
from omni_tui.model.conversation import Agent, ConversationRow, ListKey
from omni_tui.model.errors import OmniError
from omni_tui.model.message import MessageRow, Thread
from omni_tui.model.view import Sort, View
from omni_tui.store import Store, open_store
from omni_tui.store.feed import Feed
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext


@dataclass
class Opened:
    """The conversation that is read: its messages as far as they are loaded, and which of them were told."""

    thread: Thread
    messages: list[MessageRow]
    earlier: int
    first: int
    """The place in ``messages`` of the first one that was told."""
    unfolded: bool = False


@dataclass
class Session:
    """What the person at the other end was last told, so that a number or a bare word means what they think."""

    settings: Settings
    store: Store
    agent: Agent
    watch: Watch
    feed: Feed
    view: View
    search: str = ""
    sort: Sort | None = None
    """The order asked for instead of the view's own."""
    rows: tuple[ConversationRow, ...] = ()
    starts: list[ListKey | None] = field(default_factory=lambda: [None])
    more_rows: bool = False
    number: int = 1
    """The number of the first of ``rows``."""
    opened: Opened | None = None
    choosing_view: bool = False
    views: tuple[View, ...] = ()
    pending: list[str] = field(default_factory=list)
    """Lines that did not fit on the page told last."""
    last: tuple[str, tuple[str, ...]] | None = None
    """The action done last and what it was given, for the word that repeats it."""
    refused: Callable[[], None] | None = None
    """Does what a colleague was faster with all the same."""
    child: Child | None = None
    leaving: bool = False

    @property
    def place(self) -> str:
        """``list`` or ``thread``, as the registry calls where keys hold."""
        return "list" if self.opened is None else "thread"

    def prompt(self) -> str:
        """Where one is, in a word."""
        if self.choosing_view:
            return _("View number?")
        if self.opened is not None:
            return f"#{self.opened.thread.head.ref}>"
        return f"{_('Search') if self.search else clean_line(self.view.title)}>"

    def tell(self, lines: Sequence[str]) -> None:
        """Print lines, as many as fit; the rest waits for an empty line."""
        told, rows = broken(lines), page_rows()
        shown = told if rows is None else told[:rows]
        self.pending = [] if rows is None else told[rows:]
        for line in shown:
            say(line)
        if self.pending:
            say(_("({count} more lines: Enter)").format(count=len(self.pending)))


def run(settings: Settings) -> int:
    """The line mode until it is left or its input ends; the exit code."""
    with _one_stream(), _no_colour():
        store = open_store(paths.store_location(settings), group=settings.store.group)
        try:
            return _run(settings, store)
        finally:
            store.close()


def _run(settings: Settings, store: Store) -> int:
    from omni_tui.cli.plain.listing import greet

    agent = agents.who(store, settings.agent.login, settings.agent.name)
    every = views.listed(store, agent)
    session = Session(
        settings,
        store,
        agent,
        Watch(now_ms()),
        Feed(store),
        next(view for view in every if not view.hidden),
        views=every,
    )
    try:
        with contextlib.suppress(Ended):
            if not settings.channels and not channels.listed(store):
                say(_("No channel is connected yet. Connect one: omni-tui channel add"))
                say(_("Or look around in a shop that is made up: omni-tui demo"))
            _start_engine(session)
            _take_in_drafts(session)
            greet(session)
            while not session.leaving:
                _one_turn(session)
    finally:
        if session.child is not None:
            session.child.stop()
    return ExitCode.DONE


def _one_turn(session: Session) -> None:
    from omni_tui.cli.plain.commands import obey
    from omni_tui.cli.plain.listing import tell_news

    try:
        tell_news(session)
        line = ask(session.prompt())
        # What waits for an empty line is gone with anything else that is asked for.
        said = understood(line, vocabulary(session.settings.screen.keys, session.place))
        if said != Said("more"):
            session.pending = []
        obey(session, said)
    except Unwritten:
        raise
    except OmniError as error:
        say(error.message, *filter(None, [error.hint]))
    except KeyboardInterrupt:
        say("", _("Stopped. q leaves."))


def _start_engine(session: Session) -> None:
    try:
        session.child = start_if_needed(session.settings, session.store)
    except OmniError as error:
        say(error.message)


def _take_in_drafts(session: Session) -> None:
    file = rescue_file(session.settings.file)
    if not file.exists():
        return
    try:
        count = take_in(session.store, session.agent, file)
    except OmniError as error:
        say(error.message)
        return
    words = ngettext("{count} draft came back from last time.", "{count} drafts came back from last time.", count)
    say(words.format(count=count))


@contextlib.contextmanager
def _one_stream() -> Iterator[None]:
    """Everything on stdout, in the order it happened: two streams would be two stories to a screen reader."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with contextlib.redirect_stderr(sys.stdout):
        yield


@contextlib.contextmanager
def _no_colour() -> Iterator[None]:
    before = os.environ.get("NO_COLOR")
    os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["NO_COLOR"]
        else:
            os.environ["NO_COLOR"] = before
