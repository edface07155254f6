"""Every strategy, filter and regime switched on: desk and compiled backtest still agree."""

from collections import Counter
from dataclasses import replace

import pytest

from engine.core.advice import Verdict
from engine.core.parameters import Parameters
from engine.research.backtest import Job, Result, run
from engine.strategies.registry import STRATEGIES
from tests.engine.research.desk_run import desk_run
from tests.engine.research.test_backtest import CACHE, a_job

YES = Verdict(approved=True, confidence_ratio=0.6, votes=(), dissent_ratio=0.0, why="yes")
NEW = {
    "donchian_breakout": True,
    "band_reversion": True,
    "trend_pullback": True,
    "volatility_squeeze": True,
}
FILTERS = {"volume_filter": True, "weekly_block": True, "regime_playbook": True}
OLD = {"sma_5_15": False, "sma_10_30": False, "sma_20_50": False}
SETTINGS = {
    "all strategies": NEW,
    "only the new ones, filtered": NEW | FILTERS | OLD,
    "all, filtered": NEW | FILTERS,
}


def approved(values: dict[str, bool]) -> Job:
    """A job with these parameters whose voters agree to everything."""
    job = a_job(Parameters.model_validate(values), seed=31)
    return replace(job, advise=lambda snapshot: YES)


@pytest.fixture(scope="module", params=SETTINGS)
def played(request: pytest.FixtureRequest) -> tuple[Job, Result]:
    """A job and its result as plain Python."""
    job = approved(SETTINGS[request.param])
    return job, run(job, None)


async def test_the_live_desk_makes_the_same_trades_to_the_last_digit(
    played: tuple[Job, Result],
) -> None:
    job, plain = played
    trades, cash_quote = await desk_run(job)
    assert trades
    assert trades == plain.trades
    assert cash_quote == plain.cash_quote


def test_compiled_and_plain_are_equal(played: tuple[Job, Result]) -> None:
    job, plain = played
    compiled = run(job, CACHE)
    assert compiled.trades == plain.trades
    assert compiled.cash_quote == plain.cash_quote


def test_every_strategy_trades_and_every_switch_tells() -> None:
    runs = {name: run(approved(values), None).trades for name, values in SETTINGS.items()}
    leaders = Counter(trade.strategy for trades in runs.values() for trade in trades)
    assert set(NEW) <= set(leaders) <= {strategy.name for strategy in STRATEGIES}
    assert len(runs["all, filtered"]) < len(runs["all strategies"])
