"""What a new entry would stand beside: positions and resting entries, and how alike they move."""

from typing import NamedTuple

from engine.analytics.likeness import likeness
from engine.core.advice import Snapshot
from engine.core.kinds import PositionSide
from engine.execution.books import Books
from engine.execution.valuation import value_quote
from engine.market.bars import BarStore
from engine.risk.contract import Held
from engine.rules.steps import quote8

BITCOIN = "BTC"


class Company(NamedTuple):
    """Likeness with the entry's symbol, and beta against bitcoin, both by symbol."""

    correlation_ratio: dict[str, float]
    beta: dict[str, float]


def held_of(books: Books) -> tuple[Held, ...]:
    """Open positions at the mark, then entries on their way at their decision price."""
    found = [
        _held(books, position.symbol, position.side, abs(value_quote(books, position)))
        for position in books.positions.values()
    ]
    for order, terms in books.entries_on_their_way():
        notional = quote8(float(order.leaves_base) * terms.facts.decision_price)
        found.append(_held(books, order.request.symbol, terms.side, notional))
    return tuple(found)


def company_of(books: Books, bars: BarStore, snapshot: Snapshot) -> Company:
    """How each market of the desk moved with the snapshot's, on the bars of its timeframe."""
    symbols = list(books.instruments)
    found = likeness(
        [bars.view(symbol, snapshot.timeframe) for symbol in symbols],
        symbols.index(snapshot.symbol),
        bitcoin_row([books.instruments[symbol].base for symbol in symbols]),
        int(snapshot.at.timestamp()),
        snapshot.timeframe.seconds,
    )
    return Company(
        dict(zip(symbols, found.correlation_ratio.tolist(), strict=True)),
        dict(zip(symbols, found.beta.tolist(), strict=True)),
    )


def bitcoin_row(bases: list[str]) -> int | None:
    """Where bitcoin stands among the markets; None where it is not traded."""
    return bases.index(BITCOIN) if BITCOIN in bases else None


def _held(books: Books, symbol: str, side: PositionSide, notional_quote: float) -> Held:
    instrument = books.instruments[symbol]
    return Held(instrument=instrument, sign=side.sign, notional_quote=notional_quote)
