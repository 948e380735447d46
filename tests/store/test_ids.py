"""Ids run in the order they were made in, and no two of them are the same, whoever makes them."""

from __future__ import annotations

import os
import threading
import time
import uuid

from omni_tui.model.ids import first_id_of, uuid7

MANY = 2000


def test_an_id_is_a_uuid_of_version_7_of_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid7() for _ in range(MANY)]
    for text in made:
        id = uuid.UUID(text)
        assert (str(id), id.version, id.variant) == (text, 7, uuid.RFC_4122)
    assert before <= uuid.UUID(made[0]).int >> 80
    assert made == sorted(set(made))


def test_what_is_random_in_ids_differs_in_every_bit() -> None:
    random = [uuid.UUID(uuid7()).int & (1 << 62) - 1 for _ in range(MANY)]
    assert len(set(random)) == MANY
    for bit in range(62):
        # With 2,000 tosses of a coin, so few or so many of one side do not happen.
        assert 0.35 * MANY < sum(number >> bit & 1 for number in random) < 0.65 * MANY, bit


def test_threads_never_make_the_same_id() -> None:
    made: list[list[str]] = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda own=own: own.extend(uuid7() for _ in range(MANY))) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({id[-17:] for own in made for id in own}) == 4 * MANY


def test_a_child_makes_other_ids_than_its_parent() -> None:
    uuid7()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, " ".join(uuid7()[-17:] for _ in range(8)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        theirs = answer.read().split()
    os.waitpid(child, 0)
    assert len(theirs) == 8
    assert not set(theirs) & {uuid7()[-17:] for _ in range(8)}


def test_the_first_id_of_a_time_stands_before_all_that_are_made_then() -> None:
    at = time.time_ns() // 1_000_000
    assert first_id_of(at) <= uuid7()
    assert first_id_of(at - 1) < first_id_of(at)
    assert uuid.UUID(first_id_of(at)).int == at << 80
