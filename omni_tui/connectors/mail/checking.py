"""Tries every part of the way in and out, one sentence for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omni_tui.connectors.base import Check
from omni_tui.connectors.mail import smtp
from omni_tui.connectors.mail.endpoint import Endpoint, imap_endpoint, smtp_endpoint
from omni_tui.connectors.mail.folder_names import FolderName
from omni_tui.connectors.mail.folders import find_junk, find_named, find_sent
from omni_tui.connectors.mail.imap import ImapSession
from omni_tui.connectors.mail.imap_connection import ImapConnection
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.errors import OmniError
from omni_tui.text.i18n import _

ABILITIES = ("IDLE", "CONDSTORE", "QRESYNC", "MOVE", "UIDPLUS", "SPECIAL-USE")
"""RFC 2177, 7162, 7162, 6851, 4315, 6154."""


def check_account(settings: MailSettings, secret: Callable[[], str]) -> tuple[Check, ...]:
    """Stops on each side at the first thing that is wrong: what builds on it cannot be tried."""
    return (*_check_imap(settings, secret), *_check_smtp(settings, secret))


def _check_imap(settings: MailSettings, secret: Callable[[], str]) -> list[Check]:
    endpoint = imap_endpoint(settings)
    checks: list[Check] = []
    name = _("IMAP connection")
    try:
        connection = ImapConnection(endpoint)
        checks.append(Check(name, detail=_place(endpoint)))
        name = _("IMAP login")
        session = ImapSession(endpoint, secret, connection)
    except OmniError as error:
        return [*checks, _failed(name, error)]
    checks.append(Check(name, detail=endpoint.login))
    try:
        name = _("IMAP server can")
        checks.append(Check(name, detail=_abilities(session.capabilities())))
        name = _("Inbox folder")
        opened = session.examine(settings.inbox_folder)
        checks.append(Check(name, detail=_("{count} messages").format(count=opened.exists)))
        name = _("Sent folder")
        checks.append(_check_sent(settings, session))
        checks.extend(_check_others(settings, session))
    except OmniError as error:
        checks.append(_failed(name, error))
    finally:
        session.close()
    return checks


def _check_sent(settings: MailSettings, session: ImapSession) -> Check:
    name = _("Sent folder")
    found = find_sent(session.folders(), settings.sent_folder)
    if found is not None:
        return Check(name, detail=found)
    if settings.sent_folder:
        return Check(
            name,
            _("The account has no folder {folder}").format(folder=settings.sent_folder),
            _("Check sent_folder; leave it empty to let it be found."),
        )
    return Check(name, detail=_("none: answers from other programs will not be seen"))


def _check_others(settings: MailSettings, session: ImapSession) -> list[Check]:
    folders = session.folders()
    checks = []
    for wanted in settings.folders:
        name = _("Folder {folder}").format(folder=wanted)
        if find_named(folders, wanted) is None:
            hint = _("There are: {folders}").format(folders=", ".join(folder.name for folder in folders))
            checks.append(Check(name, _("The account has no folder {folder}").format(folder=wanted), hint))
        else:
            checks.append(Check(name))
    if settings.archive_folder:
        checks.append(_check_archive(settings.archive_folder, folders))
    if settings.junk_days:
        checks.append(Check(_("Junk folder"), detail=find_junk(folders) or _("none")))
    return checks


def _check_archive(wanted: str, folders: Sequence[FolderName]) -> Check:
    name = _("Archive folder")
    if (found := find_named(folders, wanted)) is not None:
        return Check(name, detail=found)
    hint = _("There are: {folders}").format(folders=", ".join(folder.name for folder in folders))
    return Check(name, _("The account has no folder {folder}").format(folder=wanted), hint)


def _abilities(capabilities: frozenset[str]) -> str:
    """What of an IMAP server makes a difference here, in the server's own words and ours."""
    has = [name for name in ABILITIES if name in capabilities]
    without = [name for name in ABILITIES if name not in capabilities]
    told = ", ".join(has) or _("nothing beyond the standard")
    if "IDLE" in without:
        told += "; " + _("no IDLE: new mail is asked for every second")
    elif without:
        told += "; " + _("without {names}").format(names=", ".join(without))
    return told


def _check_smtp(settings: MailSettings, secret: Callable[[], str]) -> list[Check]:
    endpoint = smtp_endpoint(settings)
    checks: list[Check] = []
    name = _("SMTP connection")
    try:
        with smtp.connected(endpoint) as client:
            checks.append(Check(name, detail=_place(endpoint)))
            name = _("SMTP login")
            asked = smtp.log_in(client, endpoint, secret)
            checks.append(Check(name, detail=endpoint.login if asked else _("the server asks for none")))
    except OmniError as error:
        checks.append(_failed(name, error))
    return checks


def _failed(name: str, error: OmniError) -> Check:
    return Check(name, error.message, error.hint)


def _place(endpoint: Endpoint) -> str:
    return f"{endpoint.host}:{endpoint.port} ({endpoint.tls})"
