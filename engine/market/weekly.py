"""The weekly trend: the last seven closed days against the seven before them."""

from engine.core.timeframes import Timeframe
from engine.market.bars import Bars
from engine.market.indicators import sma_ending
from engine.market.resample import resampled

WEEK_DAYS = 7


def weekly_trend(bars: Bars, timeframe: Timeframe) -> int:
    """+1 rising, -1 falling, 0 neither or unknown.

    Falling: the mean close of the last week is below that of the week before, and the last day
    closed below the mean of its week; rising is its mirror. Two weeks of closed days are needed
    (from bars of 15 minutes on the store holds them), and the timeframe must divide a day.
    """
    day_s = Timeframe.D1.seconds
    if day_s % timeframe.seconds:
        return 0
    needed_bars = (2 * WEEK_DAYS + 1) * (day_s // timeframe.seconds) - 1
    days = resampled(bars.tail(needed_bars), timeframe, Timeframe.D1)
    if len(days) < 2 * WEEK_DAYS:
        return 0
    this_week = sma_ending(days.close, WEEK_DAYS, len(days))
    week_before = sma_ending(days.close, WEEK_DAYS, len(days) - WEEK_DAYS)
    last = float(days.close[-1])
    if this_week > week_before and last > this_week:
        return 1
    return -1 if this_week < week_before and last < this_week else 0
