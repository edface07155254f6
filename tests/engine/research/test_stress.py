"""Bad days: bars and costs are changed as the scenario says, and the old past stays as it was."""

from dataclasses import replace

import numpy as np
import pytest

from engine.market.bars import Bars
from engine.research import shocks
from engine.research.baselines import random_entries
from engine.research.outcome import Stopped, Watch
from engine.research.stress import SCENARIOS, candle_noise, stressed, strike_of
from tests.engine.research.drawn_bars import drawn_bars
from tests.engine.research.luck import a_job, played

BARS = drawn_bars(3, 200, price=100.0)


def possible(bars: Bars) -> bool:
    """Whether every bar could be."""
    return bool(
        np.all(bars.low > 0.0)
        and np.all(bars.low <= np.minimum(bars.open, bars.close))
        and np.all(bars.high >= np.maximum(bars.open, bars.close))
        and np.all(np.diff(bars.open_at_s) > 0)
    )


def test_every_shock_makes_bars_that_can_be() -> None:
    noise = shocks.noisy(BARS, 0.2, np.random.default_rng(1))
    found = [
        shocks.flash_crash(BARS, 50, -0.3),
        shocks.flash_crash(BARS, 199, 0.3),
        shocks.gapped(BARS, 50, -0.1),
        shocks.delisted(BARS, 50, 0.6),
        shocks.halted(BARS, int(BARS.open_at_s[50]), int(BARS.open_at_s[60])),
        noise,
    ]
    assert all(possible(bars) for bars in found)
    assert 0 < np.abs(noise.close / BARS.close - 1.0).max() < 0.05


def test_a_flash_crash_comes_back_before_the_close() -> None:
    crashed = shocks.flash_crash(BARS, 50, -0.3)
    assert crashed.low[50] == pytest.approx(0.7 * BARS.open[50])
    assert np.array_equal(crashed.close, BARS.close)
    assert crashed.open[51] == pytest.approx(0.85 * BARS.open[50])


def test_a_gap_stays_and_a_delisting_ends() -> None:
    gapped = shocks.gapped(BARS, 50, 0.1)
    assert np.allclose(gapped.close[50:], BARS.close[50:] * 1.1)
    assert np.array_equal(gapped.close[:50], BARS.close[:50])
    gone = shocks.delisted(BARS, 50, 0.6)
    assert len(gone) == 51
    assert gone.close[-1] == pytest.approx(0.4 * BARS.close[50])


def test_a_halt_leaves_out_the_bars_of_its_span() -> None:
    silent = shocks.halted(BARS, int(BARS.open_at_s[50]), int(BARS.open_at_s[60]))
    assert len(silent) == 190
    assert silent.open_at_s[50] == BARS.open_at_s[60]


@pytest.fixture(scope="module")
def scenarios() -> dict[str, object]:
    """Each scenario's new measures, of a desk that trades a lot."""
    job = replace(a_job(bars=600), strategies=(random_entries(2, 0.1),))
    return {each.scenario: each for each in stressed(job, played)}


def test_every_scenario_is_told_against_the_same_past(scenarios: dict[str, object]) -> None:
    assert list(scenarios) == [scenario.name for scenario in SCENARIOS]
    assert len({each.old for each in scenarios.values()}) == 1  # type: ignore[attr-defined]
    assert all(each.new != each.old for each in scenarios.values())  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["flash crash", "gap", "spread x 10", "fees x 2"])
def test_a_random_desk_loses_by_a_shock_against_it(scenarios: dict[str, object], name: str) -> None:
    assert scenarios[name].cost_ratio > 0.0  # type: ignore[attr-defined]


def test_the_strike_is_inside_the_largest_trade() -> None:
    trades = played(a_job(bars=600)).trades
    strike = strike_of(trades)
    largest = max(trades, key=lambda trade: trade.qty_base * trade.entry_price)
    assert largest.opened_at.timestamp() < strike.at_s <= largest.closed_at.timestamp()
    assert strike.sign == largest.side.sign


def test_noise_moves_the_result_a_little_and_the_same_seed_the_same_way() -> None:
    job = a_job(bars=500)
    twice = [candle_noise(job, played, np.random.default_rng(4), runs=4) for _ in range(2)]
    assert twice[0] == twice[1]
    low, middle, high = twice[0].net_ratio
    assert low < middle < high
    assert low < twice[0].seen.net_ratio + 0.05


def test_without_a_trade_nothing_is_told_and_a_stop_is_heard() -> None:
    job = a_job(bars=400)
    assert stressed(replace(job, strategies=()), played) == ()
    with pytest.raises(Stopped):
        stressed(job, played, watch=Watch(stop=lambda: True))
