"""Which trades wait for a person, and for how many. Plain numbers in, plain numbers out.

Not compiled: a backtest takes every trade as approved, since nobody can be asked about the past.
"""

from typing import NamedTuple

from engine.core.approvals import AskedFor, Cause


class TradeNumbers(NamedTuple):
    """What is known of a sized entry."""

    notional_quote: float
    risk_quote: float  # lost at the stop
    equity_quote: float
    leverage: float  # of all perpetuals with it, over equity; 0.0 for spot
    dissent_ratio: float
    is_first: bool  # on its symbol


class ApprovalLimits(NamedTuple):
    """Beyond each of these a person is asked."""

    over_quote: float
    over_ratio: float
    risk_ratio: float
    leverage: float
    dissent_ratio: float
    first_trade: bool
    two_over_quote: float
    two_over_ratio: float


class Need(NamedTuple):
    """How many people must agree (0: nobody is asked), and why."""

    people: int
    causes: tuple[Cause, ...]


NOBODY = Need(0, ())


def needed(trade: TradeNumbers, limits: ApprovalLimits) -> Need:
    """Who must agree to the trade. A limit is passed when it is exceeded; NaN exceeds all."""
    share_ratio = share_of(trade.notional_quote, trade.equity_quote)
    compared = (
        Cause(AskedFor.NOTIONAL, trade.notional_quote, limits.over_quote),
        Cause(AskedFor.SHARE, share_ratio, limits.over_ratio),
        Cause(AskedFor.RISK, share_of(trade.risk_quote, trade.equity_quote), limits.risk_ratio),
        Cause(AskedFor.LEVERAGE, trade.leverage, limits.leverage),
        Cause(AskedFor.DISSENT, trade.dissent_ratio, limits.dissent_ratio),
    )
    found = [each for each in compared if not each.value <= each.limit]
    if limits.first_trade and trade.is_first:
        found.append(Cause(AskedFor.FIRST_TRADE, 1.0, 0.0))
    if not trade.notional_quote <= limits.two_over_quote:
        found.append(Cause(AskedFor.TWO_PEOPLE, trade.notional_quote, limits.two_over_quote))
    elif not share_ratio <= limits.two_over_ratio:
        found.append(Cause(AskedFor.TWO_PEOPLE, share_ratio, limits.two_over_ratio))
    if not found:
        return NOBODY
    return Need(2 if found[-1].asked_for is AskedFor.TWO_PEOPLE else 1, tuple(found))


def share_of(part_quote: float, equity_quote: float) -> float:
    """A part of equity as a ratio; infinite where there is no equity to share."""
    return part_quote / equity_quote if equity_quote > 0.0 else float("inf")


def drift_r(offered_price: float, present_price: float, stop_price: float) -> float:
    """How far the price moved since the offer, either way, in parts of the risk to the stop.

    Infinite where the stop leaves no risk to measure by.
    """
    risk_price = abs(offered_price - stop_price)
    if not (risk_price > 0.0 and stop_price > 0.0):
        return float("inf")
    return abs(present_price - offered_price) / risk_price
