"""What is asked of the past, and what came of it: values between processes, kept as JSON."""

import math
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

Value = bool | int | float | str
# JSON has no NaN, and Python's own spelling of it is refused by other readers
Real = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]
Floats = tuple[float, ...]


class Kind(StrEnum):
    """What is asked of the past; called as its command is."""

    BACKTEST = "backtest"
    COMPARE = "compare"
    WALKFORWARD = "walkforward"
    MONTECARLO = "montecarlo"
    TUNE = "tune"
    BIAS = "bias"
    STRESS = "stress"


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class RowTold(_Plain):
    """One way of trading, in figures."""

    name: str
    trades: int
    return_ratio: float
    max_drawdown_ratio: float
    sharpe: float  # per year
    win_rate_ratio: float | None
    expectancy_r: float | None
    profit_factor: float | None
    fee_quote: float


class CurveTold(_Plain):
    """Equity, thinned for a picture, oldest first."""

    name: str
    at_s: Floats
    equity_quote: Floats


class WindowTold(_Plain):
    """One window of a walk-forward. Sharpe ratios are per year."""

    train_from_at: datetime
    test_from_at: datetime
    test_to_at: datetime
    in_sharpe: float
    out_sharpe: float
    in_trades: int
    out_trades: int


class WalkTold(_Plain):
    """The walk as a whole. Sharpe ratios are per year."""

    windows: tuple[WindowTold, ...]
    in_sharpe: float
    out_sharpe: float
    kept_ratio: Real  # NaN: nothing was gained in sample
    gaining_ratio: float
    stability: tuple[tuple[str, float], ...]
    trades: int


class FanTold(_Plain):
    """Where equity might have gone."""

    levels: Floats
    step: tuple[int, ...]  # days
    bands: tuple[Floats, ...]  # one row a level, of the start cash
    seen: Floats
    runs: int
    low_ratio: float  # result at the lowest level
    high_ratio: float
    drawdown_ratio: float  # that 19 of 20 paths stayed within
    ruin_drawdown_ratio: float
    ruin_ratio: float
    loss_ratio: float  # share of the paths that lost


class BiasTold(_Plain):
    """One check of one strategy."""

    strategy: str
    kind: str
    compared: int
    changed: int
    sentence: str


class StressTold(_Plain):
    """One bad day."""

    scenario: str
    words: str
    trades: int
    return_ratio: float
    max_drawdown_ratio: float
    cost_ratio: float


class SideTold(_Plain):
    """Old or new on the bars held out. Sharpe ratios are per year."""

    trades: int
    net_ratio: float
    max_drawdown_ratio: float
    sharpe: float
    sharpe_low: float
    sharpe_high: float


class TunedTold(_Plain):
    """What a tuning found, and whether it may be adopted."""

    study: str
    changes: tuple[tuple[str, Value, Value], ...]  # name, old, new
    held_from_at: datetime
    held_to_at: datetime
    old: SideTold
    new: SideTold
    better: float  # new less old, in Sharpe ratios per year
    better_low: float
    better_high: float
    allowed: bool  # to adopt it
    why: str
    trials_made: int
    pruned: int
    overfit_ratio: float | None
    importance: tuple[tuple[str, float], ...]
    scores: tuple[float | None, ...]  # in the order of the trials; None: given up early


class Told(_Plain):
    """What came of a job."""

    kind: Kind
    title: str  # "BTC 1h sma_cross percent"
    words: str  # that would ask for it again
    symbols: tuple[str, ...]
    timeframe: str
    quote: str
    start_cash_quote: float
    from_at: datetime
    to_at: datetime
    rows: tuple[RowTold, ...] = ()
    curves: tuple[CurveTold, ...] = ()
    walk: WalkTold | None = None
    fan: FanTold | None = None
    tuned: TunedTold | None = None
    biases: tuple[BiasTold, ...] = ()
    stresses: tuple[StressTold, ...] = ()
    judgement: str = ""  # one sentence; empty: not judged
    notes: tuple[str, ...] = ()
    contaminated_bars: int = 0
