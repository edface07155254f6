"""A desk at the live venue: unmodified ccxt on the loopback exchange, its market moved by hand."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from engine.core.events import Event
from engine.core.kinds import PositionSide, Purpose, Regime
from engine.core.market import Bar, Instrument, MarketEvent, PriceMoved, TimePassed
from engine.core.orders import Order
from engine.core.parameters import Parameters
from engine.core.ports import Journal, Record
from engine.core.positions import EntryFacts, EntryTerms, Position
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import MarketClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.execution.drafts import Want
from tests.conformance.live_venues import PRICE, LiveBench, live_bench
from tests.fakes.desk_rig import Agreeing, AlwaysYes
from tests.fakes.exchange.orders import VenueOrder
from tests.fakes.memory_journal import MemoryJournal

Told = TypeVar("Told", bound=Event)
PREFIX = "abcde"
STEP_S = 5.0
HOLDS_OUT = Parameters(target_1_r=50.0, target_2_r=60.0, breakeven_from_r=40.0, trail_from_r=45.0)


class QuietFeed:
    """Knows the instruments and tells nothing: the test moves the market."""

    step_s = 3600.0

    def __init__(self, instruments: tuple[Instrument, ...]) -> None:
        self._instruments = instruments

    async def instruments(self) -> tuple[Instrument, ...]:
        return self._instruments

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        return ()

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        return None

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        nothing: tuple[MarketEvent, ...] = ()
        for event in nothing:
            yield event


class LiveDesk:
    """What outlives a process (exchange, journal, clock), and one process on top of it."""

    def __init__(self, bench: LiveBench, clock: MarketClock, parameters: Parameters) -> None:
        self.bench = bench
        self.clock = clock
        self.journal: Journal = MemoryJournal()
        self.events: list[Event] = []
        self.parameters = parameters
        self.price_now = float(PRICE)
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        assert self._desk is not None, "boot makes it"
        return self._desk

    @property
    def symbol(self) -> str:
        return self.bench.symbol

    @property
    def position(self) -> Position:
        found = self.desk.books.position_on(self.symbol)
        assert found is not None
        return found

    async def boot(self) -> Desk:
        """A fresh process that has recovered; the one before it is gone without a word."""
        await self.die()
        await self.bench.restart()
        listing = self.bench.venue._listings[self.symbol]
        bus = Bus()
        bus.subscribe(self.events.append)
        self._desk = Desk(
            Doors(
                feed=QuietFeed((listing.instrument,)),
                venue=self.bench.venue,
                observers=(),
                advisor=Agreeing(),
                confirmer=AlwaysYes(),
                journal=self.journal,
                publisher=bus,
                clock=self.clock,
                wall=self.bench.wall,
                order_prefix=PREFIX,
                timeframes=(Timeframe.H1,),
            ),
            Dial(self.parameters),
        )
        await self.desk.start()
        await self.settled()
        return self.desk

    async def die(self) -> None:
        """What ran beside the loop ends in the middle of it; nothing is written."""
        if self._desk is not None:
            await self.desk.panic.stop()
            await self.desk.protector.close()
            await self.desk.executor.close()
            self._desk = None

    async def enter(
        self, qty: str = "0.1", *, side: PositionSide = PositionSide.LONG, stop: float = 49_000.0
    ) -> Position:
        """An entry at market with that stop; the position that it opened."""
        await self.sent_entry(qty, side=side, stop=stop)
        return self.position

    async def sent_entry(self, qty: str, *, side: PositionSide, stop: float) -> None:
        """An entry, whatever becomes of it."""
        books = self.desk.books
        position_id = books.state.last_position_id + 1
        books.state = replace(books.state, last_position_id=position_id)
        terms = EntryTerms(side=side, stop_price=stop, facts=a_fact(self.price_now))
        also = Record(state=books.state)
        await self.desk.executor.enter(position_id, terms, Want(self.symbol, Decimal(qty)), also)

    async def tick(self, price: float | None = None, *, at_venue: bool = True) -> None:
        """The market trades at `price`, first at the venue and then as the desk hears it."""
        self.price_now = self.price_now if price is None else price
        if at_venue and price is not None:
            await self.bench.price(price)
        self.clock.move_to(self.clock.now() + timedelta(seconds=STEP_S))
        now_at, worth = self.clock.now(), self.price_now
        moved = PriceMoved(
            at=now_at,
            symbol=self.symbol,
            open_price=worth,
            high_price=worth,
            low_price=worth,
            close_price=worth,
            volume_base=1e6,
        )
        await self.desk.digest(moved)
        await self.desk.digest(TimePassed(at=now_at))
        await self.settled()

    async def hear(self) -> None:
        """What the sweep beside the desk does, and the price after it."""
        await self.bench.venue.reread()
        await self.tick()

    async def check(self) -> None:
        """The minute's comparison, and the moment after it."""
        await self.desk.compare_books()
        await self.settled()
        await self.tick()

    async def settled(self) -> None:
        """Returns when nothing runs beside the loop."""
        async with asyncio.timeout(20):
            while work := self._beside():
                await asyncio.wait(work)

    def _beside(self) -> list[asyncio.Task[None]]:
        closing = [self.desk.panic._closing] if self.desk.panic._closing is not None else []
        tasks = [*self.desk.protector._tending.values(), *self.desk.executor._asking.values()]
        return [task for task in (*tasks, *closing) if not task.done()]

    def live_stops(self) -> list[VenueOrder]:
        """Our stops that rest at the exchange."""
        open_ = self.bench.exchange.ledger().open_orders
        return [o for o in open_ if o.want.cid.startswith(PREFIX) and o.want.is_conditional]

    def stop_prices(self) -> list[Decimal | None]:
        return [order.want.trigger_price for order in self.live_stops()]

    def held_base(self) -> Decimal:
        """What the exchange says the account holds of the symbol, signed."""
        ledger = self.bench.exchange.ledger()
        if self.bench.is_swap:
            return ledger.positions.get(self.symbol, Decimal(0))
        return ledger.coins.get("BTC", Decimal(0))

    def protects(self) -> list[Order]:
        """Every protective order of the books."""
        orders = self.desk.books.orders.values()
        return [order for order in orders if order.purpose is Purpose.PROTECT]

    def told(self, kind: type[Told]) -> list[Told]:
        """Every published event of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


def a_fact(price: float) -> EntryFacts:
    """What is known at an entry of a test."""
    return EntryFacts(
        proposal_key=f"test|{price}",
        strategy="test",
        strategy_version="1",
        config_hash="test",
        confidence_ratio=0.6,
        predicted=PositionSide.LONG,
        regime=Regime.RANGE,
        atr_price=price * 0.01,
        spread_bps=1.0,
        volume_24h_quote=1e9,
        decision_price=price,
    )


@asynccontextmanager
async def live_desk(kind: str, parameters: Parameters = HOLDS_OUT) -> AsyncIterator[LiveDesk]:
    """A desk that has started on an exchange with 10 000 of money and bitcoin at 50 000."""
    clock = MarketClock(datetime.now(UTC).replace(microsecond=0))
    async with live_bench(kind, now=clock.now) as bench:
        rig = LiveDesk(bench, clock, parameters)
        await rig.boot()
        try:
            yield rig
        finally:
            await rig.die()
