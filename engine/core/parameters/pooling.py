"""The parameters of how votes are checked, calibrated and pooled."""

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group


class PoolingParameters(Group):
    """What voters are asked, and what their answers are worth."""

    barrier_atr: float = param(
        2.0, unit="atr", group="parley", ge=0.25, le=10,
        why="distance of the two barriers of the forecast event from the close, in ATR",
    )  # fmt: skip
    horizon_bars: int = param(
        48, unit="bars", group="parley", ge=2, le=1000,
        why="bars within which a barrier must be touched, else the outcome is neither",
    )  # fmt: skip
    warn_factor_ratio: float = param(
        0.8, unit="ratio", group="parley", ge=0, le=1,
        why="what each warning leaves of a vote's log-odds; never under 40% in all",
    )  # fmt: skip
    veto_checks: str = param(
        "none", unit="text", group="parley",
        why="warnings that are a reason to say no: rsi_overbought_buy,vol_shock; none is off",
    )  # fmt: skip
    low_bound_sd: float = param(
        0.5, unit="count", group="parley", ge=0, le=3, riskier="down",
        why="standard deviations taken off the pooled log-odds before the value is reckoned",
    )  # fmt: skip
    value_margin_r: float = param(
        0.02, unit="r", group="parley", ge=-1, le=2, riskier="down",
        why="expected value that a calibrated entry must have after costs, at the lower bound",
    )  # fmt: skip
    slippage_bps: float = param(
        2.0, unit="bps", group="parley", ge=0, le=200, riskier="down",
        why="slippage per side that the expected value is reckoned with",
    )  # fmt: skip
    recalibrate_under_ratio: float = param(
        0.55, unit="ratio", group="parley", ge=0, le=0.9,
        why="share of right calls under which half of what was learned is forgotten; 0 is off",
    )  # fmt: skip
    bias_over_ratio: float = param(
        0.85, unit="ratio", group="parley", ge=0.5, le=1,
        why="share of votes for one side over which, without an edge, it counts half; 100% is off",
    )  # fmt: skip
    dissent_over_ratio: float = param(
        0.34, unit="ratio", group="parley", ge=0, le=1,
        why="share of the votes against the majority over which an entry's dissent is told",
    )  # fmt: skip
    masked: bool = param(
        True, unit="flag", group="parley",
        why="models see no date, an alias for the symbol, and prices as multiples of ATR",
    )  # fmt: skip
