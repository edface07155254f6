"""Results as a worker tells them: figures for a table, and curves thin enough for a picture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from engine.analytics.equity import EquityCurve
from engine.core.research import (
    BiasTold,
    CurveTold,
    FanTold,
    Kind,
    RowTold,
    SideTold,
    StressTold,
    Told,
    TunedTold,
    WalkTold,
    WindowTold,
)
from engine.research.bias import Bias
from engine.research.monte_carlo import Fan
from engine.research.request import FAMILIES, Request, asked_words
from engine.research.results import Backtest
from engine.research.returns import daily_returns, per_year, sharpe
from engine.research.run import Material
from engine.research.stress import Stressed
from engine.research.trials import Tally, Trial, digest_of, tally
from engine.research.tuning import errand as tuning
from engine.research.walk_forward import Step, WalkForward
from engine.research.worker_errand import market_name

CURVE_POINTS = 400  # a picture is no wider
SAFE_RATIO = 0.95


def begun(kind: Kind, material: Material, title: str, words: str) -> Told:
    """What is to be said of any job on this material; the rest is added."""
    return Told(
        kind=kind,
        title=title,
        words=words,
        symbols=material.symbols,
        timeframe=material.request.timeframe.value,
        quote=material.series[0].instrument.quote,
        start_cash_quote=float(material.request.cash_quote),
        from_at=material.starts_at,
        to_at=material.ends_at,
        notes=material.notes,
    )


def title_of(request: Request) -> str:
    """What a person calls the request: "BTC 1h 180d sma_cross percent"."""
    bases = ",".join(symbol.partition("/")[0] for symbol in request.symbols)
    words = asked_words(replace(request, strategies=(), exits=None))
    ways = ways_of(request)
    return " ".join((bases, *words[1:], *([ways] if ways else [])))


def ways_of(request: Request) -> str:
    """Its strategies, by their family where it is a whole one, and its exit plan; may be empty."""
    families = {names: family for family, names in reversed(FAMILIES.items())}
    family = families.get(request.strategies)
    names = request.strategies if family is None else (family,)
    return " ".join((*names, *(() if request.exits is None else (request.exits,))))


def row_of(name: str, result: Backtest) -> RowTold:
    """One row of a table."""
    measures = result.measures
    return RowTold(
        name=name,
        trades=measures.trades,
        return_ratio=result.return_ratio,
        max_drawdown_ratio=float(result.curve.drawdown_ratio.max()),
        sharpe=per_year(sharpe(daily_returns(result.curve))),
        win_rate_ratio=measures.win_rate_ratio,
        expectancy_r=measures.expectancy_r,
        profit_factor=measures.profit_factor,
        fee_quote=float(measures.fee_quote),
    )


def curve_of(name: str, curve: EquityCurve) -> CurveTold:
    """The curve with at most CURVE_POINTS points, its ends among them."""
    size = len(curve)
    places = np.unique(np.linspace(0, size - 1, min(size, CURVE_POINTS)).astype(np.int64))
    return CurveTold(
        name=name,
        at_s=tuple(curve.at_s[places].tolist()),
        equity_quote=tuple(curve.equity_quote[places].tolist()),
    )


def walk_told(walk: WalkForward) -> WalkTold:
    """The walk without its returns."""
    return WalkTold(
        windows=tuple(_window(step) for step in walk.steps),
        in_sharpe=walk.in_sharpe,
        out_sharpe=walk.out_sharpe,
        kept_ratio=walk.kept_ratio,
        gaining_ratio=walk.gaining_ratio,
        stability=walk.stability,
        trades=walk.trades,
    )


def fan_told(fan: Fan) -> FanTold:
    """The fan with what a caption says of it."""
    final = np.quantile(fan.final, [fan.levels[0], fan.levels[-1]]).tolist()
    return FanTold(
        levels=fan.levels,
        step=tuple(fan.step.tolist()),
        bands=tuple(tuple(row) for row in fan.bands.tolist()),
        seen=tuple(fan.seen.tolist()),
        runs=int(fan.final.size),
        low_ratio=final[0] - 1.0,
        high_ratio=final[1] - 1.0,
        drawdown_ratio=fan.drawdown_at(SAFE_RATIO),
        ruin_drawdown_ratio=fan.ruin_ratio,
        ruin_ratio=fan.risk_of_ruin_ratio,
        loss_ratio=fan.loss_probability_ratio,
    )


def tuned_told(told: tuning.Told) -> TunedTold:
    """The tuning without its trials."""
    held_from_at, held_to_at = told.held_out
    return TunedTold(
        study=told.study,
        changes=told.changes,
        held_from_at=held_from_at,
        held_to_at=held_to_at,
        old=_side(told.old),
        new=_side(told.new),
        better=told.better,
        better_low=told.better_low,
        better_high=told.better_high,
        allowed=told.allowed,
        why=told.why,
        trials_made=told.trials_made,
        pruned=told.pruned,
        overfit_ratio=told.overfit_ratio,
        importance=told.importance,
        scores=told.scores,
    )


def bias_told(bias: Bias) -> BiasTold:
    return BiasTold(
        strategy=bias.strategy,
        kind=bias.kind,
        compared=bias.compared,
        changed=bias.changed,
        sentence=bias.sentence(),
    )


def stress_told(stressed: Stressed) -> StressTold:
    return StressTold(
        scenario=stressed.scenario,
        words=stressed.words,
        trades=stressed.new.trades,
        return_ratio=stressed.new.net_ratio,
        max_drawdown_ratio=stressed.new.max_drawdown_ratio,
        cost_ratio=stressed.cost_ratio,
    )


def trial_of(study: str, result: Backtest, span: tuple[datetime, datetime] | None = None) -> Trial:
    """The result as one trial, to be counted under its markets."""
    returns = daily_returns(result.curve)
    from_at, to_at = span or (result.starts_at, result.ends_at)
    return Trial(
        study=study,
        market=market_name(result.symbols, result.request.timeframe.value),
        config_hash=result.config_hash,
        from_at=from_at,
        to_at=to_at,
        days=int(returns.size),
        trades=len(result.trades),
        in_sharpe=sharpe(returns),
        out_sharpe=None,
        digest=digest_of(returns),
    )


def all_trials(before: Tally, made: Sequence[Trial]) -> Tally:
    """Those made before and those made now, their spread weighed by their number.

    A trial that is made again counts again: too many are the careful mistake.
    """
    now = tally(made)
    known = [(each.trials, each.variance) for each in (before, now) if each.trials > 1]
    weight = sum(trials for trials, _ in known)
    spread = sum(trials * variance for trials, variance in known) / weight if weight else 0.0
    return Tally(before.trials + now.trials, spread)


def _window(step: Step) -> WindowTold:
    return WindowTold(
        train_from_at=step.window.train_from_at,
        test_from_at=step.window.test_from_at,
        test_to_at=step.window.test_to_at,
        in_sharpe=step.in_sharpe,
        out_sharpe=step.out_sharpe,
        in_trades=step.in_trades,
        out_trades=step.out_trades,
    )


def _side(side: tuning.SideTold) -> SideTold:
    return SideTold(**side.model_dump(exclude={"config_hash"}))
