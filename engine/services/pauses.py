"""Pauses that end by themselves, and pauses of one symbol. In market time, across restarts."""

from dataclasses import replace

from engine.core.commands import Pause, PauseSymbol, ResumeSymbol
from engine.core.errors import StorageError
from engine.core.kinds import TradingState
from engine.core.ports import Journal, Receipt, Record
from engine.core.state import Cause, SymbolPause
from engine.execution.desk import Desk
from engine.services.answers import Control
from engine.services.controls import control_of


class Pauses:
    """Stops entries for a while, or on one symbol. A repeated command changes nothing."""

    def __init__(self, desk: Desk, journal: Journal) -> None:
        self._desk = desk
        self._journal = journal

    async def pause(self, command: Pause) -> Control:
        """Stops entries until `command.lasts` is over; the latest word on the end counts.

        What another cause has stopped stays as it is: the end of a pause must not end that.
        """
        before = self._desk.books.state
        stopped = before.trading is not TradingState.ACTIVE
        others_hold = stopped and before.cause not in {Cause.NONE, Cause.PERSON}
        is_halted = before.trading is TradingState.HALTED
        if command.lasts is None or is_halted or others_hold:
            return control_of(before, before, changed=False)
        if await self._is_done(command.command_id):
            return control_of(before, before, changed=False)
        changed = await self._desk.switch.move(
            TradingState.REDUCING,
            Cause.PERSON,
            command.why or f"paused by {command.actor.name}",
            command.actor,
            resume_at=self._desk.clock.now() + command.lasts,
            command_id=command.command_id,
        )
        return control_of(before, self._desk.books.state, changed=changed)

    def paused_symbols(self) -> tuple[SymbolPause, ...]:
        """The symbols on which a person has stopped entries."""
        return self._desk.books.state.paused_symbols

    async def pause_symbol(self, command: PauseSymbol) -> SymbolPause:
        """Stops entries on one symbol; the latest word on its end counts."""
        known = self._pause_of(command.symbol)
        if known is not None and await self._is_done(command.command_id):
            return known
        until_at = None if command.lasts is None else self._desk.clock.now() + command.lasts
        pause = SymbolPause(command.symbol, until_at)
        await self._keep(command.symbol, (pause,), command.command_id)
        return pause

    async def resume_symbol(self, command: ResumeSymbol) -> bool:
        """Takes entries on that symbol again; whether it was paused."""
        known = self._pause_of(command.symbol)
        if known is None or await self._is_done(command.command_id):
            return False
        await self._keep(command.symbol, (), command.command_id)
        return True

    def _pause_of(self, symbol: str) -> SymbolPause | None:
        return next((p for p in self.paused_symbols() if p.symbol == symbol), None)

    async def _keep(self, symbol: str, pauses: tuple[SymbolPause, ...], command_id: str) -> None:
        state = self._desk.books.state
        others = tuple(pause for pause in state.paused_symbols if pause.symbol != symbol)
        self._desk.books.state = replace(state, paused_symbols=(*others, *pauses))
        now = self._desk.clock.now()
        receipt = Receipt(command_id=command_id, answer=symbol, done_at=now)
        await self._desk.scribe.keep(Record(receipt=receipt))

    async def _is_done(self, command_id: str) -> bool:
        try:
            return await self._journal.receipt(command_id) is not None
        except StorageError:
            return False  # what stops entries works while the database does not
