"""Actions: the desk's own for those that go by what was told, the command line's verb for the rest."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from functools import partial

from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.call import Call
from omni_tui.cli.catalogue import PLACES
from omni_tui.cli.clock import exact, now_ms, zone
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import Ended, ask, say
from omni_tui.cli.plain.words import offered_verbs
from omni_tui.config.settings import Settings
from omni_tui.desk import agents, inbox, tagging, triage
from omni_tui.desk import undo as desk_undo
from omni_tui.desk.actions import Action, Param, action, title_of
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.errors import UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _
from omni_tui.text.when import parse_when

_DONE = {
    "resolve": _("Resolved: {what}."),
    "reopen": _("Reopened: {what}."),
    "take": _("Yours now: {what}."),
    "unassign": _("Unassigned: {what}."),
    "assign": _("Assigned to {value}: {{what}}."),
    "snooze": _("Snoozed until {value}: {{what}}."),
}
_GOES_ON = ("resolve", "snooze")
"""After these in an open conversation, the next one of the list is opened."""
_ON_A_MESSAGE = ("split", "move")
_TARGET = re.compile(r"#?(\d{1,15})(?:-(\d{1,15}))?,?")


def act(session: Session, name: str, rest: str) -> None:
    """Do an action of the registry. ``rest`` may begin with numbers of the list or ``#1042``, then come its values."""
    declared = action(name)
    if declared.about == "view":
        run_verb(session, [*declared.verb.split(), *_words(rest)])
        return
    if any(word.startswith("--") for word in rest.split(" ")):
        # Written as on the command line, where numbers are those of conversations.
        verb_line(session, f"{declared.verb} {rest}")
        return
    rows, rest = targets(session, rest)
    if not rest and len(rows) > 1 and declared.params and declared.params[-1].completes == "conversations":
        # "merge 2 3" makes 2 a part of 3.
        *parts, into = rows
        rows, rest = tuple(parts), f"#{into.ref}"
    message = ""
    if name in _ON_A_MESSAGE:
        word, _space, behind = rest.partition(" ")
        message, rest = (word, behind) if word.isdecimal() else (ask(_("Message number:")).strip(), rest)
    values = _values(session, declared, rest)
    _do(session, name, values, rows, message)


def repeat(session: Session, rest: str) -> None:
    """Do the last action once more, on other conversations."""
    if session.last is None:
        raise UsageError(_("Nothing to repeat yet."))
    rows, _rest = targets(session, rest)
    _do(session, *session.last, rows)


def insist(session: Session) -> None:
    """Do all the same what was not done because a colleague was first."""
    refused, session.refused = session.refused, None
    if refused is None:
        raise UsageError(_("Nobody was in the way."))
    refused()


def undo(session: Session, rest: str = "", *, forward: bool) -> None:
    """Take back one's last act, or do again what was taken back last; with an act's number in ``rest`` that one."""
    if rest:
        outcome = (desk_undo.redo_act if forward else desk_undo.undo_act)(session.store, session.agent, rest)
    else:
        outcome = (desk_undo.redo if forward else desk_undo.undo)(session.store, session.agent)
    known = inbox.rows(session.store, session.agent, outcome.changed)
    words = _("Done again ({verb}): {{what}}.") if forward else _("Undone ({verb}): {{what}}.")
    _tell(outcome, {row.id: row.ref for row in known}, words.format(verb=title_of(outcome.verb)))
    if outcome.verb in ("reply", "note", "forward", "compose") and outcome.changed and not forward:
        say(_("The text is your draft again."))


def targets(session: Session, rest: str) -> tuple[tuple[ConversationRow, ...], str]:
    """The conversations that are meant, and what follows their names. Raises NotFound, UsageError.

    In a list a bare number is the number told; in an open conversation only ``#1042`` names another one.
    """
    words = rest.split(" ") if rest else []
    named: list[str] = []
    while words and (found := _TARGET.fullmatch(words[0])) and (words[0].startswith("#") or session.opened is None):
        first, last = int(found[1]), int(found[2] or found[1])
        mark = "#" if words[0].startswith("#") else ""
        named += [f"{mark}{number}" for number in range(first, min(last, first + 99) + 1)]
        words.pop(0)
    if not named and session.opened is not None:
        return (session.opened.thread.head,), rest
    if not named:
        named = ask(_("Which ones? Their numbers:")).replace(",", " ").split()
        if not named:
            raise UsageError(_("Nothing was done."))
    return tuple({row.id: row for row in (named_row(session, name) for name in named)}.values()), " ".join(words)


def named_row(session: Session, name: str) -> ConversationRow:
    """The conversation of a number told in the list, or of ``#1042``."""
    if name.isdecimal():
        at = int(name[:15]) - session.number
        if 0 <= at < len(session.rows):
            return session.rows[at]
    if name.isdecimal() and session.rows and len(name) < 4:
        last = session.number + len(session.rows) - 1
        raise UsageError(_("The list goes from {first} to {last}.").format(first=session.number, last=last))
    return inbox.find(session.store, session.agent, name)


def _values(session: Session, declared: Action, rest: str) -> tuple[str, ...]:
    """What the action asks for: as typed behind it, or asked one after the other."""
    values: list[str] = []
    for at, param in enumerate(declared.params):
        if rest and (param.many or at == len(declared.params) - 1):
            values.append(rest)
            rest = ""
        elif rest:
            head, _space, rest = rest.partition(" ")
            values.append(head)
        else:
            _offer(session, param)
            values.append(ask(f"{param.prompt}:").strip())
        if not values[-1]:
            raise UsageError(_("Nothing was done."))
        if param.completes == "conversations":
            values[-1] = str(named_row(session, values[-1]).ref)
    return tuple(values)


def _offer(session: Session, param: Param) -> None:
    known: Sequence[str] = ()
    if param.completes == "agents":
        known = [each.login for each in agents.everyone(session.store)]
    elif param.completes == "tags":
        known = tagging.names(session.store)[:20]
    elif param.completes == "times":
        known = ("2h", "tomorrow 9", "mon 9", "1w")
    if known:
        say(_("Known: {words}").format(words=", ".join(map(clean_line, known))))


def _do(
    session: Session, name: str, values: tuple[str, ...], rows: tuple[ConversationRow, ...], message: str = ""
) -> None:
    session.last = (name, values)
    run = _own(session, name, values)
    if run is None:
        _by_verb(session, action(name), values, rows, message)
        return
    seen = {row.id: row for row in rows}
    ids = tuple(seen)
    refs = {row.id: row.ref for row in rows}
    words = _DONE[name]
    if values:
        shown = exact(_until(values[0])) if name == "snooze" else _braced(values[0])
        words = words.format(value=shown)
    outcome = run(ids=ids, seen=seen)
    _tell(outcome, refs, words)
    left = tuple(id for id in ids if id not in outcome.changed and id not in outcome.untouched)
    if left:
        say(_("Y does it all the same."))
        session.refused = lambda: _tell(run(ids=left, seen=None), refs, words)
        return
    _after(session, name)


def _own(session: Session, name: str, values: tuple[str, ...]) -> Callable[..., Outcome] | None:
    store, agent = session.store, session.agent
    simple = {
        "resolve": triage.resolve,
        "reopen": triage.reopen,
        "take": triage.take,
        "unassign": triage.unassign,
    }
    if name in simple:
        return partial(simple[name], store, agent)
    if name == "assign":
        return partial(triage.assign, store, agent, to=values[0].lstrip("@"))
    if name == "snooze":
        return partial(triage.snooze, store, agent, until=_until(values[0]))
    return None


def _until(text: str) -> int:
    try:
        return parse_when(text, now_ms(), zone())
    except ValueError as error:
        raise UsageError(str(error)) from error


def _after(session: Session, name: str) -> None:
    from omni_tui.cli.plain.reading import refresh, step

    if session.opened is None:
        return
    if name in _GOES_ON:
        step(session, 1)
    else:
        refresh(session)


def _by_verb(
    session: Session, declared: Action, values: tuple[str, ...], rows: tuple[ConversationRow, ...], message: str
) -> None:
    """An action by its verb on the command line, each value by the option or argument of its name."""
    from omni_tui.cli.app import load

    options = ["--message", message] if message else []
    behind: list[str] = []
    parameters = {each.name: each for each in load(PLACES[declared.verb]).command(declared.verb.split()[-1]).params}
    for param, value in zip(declared.params, values, strict=True):
        words = value.replace(",", " ").split() if param.many else [value]
        flag = max(parameters[param.name].opts, key=len)
        for word in words:
            if flag.startswith("--"):
                options += [flag, word]
            else:
                behind.append(word)
    run_verb(session, [*declared.verb.split(), *options, "--", *(str(row.ref) for row in rows), *behind])


def run_verb(session: Session, words: Sequence[str]) -> None:
    """Run a verb of the command line on this store as this agent; what goes wrong is told in words."""
    from omni_tui.cli.app import root
    from omni_tui.cli.exit import ExitCode, guarded
    from omni_tui.cli.plain.reading import refresh

    call = Call(_no_inbox)
    call.settings = call.settings_or_new = session.settings

    def run() -> int:
        ended = root().main(args=list(words), prog_name="omni-tui", standalone_mode=False, obj=call)
        return ended if isinstance(ended, int) else 0

    if guarded(run, json=False) == ExitCode.PIPE_CLOSED:
        raise Ended
    refresh(session)


def verb_line(session: Session, line: str) -> bool:
    """Run a line that is a verb of the command line; False if it is none."""
    words = _words(line)
    for size in (2, 1):
        name = " ".join(words[:size])
        if len(words) >= size and name in offered_verbs():
            if "-" in words:
                raise UsageError(_("- reads from a pipe; here, give the text itself."))
            run_verb(session, words)
            return True
    return False


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        # A lone apostrophe is an apostrophe.
        return text.split()


def _tell(outcome: Outcome, refs: dict[str, int], done: str) -> None:
    tell_outcome(Call(_no_inbox), outcome, refs, done)


def _no_inbox(_settings: Settings, _note: str) -> int:
    raise UsageError(_("The line mode is open already."))


def _braced(text: str) -> str:
    return clean_line(text).replace("{", "{{").replace("}", "}}")
