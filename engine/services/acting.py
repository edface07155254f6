"""Acts of a person: what each would do now, and doing it once."""

from decimal import Decimal

from engine.core.commands import (
    CancelEntry,
    CloseEverything,
    ClosePosition,
    Command,
    MoveToBreakeven,
    OpenPosition,
    SetTrail,
)
from engine.core.errors import UserError
from engine.core.money import to_quote
from engine.core.orders import OPEN, Order
from engine.core.ports import Journal
from engine.core.positions import Position
from engine.execution.acts import Acts
from engine.execution.desk import Desk
from engine.execution.levels import at_breakeven
from engine.execution.manual import Hand
from engine.execution.once import Act, Once
from engine.execution.parts import part_of, version_of_all
from engine.execution.valuation import equity_quote, value_quote
from engine.services.act_answers import Closing, ClosingAll, StopMove, TradeOffer, Waiting
from engine.strategies.view import view_of


class Acting:
    """Questions change nothing; acts name their command, and a repeat changes nothing more."""

    def __init__(self, desk: Desk, journal: Journal, quote: str) -> None:
        once = Once(journal)
        self._desk = desk
        self._quote = quote
        self._acts = Acts(
            desk.books, desk.executor, desk.scribe, once, desk.clock, desk.dial, self._atr_price
        )
        self._hand = Hand(
            desk.books, desk.bars, desk.entries, once, desk.clock, desk.dial, desk.timeframe
        )

    def positions(self) -> tuple[Position, ...]:
        """The open positions, oldest first."""
        found = self._desk.books.positions
        return tuple(found[number] for number in sorted(found))

    def position(self, text: str) -> Position:
        """The open position that a person means by its number or symbol; raises UserError."""
        wanted = text.strip().upper().removeprefix("#")
        for position in self.positions():
            base = position.symbol.partition("/")[0]
            plain = position.symbol.partition(":")[0]
            names = {str(position.position_id), position.symbol.upper(), base, plain}
            if wanted in names:
                return position
        raise UserError("No open position is called that.", hint="/positions lists them.")

    def closing(self, position_id: int, share_ratio: float) -> Closing:
        """What closing that share would do; raises UserError when there is nothing to close."""
        position = self._desk.books.positions.get(position_id)
        if position is None:
            raise UserError(
                f"Position #{position_id} is closed already.", hint="/trades shows its result."
            )
        instrument = self._desk.books.instruments[position.symbol]
        mark = self._desk.books.mark_price(position.symbol)
        qty_base = part_of(position, share_ratio, instrument, mark)
        price = float(position.entry_price) if mark is None else mark
        gain_price = (price - float(position.entry_price)) * position.side.sign
        return Closing(
            position=position,
            qty_base=qty_base,
            is_whole=qty_base == position.qty_base,
            price=price,
            result_quote=to_quote(gain_price * float(qty_base)),
        )

    def closing_all(self) -> ClosingAll:
        """Everything that is open, as closing it would find it now."""
        positions = self.positions()
        books = self._desk.books
        sums = (to_quote(abs(value_quote(books, position))) for position in positions)
        return ClosingAll(
            positions=positions,
            version=version_of_all(positions),
            notional_quote=sum(sums, Decimal(0)),
            quote=self._quote,
        )

    def breakeven_of(self, position: Position) -> StopMove:
        """Where the stop would go; raises UserError when it may not go there."""
        mark = self._desk.books.mark_price(position.symbol)
        moved = at_breakeven(position, mark, self._desk.dial.parameters)
        return StopMove(position=position, stop_price=moved.stop_price)

    def waiting(self) -> Waiting:
        """The entries that may be cancelled, oldest first."""
        orders = self._desk.books.orders.values()
        found = [order for order in orders if order.state in OPEN and not order.purpose.is_exit]
        return Waiting(orders=tuple(sorted(found, key=_age)))

    def entry(self, text: str) -> Order:
        """The waiting entry that a person means by its id or symbol; raises UserError."""
        wanted = text.strip().upper()
        for order in self.waiting().orders:
            symbol = order.request.symbol.upper()
            if wanted in {order.client_order_id.upper(), symbol, symbol.partition("/")[0]}:
                return order
        raise UserError("No waiting entry is called that.", hint="/orders lists what waits.")

    def offer(self, command: OpenPosition) -> TradeOffer:
        """What the trade would be now; raises UserError with the rules' no."""
        found = self._hand.offer(command)
        equity = equity_quote(self._desk.books)
        notional = found.sized.notional_quote
        return TradeOffer(
            symbol=command.symbol,
            side=command.side,
            price=found.proposal.snapshot.entry_price,
            stop_price=found.sized.stop_price,
            qty_base=found.sized.qty_base,
            notional_quote=notional,
            equity_ratio=float(notional) / equity if equity > 0.0 else float("nan"),
            risk_quote=found.sized.risk_quote,
            asked_quote=command.most_quote,
            quote=self._quote,
        )

    def share_quote(self, equity_ratio: Decimal) -> Decimal:
        """That share of the present equity, to the cent."""
        worth = to_quote(equity_quote(self._desk.books))
        return (worth * equity_ratio).quantize(Decimal("0.01"))

    async def do(self, command: Command) -> Act:
        """Does it, once. Raises UserError where nothing was done; StorageError: an entry only."""
        match command:
            case ClosePosition():
                return await self._acts.close(command)
            case CloseEverything():
                return await self._acts.close_all(command)
            case MoveToBreakeven():
                act = await self._acts.breakeven(command)
                self._desk.protector.tend()  # the stop at the venue follows at once
                return act
            case SetTrail():
                return await self._acts.trail(command)
            case CancelEntry():
                return await self._acts.cancel(command)
            case OpenPosition():
                return await self._hand.open(command)
            case _:
                raise TypeError(f"no such act: {command!r}")

    def _atr_price(self, symbol: str) -> float:
        view = view_of(self._desk.bars, symbol, self._desk.timeframe)
        parameters = self._desk.dial.parameters
        return float("nan") if view is None else view.feature("atr_price", parameters)


def _age(order: Order) -> tuple[object, str]:
    return order.created_at, order.client_order_id
