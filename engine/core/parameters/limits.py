"""The parameters of the limits that look at the desk as a whole, at the hour and at the name."""

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group


class LimitParameters(Group):
    """What is not entered although its own risk is small. Ratios are shares of one."""

    max_net_ratio: float = param(
        0.60, unit="ratio", group="limits", ge=0.05, le=5.0, riskier="up",
        why="largest difference of long and short notionals, as a share of equity",
    )  # fmt: skip
    max_leverage: float = param(
        3.0, unit="count", group="limits", ge=0.1, le=20, riskier="up",
        why="notional of perpetuals over the equity that can be their margin",
    )  # fmt: skip
    maintenance_ratio: float = param(
        0.01, unit="ratio", group="limits", ge=0, le=0.2, riskier="down",
        why="margin that a venue asks to keep, as a share of notional",
    )  # fmt: skip
    min_liquidation_ratio: float = param(
        0.20, unit="ratio", group="limits", ge=0, le=1.0, riskier="down",
        why="move of all prices against the desk that must not yet liquidate it",
    )  # fmt: skip
    min_equity_quote: float = param(
        0.0, unit="quote", group="limits", ge=0, le=1e9, riskier="down",
        why="equity under which nothing is opened; 0 is off",
    )  # fmt: skip
    capital_per_position_quote: float = param(
        0.0, unit="quote", group="limits", ge=0, le=1e9, riskier="down",
        why="one position allowed per so much equity, such as 100; 0 is off",
    )  # fmt: skip
    max_correlation_ratio: float = param(
        0.70, unit="ratio", group="limits", ge=0, le=1.0, riskier="up",
        why="highest correlation with an open position of the same direction; 100% is off",
    )  # fmt: skip
    max_sector_ratio: float = param(
        0.40, unit="ratio", group="limits", ge=0.01, le=5.0, riskier="up",
        why="largest sum of notionals of one sector, as a share of equity",
    )  # fmt: skip
    sectors: str = param(
        "none", unit="text", group="limits",
        why="sectors of your own: BTC:major,PEPE:meme; none keeps the built-in ones",
    )  # fmt: skip
    max_beta_ratio: float = param(
        1.0, unit="ratio", group="limits", ge=0.05, le=5.0, riskier="up",
        why="largest part of equity that moves with bitcoin, by each symbol's beta",
    )  # fmt: skip
    losing_streak: int = param(
        8, unit="count", group="limits", ge=1, le=1000, riskier="up",
        why="losing trades in a row after which entries pause",
    )  # fmt: skip
    streak_pause_s: float = param(
        14_400.0, unit="s", group="limits", ge=60, le=604_800, riskier="down",
        why="how long a losing streak pauses entries",
    )  # fmt: skip
    adaptive_day_loss: bool = param(
        True, unit="flag", group="limits", riskier="down",
        why="lower the day's loss limits as equity falls under its peak",
    )  # fmt: skip
    blocked_symbols: str = param(
        "none", unit="text", group="limits",
        why="symbols that are never entered: DOGE,PEPE; none is off",
    )  # fmt: skip
    allowed_symbols: str = param(
        "all", unit="text", group="limits",
        why="the only symbols that are entered: BTC,ETH; all is off",
    )  # fmt: skip
    min_volume_24h_quote: float = param(
        0.0, unit="quote", group="limits", ge=0, le=1e11, riskier="down",
        why="turnover of 24 hours under which a symbol is not entered; 0 is off",
    )  # fmt: skip
    max_funding_ratio: float = param(
        0.001, unit="ratio", group="limits", ge=0, le=0.05, riskier="up",
        why="most funding that a position may have to pay per interval",
    )  # fmt: skip
    quiet_hours: str = param(
        "none", unit="text", group="limits",
        why="daily hours (UTC) without entries: 22:00-06:00,12:00-12:30; none is off",
    )  # fmt: skip
    news_windows: str = param(
        "none", unit="text", group="limits",
        why="moments (UTC) without entries: 2026-11-21T13:00/2026-11-21T15:00; none is off",
    )  # fmt: skip
