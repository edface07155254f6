"""One random schedule: a market, entries, a bad line, sudden deaths; and what must hold."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from engine.core.clockwork import to_ms
from engine.core.events import Event, OrderUnknown, ProtectionMissing
from engine.core.kinds import OrderState, PositionSide
from engine.core.market import PriceMoved, TimePassed
from engine.core.parameters import Parameters
from engine.core.ports import Record
from engine.core.positions import EntryTerms
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import MarketClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.execution.drafts import Want
from tests.engine.execution.live_desk import PREFIX, QuietFeed, a_fact
from tests.engine.execution.promises import (
    BTC,
    ETH,
    OWNERS_COINS,
    SOL,
    START,
    Broken,
    all_is_tracked,
    books_agree,
    live_stops,
    never_too_much,
    none_outlives_itself,
    one_stop_each,
    position_of,
)
from tests.fakes.bad_line import Killed, Line
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import Agreeing, AlwaysYes
from tests.fakes.direct_venue import DirectVenue, instrument_of, new_matching
from tests.fakes.exchange.listings import default_listings
from tests.fakes.memory_journal import MemoryJournal

QTY = {BTC: Decimal("0.02"), ETH: Decimal("0.4"), SOL: Decimal("10")}
LISTINGS = {row.symbol: row for row in default_listings() if row.symbol in START}
INSTRUMENTS = tuple(instrument_of(row) for row in LISTINGS.values())
PARAMETERS = Parameters(target_1_r=1.0, target_2_r=2.0, breakeven_from_r=0.6, trail_from_r=0.8)
STEP_S = 20.0


class MortalJournal(MemoryJournal):
    """May die before and after each write."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line

    async def append(self, record: Record) -> None:
        self.line.step()
        await super().append(record)
        self.line.step()


class Schedule:
    """What outlives a process, and the process on top of it."""

    def __init__(self, seed: int, journal: type[MortalJournal] = MortalJournal) -> None:
        self.chance = np.random.default_rng(seed)
        self.line = Line(self.chance, float(self.chance.choice([0.05, 0.2, 0.5])))
        self.clock, self.wall = MarketClock(NOON), MarketClock(NOON)
        self.matching = new_matching(
            tuple(replace(row) for row in LISTINGS.values()), lambda: to_ms(self.clock.now())
        )
        self.matching.floor.swap.wallet_quote = Decimal(10_000)
        self.matching.floor.spot.free["USDT"] = Decimal(10_000)
        self.matching.floor.spot.free["SOL"] = OWNERS_COINS
        self.journal = journal(self.line)
        self.prices = dict(START)
        self.events: list[Event] = []
        self.deaths = 0
        for symbol in START:
            self._trade(symbol)

    async def run(self, steps: int = 7) -> None:
        """The whole schedule; raises Broken."""
        self.line.is_quiet = True
        await self._boot()
        self.line.is_quiet = False
        try:
            for number in range(steps):
                await self._guarded(self._step())
                if number % 3 == 2:
                    await self._guarded(self._checked())
                never_too_much(self)
            await self._end()
        finally:
            await self._reap()

    async def _guarded(self, work: object) -> None:
        # a death anywhere is a death of the whole process; then it is started again
        if self.chance.random() < 0.4 and not self.line.is_quiet:
            self.line.dies_in = int(self.chance.integers(0, 12))
        with suppress(Killed):
            await work  # type: ignore[misc]
        while self.line.is_dead:
            self.deaths += 1
            await self._reap()
            self.line.is_dead, self.line.dies_in = False, -1
            if self.chance.random() < 0.3 and not self.line.is_quiet:
                self.line.dies_in = int(self.chance.integers(0, 20))  # dead again while it recovers
            with suppress(Killed):
                await self._boot()
        self.line.dies_in = -1

    async def _boot(self) -> None:
        bus = Bus()
        bus.subscribe(self.events.append)
        self.venue = DirectVenue(self.matching, self.line, PREFIX)
        self.desk = Desk(
            Doors(
                feed=QuietFeed(INSTRUMENTS),
                venue=self.venue,
                observers=(),
                advisor=Agreeing(),
                confirmer=AlwaysYes(),
                journal=self.journal,
                publisher=bus,
                clock=self.clock,
                wall=self.wall,
                order_prefix=PREFIX,
                timeframes=(Timeframe.H1,),
            ),
            Dial(PARAMETERS),
        )
        starting = asyncio.ensure_future(self.desk.start())
        with suppress(Killed):
            while not starting.done():  # recovery waits on the wall
                await self._let_run(1.0)
        if self.line.is_dead:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            raise Killed
        await starting
        await self._let_run()

    async def _reap(self) -> None:
        tasks = [*self.desk.protector._tending.values(), *self.desk.executor._asking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.venue.arrive_all()  # what had left the process reaches the venue without it

    async def _step(self) -> None:
        symbol = str(self.chance.choice(list(START)))
        action = self.chance.random()
        if action < 0.45:
            await self._enter(symbol)
        elif action < 0.55:
            self._cancel_by_hand()
        for each in START:
            self.prices[each] *= float(np.exp(self.chance.normal(0.0, 0.012)))
            self._trade(each, is_thin=bool(self.chance.random() < 0.25))
            await self._hear(each)
        await self._pass_time()
        if self.chance.random() < 0.7:
            await self._let_run()

    async def _enter(self, symbol: str) -> None:
        books = self.desk.books
        if books.position_on(symbol) is not None or books.has_open_order(symbol):
            return
        position_id = books.state.last_position_id + 1
        books.state = replace(books.state, last_position_id=position_id)
        is_limit = self.chance.random() < 0.4
        is_long = symbol == SOL or self.chance.random() < 0.5
        side = PositionSide.LONG if is_long else PositionSide.SHORT
        price = self.prices[symbol]
        stop_price = price * (1.0 - side.sign * float(self.chance.uniform(0.008, 0.03)))
        terms = EntryTerms(side=side, stop_price=stop_price, facts=a_fact(price))
        also, want = Record(state=books.state), Want(symbol, QTY[symbol])
        if is_limit:
            terms = replace(
                terms,
                life_s=float(self.chance.choice([15.0, 30.0, 50.0])),
                reprices_left=int(self.chance.integers(3)),
            )
            step, away = LISTINGS[symbol].price_step, float(self.chance.uniform(0.0005, 0.006))
            limit_price = Decimal(str(price * (1.0 - side.sign * away))) // step * step
            want = want._replace(limit_price=limit_price, post_only=True)
        await self.desk.executor.enter(position_id, terms, want, also)

    def _cancel_by_hand(self) -> None:
        stops = live_stops(self.matching)
        if stops:
            self.matching.cancel(stops[int(self.chance.integers(len(stops)))])

    def _trade(self, symbol: str, *, is_thin: bool = False) -> None:
        step = LISTINGS[symbol].price_step
        last = Decimal(str(self.prices[symbol])) // step * step
        depth = QTY[symbol] * (Decimal("0.4") if is_thin else 1000)
        depth = depth // LISTINGS[symbol].qty_step * LISTINGS[symbol].qty_step
        bids, asks = [(last - 2 * step, depth)], [(last + 2 * step, depth)]
        if not is_thin:  # two executions of most orders
            bids, asks = (
                [*bids, (last - step, QTY[symbol] / 2)],
                [*asks, (last + step, QTY[symbol] / 2)],
            )
        volume_base = depth if is_thin else None  # what resting limits share
        self.matching.move(symbol, last, (bids, asks), volume_base=volume_base)

    async def _hear(self, symbol: str) -> None:
        price = self.prices[symbol]
        self.clock.move_to(self.clock.now() + timedelta(milliseconds=10))
        await self.desk.digest(
            PriceMoved(
                at=self.clock.now(),
                symbol=symbol,
                open_price=price,
                high_price=price,
                low_price=price,
                close_price=price,
                volume_base=1e6,
            )
        )

    async def _pass_time(self) -> None:
        self.line.step()
        self.clock.move_to(self.clock.now() + timedelta(seconds=STEP_S))
        await self.desk.digest(TimePassed(at=self.clock.now()))

    async def _let_run(self, seconds: float = 64.0) -> None:
        for _ in range(6):
            self.wall.move_to(self.wall.now() + timedelta(seconds=seconds / 6))
            for _ in range(4):
                await asyncio.sleep(0)
            if not self.desk.protector._tending and not self.desk.executor._asking:
                break
        if self.line.is_dead:
            raise Killed

    async def _checked(self) -> None:
        """The minute's comparison: afterwards each position is protected, or it was told."""
        told_before = len(self.events)
        open_before = set(self.desk.books.positions)
        self.line.reads_work = True
        try:
            await self.desk.compare_books()
            for _ in range(2):  # a replacement on spot is a cancel first, and then a new stop
                await self._let_run()
                await self._pass_time()
            await self._let_run()
        finally:
            self.line.reads_work = False
        bare = self._bare() & open_before
        said = {_concerns(each) for each in self.events[told_before:]}
        said |= {o.position_id for o in self.desk.books.orders.values() if o.state in ASKED}
        standing = set(self.desk.protector._bare)  # told when it began
        if bare - said - standing:
            raise Broken(f"neither protected nor told: {bare - said - standing}")

    def _bare(self) -> set[int]:
        protected = {position_of(stop) for stop in live_stops(self.matching)}
        return set(self.desk.books.positions) - protected

    async def _end(self) -> None:
        """The line is good again: everything is found, and the books are the venue's."""
        self.line.is_quiet = True
        await self._guarded(self._let_run(600.0))
        for _ in range(3):
            await self._guarded(self._calm())
        books_agree(self)
        all_is_tracked(self)
        one_stop_each(self)
        none_outlives_itself(self)

    async def _calm(self) -> None:
        for symbol in START:
            self._trade(symbol)
            await self._hear(symbol)
        await self.desk.compare_books()
        await self._let_run(600.0)
        await self._pass_time()
        await self._let_run(600.0)


ASKED = frozenset({OrderState.SENT, OrderState.UNKNOWN})


def _concerns(event: Event) -> int:
    if isinstance(event, ProtectionMissing):
        return event.position.position_id
    return event.order.position_id if isinstance(event, OrderUnknown) else 0
