"""The parameters, by group. Ratios are shares of one: 0.01 is one percent."""

from pydantic import BaseModel, ConfigDict

from engine.core.parameters.declaration import param


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RiskParameters(Group):
    """How much may be lost, and when the desk stops itself."""

    risk_per_trade_ratio: float = param(
        0.005, unit="ratio", group="risk", ge=0.0005, le=0.05, riskier="up", tune=True,
        why="share of equity lost when a trade's first stop is hit",
    )  # fmt: skip
    max_position_ratio: float = param(
        0.10, unit="ratio", group="risk", ge=0.01, le=1.0, riskier="up",
        why="largest notional of one position, as a share of equity",
    )  # fmt: skip
    max_exposure_ratio: float = param(
        0.60, unit="ratio", group="risk", ge=0.05, le=5.0, riskier="up",
        why="largest sum of all notionals, as a share of equity",
    )  # fmt: skip
    max_positions: int = param(
        6, unit="count", group="risk", ge=1, le=100, riskier="up",
        why="how many positions may be open at once",
    )  # fmt: skip
    max_heat_ratio: float = param(
        0.03, unit="ratio", group="risk", ge=0.002, le=0.5, riskier="up",
        why="largest sum of open risk to the stops, as a share of equity",
    )  # fmt: skip
    daily_loss_reduce_ratio: float = param(
        0.03, unit="ratio", group="risk", ge=0.002, le=0.5, riskier="up",
        why="loss of the day at which entries stop",
    )  # fmt: skip
    daily_loss_halt_ratio: float = param(
        0.06, unit="ratio", group="risk", ge=0.002, le=0.9, riskier="up",
        why="loss of the day at which the desk halts",
    )  # fmt: skip
    drawdown_reduce_ratio: float = param(
        0.15, unit="ratio", group="risk", ge=0.01, le=0.9, riskier="up",
        why="drawdown from the equity peak at which entries stop",
    )  # fmt: skip
    drawdown_halt_ratio: float = param(
        0.25, unit="ratio", group="risk", ge=0.01, le=0.95, riskier="up",
        why="drawdown from the equity peak at which the desk halts",
    )  # fmt: skip
    trades_per_hour: int = param(
        30, unit="count", group="risk", ge=1, le=1000, riskier="up",
        why="entries allowed in any hour",
    )  # fmt: skip
    cool_down_s: float = param(
        0.0, unit="s", group="risk", ge=0, le=604_800, riskier="down",
        why="pause for entries after a losing trade",
    )  # fmt: skip
    max_spread_bps: float = param(
        25.0, unit="bps", group="risk", ge=0.1, le=1000, riskier="up",
        why="widest spread at which an entry is sent",
    )  # fmt: skip
    stale_steps: float = param(
        3.0, unit="count", group="risk", ge=1, le=100, riskier="up",
        why="silence of a symbol, in steps of the feed, after which it takes no entries",
    )  # fmt: skip
    late_bar_s: float = param(
        120.0, unit="s", group="risk", ge=1, le=86_400, riskier="up",
        why="age of a closed bar beyond which it opens nothing",
    )  # fmt: skip


class ExitParameters(Group):
    """How a position is guarded and left."""

    stop_atr: float = param(
        2.0, unit="atr", group="exits", ge=0.2, le=20, tune=True,
        why="distance of the first stop from the entry, in ATR",
    )  # fmt: skip
    target_1_r: float = param(
        1.0, unit="r", group="exits", ge=0, le=50, tune=True,
        why="first target, in multiples of the initial risk; 0 is off",
    )  # fmt: skip
    target_1_share_ratio: float = param(
        0.5, unit="ratio", group="exits", ge=0, le=1, tune=True,
        why="share of the position that leaves at the first target",
    )  # fmt: skip
    target_2_r: float = param(
        3.0, unit="r", group="exits", ge=0, le=100, tune=True,
        why="second target, for the rest; 0 is off",
    )  # fmt: skip
    breakeven_from_r: float = param(
        1.0, unit="r", group="exits", ge=0, le=50, tune=True,
        why="gain at which the stop goes to the entry price; 0 is off",
    )  # fmt: skip
    trail_from_r: float = param(
        1.5, unit="r", group="exits", ge=0, le=50, tune=True,
        why="gain from which the stop trails the best price; 0 is off",
    )  # fmt: skip
    trail_atr: float = param(
        1.0, unit="atr", group="exits", ge=0.1, le=20, tune=True,
        why="distance of the trailing stop from the best price, in ATR",
    )  # fmt: skip
    time_stop_bars: int = param(
        96, unit="bars", group="exits", ge=0, le=100_000, tune=True,
        why="bars after which a position is closed; 0 is off",
    )  # fmt: skip
    exit_on_opposite: bool = param(
        False, unit="flag", group="exits", riskier="down",
        why="leave when the strategies propose the other side",
    )  # fmt: skip
    exit_on_advice: bool = param(
        False, unit="flag", group="exits", riskier="down",
        why="leave when the voters approve a trade to the other side",
    )  # fmt: skip
    exit_plan: str = param(
        "default", unit="text", group="exits",
        why="default, percent, r_multiple, regime, ladder, give_back or adaptive",
    )  # fmt: skip
    exit_plan_exceptions: str = param(
        "none", unit="text", group="exits",
        why="other plans by strategy, such as sma_5_15:ladder, sma_20_50:give_back",
    )  # fmt: skip


class ParleyParameters(Group):
    """How votes become a verdict."""

    quorum: int = param(
        2, unit="count", group="parley", ge=1, le=16, riskier="down",
        why="answers needed before a verdict counts",
    )  # fmt: skip
    majority_ratio: float = param(
        0.5, unit="ratio", group="parley", ge=0.34, le=1, riskier="down",
        why="share of the answers that must speak for the proposal; more than this share",
    )  # fmt: skip


class ChatParameters(Group):
    """How the desk talks."""

    live_card_s: float = param(
        10.0, unit="s", group="chat", ge=3, le=600,
        why="shortest time between two edits of the pinned status card",
    )  # fmt: skip
    equity_point_s: float = param(
        300.0, unit="s", group="chat", ge=1, le=86_400,
        why="market time between two points of the equity curve",
    )  # fmt: skip
    trade_pictures: bool = param(
        True, unit="flag", group="chat",
        why="a picture after the alert of every entry and exit",
    )  # fmt: skip
    digest_over: int = param(
        6, unit="count", group="chat", ge=2, le=100,
        why="alerts waiting at once beyond which they are told as one digest",
    )  # fmt: skip
    escalate_after_s: float = param(
        300.0, unit="s", group="chat", ge=30, le=86_400,
        why="a critical alert without a word is told again after this, then to one more person",
    )  # fmt: skip
