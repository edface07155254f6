"""A closed trade with what was said and paid before it, and many of them as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np

from engine.core.positions import Trade
from engine.market.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class VoterLean:
    """One voter's word on the proposal that became the trade."""

    voter: str
    lean: float  # p_up - p_down in its own words, -1 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """The trade's own record, and the votes of its round."""

    trade: Trade
    leans: tuple[VoterLean, ...] = ()  # of those that answered; empty: nobody was asked
    tokens_usd: float = 0.0  # what the round cost


@dataclass(frozen=True, slots=True)
class TradeColumns:
    """Closed trades for a picture, first closed first; arrays are (trades,)."""

    closed_at_s: Floats
    result_r: Floats  # NaN: the risk was not known
    mae_r: Floats  # worst while open, >= 0; NaN: not known
    mfe_r: Floats  # best while open, >= 0; NaN: not known
    confidence_ratio: Floats  # NaN: not known
    weekday: Ints  # of the entry, Monday 0
    hour: Ints  # of the entry
    zone: str  # of weekday and hour, "UTC"

    def __len__(self) -> int:
        return int(self.result_r.size)


def trade_columns(trades: Sequence[Trade], zone: tzinfo = UTC) -> TradeColumns:
    """The columns of `trades` in the order of their closing; days and hours in `zone`."""
    ordered = sorted(trades, key=lambda trade: (trade.closed_at, trade.trade_id))
    opened = [trade.opened_at.astimezone(zone) for trade in ordered]
    return TradeColumns(
        closed_at_s=_floats([trade.closed_at.timestamp() for trade in ordered]),
        result_r=_floats([trade.result_r for trade in ordered]),
        mae_r=_floats([trade.mae_r for trade in ordered]),
        mfe_r=_floats([trade.mfe_r for trade in ordered]),
        confidence_ratio=_floats([trade.confidence_ratio for trade in ordered]),
        weekday=np.array([at.weekday() for at in opened], dtype=np.int64),
        hour=np.array([at.hour for at in opened], dtype=np.int64),
        zone=str(zone),
    )


def _floats(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)
