"""Putting mail away takes what was asked for and nothing of other people's, whatever the server can do."""

from __future__ import annotations

import pytest
from support.dovecot import Dovecot
from support.mail_channel import open_channel, settings_for, sync
from support.rewriting_proxy import RewritingProxy

from omni_tui.model.commands import Archive

NO_MOVE = {b" MOVE": b" XXXX"}
NO_UIDPLUS = {b" UIDPLUS": b" XXXXXXX"}


def mail(name: str) -> bytes:
    head = f"From: ana@example.test\r\nSubject: {name}\r\nMessage-ID: <{name}@example.test>\r\n"
    return f"{head}\r\nhello\r\n".encode()


def held(dovecot: Dovecot, user: str, folder: str) -> dict[str, bool]:
    """The mails of a folder by subject, and whether each is marked as deleted."""
    with dovecot.client(user) as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["FLAGS", "ENVELOPE"])
        return {each[b"ENVELOPE"].subject.decode(): b"\\Deleted" in each[b"FLAGS"] for each in found.values()}


@pytest.mark.parametrize(
    ("lacks", "left"),
    [
        ({}, {"theirs": True, "other": False}),
        (NO_MOVE, {"theirs": True, "other": False}),
        (NO_MOVE | NO_UIDPLUS, {"theirs": True, "other": False, "done": True}),
    ],
    ids=["move", "no move", "neither move nor uidplus"],
)
async def test_what_somebody_else_marked_as_deleted_stays(
    dovecot: Dovecot, shop: str, lacks: dict[bytes, bytes], left: dict[str, bool]
) -> None:
    dovecot.load_maildir(shop, [mail("theirs")], flags="T")
    dovecot.load_maildir(shop, [mail("done"), mail("other")])
    with RewritingProxy(dovecot.imap_port, said=lacks) as proxy:
        changes = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none"}
        channel = open_channel(settings_for(dovecot, None, shop, archive_folder="Archive", **changes))
        taken = await sync(channel)
        (place,) = (each.locator for each in taken.messages if each.subject == "done")
        await channel.perform(Archive("INBOX", (place,)))
        await channel.close()
    assert held(dovecot, shop, "INBOX") == left
    assert list(held(dovecot, shop, "Archive")) == ["done"]
