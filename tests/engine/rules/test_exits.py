"""Candle tables: what the guard does inside a bar. Entry 100, stop 95, so 1R = 5, unless said."""

import math

import pytest

from engine.rules.exits import STOP_ONLY, ExitReason, Plan, advance, exits_of, opened, tightened
from engine.rules.targets import rung
from tests.engine.rules.tables import (
    Bar,
    Left,
    Played,
    a_long,
    a_plan,
    a_short,
    mirrored,
    play,
    ticks,
)

STOP = ExitReason.STOP
TARGET = ExitReason.TARGET
TRAIL = ExitReason.TRAIL
BREAKEVEN = ExitReason.BREAKEVEN
TIME = ExitReason.TIME
GIVE_BACK = ExitReason.GIVE_BACK

HALF_AT_1R = a_plan(target_1_r=1.0, share_1_ratio=0.5)
LADDER = a_plan(
    target_1_r=0.4,
    share_1_ratio=0.33,
    target_2_r=0.8,
    share_2_ratio=0.33,
    target_3_r=1.2,
    share_3_ratio=0.34,
)  # 33/33/34 at +2/+4/+6 %
R_PLAN = a_plan(
    target_1_r=1.0, share_1_ratio=0.5, breakeven_from_r=1.0, trail_from_r=1.5, trail_atr=1.0
)

# name, plan, bars of a long, what leaves: the same upside down for a short
TABLE: list[tuple[str, Plan, list[Bar], list[Left]]] = [
    (
        "nothing happens between stop and target",
        HALF_AT_1R,
        # open   high    low  close
        [(100.0, 104.9, 95.1, 100.0)],
        [],
    ),
    (
        "the stop is touched inside the bar: filled at the stop",
        STOP_ONLY,
        [(100.0, 101.0, 99.0, 100.0), (100.0, 100.5, 95.0, 96.0)],
        [Left(1, STOP, 1.0, 95.0)],
    ),
    (
        "a gap through the stop fills at the open, which is worse",
        STOP_ONLY,
        [(100.0, 101.0, 99.0, 100.0), (90.0, 91.0, 88.0, 89.0)],
        [Left(1, STOP, 1.0, 90.0)],
    ),
    (
        "an open exactly on the stop is a stop",
        STOP_ONLY,
        [(95.0, 99.0, 95.0, 98.0)],
        [Left(0, STOP, 1.0, 95.0)],
    ),
    (
        "stop and target in one bar: nobody knows the order, the stop counts",
        HALF_AT_1R,
        [(100.0, 106.0, 94.0, 100.0)],
        [Left(0, STOP, 1.0, 95.0)],
    ),
    (
        "a target takes its share at its price, the rest stays",
        HALF_AT_1R,
        [(100.0, 105.0, 99.0, 104.0), (104.0, 104.5, 103.0, 104.0)],
        [Left(0, TARGET, 0.5, 105.0)],
    ),
    (
        "a gap over the target fills at the open, which is better",
        HALF_AT_1R,
        [(107.0, 108.0, 106.0, 107.0)],
        [Left(0, TARGET, 0.5, 107.0)],
    ),
    (
        "the open is over the target and the bar then falls to the stop: the open came first",
        HALF_AT_1R,
        [(106.0, 106.0, 94.0, 95.0)],
        [Left(0, TARGET, 0.5, 106.0), Left(0, STOP, 0.5, 95.0)],
    ),
    (
        "a target, then the stop in a later bar takes what is left",
        HALF_AT_1R,
        [(100.0, 105.5, 99.0, 105.0), (105.0, 105.0, 94.0, 95.0)],
        [Left(0, TARGET, 0.5, 105.0), Left(1, STOP, 0.5, 95.0)],
    ),
    (
        "a target is taken once, however often it is seen",
        HALF_AT_1R,
        [(100.0, 106.0, 99.0, 101.0), (101.0, 106.0, 100.0, 105.0), (105.0, 107.0, 105.0, 106.0)],
        [Left(0, TARGET, 0.5, 105.0)],
    ),
    (
        "the ladder: a third at each rung, the last takes the rest",
        LADDER,
        [(100.0, 102.5, 99.5, 102.0), (102.0, 104.0, 101.0, 103.0), (103.0, 106.5, 103.0, 106.0)],
        [Left(0, TARGET, 0.33, 102.0), Left(1, TARGET, 0.33, 104.0), Left(2, TARGET, 0.34, 106.0)],
    ),
    (
        "one wide bar climbs the whole ladder",
        LADDER,
        [(100.0, 107.0, 99.0, 106.0)],
        [Left(0, TARGET, 0.33, 102.0), Left(0, TARGET, 0.33, 104.0), Left(0, TARGET, 0.34, 106.0)],
    ),
    (
        "a gap over two rungs fills both at the open, the third at its own price",
        LADDER,
        [(105.0, 106.0, 104.0, 105.0)],
        [Left(0, TARGET, 0.33, 105.0), Left(0, TARGET, 0.33, 105.0), Left(0, TARGET, 0.34, 106.0)],
    ),
    (
        "a gap over the first rung, then the stop in the same bar",
        LADDER,
        [(103.0, 107.0, 94.0, 96.0)],
        [Left(0, TARGET, 0.33, 103.0), Left(0, STOP, 0.67, 95.0)],
    ),
    (
        "breakeven is armed by the bar's high and tested from the next bar on",
        a_plan(breakeven_from_r=1.0),
        [(100.0, 105.0, 99.0, 104.0), (104.0, 104.5, 99.9, 101.0)],
        [Left(1, BREAKEVEN, 1.0, 100.0)],
    ),
    (
        "breakeven is not tested in the bar that armed it, although its low was under the entry",
        a_plan(breakeven_from_r=1.0),
        [(100.0, 105.0, 98.0, 104.0), (104.0, 106.0, 103.0, 105.0)],
        [],
    ),
    (
        "breakeven beyond the entry pays the fees",
        a_plan(breakeven_from_r=1.0, breakeven_offset_ratio=0.0025),
        [(100.0, 105.0, 99.0, 104.0), (104.0, 104.5, 99.0, 101.0)],
        [Left(1, BREAKEVEN, 1.0, 100.25)],
    ),
    (
        "the trail follows the best price at one ATR, from 1.5R on",
        a_plan(trail_from_r=1.5, trail_atr=1.0),
        #                        best 107.4: not yet         best 108: stop 107        hit
        [(100.0, 107.4, 99.0, 107.0), (107.0, 108.0, 106.0, 108.0), (107.5, 109.0, 106.9, 108.0)],
        [Left(2, TRAIL, 1.0, 107.0)],
    ),
    (
        "a gap through the trailed stop fills at the open",
        a_plan(trail_atr=2.0),
        [(100.0, 110.0, 99.0, 110.0), (104.0, 105.0, 103.0, 104.0)],
        [Left(1, TRAIL, 1.0, 104.0)],
    ),
    (
        "give-back: after +1R, half of the best excursion may go",
        a_plan(give_back_from_r=1.0, give_back_ratio=0.5),
        #                    best +4: not armed           best +8: guarded at +4        hit
        [(100.0, 104.0, 99.0, 101.0), (101.0, 108.0, 100.0, 107.0), (107.0, 107.0, 103.5, 104.0)],
        [Left(2, GIVE_BACK, 1.0, 104.0)],
    ),
    (
        "time is up: the rest leaves at the close",
        a_plan(time_stop_bars=2.0),
        [(100.0, 101.0, 99.0, 100.5), (100.5, 102.0, 100.0, 101.5), (101.5, 102.0, 101.0, 101.0)],
        [Left(1, TIME, 1.0, 101.5)],
    ),
    (
        "a target and the time in one bar: the target first",
        HALF_AT_1R._replace(time_stop_bars=1.0),
        [(100.0, 106.0, 99.0, 104.0)],
        [Left(0, TARGET, 0.5, 105.0), Left(0, TIME, 0.5, 104.0)],
    ),
    (
        "a stop and the time in one bar: the stop",
        a_plan(time_stop_bars=1.0),
        [(100.0, 101.0, 94.0, 99.0)],
        [Left(0, STOP, 1.0, 95.0)],
    ),
    (
        "the R plan in full: half at 1R, breakeven, trail from 1.5R by one ATR",
        R_PLAN,
        [
            (100.0, 105.0, 99.0, 104.0),  # half leaves; breakeven from here on
            (104.0, 106.0, 100.5, 105.5),  # stop 100 holds
            (105.5, 109.0, 105.0, 108.5),  # best 109 >= 107.5: trail to 108
            (108.5, 110.0, 108.2, 109.5),  # trail to 109
            (109.5, 109.6, 108.0, 108.5),
        ],
        [Left(0, TARGET, 0.5, 105.0), Left(4, TRAIL, 0.5, 109.0)],
    ),
    (
        "the R plan when the price turns after the first target: the rest leaves at the entry",
        R_PLAN,
        [(100.0, 105.0, 99.0, 104.0), (104.0, 104.0, 98.0, 98.5)],
        [Left(0, TARGET, 0.5, 105.0), Left(1, BREAKEVEN, 0.5, 100.0)],
    ),
]
NAMES = [row[0] for row in TABLE]
CASES = [row[1:] for row in TABLE]


@pytest.mark.parametrize(("plan", "bars", "expected"), CASES, ids=NAMES)
def test_a_long_leaves_as_drawn(plan: Plan, bars: list[Bar], expected: list[Left]) -> None:
    assert play(a_long(), bars, plan).exits == expected


@pytest.mark.parametrize(("plan", "bars", "expected"), CASES, ids=NAMES)
def test_a_short_leaves_as_drawn_upside_down(
    plan: Plan, bars: list[Bar], expected: list[Left]
) -> None:
    flipped = [left._replace(price=200.0 - left.price) for left in expected]
    assert play(a_short(), mirrored(bars), plan).exits == flipped


# where a bar moves one way only, its ticks tell the same story as the bar
ONE_WAY = {
    "down through the stop in steps": (STOP_ONLY, [100.0, 97.0, 95.0]),
    "up the ladder in steps": (LADDER, [100.0, 102.0, 104.0, 106.0]),
    "up and then nothing": (HALF_AT_1R, [100.0, 103.0, 105.0]),
}


@pytest.mark.parametrize(("plan", "prices"), ONE_WAY.values(), ids=ONE_WAY.keys())
def test_ticks_and_the_bar_over_them_agree(plan: Plan, prices: list[float]) -> None:
    bar = (prices[0], max(prices), min(prices), prices[-1])

    def told(played: Played) -> list[tuple[ExitReason, float, float]]:
        return [(left.reason, left.qty_base, left.price) for left in played.exits]

    by_ticks = play(a_long(), ticks(*prices), plan)
    by_bar = play(a_long(), [bar], plan)
    assert told(by_ticks) == told(by_bar)
    assert by_ticks.position == by_bar.position


def test_ticks_see_the_order_that_a_bar_hides() -> None:
    up_then_down = [100.0, 106.0, 94.0]
    assert [left.reason for left in play(a_long(), ticks(*up_then_down), HALF_AT_1R).exits] == [
        TARGET,
        STOP,
    ]
    bar = (100.0, 106.0, 94.0, 94.0)
    assert [left.reason for left in play(a_long(), [bar], HALF_AT_1R).exits] == [STOP]


def test_a_trail_without_an_atr_does_not_move() -> None:
    bars = [(100.0, 120.0, 99.0, 120.0)]
    assert play(a_long(), bars, a_plan(trail_atr=1.0), atr_price=math.nan).stops == [95.0]


def test_a_falling_atr_tightens_and_a_rising_one_never_loosens() -> None:
    plan = a_plan(trail_atr=1.0)
    position = a_long()
    stops = []
    for atr_price in (4.0, 2.0, 8.0):
        position = advance(
            position, plan, 110.0, 110.0, 110.0, 110.0, atr_price, 1.0, 0.01
        ).position
        stops.append(position.stop_price)
    assert stops == [106.0, 108.0, 108.0]


def test_the_tightest_of_breakeven_trail_and_give_back_wins_and_names_the_exit() -> None:
    plan = a_plan(
        breakeven_from_r=1.0, trail_atr=4.0, give_back_from_r=1.0, give_back_ratio=0.25
    )  # best 110: breakeven 100, trail 106, give-back 107.5
    played = play(a_long(), [(100.0, 110.0, 99.0, 109.0), (109.0, 109.0, 107.0, 107.0)], plan)
    assert played.exits == [Left(1, GIVE_BACK, 1.0, 107.5)]


def test_best_and_worst_prices_are_kept_and_end_at_the_exit() -> None:
    played = play(a_long(), [(100.0, 103.0, 98.0, 102.0), (102.0, 110.0, 90.0, 91.0)])
    # the second bar was stopped out at 95: neither its high nor its low were lived through
    assert (played.position.best_price, played.position.worst_price) == (103.0, 95.0)


def test_the_bar_that_hits_the_stop_does_not_move_it_any_more() -> None:
    # the open at 112 would arm breakeven and the trail; the rest is leaving at 95 and says so
    after = advance(a_long(), R_PLAN, 112.0, 112.0, 94.0, 95.0, 1.0, 1.0, 0.01)
    assert (after.exit_4.reason, after.exit_4.price) == (STOP, 95.0)
    assert (after.position.stop_price, after.position.stop_kind) == (95.0, STOP)


def test_after_the_last_target_the_best_price_is_where_it_left() -> None:
    plan = a_plan(target_1_r=1.0, share_1_ratio=1.0)
    played = play(a_long(), [(100.0, 120.0, 98.0, 119.0)], plan)
    assert played.exits == [Left(0, TARGET, 1.0, 105.0)]
    assert (played.position.best_price, played.position.worst_price) == (105.0, 98.0)


def test_shares_are_floored_to_the_step_and_the_last_takes_the_rest() -> None:
    played = play(a_long(qty_base=0.1), [(100.0, 107.0, 99.0, 106.0)], LADDER)
    assert [left.qty_base for left in played.exits] == [0.03, 0.03, 0.04]


def test_a_share_under_one_step_passes_its_target_and_sells_nothing() -> None:
    played = play(a_long(qty_base=0.01), [(100.0, 103.0, 99.0, 102.0)], LADDER)
    assert played.exits == []
    assert played.position.targets_done == 1


def test_advance_never_changes_the_quantity_itself() -> None:
    after = advance(a_long(), LADDER, 100.0, 107.0, 99.0, 106.0, 1.0, 1.0, 0.01)
    assert len(exits_of(after)) == 3
    assert after.position.qty_base == 1.0


def test_without_a_stop_there_is_no_r_and_only_time_can_end_it() -> None:
    position = opened(-1, 1.0, 100.0, 0.0)
    played = play(
        position,
        [(100.0, 150.0, 50.0, 100.0), (100.0, 100.0, 99.0, 99.5)],
        R_PLAN._replace(time_stop_bars=2.0),
    )
    assert played.exits == [Left(1, TIME, 1.0, 99.5)]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_stop_on_the_wrong_side_ends_the_position_at_once(sign: int) -> None:
    position = opened(sign, 1.0, 100.0, 100.0 + sign * 5.0)
    assert play(position, ticks(100.0)).exits == [Left(0, STOP, 1.0, 100.0)]


def test_a_short_target_below_zero_is_out_of_reach() -> None:
    plan = a_plan(target_1_r=30.0, share_1_ratio=1.0)
    assert play(a_short(), [(100.0, 100.0, 0.01, 1.0)], plan).exits == []


def test_after_three_targets_only_the_stop_is_left() -> None:
    thirds = LADDER._replace(share_3_ratio=0.25)  # 0.09 stay
    played = play(a_long(), [(100.0, 120.0, 99.0, 119.0), (119.0, 130.0, 95.0, 96.0)], thirds)
    assert [left.qty_base for left in played.exits] == [0.33, 0.33, 0.25, 0.09]
    assert played.exits[-1].reason is STOP
    assert rung(thirds, 3).target_r == 0.0


def test_a_person_may_tighten_a_stop_and_never_loosen_it() -> None:
    position = a_long()
    assert tightened(position, 97.0, STOP).stop_price == 97.0
    assert tightened(position, 94.0, STOP) is position
    assert tightened(position, math.nan, STOP) is position
    assert tightened(a_short(), 103.0, STOP).stop_price == 103.0
    assert tightened(a_short(), 106.0, STOP).stop_price == 105.0
    assert tightened(opened(-1, 1.0, 100.0, 0.0), 106.0, STOP).stop_price == 106.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, 0.0, -1.0])
def test_a_senseless_price_moves_nothing_and_sells_nothing(bad: float) -> None:
    position = a_long()
    for bar in ((bad, bad, bad, bad), (100.0, bad, 99.0, 100.0), (100.0, 101.0, bad, 100.0)):
        after = advance(position, R_PLAN, *bar, 1.0, 1.0, 0.01)
        assert exits_of(after) == ()
        assert after.position is position


def test_a_flat_position_is_left_alone() -> None:
    flat = opened(1, 0.0, 100.0, 95.0)
    assert exits_of(advance(flat, R_PLAN, 90.0, 91.0, 89.0, 90.0, 1.0, 1.0, 0.01)) == ()


def test_the_same_object_comes_back_when_nothing_changed() -> None:
    position = a_long()
    assert advance(position, R_PLAN, *ticks(100.0)[0], 1.0, 1.0, 0.01).position is position
