"""The past that is tuned on: a run sees what a desk would have kept, and hears a stop inside."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import KEEP_BARS
from engine.research.backtest import Job, run
from engine.research.outcome import Stopped
from engine.research.tuning.market import Market, market_of
from tests.engine.research.drawn_bars import START_AT, drawn_bars

BARS = KEEP_BARS + 700
FROM_AT = START_AT + timedelta(hours=KEEP_BARS + 100)
TO_AT = FROM_AT + timedelta(hours=300)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """One perpetual with more history than a desk keeps."""
    bars = drawn_bars(7, BARS, price=40_000.0)
    columns = {
        "timestamp": bars.open_at_s * 1000, "open": bars.open, "high": bars.high,
        "low": bars.low, "close": bars.close, "volume": bars.volume_base,
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("market")
    pl.DataFrame(columns).write_parquet(folder / "BTC_USDT_USDT-1h.parquet")
    return market_of(folder, ("BTC/USDT:USDT",), Timeframe.H1, Decimal(10_000), None)


def test_bars_that_a_desk_would_not_keep_change_nothing(market: Market) -> None:
    cut = market.run(Parameters(), FROM_AT, TO_AT)
    whole = run(
        Job(
            series=market.series,
            timeframe=Timeframe.H1,
            parameters=Parameters(),
            advise=market.advise,
            start_cash_quote=Decimal(10_000),
            starts_at=FROM_AT,
            ends_at=TO_AT,
        ),
        None,
    )
    assert len(cut.trades) > 5
    assert cut.trades == whole.trades
    assert np.array_equal(cut.curve.equity_quote, whole.curve.equity_quote)


def test_a_stop_is_heard_inside_a_run(market: Market) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Stopped):
        market.heeding(stop).run(Parameters(), FROM_AT, TO_AT)
    assert len(asked) == 4


def test_other_bars_have_another_digest(market: Market, tmp_path: Path) -> None:
    assert len(market.digest) == 12
    shorter = Market(tuple(market.series), Timeframe.H4, market.cash_quote, market.compiled_dir)
    assert shorter.digest != market.digest
    first_at, last_at = market.span
    assert first_at == START_AT + timedelta(hours=BARS // 10)
    assert last_at == START_AT + timedelta(hours=BARS)
