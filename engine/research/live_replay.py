"""A backtest's job through the live desk: the one loop, the paper venue, the bars as a feed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.core.advice import Snapshot, Verdict
from engine.core.approvals import Approval
from engine.core.clockwork import from_ms
from engine.core.events import Event
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.ports import Memory, Receipt, Record
from engine.core.positions import Position, Trade
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock
from engine.execution.confirmers import ApproveAll
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.bars import Bars
from engine.research.job import Advise, Job
from engine.venues.books import MemoryBooks
from engine.venues.funding import last_ratio, on_grid
from engine.venues.paper import PaperVenue


@dataclass(frozen=True, slots=True)
class Lived:
    """What the live desk made of the bars."""

    trades: tuple[Trade, ...]  # in the order of their closing
    open_positions: tuple[Position, ...]
    cash_quote: Decimal


async def lived(job: Job) -> Lived:
    """The job on the live loop, whose voters answer at once and whose person always agrees."""
    clock = MarketClock(job.starts_at)
    venue = PaperVenue(
        MemoryBooks(),
        [series.instrument for series in job.series],
        {series.instrument.symbol: series.costs for series in job.series},
        clock,
        start_cash_quote=job.start_cash_quote,
    )
    notes = _Notes()
    doors = Doors(
        feed=BarsFeed(job, clock),
        venue=venue,
        observers=(venue,),
        advisor=_Pure(job.advise),
        confirmer=ApproveAll(),
        journal=notes,
        publisher=_Silence(),
        clock=clock,
        wall=_Standing(datetime.fromtimestamp(0, UTC)),
        order_prefix="replay",
        timeframes=(job.timeframe,),
    )
    desk = Desk(doors, Dial(job.parameters))
    await desk.start()
    await desk.run()
    await desk.stop()
    still_open = tuple(desk.books.positions[key] for key in sorted(desk.books.positions))
    return Lived(tuple(notes.trades), still_open, desk.books.state.cash_quote)


class BarsFeed:
    """The job's bars as a feed that moves the clock."""

    def __init__(self, job: Job, clock: MarketClock) -> None:
        self.step_s = float(job.step.seconds)
        self._job = job
        self._clock = clock
        self._series = {series.instrument.symbol: series for series in job.series}
        step_ms = job.step.seconds * 1000
        self._funding = {
            symbol: on_grid(series.funding, step_ms) for symbol, series in self._series.items()
        }
        self._bars = {
            symbol: _by_close(series.bars, job.timeframe) for symbol, series in self._series.items()
        }
        self._moving = {
            symbol: bars
            if (detail := self._series[symbol].detail) is None
            else _by_close(detail, job.step)
            for symbol, bars in self._bars.items()
        }
        self._paid = {
            symbol: {
                from_ms(int(at_ms)): float(ratio)
                for at_ms, ratio in zip(funding.at_ms, funding.ratio, strict=True)
            }
            for symbol, funding in self._funding.items()
        }

    async def instruments(self) -> tuple[Instrument, ...]:
        return tuple(series.instrument for series in self._job.series)

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        if timeframe is not self._job.timeframe:
            raise ValueError(f"the job has no {timeframe} bars")
        until_at = before or self._job.starts_at
        closed = [bar for at, bar in self._bars[symbol].items() if at <= until_at]
        return tuple(closed[-bars:])

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        until_at = before or self._job.starts_at
        return last_ratio(self._funding[symbol], int(until_at.timestamp() * 1000))

    async def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:
        at = after or self._job.starts_at
        while at < self._job.ends_at:
            at += timedelta(seconds=self.step_s)
            self._clock.move_to(at)
            for symbol, moving in self._moving.items():
                if at in moving:
                    yield _moved(symbol, at, moving[at])
            for symbol, paid in self._paid.items():
                if at in paid:
                    yield FundingSettled(at=at, symbol=symbol, funding_ratio=paid[at])
            for symbol, bars in self._bars.items():
                if at in bars:
                    frame = self._job.timeframe
                    yield BarClosed(at=at, symbol=symbol, timeframe=frame, bar=bars[at])
            yield TimePassed(at=at)


@dataclass
class _Notes:
    """A journal in memory that keeps the trades."""

    trades: list[Trade] = field(default_factory=list)

    async def append(self, record: Record) -> None:
        self.trades.extend(record.trades)

    async def swap(self, approval: Approval, events: Sequence[Event]) -> Approval:
        raise NotImplementedError(f"nobody is asked here: {approval.number}, {len(events)} events")

    async def load(self) -> Memory:
        return Memory()

    async def receipt(self, command_id: str) -> Receipt | None:  # noqa: ARG002 - the port's word
        return None


class _Silence:
    """A publisher nobody listens to."""

    def publish(self, events: Sequence[Event]) -> None:
        """Tells nobody."""


@dataclass
class _Pure:
    """The pure function of a job behind the Advisor port."""

    answer: Advise

    async def advise(self, snapshot: Snapshot) -> Verdict:
        return self.answer(snapshot)


class _Standing(MarketClock):
    """A wall clock that nobody moves: what sleeps on it goes on at once."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.0))


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
