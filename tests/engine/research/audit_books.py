"""The auditor's own books: cash, positions and marks in Decimal, made of fills and payments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.core.market import Instrument
from engine.core.orders import Fill, Order

ZERO = Decimal(0)
MAINTENANCE_RATIO = Decimal("0.01")  # of the paper venue


@dataclass
class Kept:
    """One open position."""

    symbol: str
    sign: int
    qty_base: Decimal  # never negative
    opened_base: Decimal  # all that was ever bought or sold to open
    cost_quote: Decimal  # at these prices
    stop_price: float  # as the journal last told it
    first_risk_quote: float = 0.0  # 1R of the first entry

    @property
    def at_stop_quote(self) -> float:
        """What is lost from the entries at the stop; negative where it locks in a gain."""
        lost_price = (float(self.cost_quote / self.opened_base) - self.stop_price) * self.sign
        return lost_price * float(self.qty_base)


@dataclass
class AuditBooks:
    """What the flows add up to."""

    instruments: Mapping[str, Instrument]
    cash_quote: Decimal
    marks: dict[str, Decimal] = field(default_factory=dict)
    kept: dict[int, Kept] = field(default_factory=dict)  # by position id

    def opened(self, order: Order, fill: Fill) -> None:
        """Takes in a fill of an entry or an addition."""
        self._book(fill)
        kept = self.kept.get(order.position_id)
        is_new = kept is None
        if kept is None:
            stop_price = 0.0 if order.terms is None else order.terms.stop_price
            kept = Kept(fill.symbol, fill.side.sign, ZERO, ZERO, ZERO, stop_price)
            self.kept[order.position_id] = kept
        kept.qty_base += fill.qty_base
        kept.opened_base += fill.qty_base
        kept.cost_quote += fill.price * fill.qty_base
        if is_new:
            kept.first_risk_quote = kept.at_stop_quote

    def left(self, position_id: int, fill: Fill) -> bool:
        """Takes in a fill of an exit; False where there was less to leave than that."""
        self._book(fill)
        kept = self.kept.get(position_id)
        if kept is None or kept.qty_base < fill.qty_base:
            return False
        kept.qty_base -= fill.qty_base
        if not kept.qty_base:
            del self.kept[position_id]
        return True

    def _book(self, fill: Fill) -> None:
        self.cash_quote -= fill.side.sign * fill.price * fill.qty_base + fill.fee_quote

    def bases(self) -> dict[str, Decimal]:
        """What is held of each symbol, signed; without zeros."""
        found: dict[str, Decimal] = {}
        for kept in self.kept.values():
            found[kept.symbol] = found.get(kept.symbol, ZERO) + kept.sign * kept.qty_base
        return found

    def worths(self) -> dict[str, float]:
        """The same at the marks, in quote."""
        return {symbol: float(base * self.marks[symbol]) for symbol, base in self.bases().items()}

    def equity_quote(self) -> Decimal:
        """Cash and what is held at the marks."""
        held = self.bases().items()
        return self.cash_quote + sum((base * self.marks[symbol] for symbol, base in held), ZERO)

    def heat_quote(self) -> float:
        """What is lost from the entries if every stop is hit."""
        return sum(max(0.0, kept.at_stop_quote) for kept in self.kept.values())

    def sector_quote(self, sector: str) -> float:
        """The sum of the notionals in one sector."""
        worths = self.worths().items()
        return sum(abs(w) for symbol, w in worths if self.instruments[symbol].sector == sector)

    def spare_margin_quote(self, symbol: str, price: float) -> Decimal:
        """What crossed margin has to spare with `symbol` at `price` and all others at their marks.

        All are perpetuals. Negative: the venue has to take the position away.
        """
        marks = self.marks | {symbol: Decimal(repr(float(price)))}
        spare_quote = self.cash_quote
        for held, base in self.bases().items():
            worth_quote = base * marks[held]
            spare_quote += worth_quote - MAINTENANCE_RATIO * abs(worth_quote)
        return spare_quote
