"""The panic path: plain code that asks nobody. It imports no models and takes no lock.

Step 1 halts (memory at once, then the database) and cancels resting entries. Step 2 closes every
position in a task of its own, re-reads the venue, and goes on until all is flat, across restarts.
"""

import asyncio
from dataclasses import replace

from engine.core.errors import Temporary
from engine.core.events import PanicReported
from engine.core.kinds import OrderState, Purpose
from engine.core.money import ZERO
from engine.core.orders import WORKING
from engine.core.ports import Clock, Record, Venue
from engine.core.positions import Position
from engine.core.state import DeskState
from engine.execution.books import Books
from engine.execution.drafts import ExitWish
from engine.execution.executor import Executor
from engine.execution.scribe import Scribe
from engine.rules.plans import ExitReason

FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 60.0


def incident_of(state: DeskState) -> str:
    """The name of the incident that halted the desk: the same at each asking and each restart."""
    halted_s = 0 if state.changed_at is None else int(state.changed_at.timestamp())
    return f"panic-{halted_s}"


class Panic:
    """Flattens the desk. One incident at a time; asking again joins the running one."""

    def __init__(
        self,
        books: Books,
        executor: Executor,
        scribe: Scribe,
        venue: Venue,
        clock: Clock,
        wall: Clock,
    ) -> None:
        self._books = books
        self._executor = executor
        self._scribe = scribe
        self._venue = venue
        self._clock = clock
        self._wall = wall
        self._closing: asyncio.Task[None] | None = None

    async def cancel_entries(self) -> int:
        """Asks the venue to cancel every resting entry; returns how many there were."""
        resting = [
            order
            for order in self._books.orders.values()
            if not order.purpose.is_exit and order.state in WORKING
        ]
        await asyncio.gather(*(self._executor.cancel(order) for order in resting))
        return len(resting)

    def start_closing(self, incident_id: str) -> asyncio.Task[None]:
        """Starts step 2, or returns the one that runs."""
        if self._closing is None or self._closing.done():
            self._closing = asyncio.create_task(self._close_all(incident_id), name="panic")
        return self._closing

    @property
    def is_closing(self) -> bool:
        return self._closing is not None and not self._closing.done()

    async def stop(self) -> None:
        """Ends the task at shutdown; `closing_all` in the database starts it again."""
        if self._closing is not None:
            self._closing.cancel()
            await asyncio.gather(self._closing, return_exceptions=True)

    async def _close_all(self, incident_id: str) -> None:
        involved = {position.symbol for position in self._books.positions.values()}
        pause_s = FIRST_RETRY_S
        while True:
            positions = tuple(self._books.positions.values())
            involved |= {position.symbol for position in positions}
            await asyncio.gather(*(self._close(position) for position in positions))
            report = await self._report(incident_id, involved)
            done = not report.still_open and not report.unknown
            if done:
                self._books.state = replace(self._books.state, closing_all=False)
            state = self._books.state if done else None
            await self._scribe.keep(Record(events=(report,), state=state))
            if done:
                return
            await self._wall.sleep(pause_s)
            pause_s = min(pause_s * 2.0, LONGEST_RETRY_S)

    async def _close(self, position: Position) -> None:
        left_base = position.qty_base - self._books.leaving_base(position.position_id)
        if left_base <= ZERO:
            return  # all of it is on its way: the next round looks again
        mark = self._books.mark_price(position.symbol)
        wish = ExitWish(
            purpose=Purpose.PANIC,
            exit_reason=int(ExitReason.PANIC),
            qty_base=left_base,
            decision_price=float(position.entry_price) if mark is None else mark,
        )
        await self._executor.leave(position.position_id, wish)

    async def _report(self, incident_id: str, involved: set[str]) -> PanicReported:
        """What the venue holds now, per symbol: our own books are not believed here."""
        try:
            holdings = await self._venue.holdings()
        except Temporary:
            held, unknown = {}, set(involved)
        else:
            held = dict(holdings.base_by_symbol)
            unknown = {
                order.request.symbol
                for order in self._books.orders.values()
                if order.state is OrderState.UNKNOWN
            }
        open_ = {p.symbol for p in self._books.positions.values()} | (involved & set(held))
        return PanicReported(
            at=self._clock.now(),
            incident_id=incident_id,
            flat=tuple(sorted(involved - open_ - unknown)),
            still_open=tuple(sorted(open_ - unknown)),
            unknown=tuple(sorted(unknown)),
        )
