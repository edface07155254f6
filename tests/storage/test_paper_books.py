"""The paper account in the database answers as the one in memory does."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.kinds import OrderState
from engine.core.orders import Fill, VenueOrder
from engine.venues.books import BooksChange, MemoryBooks, PaperBooks, PaperOrder
from storage.database import Database
from storage.paper_books import DatabaseBooks
from tests.storage.samples import a_fill, an_order, at


def a_paper_order(number: int, state: OrderState, fills: tuple[Fill, ...] = ()) -> PaperOrder:
    request = an_order(number).request
    view = VenueOrder(
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        state=state,
        fills=fills,
        venue_order_id=f"paper-{number}",
    )
    return PaperOrder(request=request, view=view, accepted_at=at(100))


def waiting(order: PaperOrder) -> PaperOrder:
    """The same order, on its way, or with others before it."""
    return replace(order, arrives_at=at(101), ahead_base=0.1 + 0.2)


CASH = Decimal("10000.12345678")
FIRST, SECOND = a_fill(an_order(1), 10), a_fill(an_order(1), 9)
CHANGES = (
    BooksChange(order=None, cash_quote=CASH),
    BooksChange(order=a_paper_order(1, OrderState.ACCEPTED), cash_quote=CASH),
    BooksChange(order=a_paper_order(3, OrderState.ACCEPTED), cash_quote=CASH),
    BooksChange(order=waiting(a_paper_order(2, OrderState.ACCEPTED)), cash_quote=CASH),
    BooksChange(
        order=a_paper_order(1, OrderState.PARTIALLY_FILLED, (FIRST,)),
        new_fills=(FIRST,),
        cash_quote=CASH - 5,
        base_by_symbol={"BTC/USDT": Decimal("-0.1"), "ETH/USDT": Decimal("2.50")},
    ),
    BooksChange(
        order=a_paper_order(1, OrderState.FILLED, (FIRST, SECOND)),
        new_fills=(SECOND,),
        cash_quote=CASH - 10,
        base_by_symbol={"ETH/USDT": Decimal("0.00")},
    ),
)


@pytest.mark.parametrize("upto", range(len(CHANGES) + 1))
async def test_both_books_agree_after_each_change(database: Database, upto: int) -> None:
    books: tuple[PaperBooks, PaperBooks] = (MemoryBooks(), DatabaseBooks(database))
    for change in CHANGES[:upto]:
        for each in books:
            await each.save(change)
    in_memory, stored = books
    assert await stored.load() == await in_memory.load()
    for number in (1, 2, 3, 4):
        client_order_id = an_order(number).client_order_id
        assert await stored.find(client_order_id) == await in_memory.find(client_order_id)


async def test_saving_a_change_twice_changes_nothing(database: Database) -> None:
    books = DatabaseBooks(database)
    for change in CHANGES:
        await books.save(change)
    before = await books.load()
    await books.save(CHANGES[-1])
    assert await books.load() == before
    found = await books.find(an_order(1).client_order_id)
    assert found is not None
    assert found.view.fills == (FIRST, SECOND)


async def test_a_change_that_cannot_be_stored_leaves_the_books_as_they_were(
    database: Database,
) -> None:
    books = DatabaseBooks(database)
    await books.save(CHANGES[0])
    before = await books.load()
    bad = replace(CHANGES[1], base_by_symbol={"BTC/USDT": Decimal("NaN")})
    with pytest.raises(Exception, match="must be finite"):
        await books.save(bad)
    assert await books.load() == before
