"""What the strategies look at, as parameters."""

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group


class StrategyParameters(Group):
    """What the strategies look at."""

    sma_5_15: bool = param(
        True, unit="flag", group="strategy", why="trade crosses of the 5 and 15 bar averages"
    )
    sma_10_30: bool = param(
        True, unit="flag", group="strategy", why="trade crosses of the 10 and 30 bar averages"
    )
    sma_20_50: bool = param(
        True, unit="flag", group="strategy", why="trade crosses of the 20 and 50 bar averages"
    )
    donchian_breakout: bool = param(
        False, unit="flag", group="strategy", why="trade closes beyond the range of many bars"
    )
    band_reversion: bool = param(
        False, unit="flag", group="strategy", why="fade the Bollinger bands in a sideways market"
    )
    trend_pullback: bool = param(
        False, unit="flag", group="strategy", why="join the longer timeframe's trend after a dip"
    )
    volatility_squeeze: bool = param(
        False, unit="flag", group="strategy", why="trade the way out of an unusually narrow band"
    )
    breakout_bars: int = param(
        20, unit="bars", group="strategy", ge=10, le=120, tune=True,
        why="bars whose range a breakout leaves",
    )  # fmt: skip
    reversion_bars: int = param(
        20, unit="bars", group="strategy", ge=10, le=60, tune=True,
        why="length of the bands that are faded",
    )  # fmt: skip
    pullback_bars: int = param(
        20, unit="bars", group="strategy", ge=8, le=60, tune=True,
        why="length of the average through which a dip recovers",
    )  # fmt: skip
    squeeze_bars: int = param(
        120, unit="bars", group="strategy", ge=40, le=400, tune=True,
        why="bars among which the band has to be narrow",
    )  # fmt: skip
    volume_filter: bool = param(
        False, unit="flag", group="strategy", riskier="down",
        why="enter only on bars of more volume than half of the 50 before",
    )  # fmt: skip
    weekly_block: bool = param(
        False, unit="flag", group="strategy", riskier="down",
        why="no longs while the week falls",
    )  # fmt: skip
    regime_playbook: bool = param(
        False, unit="flag", group="strategy",
        why="let the regime choose which strategies speak",
    )  # fmt: skip
    atr_window_bars: int = param(
        14, unit="bars", group="strategy", ge=2, le=200, tune=True, hot=False,
        why="length of the average true range",
    )  # fmt: skip
    allow_short: bool = param(
        True, unit="flag", group="strategy", riskier="up",
        why="sell short where the market allows it",
    )  # fmt: skip
