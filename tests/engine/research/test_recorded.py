"""Real bars: the desk on the replay feed and the compiled backtest make the same trades."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from engine.core.market import Bar
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import KEEP_BARS, Bars, bars_of
from engine.research.backtest import Job, Series, run
from engine.venues.catalogue import costs_of
from engine.venues.replay import ReplayFeed
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice
from tests.engine.research.desk_run import desk_run
from tests.engine.research.test_backtest import CACHE, DEFAULTS, PLANS

DATA = Path(__file__).parents[4] / "shared" / "data"
SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")
FROM_AT, TO_AT = datetime(2021, 5, 1, tzinfo=UTC), datetime(2021, 6, 10, tzinfo=UTC)  # a crash


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no market data folder")
@pytest.mark.parametrize("parameters", [DEFAULTS, PLANS], ids=["default", "plans"])
async def test_a_replay_of_real_bars_and_their_backtest_agree_to_the_last_digit(
    parameters: Parameters,
) -> None:
    feed = ReplayFeed(
        DATA, SYMBOLS, (Timeframe.H1,), warmup_bars=KEEP_BARS, from_at=FROM_AT, to_at=TO_AT
    )
    series = []
    for instrument in await feed.instruments():
        told = await feed.history(
            instrument.symbol, Timeframe.H1, before=TO_AT, bars=KEEP_BARS + 40 * 24
        )
        series.append(Series(instrument, costs_of(instrument), columns_of(told)))
    job = Job(
        series=series,
        timeframe=Timeframe.H1,
        parameters=parameters,
        advise=rule_advice(parse_voters(DEFAULT_VOTERS), parameters),
        start_cash_quote=Decimal(10_000),
        starts_at=FROM_AT,
        ends_at=TO_AT,
    )
    compiled = run(job, CACHE)
    trades, cash_quote = await desk_run(job, feed)
    assert len(trades) > 20
    assert trades == compiled.trades
    assert cash_quote == compiled.cash_quote


def columns_of(told: tuple[Bar, ...]) -> Bars:
    """The bars as arrays."""
    open_at_s = np.array([int(bar.open_at.timestamp()) for bar in told], dtype=np.int64)
    prices = np.array([bar[1:] for bar in told], dtype=np.float64)
    return bars_of(open_at_s, prices[:, 0], prices[:, 1], prices[:, 2], prices[:, 3], prices[:, 4])
