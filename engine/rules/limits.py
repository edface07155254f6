"""The limits of the desk in plain numbers. Each check says yes or no with the numbers it saw.

A maximum that is not known to be kept counts as broken: NaN denies. math.inf switches a maximum
off, 0.0 a minimum.
"""

import math
from enum import IntEnum
from typing import NamedTuple

from engine.rules.ledger import drawdown_ratio
from engine.rules.registry import rule


class Limit(IntEnum):
    """What was broken. The numbers are stored: append only."""

    NONE = 0
    POSITIONS = 1
    EXPOSURE = 2
    DAILY_LOSS = 3
    DRAWDOWN = 4
    HEAT = 5
    TRADES_PER_HOUR = 6
    COOL_DOWN = 7
    STALE_FEED = 8
    SPREAD = 9


class Breaker(IntEnum):
    """What the desk may do, as a number that can only grow by itself."""

    ACTIVE = 0
    REDUCING = 1  # exits only
    HALTED = 2  # only cancels and panic's exits


NONE = int(Limit.NONE)
POSITIONS = int(Limit.POSITIONS)
EXPOSURE = int(Limit.EXPOSURE)
DAILY_LOSS = int(Limit.DAILY_LOSS)
DRAWDOWN = int(Limit.DRAWDOWN)
HEAT = int(Limit.HEAT)
TRADES_PER_HOUR = int(Limit.TRADES_PER_HOUR)
COOL_DOWN = int(Limit.COOL_DOWN)
STALE_FEED = int(Limit.STALE_FEED)
SPREAD = int(Limit.SPREAD)
ACTIVE = int(Breaker.ACTIVE)
REDUCING = int(Breaker.REDUCING)
HALTED = int(Breaker.HALTED)


class DeskLimits(NamedTuple):
    """What the desk allows itself."""

    max_positions: int  # open at once
    max_gross_ratio: float  # sum of notional over equity
    max_daily_loss_ratio: float  # of the equity at the day's start
    max_drawdown_ratio: float  # from the peak, open losses included
    max_heat_ratio: float  # sum of open risk over equity
    max_trades_per_hour: int
    cool_down_s: float  # no entry for so long after a loss
    max_feed_age_s: float
    max_spread_bps: float


class DeskNumbers(NamedTuple):
    """How the desk stands before an entry. All of it before the entry is added."""

    open_positions: int
    gross_quote: float  # sum of abs(notional)
    equity_quote: float  # marked to mid
    day_start_quote: float  # equity at the day's start
    peak_quote: float  # highest equity so far
    open_risk_quote: float  # what is lost if every stop is hit
    trades_last_hour: int  # entries
    since_loss_s: float  # since the last losing trade closed; math.inf = never
    feed_age_s: float  # of the symbol's last price
    spread_bps: float


class Check(NamedTuple):
    """One answer, with its numbers for the person who asks why."""

    code: int  # Limit; NONE = kept
    value: float
    limit: float


KEPT = Check(NONE, 0.0, 0.0)


@rule
def at_most(code: int, value: float, limit: float) -> Check:
    """Kept while `value` <= `limit`; broken above it and where either is NaN."""
    if value <= limit:
        return Check(NONE, value, limit)
    return Check(code, value, limit)


@rule
def share_ratio(part_quote: float, equity_quote: float) -> float:
    """`part_quote` over equity; infinite where there is no equity, so that no limit allows it."""
    if not equity_quote > 0.0:
        return math.inf
    return part_quote / equity_quote


@rule
def below(code: int, value: float, limit: float) -> Check:
    """Kept while `value` < `limit`; broken from it on and where either is NaN."""
    if value < limit:
        return Check(NONE, value, limit)
    return Check(code, value, limit)


@rule
def check_positions(open_positions: int, max_positions: int) -> Check:
    """Whether one more position is allowed; `value` counts it in."""
    return at_most(POSITIONS, open_positions + 1.0, float(max_positions))


@rule
def check_exposure(
    gross_quote: float, entry_notional_quote: float, equity_quote: float, max_gross_ratio: float
) -> Check:
    """Whether gross exposure stays allowed with the entry in it."""
    gross_ratio = share_ratio(gross_quote + entry_notional_quote, equity_quote)
    return at_most(EXPOSURE, gross_ratio, max_gross_ratio)


@rule
def exposure_room_quote(gross_quote: float, equity_quote: float, max_gross_ratio: float) -> float:
    """The notional that gross exposure still allows; never negative, 0.0 where NaN."""
    room_quote = equity_quote * max_gross_ratio - gross_quote
    if not room_quote > 0.0:
        return 0.0
    return room_quote


@rule
def check_daily_loss(equity_quote: float, day_start_quote: float, max_ratio: float) -> Check:
    """Whether the day's loss is still under its limit: reaching it is breaking it."""
    return below(DAILY_LOSS, drawdown_ratio(equity_quote, day_start_quote), max_ratio)


@rule
def check_drawdown(equity_quote: float, peak_quote: float, max_ratio: float) -> Check:
    """Whether the drawdown is still under its limit: reaching it is breaking it."""
    return below(DRAWDOWN, drawdown_ratio(equity_quote, peak_quote), max_ratio)


@rule
def check_heat(
    open_risk_quote: float, entry_risk_quote: float, equity_quote: float, max_heat_ratio: float
) -> Check:
    """Whether the loss if every stop is hit stays allowed with the entry in it."""
    heat_ratio = share_ratio(open_risk_quote + entry_risk_quote, equity_quote)
    return at_most(HEAT, heat_ratio, max_heat_ratio)


@rule
def check_trades_per_hour(trades_last_hour: int, max_trades_per_hour: int) -> Check:
    """Whether one more entry is allowed in this hour; `value` counts it in."""
    return at_most(TRADES_PER_HOUR, trades_last_hour + 1.0, float(max_trades_per_hour))


@rule
def check_cool_down(since_loss_s: float, cool_down_s: float) -> Check:
    """Whether the last loss is long enough ago."""
    if since_loss_s >= cool_down_s:
        return Check(NONE, since_loss_s, cool_down_s)
    return Check(COOL_DOWN, since_loss_s, cool_down_s)


@rule
def check_feed_age(feed_age_s: float, max_feed_age_s: float) -> Check:
    """Whether the symbol's price is fresh enough to enter on."""
    return at_most(STALE_FEED, feed_age_s, max_feed_age_s)


@rule
def check_spread(spread_bps: float, max_spread_bps: float) -> Check:
    """Whether the spread is narrow enough to enter."""
    return at_most(SPREAD, spread_bps, max_spread_bps)


@rule
def check_account(desk: DeskNumbers, limits: DeskLimits) -> Check:
    """The first limit that is broken whatever the entry: losses, pace, cool-down."""
    check = check_daily_loss(desk.equity_quote, desk.day_start_quote, limits.max_daily_loss_ratio)
    if check.code == NONE:
        check = check_drawdown(desk.equity_quote, desk.peak_quote, limits.max_drawdown_ratio)
    if check.code == NONE:
        check = check_trades_per_hour(desk.trades_last_hour, limits.max_trades_per_hour)
    if check.code == NONE:
        check = check_cool_down(desk.since_loss_s, limits.cool_down_s)
    return check


@rule
def check_entry(
    desk: DeskNumbers, entry_notional_quote: float, entry_risk_quote: float, limits: DeskLimits
) -> Check:
    """The first limit that the entry itself would break: positions, exposure, heat."""
    check = check_positions(desk.open_positions, limits.max_positions)
    if check.code == NONE:
        check = check_exposure(
            desk.gross_quote, entry_notional_quote, desk.equity_quote, limits.max_gross_ratio
        )
    if check.code == NONE:
        check = check_heat(
            desk.open_risk_quote, entry_risk_quote, desk.equity_quote, limits.max_heat_ratio
        )
    return check


@rule
def check_market(desk: DeskNumbers, limits: DeskLimits) -> Check:
    """The first limit that the symbol's market breaks: age of its price, spread."""
    check = check_feed_age(desk.feed_age_s, limits.max_feed_age_s)
    if check.code == NONE:
        check = check_spread(desk.spread_bps, limits.max_spread_bps)
    return check


@rule
def first_broken(
    desk: DeskNumbers, entry_notional_quote: float, entry_risk_quote: float, limits: DeskLimits
) -> Check:
    """The first limit an entry would break, or KEPT: account, entry, market."""
    check = check_account(desk, limits)
    if check.code == NONE:
        check = check_entry(desk, entry_notional_quote, entry_risk_quote, limits)
    if check.code == NONE:
        check = check_market(desk, limits)
    if check.code == NONE:
        return KEPT
    return check


class BreakerLimits(NamedTuple):
    """Where the desk stops by itself. Ratios of loss, positive."""

    reduce_day_loss_ratio: float
    halt_day_loss_ratio: float
    reduce_drawdown_ratio: float
    halt_drawdown_ratio: float


@rule
def breaker(lost_today_ratio: float, lost_from_peak_ratio: float, limits: BreakerLimits) -> int:
    """The Breaker that these losses call for; reaching a limit trips it, and so does NaN."""
    if not (
        lost_today_ratio < limits.halt_day_loss_ratio
        and lost_from_peak_ratio < limits.halt_drawdown_ratio
    ):
        return HALTED
    if not (
        lost_today_ratio < limits.reduce_day_loss_ratio
        and lost_from_peak_ratio < limits.reduce_drawdown_ratio
    ):
        return REDUCING
    return ACTIVE


@rule
def breaker_after(present: int, called_for: int) -> int:
    """The stricter of the two: a breaker never resets itself, a person or the new day does."""
    if called_for > present:
        return called_for
    return present
