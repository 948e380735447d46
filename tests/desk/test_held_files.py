"""Files of a reply in the making: safe in the store from when they are named, sent with it, back with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shop import SHOP, Shop

from omni_tui.desk import agents, channels, drafts, files, held_files, merging, replies, store_checks, thread, undo
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import SentFile
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import Conflict, NotFound, UsageError

NOTE = SentFile("Rückgabe 说明.txt", "text/plain", b"bring it back")
PLAN = SentFile("plan.pdf", "application/pdf", b"%PDF-" + bytes(3_000_000))


@pytest.fixture
def lena(shop: Shop) -> str:
    _can_carry(shop, True)
    shop.receive("lena@posteo.example", "Where is it?")
    return shop.one().id


def _can_carry(shop: Shop, media: bool) -> None:
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=media))


def names(shop: Shop, id: str) -> list[str]:
    return [each.name for each in held_files.held(shop.store, shop.agent, id)]


def sent(shop: Shop, id: str) -> list[SentFile]:
    messages = thread.open_thread(shop.store, shop.agent, id).messages
    (mine,) = [each for each in messages if each.direction is Direction.OUTBOUND]
    assert [(each.name, each.mime, each.size) for each in mine.attachments] == [
        (each.name, each.mime, len(each.data)) for each in (NOTE, PLAN)[: len(mine.attachments)]
    ]
    with shop.store.read() as tx:
        return list(files.of_message(tx, mine.id))


def test_what_is_attached_stays_with_the_draft_in_order(shop: Shop, lena: str) -> None:
    drafts.save(shop.store, shop.agent, lena, DraftMode.REPLY, "See the plan")
    first = held_files.attach(shop.store, shop.agent, lena, [NOTE])
    both = held_files.attach(shop.store, shop.agent, lena, [PLAN])
    assert [each.id for each in both][:1] == [each.id for each in first]
    assert names(shop, lena) == [NOTE.name, PLAN.name]
    bo = agents.who(shop.store, "bo", "Bo")
    assert held_files.held(shop.store, bo, lena) == ()
    assert [each.text for each in thread.open_thread(shop.store, shop.agent, lena).messages] == ["Where is it?"]
    assert held_files.detach(shop.store, shop.agent, lena, both[0].id) == both[1:]
    with pytest.raises(NotFound):
        held_files.detach(shop.store, shop.agent, lena, both[0].id)
    draft = drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY)
    assert draft is not None and draft.body == "See the plan"


def test_a_draft_of_files_alone_is_a_draft(shop: Shop, lena: str) -> None:
    (file,) = held_files.attach(shop.store, shop.agent, lena, [NOTE])
    drafts.save(shop.store, shop.agent, lena, DraftMode.REPLY, "and then")
    drafts.save(shop.store, shop.agent, lena, DraftMode.REPLY, "")
    assert [each.conversation_id for each in drafts.mine(shop.store, shop.agent)] == [lena]
    held_files.detach(shop.store, shop.agent, lena, file.id)
    assert drafts.mine(shop.store, shop.agent) == ()


def test_a_draft_thrown_away_takes_its_files_along(shop: Shop, lena: str) -> None:
    held_files.attach(shop.store, shop.agent, lena, [NOTE])
    drafts.discard(shop.store, shop.agent, lena, DraftMode.REPLY)
    assert names(shop, lena) == [] and drafts.mine(shop.store, shop.agent) == ()


def test_they_leave_with_the_reply_and_come_back_with_it(shop: Shop, lena: str) -> None:
    both = held_files.attach(shop.store, shop.agent, lena, [NOTE, PLAN])
    shown = [each.id for each in both]
    replies.reply(shop.store, shop.agent, lena, "Here", held=shown, delay_ms=60_000)
    assert sent(shop, lena) == [NOTE, PLAN]
    assert names(shop, lena) == []
    undo.undo(shop.store, shop.agent)
    assert names(shop, lena) == [NOTE.name, PLAN.name]
    undo.redo(shop.store, shop.agent)
    assert sent(shop, lena) == [NOTE, PLAN]
    assert names(shop, lena) == [] and drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY) is None


def test_redo_leaves_a_draft_alone_that_has_other_files_since(shop: Shop, lena: str) -> None:
    shown = [each.id for each in held_files.attach(shop.store, shop.agent, lena, [NOTE])]
    replies.reply(shop.store, shop.agent, lena, "Here", held=shown, delay_ms=60_000)
    undo.undo(shop.store, shop.agent)
    held_files.attach(shop.store, shop.agent, lena, [PLAN])
    undo.redo(shop.store, shop.agent)
    assert sent(shop, lena) == [NOTE]
    assert names(shop, lena) == [NOTE.name, PLAN.name]


def test_a_reply_given_up_gives_them_back(shop: Shop, lena: str) -> None:
    shown = [each.id for each in held_files.attach(shop.store, shop.agent, lena, [NOTE])]
    queued = replies.reply(shop.store, shop.agent, lena, "Here", held=shown)
    replies.give_up(shop.store, shop.agent, queued.outbox_id)
    assert names(shop, lena) == [NOTE.name]


def test_a_file_alone_is_an_answer_and_nothing_at_all_is_none(shop: Shop, lena: str) -> None:
    shown = [each.id for each in held_files.attach(shop.store, shop.agent, lena, [NOTE])]
    replies.reply(shop.store, shop.agent, lena, "", held=shown)
    assert sent(shop, lena) == [NOTE]
    with pytest.raises(UsageError, match="the text is empty"):
        replies.reply(shop.store, shop.agent, lena, " ")


def test_what_was_not_shown_is_not_sent(shop: Shop, lena: str) -> None:
    (note,) = held_files.attach(shop.store, shop.agent, lena, [NOTE])
    held_files.attach(shop.store, shop.agent, lena, [PLAN])
    with pytest.raises(Conflict, match="changed in another window"):
        replies.reply(shop.store, shop.agent, lena, "Here", held=[note.id])
    assert names(shop, lena) == [NOTE.name, PLAN.name]


def test_limits_hold_when_a_file_is_named(shop: Shop, lena: str) -> None:
    held_files.attach(shop.store, shop.agent, lena, [SentFile("big", "x/y", bytes(24_000_000))])
    with pytest.raises(UsageError, match="at most 25 MB"):
        held_files.attach(shop.store, shop.agent, lena, [PLAN])
    assert names(shop, lena) == ["big"]
    with pytest.raises(UsageError, match="At most 20 files"):
        held_files.attach(shop.store, shop.agent, lena, [NOTE] * 20)


def test_a_channel_that_carries_none_says_so_at_once(shop: Shop, lena: str) -> None:
    _can_carry(shop, False)
    with pytest.raises(UsageError, match="No files can be sent by channel shop"):
        held_files.attach(shop.store, shop.agent, lena, [NOTE])
    assert names(shop, lena) == []


def test_they_come_along_when_conversations_are_merged(shop: Shop, lena: str) -> None:
    shop.receive("lena@posteo.example", "And this one?", subject="Other")
    other = next(row.id for row in shop.rows() if row.id != lena)
    held_files.attach(shop.store, shop.agent, lena, [NOTE])
    held_files.attach(shop.store, shop.agent, other, [PLAN])
    merging.merge(shop.store, shop.agent, [lena, other])
    assert sorted(names(shop, lena)) == sorted([NOTE.name, PLAN.name])
    undo.undo(shop.store, shop.agent)
    assert (names(shop, lena), names(shop, other)) == ([NOTE.name], [PLAN.name])


def test_the_store_finds_nothing_wrong_with_them(shop: Shop, lena: str) -> None:
    held_files.attach(shop.store, shop.agent, lena, [NOTE])
    assert [each for each in store_checks.look(shop.store) if each.count] == []


def test_what_is_on_the_disk_is_read_whole_or_named_in_the_error(tmp_path: Path) -> None:
    plan = tmp_path / "my plan 计划.csv"
    plan.write_bytes(b"a,b")
    assert files.from_disk(plan) == SentFile("my plan 计划.csv", "text/csv", b"a,b")
    with pytest.raises(NotFound, match="There is no file"):
        files.from_disk(tmp_path)
    with pytest.raises(NotFound, match="There is no file"):
        files.from_disk(Path("~nobody-of-that-name/x"))
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(25_000_001)
    with pytest.raises(UsageError, match="larger than 25 MB"):
        files.from_disk(tmp_path / "huge")
