"""What a person does to positions and orders by hand: once each, and only to what was shown.

A command finds its receipt when it comes again, and the position's version when it comes late:
then it changes nothing and says so. Receipt, intent and event are one record, so a kill at any
moment leaves either all of the act or none of it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from engine.core.commands import (
    CancelEntry,
    CloseEverything,
    ClosePosition,
    MoveToBreakeven,
    PositionAct,
    SetTrail,
)
from engine.core.errors import UserError
from engine.core.kinds import Purpose, Trail
from engine.core.orders import OPEN, Order
from engine.core.ports import Clock, Receipt, Record
from engine.core.positions import Position
from engine.execution.books import Books
from engine.execution.dial import Dial
from engine.execution.drafts import ExitWish
from engine.execution.executor import Executor
from engine.execution.levels import at_breakeven, trail_fault
from engine.execution.once import Act, Once, done
from engine.execution.parts import part_of, version_of_all
from engine.execution.scribe import Scribe
from engine.rules.plans import ExitReason


class Acts:
    """Does what a person asks of open positions and waiting entries. Raises UserError."""

    def __init__(
        self,
        books: Books,
        executor: Executor,
        scribe: Scribe,
        once: Once,
        clock: Clock,
        dial: Dial,
        atr_price: Callable[[str], float],
    ) -> None:
        self._books = books
        self._executor = executor
        self._scribe = scribe
        self._once = once
        self._clock = clock
        self._dial = dial
        self._atr_price = atr_price

    async def close(self, command: ClosePosition) -> Act:
        """Sends the exit at market for a share of the position."""
        return await self._once.do(command, lambda: self._close(command))

    async def close_all(self, command: CloseEverything) -> Act:
        """Sends exits for a share of every position that was shown, each of them once."""
        return await self._once.do(command, lambda: self._close_all(command))

    async def breakeven(self, command: MoveToBreakeven) -> Act:
        """Moves the stop to where the position ends without a loss; it never loosens."""
        return await self._once.do(command, lambda: self._breakeven(command))

    async def trail(self, command: SetTrail) -> Act:
        """Turns the trailing of the stop on or off; the stop itself stays where it is."""
        return await self._once.do(command, lambda: self._trail(command))

    async def cancel(self, command: CancelEntry) -> Act:
        """Asks the venue to take a waiting entry back, for good."""
        return await self._once.do(command, lambda: self._cancel(command))

    def shown(self, command: PositionAct) -> Position:
        """The position as the person saw it; raises UserError when it is not that any more."""
        position = self._books.positions.get(command.position_id)
        if position is None:
            raise UserError(
                f"Position #{command.position_id} is closed already; nothing was done.",
                hint="/trades shows what it brought.",
            )
        if position.version != command.version:
            raise UserError(
                f"{position.symbol} has changed since you were asked; nothing was done.",
                hint="Look again: /positions",
            )
        return position

    async def _close(self, command: ClosePosition) -> Act:
        position = self.shown(command)
        qty_base = self._closable(position, command.share_ratio)
        share = "" if qty_base == position.qty_base else f" {qty_base} of"
        text = f"Closing{share} {position.symbol} {position.side.value} at market."
        also = done(command, position.symbol, text, at=self._clock.now())
        orders = await self._executor.leave(
            position.position_id, self._wish(position, qty_base), also=also
        )
        if not orders:
            raise UserError(f"{position.symbol} closed by itself just now; nothing was done.")
        return Act(text=text, changed=True, orders=orders)

    async def _close_all(self, command: CloseEverything) -> Act:
        chosen = f"{command.command_id}:which"
        receipt = await self._once.receipt(chosen, is_exit=True)
        positions = tuple(self._books.positions.values())
        if receipt is None:
            if version_of_all(positions) != command.version:
                raise UserError(
                    "The open positions have changed since you were asked; nothing was done.",
                    hint="Look again: /positions",
                )
            named = " ".join(position.version for position in positions)
            kept = Receipt(command_id=chosen, answer=named, done_at=self._clock.now())
            await self._scribe.keep(Record(receipt=kept))
        else:  # begun before a restart: only those that are still as they were
            named = receipt.answer
            positions = tuple(p for p in positions if p.version in named.split())
        orders = await self._close_each(command, positions)
        share = "" if command.share_ratio >= 1.0 else f"{command.share_ratio:.0%} of "
        text = f"Closing {share}{len(orders)} of {len(named.split())} positions at market."
        await self._scribe.keep(done(command, "all", text, at=self._clock.now()))
        return Act(text=text, changed=True, orders=orders)

    async def _close_each(
        self, command: CloseEverything, positions: tuple[Position, ...]
    ) -> tuple[Order, ...]:
        orders: list[Order] = []
        for position in positions:
            latest = self._books.positions.get(position.position_id)
            if latest is None or latest.version != position.version:
                continue  # its stop was faster
            with suppress(UserError):  # it is on its way, or that share is too small
                wish = self._wish(latest, self._closable(latest, command.share_ratio))
                orders += await self._executor.leave(latest.position_id, wish)
        return tuple(orders)

    def _is_leaving(self, position: Position) -> bool:
        owed = self._books.owed(position.position_id)
        return bool(owed) or self._books.leaving_base(position.position_id) > 0

    def _closable(self, position: Position, share_ratio: float) -> Decimal:
        if self._is_leaving(position):
            raise UserError(
                f"An exit of {position.symbol} is on its way; nothing was done.",
                hint="/orders shows it.",
            )
        instrument = self._books.instruments[position.symbol]
        mark = self._books.mark_price(position.symbol)
        return part_of(position, share_ratio, instrument, mark)

    def _wish(self, position: Position, qty_base: Decimal) -> ExitWish:
        mark = self._books.mark_price(position.symbol)
        return ExitWish(
            purpose=Purpose.MANUAL,
            exit_reason=int(ExitReason.MANUAL),
            qty_base=qty_base,
            decision_price=float(position.entry_price) if mark is None else mark,
        )

    async def _breakeven(self, command: MoveToBreakeven) -> Act:
        position = self.shown(command)
        mark = self._books.mark_price(position.symbol)
        moved = at_breakeven(position, mark, self._dial.parameters)
        return await self._changed(command, moved, f"The stop of {moved.symbol} is at breakeven.")

    async def _trail(self, command: SetTrail) -> Act:
        position = self.shown(command)
        trail = Trail.ON if command.is_on else Trail.OFF
        if position.trail is trail:
            raise UserError(f"The trail of {position.symbol} is {trail.value} already.")
        moved = replace(position, trail=trail)
        if command.is_on:
            mark = self._books.mark_price(position.symbol)
            atr_price = self._atr_price(position.symbol)
            fault = trail_fault(moved, mark, atr_price, self._dial.parameters)
            if fault:
                raise UserError(fault, hint=f"To leave now: /close {position.symbol}")
        follows = "follows the best price now" if command.is_on else "stays where it is now"
        return await self._changed(command, moved, f"The stop of {moved.symbol} {follows}.")

    async def _changed(self, command: PositionAct, moved: Position, text: str) -> Act:
        self._books.put(moved)
        also = done(command, moved.symbol, text, at=self._clock.now())
        await self._scribe.keep(replace(also, positions=(moved,)))
        return Act(text=text, changed=True)

    async def _cancel(self, command: CancelEntry) -> Act:
        order = self._waiting(command.client_order_id)
        terms = order.terms
        if terms is not None and terms.reprices_left:  # nor is it priced anew after a restart
            order = replace(order, terms=replace(terms, reprices_left=0))
            self._books.orders[order.client_order_id] = order
            await self._scribe.keep(Record(orders=(order,)))
        after = await self._executor.cancel(order)
        if after.state in OPEN:
            text = f"The venue was asked to cancel the entry on {order.request.symbol}."
        elif after.filled_base:
            text = f"The entry on {order.request.symbol} is over; {after.filled_base} had filled."
        else:
            text = f"The entry on {order.request.symbol} is cancelled."
        also = done(command, order.request.symbol, text, at=self._clock.now())
        await self._scribe.keep(also)
        return Act(text=text, changed=True, orders=(after,))

    def _waiting(self, client_order_id: str) -> Order:
        order = self._books.orders.get(client_order_id)
        if order is None or order.state not in OPEN:
            raise UserError("That order is over already; nothing was done.", hint="See /orders")
        if order.purpose.is_exit:
            raise UserError(
                f"That order protects or closes {order.request.symbol}; it is not cancelled.",
                hint=f"To leave the position: /close {order.request.symbol}",
            )
        return order
