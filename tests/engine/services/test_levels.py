"""What a position still waits for, by its plan."""

from dataclasses import replace

import pytest

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.positions import Position
from engine.execution.guarding import plan_of
from engine.rules.plans import STOP_ONLY
from engine.services.levels import Level, LevelKind, next_levels
from tests.storage.samples import a_position

TARGET, BREAKEVEN = LevelKind.TARGET, LevelKind.BREAKEVEN
TRAIL, GIVE_BACK = LevelKind.TRAIL, LevelKind.GIVE_BACK


def held(**changes: object) -> Position:
    """A long from 100.1 whose 1R is 10."""
    known = {
        "side": PositionSide.LONG,
        "initial_stop_price": 90.1,
        "best_price": 100.1,
        "targets_done": 0,
        "plan_name": "default",
    }
    return a_position(1, **(known | changes))


def told(levels: tuple[Level, ...]) -> list[tuple[LevelKind, float, float]]:
    return [(level.kind, round(level.price, 6), level.share_ratio) for level in levels]


def levels_of(position: Position) -> list[tuple[LevelKind, float, float]]:
    return told(next_levels(position, plan_of(position, Parameters())))


def test_a_new_position_waits_for_every_level_the_nearest_first() -> None:
    assert levels_of(held()) == [
        (TARGET, 110.1, 0.5),
        (BREAKEVEN, 110.1, 0.0),
        (TRAIL, 115.1, 0.0),
        (TARGET, 130.1, 0.5),
    ]


def test_a_short_waits_for_the_same_below() -> None:
    short = held(side=PositionSide.SHORT, initial_stop_price=110.1, plan_name="r_multiple")
    assert levels_of(short) == [(TARGET, 90.1, 0.5), (BREAKEVEN, 90.1, 0.0), (TRAIL, 85.1, 0.0)]


def test_what_was_reached_is_not_waited_for() -> None:
    assert levels_of(held(targets_done=1, best_price=112.0)) == [
        (TRAIL, 115.1, 0.0),
        (TARGET, 130.1, 0.5),
    ]


def test_a_percent_plan_is_told_in_prices_of_its_own_entry() -> None:
    assert levels_of(held(plan_name="ladder")) == [
        (TARGET, 102.102, 0.33),
        (TARGET, 104.104, 0.33),
        (TARGET, 106.106, 0.34),
    ]
    assert levels_of(held(plan_name="give_back")) == [(GIVE_BACK, 103.103, 0.4)]


def test_a_plan_of_a_newer_version_is_left_by_the_default_plan() -> None:
    assert levels_of(held(plan_name="from the future")) == levels_of(held())


@pytest.mark.parametrize(
    "plan",
    [
        STOP_ONLY,
        STOP_ONLY._replace(trail_from_r=1.0),  # no distance: it never trails
        STOP_ONLY._replace(give_back_from_r=1.0),
        STOP_ONLY._replace(target_2_r=2.0),  # the ladder ends at the first that is off
    ],
)
def test_a_part_that_is_off_is_no_level(plan: object) -> None:
    assert next_levels(held(), plan) == ()  # type: ignore[arg-type]


def test_without_an_initial_stop_nothing_is_measured() -> None:
    assert levels_of(replace(held(), initial_stop_price=0.0)) == []
