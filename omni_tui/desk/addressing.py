"""Whom a mail is to, as an agent types it: read, checked, and completed from the people there are."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.desk.identity import normalised
from omni_tui.desk.recipients import own_addresses
from omni_tui.model.address import Address
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.model.message import Party
from omni_tui.store import Row, Store, Tx
from omni_tui.store.filter import contains
from omni_tui.text.address import normalise_email
from omni_tui.text.clean import clean_line, storable_line
from omni_tui.text.i18n import _

MOST = 50
"""Recipients of one message at most: what goes to more is a mailing, and no conversation."""
_OFFERED = 8
_LATELY = 500
"""Conversations whose people are looked at before everybody is."""


def typed(tx: Tx, *texts: str) -> tuple[Address, ...]:
    """The addresses in lists such as ``Ana <ana@a.example>, bo@b.example``, each once, in their order.

    What stands in angle brackets, or alone, is the address; whatever a name looks like, it is a name (RFC 5322, section
    3.4). Raises UsageError for what is no mail address, one of our own, or too many.
    """
    # Reading mail is only worth its import where somebody is written to.
    from omni_tui.text.mail import MailUnreadable
    from omni_tui.text.mail.addresses import parse_addresses

    found: dict[str, Address] = {}
    own = own_addresses(tx)
    for text in texts:
        line = storable_line(text)
        try:
            parsed = parse_addresses(line)
        except MailUnreadable as error:
            raise UsageError(_("These are too many addresses.")) from error
        if line.strip(" ,;") and not parsed:
            raise _no_address(line)
        for each in parsed:
            norm = normalise_email(each.address)
            if not norm:
                raise _no_address(each.address)
            if norm in own:
                raise UsageError(
                    _("{address} is an address of yours: it would come back.").format(address=clean_line(each.address)),
                    _("A note is for colleagues; assign gives them the conversation."),
                )
            found.setdefault(norm, Address(each.address.strip(), clean_line(each.name)))
    if len(found) > MOST:
        raise UsageError(_("At most {count} people can be written to at once.").format(count=MOST))
    return tuple(found.values())


def check(store: Store, *texts: str) -> tuple[Party, ...]:
    """The same for whoever only wants to know. Raises UsageError."""
    with store.read() as tx:
        return tuple(Party(each.address, each.name) for each in typed(tx, *texts))


def known(store: Store, text: str) -> tuple[Party, ...]:
    """People whose mail address or name contains ``text``, those heard of last first."""
    part = clean_line(text).strip().casefold()
    if not part:
        return ()
    with store.read() as tx:
        # Who was heard of lately is found at once; to look at everybody takes a tenth of a second where they are many.
        rows = tx.all("mail_identities_lately", like=contains(part), most=_LATELY, limit=_OFFERED)
        if len(rows) < _OFFERED:
            rows = tx.all("mail_identities_like", like=contains(part), limit=_OFFERED)
        return tuple(Party(row["value"], row["name"]) for row in rows)


def written(parties: Iterable[Address | Party]) -> str:
    """Addresses as one types them, so that :func:`typed` reads the same again."""
    return ", ".join(_written(each.address, each.name) for each in parties)


def mail_channel(tx: Tx, name: str = "", prefer: Iterable[str] = ()) -> Row:
    """The channel a mail to anybody leaves by: the one called ``name``, else the first of the ids ``prefer`` that can,
    else the first by name. Raises UsageError for one that cannot write first, Conflict where none can."""
    there = {row["id"]: row for row in tx.all("every_channel") if row["removed_at"] is None}
    able = {id: row for id, row in there.items() if normalised(row["kind"], "")[0] == "email"}
    names = ", ".join(clean_line(row["name"]) for row in able.values())
    if name:
        for row in able.values():
            if row["name"] == name:
                return row
        kind = next((row["kind"] for row in there.values() if row["name"] == name), "")
        if kind:
            raise UsageError(
                _("Nobody can be written to first by {channel}: {kind} only replies to who wrote there.").format(
                    channel=clean_line(name), kind=kind
                ),
                _("It can be by: {names}").format(names=names or _("none")),
            )
        raise UsageError(
            _("There is no channel {name}.").format(name=clean_line(name)),
            _("It can be by: {names}").format(names=names),
        )
    if not able:
        raise Conflict(
            _("No channel can write to an address: that takes a mailbox."), _("Connect one: omni-tui channel add mail")
        )
    chosen = next((id for id in prefer if id in able), None)
    return able[chosen] if chosen is not None else next(iter(able.values()))


def _written(address: str, name: str) -> str:
    plain = clean_line(name).replace("\\", "").replace('"', "")
    return f'"{plain}" <{address}>' if plain and plain != address else address


def _no_address(text: str) -> UsageError:
    return UsageError(
        _("{address} is no mail address.").format(address=repr(clean_line(text))), _("Such as: ana@shop.example")
    )
