"""What a message tells beyond its text, in words for every skin."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from omni_tui.model.facts import Card, Delivery, Facts, Invite, Sealing, SenderWarning, Visit
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext


def warning_sentences(facts: Facts) -> list[str]:
    """Why the sender may not be who they seem; safe to show."""
    return [_warning(each) for each in facts.warnings]


def summary_sentences(facts: Facts, zone: tzinfo) -> list[str]:
    """How it is sealed, invitations with their times in ``zone``, cards and delivery reports; safe to show."""
    found = [_sealing(each) for each in facts.sealings]
    found += [line for invite in facts.invites for line in _invite(invite, zone)]
    found += [_card(card) for card in facts.cards]
    found += [_delivery(delivery) for delivery in facts.deliveries]
    found += _visit(facts.visit) if facts.visit is not None else []
    return [clean_line(line) for line in found]


def _warning(warning: SenderWarning) -> str:
    template = {
        "name_is_address": _("the name shows another address than the one it comes from: {detail}"),
        "name_mixes_scripts": _("the name mixes letters of several alphabets: {detail}"),
        "domain_lookalike": _("the domain has letters that pass for others, its real name is {detail}"),
        "domain_foreign": _("the domain's real name is {detail}"),
        "claims_address": _("says they are {detail}, which nothing proves"),
        "seconded_address": _("says they are {detail}; mail has proven the address, not that it was they who chatted"),
        "proved_address": _("says they are {detail}, which their mail from there has proven"),
    }.get(warning.kind, "{detail}")
    return template.format(detail=clean_line(warning.detail))


def _invite(invite: Invite, zone: tzinfo) -> list[str]:
    what = invite.summary or _("without a title")
    answers = {
        "ACCEPTED": _("{who} accepts: {what}"),
        "DECLINED": _("{who} declines: {what}"),
        "TENTATIVE": _("{who} may come: {what}"),
    }
    if invite.method == "REPLY" and invite.answer in answers:
        title = answers[invite.answer].format(who=invite.attendee or _("somebody"), what=what)
    elif invite.method == "CANCEL":
        title = _("called off: {what}").format(what=what)
    elif invite.method == "REQUEST":
        title = _("invitation: {what}").format(what=what)
    else:
        title = _("event: {what}").format(what=what)
    details = [_times(invite, zone)]
    if invite.repeats:
        details.append(_("repeated"))
    if invite.location:
        details.append(_("at {place}").format(place=invite.location))
    if invite.organiser:
        details.append(_("by {who}").format(who=invite.organiser))
    if invite.more:
        details.append(ngettext("{count} more event", "{count} more events", invite.more).format(count=invite.more))
    return [title, *filter(None, [" · ".join(filter(None, details))])]


def _times(invite: Invite, zone: tzinfo) -> str:
    start = _moment(invite.start_at, zone) or invite.start_local
    if not start:
        return ""
    if invite.start_at is not None and invite.end_at is not None:
        first, last = (datetime.fromtimestamp(at / 1000, zone) for at in (invite.start_at, invite.end_at))
        end = f"{last:%H:%M}" if first.date() == last.date() else _moment(invite.end_at, zone)
    else:
        end = _last_day(invite)
    return f"{start} - {end}" if end and end != start else start


def _last_day(invite: Invite) -> str:
    """The end of an event of whole days is the day after it (RFC 5545, section 3.6.1)."""
    if len(invite.start_local) != 10 or len(invite.end_local) != 10:
        return invite.end_local
    return f"{datetime.fromisoformat(invite.end_local).date() - timedelta(days=1)}"


def _moment(at: int | None, zone: tzinfo) -> str:
    if at is None:
        return ""
    moment = datetime.fromtimestamp(at / 1000, zone)
    return f"{moment:%Y-%m-%d %H:%M} {moment:%Z}".rstrip()


def _visit(visit: Visit) -> list[str]:
    found = [_("on the page {page}").format(page=visit.page)] if visit.page else []
    if visit.language:
        found.append(_("language {language}").format(language=visit.language))
    if visit.offline:
        found.append(_("written while nobody was there"))
    return [" · ".join(found)] if found else []


def _card(card: Card) -> str:
    parts = (card.name, card.organisation, *card.mails, *card.phones)
    return _("card: {what}").format(what=" · ".join(filter(None, parts)))


def _sealing(sealing: Sealing) -> str:
    return {
        "pgp": _("encrypted with OpenPGP: only whoever has the key can read it, in a program that has it"),
        "smime": _("encrypted with S/MIME: only whoever has the key can read it, in a program that has it"),
        "signed": _("signed; the signature is not checked here"),
        "smime_signed": _("signed with S/MIME; the signature is not checked here"),
        "smime_shut": _("stands inside an S/MIME signature that cannot be opened here"),
        "tnef": _("winmail.dat is Outlook's own packing and cannot be opened; ask for a mail of plain text or HTML"),
    }.get(sealing.kind, sealing.kind)


def _delivery(delivery: Delivery) -> str:
    template = {
        "failed": _("not delivered to {who}: {why}"),
        "delayed": _("not delivered to {who} yet: {why}"),
        "delivered": _("delivered to {who}: {why}"),
        "relayed": _("handed on to {who}: {why}"),
        "expanded": _("delivered to the list {who}: {why}"),
    }.get(delivery.action, _("about the delivery to {who}: {why}"))
    why = delivery.diagnostic
    if delivery.status and delivery.status not in why:
        why = f"{delivery.status} {why}".strip()
    return template.format(who=delivery.address or _("somebody"), why=why or _("no reason was given"))
