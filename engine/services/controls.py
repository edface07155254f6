"""Pause, resume, panic: what moves the trading state by a person's word."""

from dataclasses import replace
from datetime import datetime

from engine.core.commands import Panic, Pause, Resume
from engine.core.errors import UserError
from engine.core.kinds import TradingState
from engine.core.money import ZERO, to_quote
from engine.core.state import Cause, DeskState
from engine.execution.desk import Desk
from engine.execution.panic import incident_of
from engine.execution.valuation import equity_quote, value_quote
from engine.services.answers import Control, PanicStep


class Controls:
    """Commands that go straight to the desk: no queue, no lock, no model in between."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> Control:
        """The present trading state."""
        return control_of(self._desk.books.state, self._desk.books.state, changed=False)

    async def pause(self, command: Pause) -> Control:
        """Stops entries; a desk that is halted stays halted."""
        before = self._desk.books.state
        if before.trading is TradingState.HALTED:
            return control_of(before, before, changed=False)
        why = command.why or f"paused by {command.actor.name}"
        changed = await self._desk.switch.move(
            TradingState.REDUCING, Cause.PERSON, why, command.actor
        )
        return control_of(before, self._desk.books.state, changed=changed)

    async def resume(self, command: Resume) -> Control:
        """Takes entries again. Raises UserError while a panic closes or the database fails.

        After a breaker its limits are measured anew from here, and a losing streak is counted
        anew; else they would trip at once again.
        """
        before = self._desk.books.state
        if before.closing_all:
            raise UserError(
                "Panic is still closing positions.", hint="Wait for its report, then /resume."
            )
        if before.cause is Cause.STORAGE and self._desk.scribe.is_failing:
            raise UserError(
                "The database takes no records.", hint="Free its disk; the desk then goes on."
            )
        if before.cause is Cause.BREAKER:
            exact = to_quote(equity_quote(self._desk.books))
            self._desk.books.state = replace(
                before, breaker_day_quote=exact, breaker_peak_quote=exact
            )
        # a person's word ends a losing streak too: the count begins anew
        self._desk.books.state = replace(self._desk.books.state, losing_streak=0)
        changed = await self._desk.switch.move(
            TradingState.ACTIVE, Cause.NONE, f"resumed by {command.actor.name}", command.actor
        )
        return control_of(before, self._desk.books.state, changed=changed)

    async def panic(self, command: Panic) -> PanicStep:
        """Step 1 halts and cancels; with `close_all` step 2 starts and goes on by itself."""
        before = self._desk.books.state
        repeated = before.cause is Cause.PANIC and before.trading is TradingState.HALTED
        closing = before.closing_all or command.close_all
        await self._desk.switch.move(
            TradingState.HALTED,
            Cause.PANIC,
            before.why if repeated else f"panic by {command.actor.name}",
            command.actor,
            closing_all=closing,
        )
        state = self._desk.books.state
        halted_at = state.changed_at or self._desk.clock.now()
        incident_id = incident_of(state)
        cancelled = await self._desk.panic.cancel_entries()
        if closing:
            self._desk.panic.start_closing(incident_id)
        return self._step(incident_id, halted_at, cancelled, closing=closing, repeated=repeated)

    def _step(
        self,
        incident_id: str,
        halted_at: datetime,
        cancelled: int,
        *,
        closing: bool,
        repeated: bool,
    ) -> PanicStep:
        books = self._desk.books
        positions = tuple(books.positions.values())
        notional_quote = sum(
            (to_quote(abs(value_quote(books, position))) for position in positions), ZERO
        )
        return PanicStep(
            incident_id=incident_id,
            halted_at=halted_at,
            cancelled_orders=cancelled,
            positions=positions,
            notional_quote=notional_quote,
            closing=closing,
            repeated=repeated,
        )


def control_of(before: DeskState, after: DeskState, *, changed: bool) -> Control:
    """The answer to a command that found the first state and left the second."""
    return Control(
        before=before.trading,
        after=after.trading,
        cause=after.cause,
        why=after.why,
        since=after.changed_at,
        changed=changed,
        resume_at=after.resume_at,
        paused_symbols=after.paused_symbols,
    )
