"""A backtest's job through the live desk: the one loop, the paper venue, bars as a feed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from engine.core.advice import Proposal, Snapshot, Verdict
from engine.core.approvals import Approval
from engine.core.clockwork import from_ms
from engine.core.events import Event
from engine.core.kinds import PositionSide
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.ports import Advisor, Feed, Leader, Memory, Receipt, Record
from engine.core.positions import Trade
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.bars import Bars
from engine.research.backtest import Job
from engine.research.job import Advise, Lead
from engine.venues.books import MemoryBooks
from engine.venues.funding import on_grid
from engine.venues.paper import PaperVenue
from tests.fakes.clocks import FakeClock


@dataclass
class Notes:
    """A journal in memory that keeps the trades."""

    trades: list[Trade] = field(default_factory=list)

    async def append(self, record: Record) -> None:
        self.trades.extend(record.trades)

    async def load(self) -> Memory:
        return Memory()

    async def swap(self, approval: Approval, events: object) -> Approval:
        raise AssertionError("nobody is asked in a backtest")

    async def receipt(self, command_id: str) -> Receipt | None:
        return None


class Silence:
    """A publisher nobody listens to."""

    def publish(self, events: Sequence[Event]) -> None:
        """Tells nobody."""


@dataclass
class PureAdvisor:
    """The pure function of a job behind the Advisor port."""

    answer: Advise

    async def advise(self, snapshot: Snapshot) -> Verdict:
        return self.answer(snapshot)


@dataclass
class PureLeader:
    """The pure lead of a job behind the Leader port."""

    answer: Lead

    async def lead(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        return self.answer(snapshot)


class YesMan:
    """A person who agrees."""

    async def confirm(self, proposal: Proposal, notional_quote: Decimal) -> bool:
        return True


class BarsFeed:
    """The job's bars as a feed that moves the clock."""

    def __init__(self, job: Job, clock: MarketClock) -> None:
        self.step_s = float(job.timeframe.seconds)
        self._job = job
        self._clock = clock
        self._bars = {
            series.instrument.symbol: _by_close(series.bars, job.timeframe) for series in job.series
        }
        self._funding = {
            series.instrument.symbol: {
                from_ms(int(at_ms)): float(ratio)
                for at_ms, ratio in zip(
                    *on_grid(series.funding, job.timeframe.seconds * 1000), strict=True
                )
            }
            for series in job.series
        }

    async def instruments(self) -> tuple[Instrument, ...]:
        return tuple(series.instrument for series in self._job.series)

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        until_at = before or self._job.starts_at
        closed = [bar for at, bar in self._bars[symbol].items() if at <= until_at]
        return tuple(closed[-bars:])

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        until_at = before or self._job.starts_at
        paid = [ratio for at, ratio in self._funding[symbol].items() if at <= until_at]
        return paid[-1] if paid else None

    async def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:
        at = after or self._job.starts_at
        while at < self._job.ends_at:
            at += timedelta(seconds=self.step_s)
            self._clock.move_to(at)
            told = [(symbol, bars[at]) for symbol, bars in self._bars.items() if at in bars]
            for symbol, bar in told:
                yield _moved(symbol, at, bar)
            for symbol, paid in self._funding.items():
                if at in paid:
                    yield FundingSettled(at=at, symbol=symbol, funding_ratio=paid[at])
            for symbol, bar in told:
                yield BarClosed(at=at, symbol=symbol, timeframe=self._job.timeframe, bar=bar)
            yield TimePassed(at=at)


class Driven:
    """Another feed whose events move the clock."""

    def __init__(self, feed: Feed, clock: MarketClock) -> None:
        self.step_s = feed.step_s
        self.instruments = feed.instruments
        self.history = feed.history
        self.funding_ratio = feed.funding_ratio
        self._feed = feed
        self._clock = clock

    async def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:
        async for event in self._feed.events(after):
            self._clock.move_to(event.at)
            yield event


class Parley(Advisor, Leader, Protocol):
    """Voters that answer and lead."""


class LaterDesk:
    """A desk that is made later than its voters, as they see it."""

    def __init__(self) -> None:
        self.desk: Desk | None = None

    def bars(self, symbol: str, timeframe: Timeframe) -> Bars:
        assert self.desk is not None, "there is no desk yet"
        return self.desk.bars.view(symbol, timeframe)

    def refused_anyway(self, symbol: str) -> bool:
        assert self.desk is not None, "there is no desk yet"
        return self.desk.entries.refused_anyway(symbol)


async def desk_run(
    job: Job,
    feed: Feed | None = None,
    seen: LaterDesk | None = None,
    parley: Parley | None = None,
) -> tuple[tuple[Trade, ...], Decimal]:
    """The trades that the desk made of the job's bars, and its cash at the end.

    `feed` tells the same bars; without one they are told as they are. `parley` votes in the place
    of the job's voters, and sees the desk as `seen`.
    """
    clock = MarketClock(job.starts_at)
    venue = PaperVenue(
        MemoryBooks(),
        [series.instrument for series in job.series],
        {series.instrument.symbol: series.costs for series in job.series},
        clock,
        start_cash_quote=job.start_cash_quote,
    )
    notes = Notes()
    doors = Doors(
        feed=BarsFeed(job, clock) if feed is None else Driven(feed, clock),
        venue=venue,
        observers=(venue,),
        advisor=parley or PureAdvisor(job.advise),
        confirmer=YesMan(),
        journal=notes,
        publisher=Silence(),
        clock=clock,
        wall=FakeClock(),
        order_prefix="tests",
        timeframes=(job.timeframe,),
        leader=parley or (None if job.lead is None else PureLeader(job.lead)),
    )
    desk = Desk(doors, Dial(job.parameters))
    if seen is not None:
        seen.desk = desk
    await desk.start()
    await desk.run()
    await desk.stop()
    return tuple(notes.trades), desk.books.state.cash_quote


def _by_close(bars: Bars, timeframe: Timeframe) -> dict[datetime, Bar]:
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    rows = zip(bars.open_at_s.tolist(), *(column.tolist() for column in columns), strict=True)
    made = [Bar(from_ms(open_at_s * 1000), *prices) for open_at_s, *prices in rows]
    return {bar.open_at + timeframe.delta: bar for bar in made}


def _moved(symbol: str, at: datetime, bar: Bar) -> PriceMoved:
    return PriceMoved(
        at=at,
        symbol=symbol,
        open_price=bar.open,
        high_price=bar.high,
        low_price=bar.low,
        close_price=bar.close,
        volume_base=bar.volume_base,
    )
