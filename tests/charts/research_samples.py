"""What research runs give a picture, from ordinary to absurd."""

import numpy as np

from charts.comparison import Comparison, Curve
from charts.fan import Fan
from charts.importance import Importance
from charts.sensitivity import Sensitivity
from charts.trials import Trials
from charts.walk_forward import Fold, Strips

DAY_S = 86_400.0
NAN = float("nan")
START_S = 1.7e9
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def some_strips(count: int, seed: int = 1) -> Strips:
    """Rolling windows of four months and one."""
    rng = np.random.default_rng(seed)
    folds = []
    for number in range(count):
        from_s = START_S + 30 * DAY_S * number
        outside = None if number == 2 else float(rng.normal(0.7, 1.2))
        folds.append(
            Fold(from_s, from_s + 120 * DAY_S, from_s + 150 * DAY_S, 2.1 - 0.05 * number, outside)
        )
    return Strips(tuple(folds), "Sharpe")


def a_fan(trades: int, *, drift: float = 8.0, ruin: float = 0.3) -> Fan:
    """Two thousand shuffled runs."""
    steps = np.random.default_rng(2).normal(drift, 120.0, (2000, trades))
    paths = 10_000.0 + np.concatenate((np.zeros((2000, 1)), np.cumsum(steps, axis=1)), axis=1)
    return Fan(
        steps=np.arange(trades + 1.0),
        step_name="trades",
        levels=LEVELS,
        bands_quote=np.quantile(paths, LEVELS, axis=0),
        actual_quote=paths[0],
        runs=2000,
        ruin_ratio=float((paths.min(axis=1) < 10_000.0 * (1.0 - ruin)).mean()),
        ruin_drawdown_ratio=ruin,
        quote="USDT",
    )


def some_trials(count: int, *, in_force: float | None = 0.62) -> Trials:
    """A search that slowly gets better; some are cut short."""
    rng = np.random.default_rng(3)
    value = rng.normal(0.4, 0.35, count) + 0.5 * np.linspace(0.0, 1.0, count)
    pruned = rng.random(count) < 0.25
    pruned[:1] = False
    value[pruned] = np.nan
    if count > 40:
        value[10] = -9.0
    return Trials(value, pruned, "Sharpe out of sample", in_force)


def a_map(across: int, up: int, *, level: float = 0.0, peak: bool = False) -> Sensitivity:
    """A smooth hill, or one high cell."""
    x, y = np.meshgrid(np.linspace(-1.2, 1.2, across), np.linspace(-1.0, 1.0, up))
    value = (
        np.random.default_rng(4).normal(0.2, 0.1, x.shape)
        if peak
        else 1.6 * np.exp(-(x**2) - y**2) - 0.5
    )
    chosen = (up // 2, across // 2)
    value[chosen] += 1.3 if peak else 0.0
    return Sensitivity(
        "sma_slow_bars",
        tuple(str(20 + 5 * n) for n in range(across)),
        "risk_per_trade_ratio",
        tuple(f"{0.2 + 0.1 * n:.1f} %" for n in range(up)),
        value + level,
        chosen,
        "Sharpe",
        0.1 if peak else 0.8,
    )


def some_curves(count: int, points: int = 400, name: str = "strategy {n}") -> Comparison:
    """Curves over the same year."""
    rng = np.random.default_rng(5)
    at_s = START_S + 365 * DAY_S * np.linspace(0.0, 1.0, points)
    curves = [
        Curve(
            name.format(n=n),
            at_s,
            10_000.0 * np.exp(np.cumsum(rng.normal(0.0, 0.2, points) / points**0.5)),
        )
        for n in range(count)
    ]
    return Comparison(tuple(curves))


LONG = "a_parameter_with_a_very_long_name_that_never_ends_{n}"
STRIPS = {
    "ordinary": some_strips(8),
    "one": some_strips(1),
    "many": some_strips(40),
    "none tried": Strips((Fold(START_S, START_S + 9e6, START_S + 1e7, 1.0, None),), "Sharpe"),
    "empty": Strips((), "Sharpe"),
}
FANS = {
    "ordinary": a_fan(200),
    "sure ruin": a_fan(200, drift=-30.0),
    "never ruin": a_fan(60, ruin=0.9),
    "five thousand": a_fan(5000, drift=1.0),
    "one trade": a_fan(1),
    "nothing": a_fan(0),
}
TRIALS = {
    "ordinary": some_trials(120),
    "thousands": some_trials(5000),
    "nothing in force": some_trials(30, in_force=None),
    "one": some_trials(1),
    "all cut": Trials(np.full(9, np.nan), np.full(9, True), "Sharpe", 0.1),
    "empty": some_trials(0),
}
IMPORTANCES = {
    "ordinary": Importance(
        ("stop_atr", "sma_slow_bars", "target_r", "min_confidence_ratio", "risk_per_trade_ratio"),
        (0.46, 0.31, 0.14, 0.07, 0.02),
        120,
    ),
    "many long names": Importance(
        tuple(LONG.format(n=n) for n in range(25)), tuple(np.geomspace(0.4, 1e-4, 25)), 5000
    ),
    "one": Importance(("stop_atr",), (1.0,), 2),
    "nothing mattered": Importance(("stop_atr", "target_r"), (0.0, 0.0), 4),
    "empty": Importance((), (), 0),
}
MAPS = {
    "ordinary": a_map(9, 6),
    "peak": a_map(7, 5, peak=True),
    "all good": a_map(9, 6, level=1.0),
    "wide": a_map(40, 30),
    "one row": a_map(7, 1),
    "one cell": a_map(1, 1),
    "empty": Sensitivity("a", ("1",), "b", ("1",), np.full((1, 1), np.nan), (0, 0), "Sharpe", NAN),
}
COMPARISONS = {
    "ordinary": some_curves(4, name="sma {n}0/{n}5"),
    "long names": some_curves(8, name=LONG),
    "too many": some_curves(30),
    "thousands of points": some_curves(3, 5000),
    "one": some_curves(1),
    "twins": Comparison(some_curves(1).curves * 5),
    "one point": some_curves(2, 1),
    "empty": some_curves(0),
}
