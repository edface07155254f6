"""One pause of the loop is told; only pauses that go on make the desk unwell."""

import pytest

from bot.loop_watch import LAG_STEP_S, SLICE_S, SLICES, LoopWatch


def passes(watch: LoopWatch, seconds: float, lag_s: float = 0.0, busy_ratio: float = 0.0) -> None:
    """Lets so many seconds go by, each step late by `lag_s`."""
    took_s = LAG_STEP_S + lag_s
    for _ in range(round(seconds / took_s)):
        watch.note(took_s, took_s * busy_ratio)


def test_one_pause_is_told_and_does_no_harm() -> None:
    watch = LoopWatch()
    passes(watch, 20.0)
    watch.note(LAG_STEP_S + 0.9, 0.9)
    assert watch.worst_ms == pytest.approx(900.0)
    assert not watch.is_held_up
    passes(watch, SLICES * SLICE_S + 20.0)
    assert watch.worst_ms == 0.0


def test_a_loop_that_is_late_again_and_again_is_held_up_until_it_is_not() -> None:
    watch = LoopWatch()
    seen = []
    for seconds, lag_s in ((9.0, 0.3), (8.0, 0.3), (20.0, 0.001)):
        passes(watch, seconds, lag_s=lag_s)
        seen.append(watch.is_held_up)
    assert seen == [False, True, False]


def test_a_single_stop_of_a_quarter_of_a_minute_counts_as_lasting() -> None:
    watch = LoopWatch()
    watch.note(16.0, 16.0)
    assert watch.is_held_up


def test_the_share_of_the_processor_is_that_of_the_time_passed() -> None:
    watch = LoopWatch()
    assert watch.busy_ratio == 0.0
    passes(watch, 30.0, busy_ratio=0.25)
    assert watch.busy_ratio == pytest.approx(0.25)
