"""Forwarding, writing to somebody first, answering all, line by line."""

from __future__ import annotations

from omni_tui.cli.plain import acting, reading
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import ask, say
from omni_tui.cli.plain.writing import write
from omni_tui.desk import addressing, new_drafts
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import UsageError
from omni_tui.model.ids import uuid7
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _


def forward(session: Session, rest: str) -> None:
    """Pass the last message of the customer on; ``rest`` is a number of the list and whom it goes to."""
    if "--" in rest:
        acting.verb_line(session, f"forward {rest}")
        return
    rows, rest = acting.targets(session, rest)
    if len(rows) != 1:
        raise UsageError(_("Forward one at a time."))
    to = rest or _asked(_("Forward to:"))
    addressing.check(session.store, to)
    note = ask(_("A line to write above it, or nothing:")).strip()
    options = [*(["--note", note] if note else []), *_window(session)]
    acting.run_verb(session, ["forward", "--to", to, *options, "--", str(rows[0].ref)])
    say(_("z calls it back until then."))


def compose(session: Session, rest: str) -> None:
    """Write to somebody first, or go on with what was begun."""
    if "--" in rest:
        acting.verb_line(session, f"compose {rest}")
        return
    begun = new_drafts.mine(session.store, session.agent)
    if begun and not rest:
        id, fields, lines = begun[0].conversation_id, begun[0].fields, begun[0].body.split("\n")
        say(_("Going on with what you began."), *(f"    {line}" for line in clean(begun[0].body).split("\n")))
    else:
        people = addressing.check(session.store, rest or _asked(_("Write to:")))
        fields = DraftFields(to=addressing.written(people), subject=_asked(_("Subject:")))
        id, lines = uuid7(), []
    told = _("To {who}, about {subject}. A line with a single . sends it, .q keeps it, .x throws it away.")
    say(told.format(who=clean(fields.to), subject=clean(fields.subject)))
    while (line := ask("")).strip() not in (".", ".q", ".x"):
        lines.append(line[1:] if line.startswith("..") else line)
        new_drafts.save(session.store, session.agent, id, "\n".join(lines), fields)
    if line.strip() == ".x":
        new_drafts.discard(session.store, session.agent, id)
        say(_("Draft thrown away."))
        return
    new_drafts.save(session.store, session.agent, id, "\n".join(lines), fields)
    if line.strip() == ".q":
        say(_("Draft kept."))
        return
    _send(session, id, fields, "\n".join(lines))


def reply_all(session: Session, rest: str) -> None:
    """Answer the customer with a copy to everybody else on the mail."""
    if session.opened is None:
        rows, rest = acting.targets(session, rest)
        if len(rows) != 1:
            raise UsageError(_("Write to one at a time."))
        reading.open_row(session, rows[0])
    write(session, DraftMode.REPLY, rest, everyone=True)


def _send(session: Session, id: str, fields: DraftFields, body: str) -> None:
    from omni_tui.desk import composing

    delay = session.settings.inbox.undo_send_s * 1000
    shown = [each.id for each in new_drafts.files_of(session.store, id)]
    composing.compose(session.store, session.agent, fields, body, draft_id=id, shown=shown, delay_ms=delay)
    say(_("Stored; z calls it back until it leaves."))


def _window(session: Session) -> list[str]:
    return ["--delay", str(session.settings.inbox.undo_send_s)]


def _asked(prompt: str) -> str:
    answer = ask(prompt).strip()
    if not answer:
        raise UsageError(_("Nothing was done."))
    return answer
