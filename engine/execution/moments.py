"""The end of each market moment: worth, breakers, silence, and the checkpoint.

A moment is over when its `TimePassed` has been digested; the cursor then stands on it. Whatever
is written later carries the cursor along, so a restart repeats at most the moment that was cut.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from engine.core.events import FeedRecovered, FeedWentStale
from engine.core.kinds import TradingState
from engine.core.market import PriceMoved, TimePassed
from engine.core.money import to_quote
from engine.core.ports import Record
from engine.core.state import Cause, EquityPoint, pauses_after
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.scribe import Scribe
from engine.execution.switch import Switch
from engine.execution.valuation import equity_quote, unrealised_quote
from engine.risk.breakers import losses_of, watched
from engine.rules.ledger import drawdown_ratio

CHECKPOINT_MOMENTS = 64
KEPT = timedelta(days=2)  # reports heard: longer than a venue is asked back at a start


class Moments:
    """Digests `TimePassed`."""

    def __init__(
        self, books: Books, scribe: Scribe, switch: Switch, dial: Dial, feed_step_s: float
    ) -> None:
        self._books = books
        self._scribe = scribe
        self._switch = switch
        self._dial = dial
        self._feed_step_s = feed_step_s
        self._since_checkpoint = 0
        self._last_point_at: datetime | None = None

    async def passed(self, event: TimePassed) -> None:
        """The worth of the desk at the moment, what follows from it, and a checkpoint when due."""
        await self._watch_silence(event.at)
        await self._value(event.at)
        await self._watch_storage()
        await self._watch_pauses(event.at)
        self._books.state = replace(self._books.state, cursor_at=event.at)
        self._books.decided.clear()
        self._since_checkpoint += 1
        if self._since_checkpoint >= CHECKPOINT_MOMENTS:
            await self.checkpoint()

    async def checkpoint(self) -> None:
        """Makes the cursor and all that waits for it durable."""
        self._since_checkpoint = 0
        await self._scribe.keep(Record())

    async def _value(self, at: datetime) -> None:
        state = self._books.state
        equity = equity_quote(self._books)
        exact = to_quote(equity)
        today = at.date().isoformat()
        day_began = state.day != today
        if day_began:
            heard = self._books.heard
            self._books.heard = {name: seen for name, seen in heard.items() if seen >= at - KEPT}
            state = replace(
                state,
                day=today,
                day_start_equity_quote=exact,
                day_base_quote=exact,
                breaker_day_quote=exact,
            )
        self._books.state = replace(
            state,
            peak_equity_quote=max(state.peak_equity_quote, exact),
            breaker_peak_quote=max(state.breaker_peak_quote, exact),
        )
        await self._watch_losses(equity, at, day_began=day_began)
        self._note(at, equity)

    def _note(self, at: datetime, equity: float) -> None:
        """A point of the equity curve, when one is due."""
        due_s = self._dial.parameters.equity_point_s
        last = self._last_point_at
        if last is not None and (at - last).total_seconds() < due_s:
            return
        self._last_point_at = at
        state = self._books.state
        positions = self._books.positions.values()
        unrealised = sum(unrealised_quote(self._books, position) for position in positions)
        self._books.points.append(
            EquityPoint(
                at=at,
                equity_quote=to_quote(equity),
                cash_quote=state.cash_quote,
                unrealised_quote=to_quote(float(unrealised)),
                drawdown_ratio=drawdown_ratio(equity, float(state.peak_equity_quote)),
                open_positions=len(self._books.positions),
                moved_quote=state.moved_quote,
            )
        )

    async def _watch_losses(self, equity: float, at: datetime, *, day_began: bool) -> None:
        state = self._books.state
        losses = losses_of(equity, float(state.breaker_day_quote), float(state.breaker_peak_quote))
        change = watched(state, losses, self._dial.parameters, at=at, day_began=day_began)
        if change is not None:
            await self._switch.move(change.trading, change.cause, change.why)

    async def _watch_storage(self) -> None:
        state = self._books.state
        if self._scribe.is_failing and state.trading is TradingState.ACTIVE:
            error = self._scribe.last_error
            why = "the database takes no records" if error is None else error.sentence()
            await self._switch.move(TradingState.REDUCING, Cause.STORAGE, why)
        elif not self._scribe.is_failing and state.cause is Cause.STORAGE:
            await self._switch.move(TradingState.ACTIVE, Cause.NONE, "the database works again")

    async def _watch_pauses(self, at: datetime) -> None:
        self._books.state = state = pauses_after(self._books.state, at)
        if state.resume_at is not None and at >= state.resume_at:
            await self._switch.move(TradingState.ACTIVE, Cause.NONE, "the pause is over")

    async def _watch_silence(self, now: datetime) -> None:
        limit_s = self._dial.parameters.stale_steps * self._feed_step_s
        for symbol, moved in self._books.last_price.items():
            silent_s = (now - moved.at).total_seconds()
            if silent_s > limit_s and symbol not in self._books.stale:
                self._books.stale.add(symbol)
                event = FeedWentStale(at=now, symbol=symbol, last_at=moved.at)
                await self._scribe.keep(Record(events=(event,)))

    async def heard(self, event: PriceMoved, before: PriceMoved | None) -> None:
        """A price came: the symbol is not silent any more."""
        if event.symbol in self._books.stale:
            self._books.stale.discard(event.symbol)
            silent_s = (event.at - before.at).total_seconds() if before is not None else 0.0
            told = FeedRecovered(at=event.at, symbol=event.symbol, silent_s=silent_s)
            await self._scribe.keep(Record(events=(told,)))
