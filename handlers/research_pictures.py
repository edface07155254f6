"""What came of research as the values of a chart: the chart's name and what it draws."""

from collections.abc import Callable

import numpy as np

from charts.comparison import Comparison, Curve
from charts.fan import Fan
from charts.trials import Trials
from charts.walk_forward import Fold, Strips
from engine.core.research import Kind, Told

Drawn = tuple[str, object]  # a name of charts.CHARTS and its values


def picture_of(told: Told) -> Drawn | None:
    """The chart of the result; None where figures say it all."""
    make = _PICTURES.get(told.kind)
    return None if make is None else make(told)


def _comparison(told: Told) -> Drawn:
    curves = tuple(
        Curve(curve.name, np.array(curve.at_s), np.array(curve.equity_quote))
        for curve in told.curves
    )
    return "comparison", Comparison(curves)


def _strips(told: Told) -> Drawn | None:
    if told.walk is None:
        return None
    folds = tuple(
        Fold(
            from_s=window.train_from_at.timestamp(),
            split_s=window.test_from_at.timestamp(),
            to_s=window.test_to_at.timestamp(),
            inside=window.in_sharpe if window.in_trades else None,
            outside=window.out_sharpe if window.out_trades else None,
        )
        for window in told.walk.windows
    )
    return "walk_forward", Strips(folds, "Sharpe")


def _fan(told: Told) -> Drawn | None:
    fan = told.fan
    if fan is None:
        return None
    cash_quote = told.start_cash_quote
    start = np.ones((len(fan.levels), 1))  # the chart begins before the first day
    bands = np.concatenate((start, np.array(fan.bands)), axis=1) * cash_quote
    return "fan", Fan(
        steps=np.array((0, *fan.step), dtype=np.float64),
        step_name="days",
        levels=fan.levels,
        bands_quote=bands,
        actual_quote=np.array((1.0, *fan.seen)) * cash_quote,
        runs=fan.runs,
        ruin_ratio=fan.ruin_ratio,
        ruin_drawdown_ratio=fan.ruin_drawdown_ratio,
        quote=told.quote,
    )


def _trials(told: Told) -> Drawn | None:
    tuned = told.tuned
    if tuned is None:
        return None
    scores = tuned.scores
    value = np.array([np.nan if score is None else score for score in scores], dtype=np.float64)
    in_force = scores[0] if scores else None  # it is tried first
    return "trials", Trials(value, np.isnan(value), "Sharpe of the stretches", in_force)


_PICTURES: dict[Kind, Callable[[Told], Drawn | None]] = {
    Kind.BACKTEST: _comparison,
    Kind.COMPARE: _comparison,
    Kind.WALKFORWARD: _strips,
    Kind.MONTECARLO: _fan,
    Kind.TUNE: _trials,
}
