from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.engine.backoff import LONGEST_WISH_S, delay
from omni_tui.engine.timing import Timing
from omni_tui.model.errors import Permanent, Retry

TIMING = Timing()


@given(st.integers(1, 10_000))
def test_waits_stay_between_a_second_and_five_minutes(failures: int) -> None:
    assert 1.0 <= delay(failures, TIMING) <= 300.0


def test_waits_grow_and_differ() -> None:
    early = [delay(2, TIMING) for _ in range(200)]
    late = [delay(9, TIMING) for _ in range(200)]
    assert max(early) <= 2.0
    assert max(late) > 100.0
    assert len(set(late)) > 100


@given(st.floats(0, 3000))
def test_what_the_server_asks_for_is_honoured(asked: float) -> None:
    assert delay(1, TIMING, Retry("slow down", delay_s=asked)) >= asked


def test_a_nonsense_wish_does_not_silence_a_channel() -> None:
    assert delay(1, TIMING, Retry("slow down", delay_s=1e12)) == LONGEST_WISH_S


def test_what_only_a_person_can_mend_is_tried_slowly() -> None:
    assert delay(1, TIMING, Permanent("wrong password")) == TIMING.permanent_retry
