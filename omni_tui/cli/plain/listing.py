"""Views and lists as numbered sentences, and what came in meanwhile."""

from __future__ import annotations

from omni_tui.cli.clock import ago, exact, now_ms, zone
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import say
from omni_tui.desk import inbox, views
from omni_tui.desk.news import News
from omni_tui.desk.query import QueryError, parse
from omni_tui.desk.state_words import level_word, status_word
from omni_tui.model.conversation import ConversationRow, ListKey
from omni_tui.model.enums import Direction, OutboxState, Priority, Status
from omni_tui.model.errors import UsageError
from omni_tui.model.query import Query
from omni_tui.model.view import SORTS, Sort, View
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

PAGE = 10
"""Conversations told at a time: about as many as one keeps in mind while they are read out."""
_NEWS = 5
_MINUTE = 60_000
_ENDS = (".", "!", "?", "…", "。", "！", "？")


def greet(session: Session) -> None:
    """How things stand, and the first view."""
    say(_("omni-tui, line mode. A number opens what it stands before, ? lists what can be typed, q leaves."))
    show_view(session, session.view)


def show_view(session: Session, view: View) -> None:
    """Tell a view from its top."""
    session.view, session.search, session.sort = view, "", None
    _from_top(session)


def sort_otherwise(session: Session) -> None:
    """Tell the list in the next of its orders."""
    session.sort = SORTS[(SORTS.index(_sort(session)) + 1) % len(SORTS)]
    say(
        {
            "activity": _("The newest first."),
            "waiting": _("Who waits longest first."),
            "priority": _("The most urgent first."),
        }[session.sort]
    )
    _from_top(session)


def show_search(session: Session, text: str) -> None:
    """Tell what a search finds. Raises UsageError, which knows the character."""
    before, session.search = session.search, text
    try:
        _from_top(session)
    except QueryError as error:
        session.search = before
        where = _("Character {place}: {what}").format(place=error.position + 1, what=error.message)
        raise UsageError(where, error.hint) from error


def _from_top(session: Session) -> None:
    session.opened, session.choosing_view = None, False
    count = inbox.count(session.store, session.agent, _query(session), sort=_sort(session))
    session.starts, session.number = [None], 1
    _load(session)
    title = _("Found") if session.search else clean_line(session.view.title)
    n = ngettext("{count} conversation", "{count} conversations", count.number).format(count=count)
    session.tell([_("{view}: {count}.").format(view=title, count=n), *_sentences(session)])


def show_again(session: Session) -> None:
    """Tell the page of the list once more, as it is now."""
    session.opened, session.choosing_view = None, False
    _load(session)
    session.tell(_sentences(session))


def next_page(session: Session) -> None:
    """Tell the conversations after those told last."""
    if not session.more_rows:
        say(_("That is the end of the list. list begins it again; views shows the others."))
        session.starts, session.number = [None], 1
        return
    session.starts.append(_key(session.rows[-1], session))
    session.number += len(session.rows)
    _load(session)
    session.tell(_sentences(session))


def previous_page(session: Session) -> None:
    """Tell the conversations before those told last."""
    if len(session.starts) == 1:
        say(_("That is the beginning of the list."))
        return
    session.starts.pop()
    session.number = max(1, session.number - PAGE)
    _load(session)
    session.tell(_sentences(session))


def show_views(session: Session) -> None:
    """Tell all views with their counts; the next number chooses one."""
    store, agent = session.store, session.agent
    session.views = views.listed(store, agent)
    shown = [view for view in session.views if not view.hidden]
    counts = views.counts(store, agent, [view for view in shown if view.counted], zone())
    lines = []
    for view in shown:
        count = f", {counts[view.id]}" if view.id in counts else ""
        lead = f"{view.number}. " if view.number else "- "
        lines.append(f"{lead}{clean_line(view.title)}{count}")
    session.choosing_view, session.opened = True, None
    session.tell(lines)


def sentence(row: ConversationRow, session: Session) -> str:
    """A conversation as a sentence: state, who, what, how long, whose."""
    who = clean_line(row.customer) or clean_line(row.address) or _("unknown sender")
    what = clean_line(row.subject) or " ".join(clean_line(row.snippet).split())
    states = ", ".join(_states(row, session))
    facts = [_waits(row, session), *(f"#{clean_line(tag)}" for tag in row.tags)]
    if row.assignee is not None:
        facts.append(_("yours") if row.assignee == session.agent.login else clean_line(row.assignee))
    lead = f"{states}, {who}" if states else who
    # What ends in a mark of its own gets no full stop behind it.
    words = _("{who}: {what} {facts}.") if what.endswith(_ENDS) else _("{who}: {what}. {facts}.")
    return words.format(who=lead, what=what, facts=", ".join(facts))


def _states(row: ConversationRow, session: Session) -> list[str]:
    found = []
    if row.outbox is OutboxState.FAILED:
        found.append(_("reply not sent"))
    elif row.outbox is OutboxState.UNCERTAIN:
        found.append(_("sent or not?"))
    if row.unread:
        found.append(_("new"))
    if row.priority is not Priority.NORMAL:
        found.append(level_word(row.priority.value))
    if row.status is Status.SNOOZED and row.snoozed_until is not None:
        found.append(_("snoozed until {time}").format(time=exact(row.snoozed_until)))
    elif row.status is not Status.OPEN:
        found.append(status_word(row.status))
    if row.draft:
        found.append(_("your draft") if row.own_draft else _("draft"))
    return found


def _waits(row: ConversationRow, session: Session) -> str:
    if row.waiting_since is None or row.status is not Status.OPEN:
        return ago(row.last_at)
    waited = now_ms() - row.waiting_since
    if waited >= session.settings.inbox.late_after_m * _MINUTE:
        return _("late, waits {age}").format(age=ago(row.waiting_since))
    return _("waits {age}").format(age=ago(row.waiting_since))


def _sentences(session: Session) -> list[str]:
    if not session.rows:
        return [_empty(session)]
    lines = [f"{n}. {sentence(row, session)}" for n, row in enumerate(session.rows, session.number)]
    if session.more_rows:
        lines.append(_("Enter tells the next ones."))
    return lines


def _empty(session: Session) -> str:
    if session.search:
        return _("Nothing matches. Fewer words find more; ship* finds every word that begins so.")
    words = {
        "inbox": _("The inbox is empty. Everyone has a reply."),
        "mine": _("Nothing is assigned to you."),
        "unassigned": _("Everything has an owner."),
        "waiting": _("Nobody is waiting for a reply."),
        "snoozed": _("Nothing is snoozed."),
    }
    return words.get(session.view.id, _("Nothing is here.")) + " " + _("views shows the others, / searches.")


def _load(session: Session) -> None:
    found = inbox.page(
        session.store,
        session.agent,
        _query(session),
        sort=_sort(session),
        after=session.starts[-1],
        limit=PAGE + 1,
    )
    session.rows, session.more_rows = found[:PAGE], len(found) > PAGE


def _query(session: Session) -> Query:
    return parse(session.search or session.view.query, now_ms(), zone())


def _sort(session: Session) -> Sort:
    return session.sort or ("activity" if session.search else session.view.sort)


def _key(row: ConversationRow, session: Session) -> ListKey:
    return inbox.key_of(row, _sort(session))


def tell_news(session: Session) -> None:
    """What came in since the last prompt: new messages, answers that did not leave, who waits too long now."""
    store, agent = session.store, session.agent
    changes = session.feed.poll(store)
    news = session.watch.of_changes(store, agent, changes, now_ms()) if changes is not None else ()
    late = session.settings.inbox.late_after_m * _MINUTE
    news += session.watch.overdue(store, agent, now_ms(), late)
    for each in news[:_NEWS]:
        say(_news_line(each, session))
    if len(news) > _NEWS:
        say(_("And {count} more.").format(count=len(news) - _NEWS))


def _news_line(news: News, session: Session) -> str:
    row = news.row
    who = clean_line(row.customer) or clean_line(row.address) or _("unknown sender")
    here = session.opened is not None and session.opened.thread.head.id == row.id
    if news.kind == "message" and here and row.last_direction is Direction.INBOUND:
        return _("New here: {who} wrote. G reads it.").format(who=who)
    template = {
        "message": _("New: #{ref} {who}: {what}"),
        "late": _("Late: #{ref} {who}: {what}"),
        "failed": _("Not sent: the reply in #{ref} to {who}: {what}"),
        "mention": _("{by} names you in a note: #{ref} {who}: {what}"),
    }[news.kind]
    what = clean_line(row.subject) or clean_line(row.snippet)
    return template.format(by=clean_line(news.by), ref=row.ref, who=who, what=what)
