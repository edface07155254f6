"""The flood limits, kept on our side."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pace import CHAT, GROUP, OVERALL, Pace, Window
from bot.telegram.throttle import Throttle
from engine.core.messages import Priority

ALERT, REPLY, SAFETY = Priority.ALERT, Priority.REPLY, Priority.SAFETY


def sent(window: Window, now_s: float) -> None:
    window.begin()
    window.end(now_s)


def test_one_slot_of_a_burst_is_kept_for_replies_and_one_for_safety() -> None:
    window = Window(CHAT)
    sent(window, 0.0)
    assert window.wait_s(0.1, ALERT) > 2.7
    assert window.wait_s(0.1, REPLY) == 0.0
    sent(window, 0.1)
    assert window.wait_s(0.2, REPLY) > 2.7
    assert window.wait_s(0.2, SAFETY) == 0.0


def test_even_safety_waits_when_its_slot_is_taken() -> None:
    window = Window(CHAT)
    for moment_s in (0.0, 0.1, 0.2):
        sent(window, moment_s)
    assert 2.7 < window.wait_s(0.3, SAFETY) < 2.8


def test_what_is_in_flight_counts() -> None:
    window = Window(CHAT)
    window.begin()
    window.begin()
    assert window.wait_s(0.0, ALERT) > 0
    assert window.wait_s(0.0, SAFETY) == 0.0


def test_a_group_takes_sixteen_alerts_a_minute_two_replies_and_two_more_for_safety() -> None:
    pace = Pace(-5, Window(OVERALL))
    for number in range(18):
        pace.begin()
        pace.end(number * 2.0)
        if number == 15:
            assert pace.wait_s(36.0, ALERT) > 20
            assert pace.wait_s(36.0, REPLY) == 0.0
    assert pace.wait_s(39.0, REPLY) > 20
    assert pace.wait_s(39.0, SAFETY) == 0.0


@given(
    gaps_s=st.lists(st.floats(0.0, 2.0), min_size=1, max_size=60),
    safety=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_whoever_waits_as_told_never_sends_more_than_the_limit(
    gaps_s: list[float], safety: list[bool]
) -> None:
    window, now_s = Window(CHAT), 0.0
    moments_s: list[float] = []
    for gap_s, is_safety in zip(gaps_s, safety, strict=False):
        now_s += gap_s
        now_s += window.wait_s(now_s, SAFETY if is_safety else ALERT)
        sent(window, now_s)
        moments_s.append(now_s)
        in_window = [moment_s for moment_s in moments_s if now_s - moment_s < CHAT.window_s]
        assert len(in_window) <= CHAT.count


def test_the_limits_are_telegrams() -> None:
    assert (CHAT.count, GROUP.count, OVERALL.count) == (3, 20, 30)


def test_a_throttle_counts_per_person_and_forgets_with_time() -> None:
    throttle = Throttle(2, 60.0)
    assert [throttle.admits(1, now_s) for now_s in (0.0, 1.0, 2.0)] == [True, True, False]
    assert throttle.admits(2, 2.0)
    assert throttle.admits(1, 60.1)
    assert not throttle.admits(1, 60.2)
