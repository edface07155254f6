"""The one loop: market events in, orders and records out.

At each moment of the market, in this order: every `PriceMoved` (the venue sees it, its news is
taken in, the guard acts, the account is enforced), every `FundingSettled`, every `BarClosed`
(propose, parley, gate, entry), then `TimePassed` (worth, breakers, checkpoint). The compiled
backtest keeps the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from loguru import logger

from engine.core.kinds import Purpose
from engine.core.market import (
    BarClosed,
    FundingSettled,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.ports import (
    Advisor,
    Clock,
    Confirmer,
    Feed,
    Journal,
    Leader,
    MarketObserver,
    Publisher,
    Venue,
)
from engine.core.positions import Position
from engine.core.timeframes import Timeframe
from engine.execution import recovery, starting
from engine.execution.approvals import Approvals
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.doorway import Doorway
from engine.execution.entries import Counsel, Entries
from engine.execution.executor import Executor
from engine.execution.guarding import advanced, again, is_due, plan_of
from engine.execution.leading import Leading
from engine.execution.listening import Listening
from engine.execution.lives import Lives
from engine.execution.moments import Moments
from engine.execution.panic import Panic, incident_of
from engine.execution.parking import Parking
from engine.execution.protecting import Protector
from engine.execution.reconcile import OrderDifferences, Reconciler
from engine.execution.scribe import Scribe
from engine.execution.switch import Switch
from engine.execution.turning import Turning
from engine.market.bars import KEEP_BARS, BarStore, FindingKind
from engine.strategies.view import view_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything of the world that the desk touches; the composition root hands it in."""

    feed: Feed
    venue: Venue
    observers: Sequence[MarketObserver]
    advisor: Advisor
    confirmer: Confirmer
    journal: Journal
    publisher: Publisher
    clock: Clock
    wall: Clock
    order_prefix: str
    timeframes: tuple[Timeframe, ...]  # the first is the one strategies act on
    leader: Leader | None = None  # voters that may propose


class Desk:
    """The engine. `start` recovers, `run` digests the market until the feed ends."""

    def __init__(self, doors: Doors, dial: Dial) -> None:
        self._doors = doors
        self._dial = dial
        self.books = Books({})
        self.bars = BarStore(KEEP_BARS)
        self.scribe = Scribe(doors.journal, doors.publisher, self.books.pending)
        self.doorway = Doorway(self.books, self.scribe)
        self.executor = Executor(
            self.books, self.scribe, doors.venue, doors.clock, doors.wall, doors.order_prefix
        )
        self.switch = Switch(self.books, self.scribe, doors.clock)
        self.panic = Panic(
            self.books, self.executor, self.scribe, doors.venue, doors.clock, doors.wall
        )
        self.protector = Protector(self.books, self.executor, self.scribe, doors.venue, doors.clock)
        self.reconciler = Reconciler(
            self.books,
            self.executor,
            self.scribe,
            doors.venue,
            doors.clock,
            doors.order_prefix,
        )
        parking = Parking(self.books, self.scribe, dial, doors)
        self.entries = Entries(
            self.books,
            self.bars,
            self.executor,
            Counsel(doors.advisor, doors.confirmer, parking),
            doors.clock,
            dial,
            doors.feed.step_s,
        )
        self.lives = Lives(self.books, self.executor, self.scribe, doors.clock, dial)
        self.leading = Leading(self.entries, self.bars, doors.leader, dial)
        self.turning = Turning(
            self.books, self.bars, self.executor, doors.advisor, doors.clock, dial
        )
        self.approvals = Approvals(self.books, self.entries, self.scribe, doors, dial)
        self.moments = Moments(self.books, self.scribe, self.switch, dial, doors.feed.step_s)
        self.listening = Listening(
            doors.venue,
            doors.observers,
            self.executor,
            self.switch,
            doors.wall,
            self.moments.checkpoint,
        )
        self._atr_price: dict[str, float] = {}
        self.differences: tuple[recovery.Mismatch, ...] = ()  # of holdings, of the last comparison
        self.order_differences: OrderDifferences | None = None  # of the last comparison

    @property
    def clock(self) -> Clock:
        """The market's time."""
        return self._doors.clock

    @property
    def dial(self) -> Dial:
        """The parameters in force."""
        return self._dial

    @property
    def timeframe(self) -> Timeframe:
        """The bars that strategies act on."""
        return self._doors.timeframes[0]

    async def start(self) -> int:
        """Recovers and warms up; returns how many orders had to be asked after."""
        instruments = await self._doors.feed.instruments()
        self.books.instruments = {instrument.symbol: instrument for instrument in instruments}
        memory = await self._doors.journal.load()
        self.books.remember(memory)
        self.lives.remember()
        if memory.state is None:
            await starting.first_start(self.books, self.scribe, self._doors.venue)
        await starting.warm_up(self.books, self.bars, self._doors.feed, self._doors.timeframes)
        for symbol in self.books.instruments:
            self._measure(symbol)
        asked = await recovery.recover(
            self.books, self.executor, self._doors.venue, self._doors.wall
        )
        await recovery.catch_up(self.books, self.executor, self._doors.venue)
        await self.lives.recover()
        await self.compare_books()
        self.entries.revive(recovery.decided_again(self.books))
        await self.approvals.recover(self.bars)
        if self.books.state.closing_all:
            self.panic.start_closing(incident_of(self.books.state))
        self.protector.tend()
        return asked

    async def compare_books(self) -> None:
        """Compares holdings and open orders with the venue's; what stays different is told once."""
        found = await self._compared()
        if found and found != self.differences:
            # a fill may have come between our look and the venue's: look again before crying
            found = await self._compared()
            if found:
                await recovery.tell(found, self.scribe, self.switch, self._doors.clock)
        self.differences = found

    async def _compared(self) -> tuple[recovery.Mismatch, ...]:
        # orders first: a stop that has filled unheard explains what its symbol holds
        self.order_differences = await self.reconciler.compare_orders()
        if self.order_differences is None:
            return self.differences  # the venue does not answer: nothing is known anew
        found = await recovery.differences(self.books, self._doors.venue)
        doubtful = self.reconciler.doubtful(self.order_differences)
        return tuple(each for each in found if each.symbol not in doubtful)

    async def run(self) -> None:
        """Digests the market's events until the feed ends."""
        try:
            async for event in self._doors.feed.events(self.books.state.cursor_at):
                await self.digest(event)
        finally:
            await self.moments.checkpoint()

    async def stop(self) -> None:
        """Ends what runs beside the loop; everything known is durable afterwards."""
        await self.panic.stop()
        await self.approvals.close()
        await self.protector.close()
        await self.executor.close()
        await self.moments.checkpoint()

    async def digest(self, event: MarketEvent) -> None:
        """Takes one event in, whatever follows from it included."""
        match event:
            case PriceMoved():
                await self._price_moved(event)
            case FundingSettled():
                await self._funding_settled(event)
            case BarClosed():
                await self._bar_closed(event)
            case TimePassed():
                await self.lives.tend(event.at)
                await self.moments.passed(event)
                self.protector.tend()
            case _:
                raise TypeError(f"no such market event: {event!r}")

    async def _price_moved(self, event: PriceMoved) -> None:
        if not await self.doorway.lets_in(event):
            return
        before = self.books.last_price.get(event.symbol)
        self.books.last_price[event.symbol] = event
        await self.moments.heard(event, before)
        await self.lives.before(event)
        await self.listening.observe(event)
        position = self.books.position_on(event.symbol)
        if position is not None:
            await self._guard(position, event)
        self.approvals.shadows.price_moved(event, self._atr_price)
        await self.listening.enforce(event)

    async def _funding_settled(self, event: FundingSettled) -> None:
        self.books.funding_ratio[event.symbol] = event.funding_ratio
        await self.listening.observe(event)

    async def _guard(self, position: Position, event: PriceMoved) -> None:
        owed = self.books.owed(position.position_id)
        leaving_base = self.books.leaving_base(position.position_id)
        leaving_base += sum(order.leaves_base for order in owed)
        position, wishes = advanced(
            position,
            leaving_base,
            event,
            plan_of(position, self._dial.parameters),
            self._atr_price.get(event.symbol, float("nan")),
            self.timeframe.seconds,
            self.books.instruments[event.symbol].qty_step,
        )
        self.books.put(position)
        self.books.touched.add(position.position_id)
        # a stop takes all along, also what waits for its next attempt
        is_stopped = any(wish.purpose is Purpose.STOP for wish in wishes)
        due = (order for order in owed if is_stopped or is_due(order, event.at))
        wishes = (*map(again, due), *wishes)
        if wishes:
            await self.executor.leave(position.position_id, *wishes)

    async def _bar_closed(self, event: BarClosed) -> None:
        now_at = self._doors.clock.now()
        finding = self.bars.add(event.symbol, event.timeframe, event.bar, now_at)
        if finding is not None and finding.kind is not FindingKind.REPEATED:
            logger.warning("{} {}: {}", event.symbol, event.timeframe, finding.kind)
        if event.timeframe is not self.timeframe or (finding is not None and not finding.taken):
            return
        self._measure(event.symbol)
        await self.approvals.shadows.keep(event.symbol)
        position = self.books.position_on(event.symbol)
        if position is not None:
            await self.turning.reconsider(position, event)
        proposal = self.entries.proposal_of(event)
        if proposal is not None:
            await self._doors.clock.hold(self.entries.decide(proposal))
        elif (question := self.leading.question_on(event)) is not None:
            await self._doors.clock.hold(self.leading.ask(question))

    def _measure(self, symbol: str) -> None:
        view = view_of(self.bars, symbol, self.timeframe)
        if view is not None:
            self._atr_price[symbol] = view.feature("atr_price", self._dial.parameters)
