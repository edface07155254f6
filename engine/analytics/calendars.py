"""Results on the calendar: by month of the year, and by hour of the week."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from engine.analytics.equity import EquityCurve
from engine.analytics.facts import TradeColumns
from engine.market.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class MonthTable:
    """Change of equity by month (UTC); the first and the last month may be parts of one."""

    years: tuple[int, ...]  # rising, none left out
    change_ratio: Floats  # (years, 12); NaN where there was no desk
    year_ratio: Floats  # (years,) of the whole year


@dataclass(frozen=True, slots=True)
class HourGrid:
    """Results by weekday (Monday first) and hour of the entry; arrays are (7, 24)."""

    sum_r: Floats
    trades: Ints
    zone: str


def month_table(curve: EquityCurve) -> MonthTable:
    """The table of `curve`; no years where there are fewer than two points above 0."""
    if len(curve) < 2 or not bool((curve.equity_quote > 0.0).all()):
        return MonthTable((), np.zeros((0, 12)), np.zeros(0))
    moments = [datetime.fromtimestamp(at_s, UTC) for at_s in curve.at_s.tolist()]
    years = tuple(range(moments[0].year, moments[-1].year + 1))
    place = np.array([(at.year - years[0]) * 12 + at.month - 1 for at in moments])
    wanted = np.arange(place[0], place[-1] + 1)
    last = np.searchsorted(place, wanted, side="right") - 1
    closes = np.concatenate((curve.equity_quote[:1], curve.equity_quote[last]))
    change = np.full(len(years) * 12, np.nan)
    change[wanted] = closes[1:] / closes[:-1] - 1.0
    table = change.reshape(len(years), 12)
    whole = np.prod(np.where(np.isnan(table), 1.0, 1.0 + table), axis=1) - 1.0
    return MonthTable(years, table, whole)


def hour_grid(trades: TradeColumns) -> HourGrid:
    """Sums of R by the hour of the week in which trades were entered."""
    known = np.isfinite(trades.result_r)
    sum_r, count = np.zeros((7, 24)), np.zeros((7, 24), dtype=np.int64)
    np.add.at(sum_r, (trades.weekday[known], trades.hour[known]), trades.result_r[known])
    np.add.at(count, (trades.weekday[known], trades.hour[known]), 1)
    return HourGrid(sum_r, count, trades.zone)
