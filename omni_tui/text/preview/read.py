"""A file in short, whatever it is."""

from __future__ import annotations

from omni_tui.text.html import html_to_text
from omni_tui.text.i18n import _, ngettext
from omni_tui.text.mail import MailUnreadable, parse
from omni_tui.text.mail.charset import decode
from omni_tui.text.preview.kinds import kind_of
from omni_tui.text.preview.model import MAX_CHARS, MAX_LINES, MAX_OCTETS, Preview, Room
from omni_tui.text.preview.pdf import pdf_text
from omni_tui.text.preview.picture import picture_of
from omni_tui.text.preview.sheet import columns


def preview(data: bytes, name: str, mime: str, room: Room) -> Preview:
    """What can be shown of a file in ``room``; never an error, for the sentence in it says what is the matter.

    May take as long as the file is hostile: run it where it can be ended (:mod:`omni_tui.text.preview.process`).
    """
    if len(data) > MAX_OCTETS:
        limit = MAX_OCTETS // 1_000_000
        return Preview("", remark=_("Files over {limit} MB are not shown here.").format(limit=limit))
    match kind_of(data, name, mime):
        case "empty":
            return Preview(_("Empty file"), remark=_("There is nothing in it."))
        case "picture":
            return picture_of(data, room)
        case "pdf":
            return pdf_text(data)
        case "table":
            text = _text(data)
            return columns(text, whole=len(data) <= MAX_CHARS * 4 and len(text) < MAX_CHARS - 1)
        case "html":
            return _lines("HTML", html_to_text(_text(data)))
        case "mail":
            return _mail(data)
        case "text":
            return _lines(_("Text"), _text(data))
        case "other":
            return Preview("", remark=_("This kind of file is not shown here."))


def _text(data: bytes) -> str:
    return decode(data[: MAX_CHARS * 4])[:MAX_CHARS].removeprefix("\ufeff")


def _lines(what: str, text: str) -> Preview:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    facts = f"{what}, " + ngettext("{count} line", "{count} lines", len(lines)).format(count=f"{len(lines):,}")
    if len(lines) <= MAX_LINES and len(text) < MAX_CHARS:
        return Preview(facts, tuple(lines))
    return Preview(what, tuple(lines[:MAX_LINES]), _("Only the beginning is shown;"))


def _mail(data: bytes) -> Preview:
    try:
        mail = parse(data)
    except MailUnreadable as error:
        return Preview(_("Mail"), remark=_("It cannot be read: {reason}.").format(reason=error.reason))
    author = f"{mail.from_.name} {mail.from_.address}".strip() if mail.from_ is not None else _("nobody")
    head = (_("From {who}").format(who=author), mail.subject, "")
    files = tuple(f"+ {part.name or part.mime}" for part in mail.attachments)
    body = _lines(_("Mail"), mail.text)
    return Preview(body.facts, (*head, *body.lines, *(("", *files) if files else ())), body.remark)
