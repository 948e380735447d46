"""The demo's world: the same for the same seed, varied, and readable by our own parser."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import cache

import pytest

from omni_tui.demo.world import World, generate, letters
from omni_tui.demo.world.catalogue import PRODUCTS
from omni_tui.demo.world.mails import mailbox, words
from omni_tui.demo.world.people import SHOP_ADDRESS
from omni_tui.demo.world.script import Language, cases
from omni_tui.text.mail import parse

NOW = 1_790_000_000_000
DAY = 86_400_000


@cache
def world(seed: int = 7) -> World:
    return generate(seed, NOW)


def digest(of: World) -> str:
    return hashlib.sha256(b"".join(mail.raw for mail in of.mails())).hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert digest(generate(7, NOW)) == digest(world())
    assert digest(generate(8, NOW)) != digest(world())


def test_about_three_hundred_conversations_in_three_languages() -> None:
    conversations = world().conversations
    assert 290 <= len(conversations) <= 310
    counted = Counter(conversation.language for conversation in conversations)
    assert counted["en"] > 100
    assert counted["zh"] > 70
    assert counted["de"] > 50
    assert {len(conversation.mails) for conversation in conversations} >= {1, 2, 3, 4, 5, 6, 7}


def test_ages_are_spread_and_nothing_is_in_the_future() -> None:
    last = [conversation.mails[-1].at for conversation in world().conversations]
    assert max(mail.at for mail in world().mails()) < NOW
    assert sum(at > NOW - 10 * 60_000 for at in last) >= 3
    assert sum(at < NOW - 60 * DAY for at in last) > 100
    waiting = [c for c in world().conversations if c.waiting and c.plan and c.mails[-1].at > NOW - 14 * DAY]
    assert 30 <= len(waiting) <= 50


def test_mails_of_a_conversation_follow_each_other() -> None:
    for conversation in world().conversations:
        times = [mail.at for mail in conversation.mails]
        assert times == sorted(times)
        assert conversation.mails[0].box == "INBOX"


@pytest.mark.parametrize("seed", [1, 7])
def test_every_mail_is_read_as_it_was_meant(seed: int) -> None:
    known: set[str] = set()
    for mail in world(seed).mails():
        found = parse(mail.raw)
        assert found.message_id == mail.message_id
        assert found.from_ is not None
        assert found.text.strip()
        assert "�" not in found.text + found.subject
        assert found.date_ms == mail.at // 1000 * 1000
        assert (found.from_.address == SHOP_ADDRESS) == (mail.box == "Sent")
        assert set(found.in_reply_to) | set(found.references) <= known
        known.add(mail.message_id)
    assert len(known) == len(world(seed).mails())


def test_subjects_and_names_survive_the_way() -> None:
    for conversation in world().conversations:
        if conversation.plan is not None:
            found = parse(conversation.mails[0].raw)
            assert found.subject == conversation.subject
            assert found.from_ is not None
            assert (found.from_.name, found.from_.address) == (conversation.name, conversation.address)


def test_machines_are_recognised() -> None:
    machines = [c for c in world().conversations if c.plan is None and not c.waiting]
    assert len(machines) > 15
    assert all(parse(c.mails[0].raw).is_automatic for c in machines)
    people = [c for c in world().conversations if c.plan is not None]
    assert not any(parse(mail.raw).is_automatic for c in people for mail in c.mails)


def test_all_kinds_of_files_are_attached() -> None:
    names = [part.name for mail in world().mails() for part in parse(mail.raw).attachments]
    assert {name.rpartition(".")[2] for name in names} >= {"png", "pdf", "csv", "txt"}


def test_customers_come_back() -> None:
    counted = Counter(c.address for c in world().conversations if c.plan)
    assert sum(count > 1 for count in counted.values()) > 40
    assert max(counted.values()) < 12


def test_the_inbox_does_not_repeat_itself() -> None:
    subjects = Counter(c.subject for c in world().conversations[:40])
    assert subjects.most_common(1)[0][1] <= 2
    openings = Counter(parse(c.mails[0].raw).text[:200] for c in world().conversations)
    assert openings.most_common(1)[0][1] <= 3


def test_only_addresses_that_cannot_exist() -> None:
    for mail in world().mails():
        for address in re.findall(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", mail.raw.partition(b"\r\n\r\n")[0]):
            assert address.endswith(b".example")


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_every_wording_can_be_filled_in(language: Language) -> None:
    plan = next(c.plan for c in world().conversations if c.plan and c.language == language)
    groups = {product.group for product in PRODUCTS} | {""}
    for case in cases(language):
        texts = [*case.subjects, *(text for turn in case.turns for text in turn.texts)]
        texts += [text for stage in case.answers for text in stage]
        assert case.subjects
        assert case.turns[0].who == "customer"
        assert case.answers
        for text in texts:
            assert text.group in groups
            assert "{" not in plan.fill(text.text)


def test_customers_who_are_asked_again_quote_what_they_answer() -> None:
    asked = [c for c in world().conversations if c.plan and len(c.mails) >= 3]
    for conversation in asked[:40]:
        third = parse(conversation.mails[2].raw).text
        assert "Larkfell" in third


def test_header_words_stay_within_the_limits_of_rfc_2047() -> None:
    text = "云雀岭户外" * 30
    assert all(len(line) <= 76 for line in words(text).split("\r\n"))
    assert mailbox('O"Neil, x', "x@y.example").startswith('"O\\"Neil, x"')


def test_an_answer_takes_the_prefix_of_its_program_once() -> None:
    assert letters.answered("Hallo", "outlook", "de") == "AW: Hallo"
    assert letters.answered("AW: Hallo", "outlook", "de") == "AW: Hallo"
    assert letters.answered("你好", "qq", "zh") == "回复：你好"


def test_some_questions_are_passed_on_by_a_colleague() -> None:
    passed = [c for c in world().conversations if c.plan and c.plan.colleague]
    assert len(passed) >= 3
    for conversation in passed:
        assert conversation.plan is not None
        assert conversation.plan.colleague is not None
        text = parse(conversation.mails[0].raw).text
        assert conversation.plan.colleague.address in text
        assert conversation.plan.fill(conversation.plan.texts[0].text) in text
