"""What the books are worth at the marks. Sums stay on the grid of 1e-8, so their order is free."""

from decimal import Decimal

from engine.core.money import to_quote
from engine.core.positions import Position
from engine.execution.booking import guard_of
from engine.execution.books import Books
from engine.rules import ledger, steps


def value_quote(books: Books, position: Position) -> float:
    """What a position adds to equity at the mark (at its entry before the first price)."""
    mark = books.mark_price(position.symbol)
    price = float(position.entry_price) if mark is None else mark
    return ledger.value_quote(position.side.sign, float(position.qty_base), price)


def equity_quote(books: Books) -> float:
    """Cash plus the value of every position."""
    equity = float(books.state.cash_quote)
    for position in books.positions.values():
        equity = steps.quote8(equity + value_quote(books, position))
    return equity


def free_cash_quote(books: Books) -> float:
    """The cash that may be spent: what shorts were sold for is owed, at the mark."""
    cash = float(books.state.cash_quote)
    for position in books.positions.values():
        if position.side.sign < 0:
            cash = steps.quote8(cash + value_quote(books, position))
    return cash


def gross_quote(books: Books) -> float:
    """The sum of the absolute notionals, entries on their way included."""
    gross = 0.0
    for position in books.positions.values():
        gross = steps.quote8(gross + abs(value_quote(books, position)))
    for order, terms in books.entries_on_their_way():
        gross = steps.quote8(gross + float(order.leaves_base) * terms.facts.decision_price)
    return gross


def open_risk_quote(books: Books) -> float:
    """What is lost from the entries if every stop is hit, entries on their way included."""
    risk = 0.0
    for position in books.positions.values():
        risk = steps.quote8(risk + position_risk_quote(position))
    for order, terms in books.entries_on_their_way():
        distance_price = abs(terms.facts.decision_price - terms.stop_price)
        risk = steps.quote8(risk + float(order.leaves_base) * distance_price)
    return risk


def position_risk_quote(position: Position) -> float:
    """What is lost from the entry if the position's stop is hit; 0.0 once it locks in a gain."""
    return ledger.open_risk_quote(guard_of(position))


def unrealised_quote(books: Books, position: Position) -> Decimal:
    """A position's gain at the mark, before exit fees; zero before the first price."""
    mark = books.mark_price(position.symbol)
    if mark is None:
        return Decimal(0)
    return to_quote(ledger.unrealised_quote(guard_of(position), mark))
