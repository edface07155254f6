"""Acts of a person in memory: done once by the command's id, and only to what was shown."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.core.commands import (
    Command,
    OpenPosition,
    Pause,
    PauseSymbol,
    PositionAct,
    ResumeSymbol,
)
from engine.core.errors import UserError
from engine.core.orders import Order
from engine.core.positions import Position
from engine.core.state import SymbolPause
from engine.execution.parts import version_of_all
from engine.services.act_answers import Act, Closing, ClosingAll, StopMove, TradeOffer, Waiting
from engine.services.answers import Control
from tests.fakes.services import FakeControls
from tests.handlers.samples import NOW, SYMBOL, a_position, an_order


@dataclass(slots=True)
class FakePauses:
    controls: FakeControls
    held: tuple[SymbolPause, ...] = ()
    asked: list[Command] = field(default_factory=list)

    async def pause(self, command: Pause) -> Control:
        self.asked.append(command)
        control = await self.controls.pause(command)
        return replace(control, resume_at=NOW + (command.lasts or NOW - NOW))

    def paused_symbols(self) -> tuple[SymbolPause, ...]:
        return self.held

    async def pause_symbol(self, command: PauseSymbol) -> SymbolPause:
        self.asked.append(command)
        until_at = None if command.lasts is None else NOW + command.lasts
        return SymbolPause(command.symbol, until_at)

    async def resume_symbol(self, command: ResumeSymbol) -> bool:
        self.asked.append(command)
        return True


class FakeActing:
    """One position, number 42, and one waiting entry."""

    def __init__(self, text: str = "") -> None:
        self.held = a_position(42, text or SYMBOL)
        self.order = an_order(symbol=text or SYMBOL)
        self.asked: list[Command] = []
        self.done: dict[str, str] = {}

    def positions(self) -> tuple[Position, ...]:
        return (self.held,)

    def position(self, text: str) -> Position:
        if text.upper() not in {"BTC", "42", "#42"}:
            raise UserError("No open position is called that.", hint="/positions lists them.")
        return self.held

    def closing(self, position_id: int, share_ratio: float) -> Closing:
        if position_id != self.held.position_id:
            raise UserError(f"Position #{position_id} is closed already.")
        qty_base = self.held.qty_base * Decimal(str(share_ratio))
        return Closing(
            position=self.held,
            qty_base=qty_base,
            is_whole=qty_base == self.held.qty_base,
            price=64_500.1,
            result_quote=Decimal("3.585"),
        )

    def closing_all(self) -> ClosingAll:
        return ClosingAll(
            positions=self.positions(),
            version=version_of_all(self.positions()),
            notional_quote=Decimal("799.80"),
            quote="USDT",
        )

    def breakeven_of(self, position: Position) -> StopMove:
        return StopMove(position=position, stop_price=float(position.entry_price))

    def waiting(self) -> Waiting:
        return Waiting(orders=(self.order,))

    def entry(self, text: str) -> Order:
        if text.upper() != "BTC":
            raise UserError("No waiting entry is called that.", hint="/orders lists what waits.")
        return self.order

    def offer(self, command: OpenPosition) -> TradeOffer:
        return TradeOffer(
            symbol=command.symbol,
            side=command.side,
            price=64_500.1,
            stop_price=63_900.0,
            qty_base=Decimal("0.0124"),
            notional_quote=Decimal("799.80"),
            equity_ratio=0.08,
            risk_quote=Decimal("7.44"),
            asked_quote=command.most_quote,
            quote="USDT",
        )

    def share_quote(self, equity_ratio: Decimal) -> Decimal:
        return Decimal(10_000) * equity_ratio

    async def do(self, command: Command) -> Act:
        return self._done(command, f"{type(command).__name__} on {self.held.symbol}.")

    def _done(self, command: Command, text: str) -> Act:
        self.asked.append(command)
        if isinstance(command, PositionAct) and command.version != self.held.version:
            raise UserError("It has changed since you were asked; nothing was done.")
        is_new = command.command_id not in self.done
        self.done.setdefault(command.command_id, text)
        return Act(text=text, changed=is_new, orders=(self.order,) if is_new else ())
