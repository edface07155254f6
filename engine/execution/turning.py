"""A position that is left because the strategies, or the voters, want the other side by now."""

from engine.core.advice import Proposal
from engine.core.market import BarClosed
from engine.core.ports import Advisor, Clock
from engine.core.positions import Position
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.executor import Executor
from engine.execution.guarding import on_signal
from engine.market.bars import BarStore
from engine.strategies.propose import propose
from engine.strategies.view import view_of


class Turning:
    """Looks at an open position when a bar has closed.

    Where the venue fills at once, the same bar may then open the other side, with a proposal of
    its own.
    """

    def __init__(
        self,
        books: Books,
        bars: BarStore,
        executor: Executor,
        advisor: Advisor,
        clock: Clock,
        dial: Dial,
    ) -> None:
        self._books = books
        self._bars = bars
        self._executor = executor
        self._advisor = advisor
        self._clock = clock
        self._dial = dial

    async def reconsider(self, position: Position, event: BarClosed) -> None:
        """Leaves the position where a parameter says that an opposite signal ends it."""
        parameters = self._dial.parameters
        view = view_of(self._bars, event.symbol, event.timeframe)
        if view is None or not (parameters.exit_on_opposite or parameters.heeds_advice):
            return
        opposite = propose(view, parameters)
        if opposite is None or opposite.side is position.side:
            return
        if parameters.exit_on_opposite:
            await self._turn_away(position, event)
        else:
            await self._clock.hold(self._advised(position, opposite, event))

    async def _advised(self, position: Position, opposite: Proposal, event: BarClosed) -> None:
        # the voters' word on the other side; the position may have changed while they thought
        verdict = await self._advisor.advise(opposite.snapshot)
        latest = self._books.positions.get(position.position_id)
        if verdict.approved and latest is not None:
            await self._turn_away(latest, event)

    async def _turn_away(self, position: Position, event: BarClosed) -> None:
        leaving_base = self._books.leaving_base(position.position_id)
        owed = self._books.owed(position.position_id)
        rest_base = position.qty_base - leaving_base - sum(order.leaves_base for order in owed)
        if rest_base > 0:
            wish = on_signal(rest_base, event.bar.close)
            await self._executor.leave(position.position_id, wish)
