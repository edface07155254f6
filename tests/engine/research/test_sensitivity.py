"""The map shows a plateau as one, a peak as one, and leaves out what does not fit together."""

import math

import numpy as np
import pytest

from engine.core.errors import UserError
from engine.core.parameters import Parameters, declarations
from engine.research.sensitivity import around, plateau_ratio, sensitivity

BASE = Parameters()


def hill(width: float) -> object:
    """A judge whose score falls off from the defaults, in shares of them."""

    def judge(parameters: Parameters) -> float:
        away = (parameters.stop_atr / BASE.stop_atr - 1.0) ** 2
        away += (parameters.trail_atr / BASE.trail_atr - 1.0) ** 2
        return math.exp(-away / (2.0 * width * width))

    return judge


def test_a_broad_hill_is_a_plateau_and_a_needle_is_not() -> None:
    names = ("stop_atr", "trail_atr")
    (broad,) = sensitivity(hill(1.0), BASE, names)  # type: ignore[arg-type]
    (needle,) = sensitivity(hill(0.05), BASE, names)  # type: ignore[arg-type]
    assert broad.plateau_ratio == 1.0
    assert needle.plateau_ratio == 0.0
    assert broad.score.shape == (5, 5)
    assert broad.x_values[broad.chosen[1]] == BASE.stop_atr
    assert broad.score[broad.chosen] == 1.0


def test_each_pair_has_its_map_and_no_point_is_judged_twice() -> None:
    asked: list[str] = []

    def judge(parameters: Parameters) -> float:
        asked.append(parameters.config_hash())
        return 1.0

    maps = sensitivity(judge, BASE, ("stop_atr", "trail_atr", "time_stop_bars"), steps=1)
    assert [(each.x_name, each.y_name) for each in maps] == [
        ("stop_atr", "trail_atr"), ("stop_atr", "time_stop_bars"), ("trail_atr", "time_stop_bars"),
    ]  # fmt: skip
    # nine values each would be 27; four of every map are new, of its axes, and the centre is one
    assert len(asked) == 9 + 6 + 4


def test_values_that_break_the_whole_are_left_out() -> None:
    base = BASE.with_value("target_2_r", 1.1)
    (found,) = sensitivity(lambda _: 1.0, base, ("target_1_r", "target_2_r"))
    assert np.isnan(found.score).any()
    assert 0.0 < found.plateau_ratio <= 1.0


def test_values_stay_within_bounds_and_whole_numbers_whole() -> None:
    known = declarations(Parameters)
    assert around(known["time_stop_bars"], 2).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert around(known["trail_atr"], 0.1).min() == 0.1
    assert around(known["kelly_share_ratio"], 0.0).min() == 0.0
    assert around(known["kelly_share_ratio"], 0.0).size == 3
    assert 2.0 in around(known["stop_atr"], 2.0)


def test_a_loss_is_no_plateau() -> None:
    assert plateau_ratio(np.full((3, 3), -1.0), (1, 1)) == 0.0


def test_one_parameter_or_a_flag_is_refused() -> None:
    with pytest.raises(UserError, match="needs two"):
        sensitivity(lambda _: 0.0, BASE, ("stop_atr",))
    with pytest.raises(UserError, match="allow_short is not a number"):
        sensitivity(lambda _: 0.0, BASE, ("stop_atr", "allow_short"))
