"""The limits that look at all positions together: their number, direction, margin, likeness.

As in `limits`: a maximum that is not known to be kept counts as broken. Sums come on the 1e-8 grid.
"""

from enum import IntEnum
from typing import NamedTuple

from engine.rules.limits import KEPT, NONE, Check, at_most, share_ratio
from engine.rules.margin import liquidation_price
from engine.rules.registry import rule


class Bound(IntEnum):
    """What was broken. The numbers go on where `limits.Limit` leaves room: append only."""

    MIN_EQUITY = 20
    POSITION_VALUE = 21
    CAPITAL = 22
    NET = 23
    LEVERAGE = 24
    LIQUIDATION = 25
    SECTOR = 26
    CORRELATION = 27
    BETA = 28
    LIQUIDITY = 29
    FUNDING = 30


MIN_EQUITY = int(Bound.MIN_EQUITY)
POSITION_VALUE = int(Bound.POSITION_VALUE)
CAPITAL = int(Bound.CAPITAL)
NET = int(Bound.NET)
LEVERAGE = int(Bound.LEVERAGE)
LIQUIDATION = int(Bound.LIQUIDATION)
SECTOR = int(Bound.SECTOR)
CORRELATION = int(Bound.CORRELATION)
BETA = int(Bound.BETA)
LIQUIDITY = int(Bound.LIQUIDITY)
FUNDING = int(Bound.FUNDING)


class Wish(NamedTuple):
    """The entry that is judged."""

    sign: int  # +1 long, -1 short
    notional_quote: float
    margined: bool  # a perpetual: it takes margin instead of its price
    beta: float  # against bitcoin; 1.0 where it is not known


class PortfolioNumbers(NamedTuple):
    """All open positions, before the entry is added. Signed: long positive."""

    open_positions: int
    equity_quote: float  # marked
    net_quote: float  # signed sum of notionals
    margined_quote: float  # sum of abs(notional) of perpetuals
    spot_quote: float  # what spot holdings are worth: no margin for anything
    sector_quote: float  # sum of abs(notional) in the entry's sector
    beta_quote: float  # signed sum of notional * beta
    correlation_ratio: float  # the highest with an open position, in the entry's direction; 0 alone


class PortfolioLimits(NamedTuple):
    """What the desk allows itself. 0.0 switches off where it says so."""

    min_equity_quote: float  # 0: off
    max_position_quote: float  # 0: off
    capital_per_position_quote: float  # 0: off
    max_net_ratio: float
    max_leverage: float
    maintenance_ratio: float
    min_liquidation_ratio: float  # 0: off
    max_sector_ratio: float
    max_correlation_ratio: float  # 1 and more: off
    max_beta_ratio: float


@rule
def at_least(code: int, value: float, limit: float) -> Check:
    """Kept while `value` >= `limit`, or `limit` is 0; broken below it and where either is NaN."""
    if limit == 0.0 or value >= limit:
        return Check(NONE, value, limit)
    return Check(code, value, limit)


@rule
def check_position_value(notional_quote: float, max_position_quote: float) -> Check:
    """Whether the entry's notional is allowed; 0.0 allows any."""
    if max_position_quote == 0.0:
        return Check(NONE, notional_quote, max_position_quote)
    return at_most(POSITION_VALUE, notional_quote, max_position_quote)


@rule
def check_capital(open_positions: int, equity_quote: float, per_position_quote: float) -> Check:
    """Whether equity carries one more position at `per_position_quote` each ("capital / 100")."""
    if per_position_quote == 0.0:
        return Check(NONE, open_positions + 1.0, 0.0)
    return at_most(CAPITAL, open_positions + 1.0, equity_quote / per_position_quote)


@rule
def check_net(
    net_quote: float, sign: int, notional_quote: float, equity_quote: float, max_ratio: float
) -> Check:
    """Whether longs less shorts stay allowed with the entry in them; a hedge always is."""
    before_quote = abs(net_quote)
    after_quote = abs(net_quote + sign * notional_quote)
    if after_quote < before_quote and equity_quote > 0.0:
        return Check(NONE, share_ratio(after_quote, equity_quote), max_ratio)
    return at_most(NET, share_ratio(after_quote, equity_quote), max_ratio)


class Backing(NamedTuple):
    """Perpetuals, and the equity that is their margin."""

    margined_quote: float
    margin_quote: float


@rule
def backing_after(desk: PortfolioNumbers, wish: Wish) -> Backing:
    """Both with the entry in them: a perpetual adds to the first, spot coins take of the second."""
    margin_quote = desk.equity_quote - desk.spot_quote
    if wish.margined:
        return Backing(desk.margined_quote + wish.notional_quote, margin_quote)
    return Backing(desk.margined_quote, margin_quote - wish.notional_quote)


@rule
def check_leverage(backing: Backing, max_leverage: float) -> Check:
    """Whether perpetuals over their margin stay allowed; without any they do."""
    if backing.margined_quote == 0.0:
        return Check(NONE, 0.0, max_leverage)
    leverage = share_ratio(backing.margined_quote, backing.margin_quote)
    return at_most(LEVERAGE, leverage, max_leverage)


@rule
def liquidation_ratio(
    margined_quote: float, margin_quote: float, maintenance_ratio: float
) -> float:
    """The move of all prices against the perpetuals at which their margin is used up.

    Cross margin, the short's case, which comes first; 1.0 and more: never. 0.0 where there is no
    margin.
    """
    if not margined_quote > 0.0:
        return 1.0
    if not margin_quote > 0.0:
        return 0.0
    # as one short of the whole notional at a price of 1
    price = liquidation_price(-1, margined_quote, 1.0, margin_quote, maintenance_ratio)
    move_ratio = price - 1.0
    if move_ratio >= 1.0:
        return 1.0
    if not move_ratio > 0.0:
        return 0.0
    return move_ratio


@rule
def check_liquidation(backing: Backing, maintenance_ratio: float, min_ratio: float) -> Check:
    """Whether liquidation stays far enough away."""
    away_ratio = liquidation_ratio(backing.margined_quote, backing.margin_quote, maintenance_ratio)
    return at_least(LIQUIDATION, away_ratio, min_ratio)


@rule
def check_sector(
    sector_quote: float, notional_quote: float, equity_quote: float, max_ratio: float
) -> Check:
    """Whether the notionals of the entry's sector stay allowed with the entry in them."""
    return at_most(SECTOR, share_ratio(sector_quote + notional_quote, equity_quote), max_ratio)


@rule
def check_correlation(correlation_ratio: float, max_ratio: float) -> Check:
    """Whether the entry repeats no open position; a limit of 1 and more allows all."""
    if max_ratio >= 1.0:
        return Check(NONE, correlation_ratio, max_ratio)
    return at_most(CORRELATION, correlation_ratio, max_ratio)


@rule
def check_beta(beta_quote: float, wish: Wish, equity_quote: float, max_ratio: float) -> Check:
    """Whether the part of equity that moves with bitcoin stays allowed; less of it always is."""
    before_quote = abs(beta_quote)
    after_quote = abs(beta_quote + wish.sign * wish.notional_quote * wish.beta)
    if after_quote < before_quote and equity_quote > 0.0:
        return Check(NONE, share_ratio(after_quote, equity_quote), max_ratio)
    return at_most(BETA, share_ratio(after_quote, equity_quote), max_ratio)


@rule
def check_margin(desk: PortfolioNumbers, wish: Wish, bounds: PortfolioLimits) -> Check:
    """The first limit of margin that the entry would break."""
    backing = backing_after(desk, wish)
    check = check_leverage(backing, bounds.max_leverage)
    if check.code == NONE:
        check = check_liquidation(backing, bounds.maintenance_ratio, bounds.min_liquidation_ratio)
    return check


@rule
def check_likeness(desk: PortfolioNumbers, wish: Wish, bounds: PortfolioLimits) -> Check:
    """The first limit against having the same position twice: sector, correlation, beta."""
    check = check_sector(
        desk.sector_quote, wish.notional_quote, desk.equity_quote, bounds.max_sector_ratio
    )
    if check.code == NONE:
        check = check_correlation(desk.correlation_ratio, bounds.max_correlation_ratio)
    if check.code == NONE:
        check = check_beta(desk.beta_quote, wish, desk.equity_quote, bounds.max_beta_ratio)
    return check


@rule
def check_portfolio(desk: PortfolioNumbers, wish: Wish, bounds: PortfolioLimits) -> Check:
    """The first limit of the whole that the entry would break, or KEPT."""
    check = at_least(MIN_EQUITY, desk.equity_quote, bounds.min_equity_quote)
    if check.code == NONE:
        check = check_position_value(wish.notional_quote, bounds.max_position_quote)
    if check.code == NONE:
        check = check_capital(
            desk.open_positions, desk.equity_quote, bounds.capital_per_position_quote
        )
    if check.code == NONE:
        check = check_net(
            desk.net_quote, wish.sign, wish.notional_quote, desk.equity_quote, bounds.max_net_ratio
        )
    if check.code == NONE:
        check = check_margin(desk, wish, bounds)
    if check.code == NONE:
        check = check_likeness(desk, wish, bounds)
    if check.code == NONE:
        return KEPT
    return check
