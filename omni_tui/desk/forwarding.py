"""Passing a message on to somebody outside: it leaves with its files, and shows in the thread as ours.

Whoever it goes to is nobody's customer by it. They do not take part in the conversation: an answer of theirs comes to
it only by the signed name the forward left under (:mod:`omni_tui.desk.threading`), and is told from the customer's
words, so that neither an answer to the customer nor how long the customer waits has anything to do with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from omni_tui.desk import held_files, outgoing
from omni_tui.desk.acts import Act
from omni_tui.desk.addressing import mail_channel, typed
from omni_tui.desk.conversation_state import conversation, follow_message, follow_messages, save
from omni_tui.desk.crossing import Crossed
from omni_tui.desk.relocating import root
from omni_tui.desk.senders import sender_for
from omni_tui.model.address import Address
from omni_tui.model.commands import PassedOn, SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.events import LEFT
from omni_tui.model.ids import uuid7
from omni_tui.model.message import AttachmentRow, MessageRow
from omni_tui.model.outcome import Queued
from omni_tui.store import Row, Store, Tx, Writer, blobs, messages
from omni_tui.store.foreseen import Question
from omni_tui.store.messages import addresses, parties_json
from omni_tui.text.clean import clean_line, storable
from omni_tui.text.i18n import _

DIRECTIONS = ("inbound", "outbound")


def forward(
    store: Store,
    agent: Agent,
    message_id: str,
    to: Sequence[str],
    note: str = "",
    *,
    cc: Sequence[str] = (),
    left_out: Collection[str] = (),
    files: Sequence[SentFile] = (),
    held: Sequence[str] | None = None,
    seen: str | None = None,
    channel: str = "",
    delay_ms: int = 0,
    at: int = 0,
) -> Queued:
    """Queue a message, below what the agent writes as ``note``, for addresses as they are typed.

    Its files go along but for those ``left_out`` (ids), then ``files``, then those of the agent's draft (their ids as
    ``held``, all of them; None: it is not the draft that is sent, which stays). It leaves as a reply does
    (:func:`omni_tui.desk.replies.reply`). ``seen`` is what :func:`newest` told when it was begun (None: nobody asked).
    Raises UsageError for what is no message, or nobody to send it to; NotFound; Conflict where the draft has other
    files than shown; Crossed where the message was passed on since, in another window or by somebody else.
    """
    passed = originals(store, message_id, left_out)

    def queued(tx: Writer) -> Queued:
        message = _passable(tx, message_id)
        passed_before = ("newest_forward", {"id": message["conversation_id"], "aside": message_id})
        tx.foresee([*_asked(message["conversation_id"]), passed_before])
        conversation_id = root(tx, message["conversation_id"])
        if seen is not None:
            _refuse_again(tx, agent, message_id, _last(tx, conversation_id, message_id), seen)
        row = conversation(tx, conversation_id)
        out = channel_for(tx, conversation_id, channel)
        recipients = typed(tx, *to)
        if not recipients:
            raise UsageError(_("Nobody is named to send it to."), _("Such as: --to ana@shop.example"))
        known = {each.address for each in recipients}
        copies = tuple(each for each in typed(tx, *cc) if each.address not in known)
        drafted = held_files.rows(tx, agent.id, conversation_id, held, DraftMode.FORWARD)
        sizes = [*(len(file.data) for file in (*passed, *files)), *(row["size"] for row in drafted)]
        outgoing.carried(tx, out, sizes)
        new_id, leaves_at = uuid7(), outgoing.moment(tx.now, delay_ms, at)
        sender = sender_for(tx, out, conversation_id)
        newest_at = tx.value("newest_message_at", id=conversation_id) or 0
        outgoing.write_down(
            tx,
            new_id,
            conversation_id,
            "outbound",
            agent,
            storable(note).strip("\n"),
            channel_id=out["id"],
            from_address=sender,
            subject=message["subject"] or row["subject"],
            parties=parties_json(to=recipients, cc=copies),
        )
        tx.run("set_aside", id=new_id, aside=message_id)
        outgoing.keep_files(tx, new_id, _stored(tx, passed))
        outgoing.keep_files(tx, new_id, _stored(tx, files), first=held_files.OWN_FROM)
        held_files.send_along(tx, new_id, drafted, after=held_files.OWN_FROM + len(files))
        outbox_id = outgoing.queue(tx, new_id, conversation_id, out["id"], leaves_at)
        if held is not None:
            tx.run("delete_draft", conversation_id=conversation_id, agent_id=agent.id, mode="forward")
            held_files.drop(tx, agent.id, conversation_id, DraftMode.FORWARD)
        act = Act(tx, "forward", agent)
        act.record("message", new_id, conversation_id, "outbox", None, outbox_id)
        if newest_at < tx.now:
            # What goes to others beside the customer is not the way they are answered.
            made = {"id": new_id, "direction": "outbound", "body": storable(note).strip("\n"), "received_at": tx.now}
            follow_message(row, None, {**made, "channel_id": row["channel_id"]})
        else:
            follow_messages(tx, row)
        save(tx, {**row, "settled": 1})
        return Queued(conversation_id, new_id, outbox_id, leaves_at, act.id)

    return store.act_durably(queued)


def attach(
    store: Store, agent: Agent, shown_id: str, files: Sequence[SentFile], *, channel: str = ""
) -> tuple[AttachmentRow, ...]:
    """Keep files of one's own with the draft of a forward; all it has then, beside those of the message passed on.

    Raises UsageError where the channel it goes by carries none, or they are too many or too large.
    """

    def kept(tx: Writer) -> tuple[AttachmentRow, ...]:
        tx.foresee([*_asked(shown_id), *held_files.asked_to_keep(agent.id, shown_id, DraftMode.FORWARD)])
        conversation_id = root(tx, shown_id)
        out = channel_for(tx, conversation_id, channel)
        return held_files.keep(tx, agent, conversation_id, DraftMode.FORWARD, files, out)

    return store.act_durably(kept)


def passable(store: Store, message_id: str) -> MessageRow:
    """The message to be passed on. Raises UsageError for what is none, NotFound for one that is gone."""
    with store.read() as tx:
        _passable(tx, message_id)
        return messages.records(tx, tx.query(*messages.asked_one(message_id)))[0]


def newest(store: Store, message_id: str) -> str:
    """The id of the message that passed this one on last; its own where none did, or it is gone."""
    with store.read() as tx:
        message = tx.one("message", id=message_id)
        passed = _last(tx, root(tx, message["conversation_id"]), message_id) if message is not None else None
    return str(passed["id"]) if passed is not None else message_id


def originals(store: Store, message_id: str, left_out: Collection[str] = ()) -> tuple[SentFile, ...]:
    """The files of a message as it brought them, but for those ``left_out``. Read outside a write: it may take time."""
    from omni_tui.text.mail import part_bytes  # the MIME parser is only worth its import here

    found: list[SentFile] = []
    with store.read() as tx:
        message = tx.one("message", id=message_id)
        raw = blobs.get(tx, message["source_sha"]) if message is not None and message["source_sha"] else b""
        for row in tx.all("attachments_of", message_id=message_id):
            if row["id"] in left_out:
                continue
            sent = tx.value("outgoing_file", attachment_id=row["id"])
            if sent is not None:
                data = blobs.get(tx, sent)
            elif row["part"].startswith(LEFT):
                raise NotFound(
                    _("The file {name} was left on the server for its size.").format(name=row["name"]),
                    _("Look at it or save it, which fetches it, or leave it out."),
                )
            elif raw:
                try:
                    data = part_bytes(raw, row["part"])[2]
                except KeyError as error:
                    raise NotFound(
                        _("The file {name} cannot be read from its message.").format(name=row["name"])
                    ) from error
            else:
                raise NotFound(
                    _("The file {name} is not here.").format(name=row["name"]), _("Leave it out, and send the rest.")
                )
            found.append(SentFile(row["name"], row["mime"], data))
    return tuple(found)


def passed_on(tx: Tx, message_id: str) -> PassedOn:
    """A message as it is repeated in a forward. Raises NotFound where its author took it back meanwhile."""
    message = _passable(tx, message_id)
    return PassedOn(
        Address(message["from_address"], message["from_name"]),
        addresses(message["parties"], "to"),
        addresses(message["parties"], "cc"),
        message["sent_at"] or message["received_at"],
        message["subject"],
        message["body"],
    )


def channel_for(tx: Tx, conversation_id: str, name: str = "") -> Row:
    """The channel a forward leaves by: mail, if it can be the customer's own."""
    used = [each["channel_id"] for each in tx.all("kinds_of_conversation", id=conversation_id)]
    return mail_channel(tx, name, used)


def _asked(conversation_id: str) -> list[Question]:
    """What a forward has to know of the conversation, in one round trip where it stands by itself."""
    of_it = ("conversation_root", "conversation", "kinds_of_conversation", "newest_message_at")
    return [("every_channel", {}), *((name, {"id": conversation_id}) for name in of_it)]


def _last(tx: Tx, conversation_id: str, message_id: str) -> Row | None:
    """The message that passed this one on last."""
    return tx.one("newest_forward", id=conversation_id, aside=message_id)


def _refuse_again(tx: Tx, agent: Agent, message_id: str, passed: Row | None, seen: str) -> None:
    if passed is None or passed["id"] == seen:
        return
    if passed["id"] < seen != message_id:
        # Ids rise with time as far as clocks agree: the one that was seen was called back since, or this is newer.
        known = tx.one("message", id=seen)
        if known is None or known["deleted_at"] is not None:
            return
    said = _("You forwarded this in another window.")
    if passed["agent_id"] != agent.id:
        who = clean_line(passed["name"] or passed["login"] or "") or _("Somebody")
        said = _("{name} forwarded this while you were writing.").format(name=who)
    raise Crossed(said, _("Look at it, and send again if it is to leave once more."), passed["id"])


def _stored(tx: Writer, files: Iterable[SentFile]) -> list[tuple[str, str, int, str]]:
    return [(file.name, file.mime, len(file.data), blobs.put(tx, file.data)) for file in files]


def _passable(tx: Tx, message_id: str) -> Row:
    message = tx.one("message", id=message_id)
    if message is None or message["deleted_at"] is not None:
        raise NotFound(_("That message is gone."))
    if message["direction"] not in DIRECTIONS:
        raise UsageError(
            _("A note stays in the team and cannot be forwarded."), _("Choose a message of the customer or of yours.")
        )
    return message
