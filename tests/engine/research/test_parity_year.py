"""A year of three real markets: the live desk and the compiled backtest agree to the last digit.

Each strategy and each exit plan at least once, chosen so that few runs cover them; the shorter
samples of test_backtest.py cover what limits, breakers and pyramids do.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import EXIT_PLANS, LEAD_PLAN
from engine.research import parity, run
from engine.research.job import Advise
from engine.research.request import STRATEGY_NAMES, Request
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice
from tests.engine.research.test_backtest import CACHE

DATA = Path(__file__).parents[4] / "shared" / "data"
SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")


class Case(NamedTuple):
    """Who trades, and how positions are left."""

    strategies: tuple[str, ...]
    exceptions: str  # of the exit plan, by strategy
    exits: str


CASES = (
    Case(
        ("sma_5_15", "sma_10_30", "sma_20_50", "volatility_squeeze"),
        "sma_5_15:percent, sma_10_30:r_multiple, sma_20_50:regime, volatility_squeeze:adaptive",
        "default",
    ),
    Case(
        ("donchian_breakout", "band_reversion", "trend_pullback"),
        "donchian_breakout:ladder, band_reversion:give_back, trend_pullback:default",
        "default",
    ),
)


def parameters_of(case: Case) -> Parameters:
    switches = {name: name in case.strategies for name in STRATEGY_NAMES}
    plans = {"exit_plan": case.exits, "exit_plan_exceptions": case.exceptions}
    return Parameters.model_validate({**switches, **plans})


def voters(parameters: Parameters) -> Advise:
    return rule_advice(parse_voters(DEFAULT_VOTERS), parameters)


def test_every_strategy_and_every_plan_has_a_case() -> None:
    assert {name for case in CASES for name in case.strategies} == set(STRATEGY_NAMES)
    used = {parameters_of(case).plan_name_of(name) for case in CASES for name in case.strategies}
    assert used == set(EXIT_PLANS) - {LEAD_PLAN}  # of voters that propose: test_leading.py


@pytest.mark.data
@pytest.mark.timeout(300)
@pytest.mark.skipif(not DATA.is_dir(), reason="no market data folder")
@pytest.mark.parametrize("case", CASES, ids=["averages and squeeze", "the others"])
async def test_a_year_of_three_markets_has_no_difference(case: Case) -> None:
    request = Request(
        symbols=SYMBOLS,
        from_at=datetime(2021, 3, 1, tzinfo=UTC),  # a crash, a rally, and the fall after it
        to_at=datetime(2022, 3, 1, tzinfo=UTC),
    )
    material = run.read(request, DATA)
    found = await parity.compared(material, parameters_of(case), voters, CACHE)
    assert found.difference is None
    assert found.moments == 365 * 24
    assert found.trades > 100
