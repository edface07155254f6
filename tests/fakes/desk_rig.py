"""A whole desk on a scripted market: real rules, risk and paper venue; memory beneath."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.core.advice import Proposal, Snapshot, Verdict
from engine.core.events import Event
from engine.core.market import Bar
from engine.core.parameters import Parameters
from engine.core.ports import Advisor, Confirmer, Journal, MarketObserver, Venue
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import MarketClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.venues.books import MemoryBooks, PaperBooks
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.paper import DEFAULT_CONDUCT, PaperVenue
from engine.venues.paper_conduct import Conduct
from tests.fakes.clocks import NOON
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_market import BTC, ETH, SOL, ScriptedFeed, wandering_bars

WARMUP = 160
PREFIX = "abc12"
START_CASH = Decimal(10_000)


class Agreeing:
    """An Advisor that is for every proposal; the real voters have tests of their own."""

    async def advise(self, snapshot: Snapshot) -> Verdict:
        return Verdict(
            approved=True, confidence_ratio=0.6, votes=(), dissent_ratio=0.0, why="agreed"
        )


class AlwaysYes:
    async def confirm(self, proposal: Proposal, notional_quote: Decimal) -> bool:
        return True


def three_markets(count: int = 420) -> dict[str, tuple[Bar, ...]]:
    """The scripted market of most tests: three symbols, of which some fifty trades come."""
    return {
        BTC: wandering_bars(1, count, 40_000.0),
        ETH: wandering_bars(2, count, 2_500.0),
        SOL: wandering_bars(3, count, 100.0),
    }


@dataclass
class DeskRig:
    """What outlives a process (journal, paper books), and one process on top of it."""

    bars: dict[str, tuple[Bar, ...]] = field(default_factory=three_markets)
    journal: Journal = field(default_factory=MemoryJournal)
    paper_books: PaperBooks = field(default_factory=MemoryBooks)
    parameters: Parameters = field(default_factory=Parameters)
    conduct: Conduct = DEFAULT_CONDUCT  # of the paper venue
    wrap_venue: Callable[[PaperVenue], Venue] = lambda venue: venue
    advisor: Advisor = field(default_factory=Agreeing)
    confirmer: Confirmer = field(default_factory=AlwaysYes)
    funding: Mapping[str, Mapping[datetime, float]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    wall: MarketClock = field(default_factory=lambda: MarketClock(NOON))  # moved by the test

    def boot(self) -> Desk:
        """A fresh process: nothing in its memory."""
        clock = MarketClock(NOON)
        feed = ScriptedFeed(self.bars, clock, warmup=WARMUP, funding=self.funding)
        instruments = [instrument_of(symbol, 1.0) for symbol in self.bars]
        self.paper = PaperVenue(
            self.paper_books,
            instruments,
            {instrument.symbol: costs_of(instrument) for instrument in instruments},
            clock,
            start_cash_quote=START_CASH,
            conduct=self.conduct,
        )
        self.venue = self.wrap_venue(self.paper)
        self.bus = Bus()
        self.bus.subscribe(self.events.append)
        self.dial = Dial(self.parameters)
        observers: Sequence[MarketObserver] = (self.paper,)
        self.clock = clock
        self.desk = Desk(
            Doors(
                feed=feed,
                venue=self.venue,
                observers=observers,
                advisor=self.advisor,
                confirmer=self.confirmer,
                journal=self.journal,
                publisher=self.bus,
                clock=clock,
                wall=self.wall,
                order_prefix=PREFIX,
                timeframes=(Timeframe.H1,),
            ),
            self.dial,
        )
        return self.desk

    async def run(self) -> Desk:
        """Boots, recovers, and runs to the end of the market."""
        desk = await self.started()
        await desk.run()
        return desk

    async def started(self) -> Desk:
        """Boots and recovers, as the composition root does."""
        desk = self.boot()
        await desk.start()
        for symbol, moved in desk.books.last_price.items():
            self.paper.mark(symbol, moved.close_price)
        return desk

    async def run_until(self, done: Callable[[Desk], bool]) -> Desk:
        """Boots and digests until `done` holds after an event; fails when it never does."""
        desk = await self.started()
        async for event in desk._doors.feed.events(desk.books.state.cursor_at):
            await desk.digest(event)
            if done(desk):
                return desk
        raise AssertionError("the market ended before that")

    def told(self, kind: type[Event]) -> list[Event]:
        """Every published event of one kind."""
        return [event for event in self.events if type(event) is kind]
