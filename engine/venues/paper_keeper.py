"""The paper venue's account and its books: stored first, then true; one change at a time."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from engine.core.errors import StorageError, Temporary
from engine.core.orders import Report, VenueOrder
from engine.venues.books import BooksChange, PaperBooks, PaperOrder, Seen
from engine.venues.paper_account import Account, account_of

T = TypeVar("T")


class Keeper:
    """Loads the account when it must, saves every change, and collects what is to be told."""

    def __init__(self, books: PaperBooks, start_cash_quote: Decimal) -> None:
        """`start_cash_quote` is deposited once, into books that were never used."""
        self.books = books
        self.account: Account | None = None  # None: to be read from the books
        self.reports: list[Report] = []
        self._start_cash_quote = start_cash_quote
        self._doubtful: dict[str, PaperOrder | None] = {}
        # ^ orders whose change was perhaps stored, perhaps not, as they stood before it
        self._turn = asyncio.Lock()  # one change at a time: each starts from the stored one

    @property
    def has_doubts(self) -> bool:
        return bool(self._doubtful)

    async def in_turn(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, which runs to its end though the caller gives up.

        Whoever asked may be cancelled meanwhile: a venue goes on, and is never half done.
        """

        async def alone() -> T:
            async with self._turn:
                return await work

        return await asyncio.shield(alone())

    async def asked(self, work: Coroutine[Any, Any, T]) -> T:
        """The answer to a question; raises Temporary where the books give none."""
        try:
            return await self.in_turn(work)
        except StorageError as error:
            raise Temporary(error.log_text) from error

    def take_reports(self) -> tuple[Report, ...]:
        """What is to be told, once."""
        reports = tuple(self.reports)
        self.reports.clear()
        return reports

    def untold(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        """The order as it stands in the newest report that nobody took yet; None: there is none."""
        for report in reversed(self.reports):
            if isinstance(report, VenueOrder) and report.client_order_id == client_order_id:
                return report if report.symbol == symbol else None
        return None

    async def loaded(self) -> Account:
        """The account; raises StorageError."""
        if self.account is None:
            books = await self.books.load()
            if books is None:
                await self.books.save(BooksChange(order=None, cash_quote=self._start_cash_quote))
                self.account = Account(self._start_cash_quote)
            else:
                self.account = account_of(books)
        return self.account

    async def save(self, account: Account, change: BooksChange) -> None:
        """Stores the change and makes it true; raises StorageError."""
        if account.seen_at is not None:
            seen = Seen(account.seen_at, frozenset(account.seen))
            change = replace(change, seen=seen)
        try:
            await self.books.save(change)
        except StorageError:
            self.account = None  # perhaps stored, perhaps not: to be read again
            raise
        account.apply(change)

    async def tell(self, account: Account, change: BooksChange, order: PaperOrder) -> None:
        """Saves what the venue does to `order` by itself, and reports it; raises StorageError."""
        self._doubtful[order.client_order_id] = account.working.get(order.client_order_id)
        await self.save(account, change)
        self.reports.append((change.order or order).view)
        self._doubtful.clear()

    async def settle_doubts(self) -> None:
        """Reports what was stored though the books did not answer; raises StorageError."""
        # a save that failed may have been stored all the same: then it is news like any other
        for client_order_id, before in tuple(self._doubtful.items()):
            order = await self.books.find(client_order_id)
            if order is not None and (before is None or order.view != before.view):
                self.reports.append(order.view)
            del self._doubtful[client_order_id]
