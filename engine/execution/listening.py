"""What the paper venue is shown of the market, and what any venue says unasked."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from engine.core.errors import StorageError
from engine.core.kinds import TradingState
from engine.core.market import FundingSettled, PriceMoved
from engine.core.ports import Clock, First, MarketObserver, Venue
from engine.core.state import Cause
from engine.execution.executor import Executor
from engine.execution.switch import Switch

FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 10.0


class Listening:
    """Shows each price to the observers and takes the venue's news in afterwards."""

    def __init__(
        self,
        venue: Venue,
        observers: Sequence[MarketObserver],
        executor: Executor,
        switch: Switch,
        wall: Clock,
        first: First,
    ) -> None:
        """`first` makes durable what the desk knows."""
        self._venue = venue
        self._observers = observers
        self._executor = executor
        self._switch = switch
        self._wall = wall
        self._first = first

    async def observe(self, event: PriceMoved | FundingSettled) -> None:
        """Before the desk acts: resting orders are matched, funding is paid."""
        for observer in self._observers:
            await self._patiently(partial(observer.observe, event, self._first))
        await self._hear()

    async def enforce(self, event: PriceMoved) -> None:
        """After the desk's exits: what the account cannot carry is taken away."""
        for observer in self._observers:
            await self._patiently(partial(observer.enforce, event, self._first))
        await self._hear()

    async def _hear(self) -> None:
        for told in self._venue.take_reports():
            await self._executor.hear(told)

    async def _patiently(self, look: Callable[[], Awaitable[None]]) -> None:
        # a paper venue whose books do not take a change is a venue that is away: wait for it
        pause_s = FIRST_WAIT_S
        while True:
            try:
                return await look()
            except StorageError as error:
                await self._switch.tighten(TradingState.REDUCING, Cause.STORAGE, error.sentence())
                await self._wall.sleep(pause_s)
                pause_s = min(pause_s * 2.0, LONGEST_WAIT_S)
