"""A small market to measure luck on: one perpetual, voters that agree to everything."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.research.advice import agreed
from engine.research.backtest import Job, Result, Series, run
from engine.research.outcome import Run
from tests.engine.research.drawn_bars import START_AT, an_instrument, costs_on, drawn_bars

SYMBOL = "BTC/USDT:USDT"
BARS, WARM_UP_BARS = 1400, 200
# so that limits of the whole do not decide which trades are made
FREE = Parameters().model_copy(
    update={"max_position_ratio": 0.5, "max_net_ratio": 2.0, "max_sector_ratio": 2.0,
            "losing_streak": 1000, "daily_loss_reduce_ratio": 0.4, "daily_loss_halt_ratio": 0.5,
            "drawdown_reduce_ratio": 0.8, "drawdown_halt_ratio": 0.9}
)  # fmt: skip


def a_job(seed: int = 7, parameters: Parameters = FREE, bars: int = BARS) -> Job:
    """One drawn market of hourly bars."""
    instrument = an_instrument(SYMBOL, "0.1", "0.001")
    drawn = drawn_bars(seed, bars, price=40_000.0)
    return Job(
        series=[Series(instrument, costs_on(instrument), drawn)],
        timeframe=Timeframe.H1,
        parameters=parameters,
        advise=agreed,
        start_cash_quote=Decimal(10_000),
        starts_at=START_AT + timedelta(hours=WARM_UP_BARS),
        ends_at=START_AT + timedelta(hours=bars),
    )


def played(job: Job) -> Result:
    """The job as plain Python: nothing to compile."""
    return run(job, None)


def run_on(job: Job) -> Run:
    """The job with other parameters and spans."""

    def chosen(parameters: Parameters, from_at: datetime, to_at: datetime) -> Result:
        return played(replace(job, parameters=parameters, starts_at=from_at, ends_at=to_at))

    return chosen
