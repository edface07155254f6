"""How a trade is sized beyond its fixed risk. All of it can only make a trade smaller."""

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group


class SizingParameters(Group):
    """Which evidence sizes a trade, and the caps on its notional."""

    kelly_share_ratio: float = param(
        0.0, unit="ratio", group="sizing", ge=0, le=1, tune=True,
        why="share of the Kelly stake that bounds the risk of a trade; 0 is off",
    )  # fmt: skip
    volatility_position_ratio: float = param(
        0.0, unit="ratio", group="sizing", ge=0, le=1, tune=True,
        why="notional over equity at the usual volatility, less when it is wilder; 0 is off",
    )  # fmt: skip
    adaptive_size: bool = param(
        False, unit="flag", group="sizing", riskier="down",
        why="risk less where the regime, the symbol or the hour has lost so far",
    )  # fmt: skip
    prior_trades: int = param(
        30, unit="count", group="sizing", ge=1, le=1000, riskier="down",
        why="so many trades weigh as much as what is assumed without any",
    )  # fmt: skip
    pyramid_from_r: float = param(
        0.0, unit="r", group="sizing", ge=0, le=50, riskier="down",
        why="gain from which a proposal may add to a position, and again per addition; 0 is off",
    )  # fmt: skip
    pyramid_share_ratio: float = param(
        0.5, unit="ratio", group="sizing", ge=0.01, le=1, riskier="up",
        why="largest addition, as a share of the position; all of it never risks more than 1R",
    )  # fmt: skip
    pyramid_max_adds: int = param(
        2, unit="count", group="sizing", ge=1, le=10, riskier="up",
        why="how often a position may be added to",
    )  # fmt: skip
    max_notional_quote: float = param(
        0.0, unit="quote", group="sizing", ge=0, le=1_000_000_000,
        why="largest notional of one position; 0 leaves it to the share of equity",
    )  # fmt: skip
    min_notional_quote: float = param(
        0.0, unit="quote", group="sizing", ge=0, le=1_000_000,
        why="smallest notional worth a trade, where the venue's own is smaller",
    )  # fmt: skip
