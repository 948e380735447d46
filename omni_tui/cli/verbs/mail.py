"""``mail parse``: how the inbox reads a mail, for whoever wonders why one looks as it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.cli.raw import raw_of
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.engine.mail_reading import ReadMail


@verb(
    _(
        "Print how the inbox reads a raw mail. Parties, text, quotes, files, what speaks for the sender; nothing is "
        "stored."
    ),
    "omni-tui mail parse letter.eml",
    "omni-tui show 1042 --source | omni-tui mail parse -",
    "omni-tui mail parse letter.eml --json | jq -r .mail.visible",
    "omni-tui mail parse letter.eml --server mx.shop.example",
)
def parse(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("A mail as it came (.eml); - reads stdin."))],
    server: Annotated[
        list[str] | None,
        typer.Option(
            "--server",
            metavar="NAME",
            help=_(
                "Believe what this server wrote of the sender (Authentication-Results); may be given again. Without it "
                "the servers that your channels believe."
            ),
        ),
    ] = None,
) -> None:
    from omni_tui.engine.mail_reading import read_raw

    call = Call.of(ctx)
    raw = raw_of(file, UsageError(_("There is no mail."), _("Give a file, or a mail through a pipe.")))
    channels = {} if server else call.settings.channels
    mail = read_raw(raw, channels, server or ())
    if call.json:
        output.document("mail", mail=mail)
        return
    _print(mail)


def _print(mail: ReadMail) -> None:
    from omni_tui.cli.clock import exact, zone
    from omni_tui.cli.thread_text import INDENT, party_text
    from omni_tui.desk.facts import summary_sentences, warning_sentences
    from omni_tui.model.message import Party
    from omni_tui.text.clean import clean, clean_line

    groups = (
        (_("from"), (mail.author,)),
        (_("reply to"), mail.reply_to),
        (_("to"), mail.to),
        (_("copies to"), mail.cc),
    )
    lines = [
        f"{title}: " + ", ".join(party_text(Party(each.address, each.name)) for each in group)
        for title, group in groups
        if group
    ]
    lines.append(f"{_('subject')}: {clean_line(mail.subject)}")
    if mail.sent_at is not None:
        lines.append(f"{_('sent')}: {exact(mail.sent_at)}")
    if mail.automatic:
        lines.append(_("automatic: lists and robots are not answered by themselves"))
    if mail.unsubscribe:
        lines.append(f"{_('unsubscribe')}: {clean_line(mail.unsubscribe)}")
    for claim in mail.authentication:
        said = ", ".join(f"{method} {result}" for method, result in claim.results.items()) or _("nothing")
        trust = _("believed") if claim.trusted else _("not believed")
        lines.append(f"{clean_line(claim.server) or _('a server without a name')}: {said} ({trust})")
    lines += [f"! {line}" for line in (*warning_sentences(mail.facts), clean_line(mail.notice)) if line]
    lines += [f"= {line}" for line in summary_sentences(mail.facts, zone())]
    titles = {"text": _("text"), "quote": _("quoted"), "signature": _("signature")}
    for part in mail.parts:
        lines += [
            f"-- {titles[part.kind]}",
            *((INDENT + line).rstrip() for line in clean("\n".join(part.lines)).split("\n")),
        ]
    for attachment in mail.attachments:
        name = clean_line(attachment.name) or _("unnamed")
        lines.append(f"+ {name} ({clean_line(attachment.mime)}, {attachment.size} B)")
    for line in lines:
        output.tell(line)
