"""What a venue's feed has told so far, and the order in which it tells the rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.core.market import BarClosed, FundingSettled, MarketEvent, PriceMoved, TimePassed
from engine.core.timeframes import Timeframe

Series = tuple[str, Timeframe]
INSTANT = timedelta(microseconds=1)


class Told:
    """What the desk already heard from one run of `events`."""

    def __init__(
        self, after_at: datetime, symbols: Sequence[str], timeframes: Sequence[Timeframe]
    ) -> None:
        """`timeframes` shortest first: the first one drives."""
        self.at = after_at
        self._driver = timeframes[0]
        self._rank = {symbol: number for number, symbol in enumerate(symbols)}
        self.border_at = self._driver.open_at(after_at)
        self.closed_at = {  # close of each series' last bar that was told
            (symbol, timeframe): timeframe.open_at(after_at)
            for symbol in symbols
            for timeframe in timeframes
        }
        self.priced_at = dict.fromkeys(symbols, after_at)
        self.volume_a_second: dict[str, float] = {}
        self._silence: dict[str, tuple[datetime, datetime]] = {}  # the last long one

    def priced(self, symbol: str, at: datetime) -> None:
        """A price of the symbol is told at that moment."""
        before_at = self.priced_at[symbol]
        if at - before_at > self._driver.delta:
            self._silence[symbol] = (before_at, at)
        self.priced_at[symbol] = at

    def due(self, border_at: datetime) -> list[tuple[Series, datetime]]:
        """Each series with a bar to come that ends at or before the border, and its last close."""
        return [
            (series, closed_at)
            for series, closed_at in self.closed_at.items()
            if series[1].open_at(border_at) > closed_at
        ]

    def is_complete(self, bars: Sequence[BarClosed], border_at: datetime) -> bool:
        """Whether every series that ends at or before the border has its last bar."""
        last = {(bar.symbol, bar.timeframe): bar.at for bar in bars}
        return all(
            last.get((symbol, timeframe), closed_at) >= timeframe.open_at(border_at)
            for (symbol, timeframe), closed_at in self.closed_at.items()
        )

    def take(
        self, bars: Sequence[BarClosed], fundings: Sequence[FundingSettled], border_at: datetime
    ) -> list[MarketEvent]:
        """The events of these, moment by moment, ranges first; they are told now."""
        moments: dict[datetime, tuple[list[FundingSettled], list[BarClosed]]] = {}
        for funding in fundings:
            moments.setdefault(funding.at, ([], []))[0].append(funding)
        for bar in sorted(bars, key=lambda bar: self._rank[bar.symbol]):
            moments.setdefault(bar.at, ([], []))[1].append(bar)
        events: list[MarketEvent] = []
        for at in sorted(moments):
            settled, closed = moments[at]
            events += [moved for bar in closed if (moved := self._range(bar)) is not None]
            events += settled
            events += closed
            if at > self.at:
                self.at = at
                events.append(TimePassed(at=at))
        for bar in bars:
            series = (bar.symbol, bar.timeframe)
            self.closed_at[series] = max(bar.at, self.closed_at[series])
        self.border_at = max(border_at, self.border_at)
        return events

    def _range(self, told: BarClosed) -> PriceMoved | None:
        # of a whole bar without a price: the desk was off, or the venue was
        if told.timeframe is not self._driver:
            return None
        bar = told.bar
        self.volume_a_second[told.symbol] = bar.volume_base / self._driver.seconds
        from_at, to_at = self._silence.get(told.symbol, (told.at, bar.open_at))
        if bar.open_at >= self.priced_at[told.symbol]:
            self.priced_at[told.symbol] = told.at
        elif not (from_at <= bar.open_at and told.at <= to_at):
            return None
        return PriceMoved(
            at=told.at,
            symbol=told.symbol,
            open_price=bar.open,
            high_price=bar.high,
            low_price=bar.low,
            close_price=bar.close,
            volume_base=bar.volume_base,
        )
