"""The paper venue: fills orders by the desk's own rules, and remembers like a real one."""

import asyncio
import math
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from engine.core.errors import StorageError, Temporary
from engine.core.kinds import OrderKind, OrderState
from engine.core.market import FundingSettled, Instrument, PriceMoved
from engine.core.orders import (
    Confirmed,
    OrderRequest,
    Outcome,
    RefusedBy,
    Report,
    Unknown,
    VenueOrder,
)
from engine.core.ports import First, Holdings
from engine.core.reasons import Reason
from engine.rules.fills import Costs
from engine.venues.books import BooksChange, IdTaken, PaperBooks, PaperOrder, Seen
from engine.venues.paper_account import (
    Account,
    account_of,
    executed,
    fillable_base,
    in_state,
    matched,
)
from engine.venues.paper_checks import shortage, unfit
from engine.venues.paper_fills import Execution, Terms, arrived, taken
from engine.venues.paper_margin import funded, taken_away

T = TypeVar("T")

MAX_LEVERAGE = 5.0


class Now(Protocol):
    def now(self) -> datetime: ...


class PaperVenue:
    """A venue without a counterparty, for spot and linear perpetuals in one account.

    - Market orders trade at the symbol's latest event; limit orders rest until a later event
      trades through them. Fills are whole.
    - Every change is stored before it is answered. When the books do not take it the outcome is
      Unknown, what is stored is read again, and `observe` raises StorageError.
    - Perpetuals stand for each other on crossed margin: funding is paid to the cash, and what the
      account cannot carry is taken away by a forced order.
    - Reduce-only orders trade what there is to reduce; the rest of them expires.
    """

    fence_s = 0.0  # it answers at once or not at all: nothing is ever still on its way

    def __init__(
        self,
        books: PaperBooks,
        instruments: Iterable[Instrument],
        costs: Mapping[str, Costs],
        clock: Now,
        *,
        start_cash_quote: Decimal,
        max_leverage: float = MAX_LEVERAGE,
    ) -> None:
        """`start_cash_quote` is deposited once, into books that were never used."""
        self._books = books
        self._terms = {item.symbol: Terms(item, costs[item.symbol]) for item in instruments}
        self._clock = clock
        self._start_cash_quote = start_cash_quote
        self._max_leverage = max_leverage
        self._account: Account | None = None  # None: to be read from the books
        self._latest: dict[str, PriceMoved] = {}
        self._marks: dict[str, float] = {}
        self._reports: list[Report] = []
        self._doubtful: list[str] = []  # orders whose fill was perhaps stored, perhaps not
        self._turn = asyncio.Lock()  # one change at a time: each starts from the stored one

    def mark(self, symbol: str, price: float) -> None:
        """Tells the last known price of a symbol that may not move for a while after a start."""
        self._marks.setdefault(symbol, price)

    async def submit(self, order: OrderRequest) -> Outcome:
        try:
            return await self._in_turn(self._submitted(order))
        except StorageError as error:
            return Unknown(error.log_text)

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome:
        try:
            return await self._in_turn(self._cancelled(symbol, client_order_id))
        except StorageError as error:
            return Unknown(error.log_text)

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        try:
            order = await self._in_turn(self._books.find(client_order_id))
        except StorageError as error:
            raise Temporary(error.log_text) from error
        if order is None or order.request.symbol != symbol:
            return None
        return order.view

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        account = await self._read()
        return tuple(order.view for order in account.working.values())

    async def holdings(self) -> Holdings:
        account = await self._read()
        return Holdings(account.cash_quote, dict(account.base_by_symbol))

    def take_reports(self) -> tuple[Report, ...]:
        reports, self._reports = tuple(self._reports), []
        return reports

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        try:
            return await self._in_turn(self._books.reports_since(at))
        except StorageError as error:
            raise Temporary(error.log_text) from error

    def holds_stops(self, _symbol: str) -> bool:
        return False  # it dies with the desk: a stop that rested here would protect nothing

    async def observe(self, event: PriceMoved | FundingSettled, first: First) -> None:
        """Notes the price and matches the orders that rested before it, or pays the funding.

        Raises StorageError.
        """
        if isinstance(event, FundingSettled):
            if event.symbol in self._marks and self._terms[event.symbol].instrument.is_margined:
                await self._in_turn(self._fund(event, first))
            return
        is_price = 0.0 < event.low_price <= event.close_price <= event.high_price < math.inf
        if event.symbol not in self._terms or not is_price:
            return
        self._latest[event.symbol] = event
        self._marks[event.symbol] = event.close_price
        account = self._account
        if account is not None and not account.working and not self._doubtful:
            return
        await self._in_turn(self._match(event, first))

    async def enforce(self, event: PriceMoved, first: First) -> None:
        """Takes the symbol's position away where the account cannot carry it; raises StorageError.

        The desk's own exits come first: a stop that is nearer than the liquidation is hit before.
        """
        terms, account = self._terms.get(event.symbol), self._account
        if terms is None or not terms.instrument.is_margined:
            return
        if self._latest.get(event.symbol) is not event:
            return  # no price: it was not observed
        if account is not None and not account.held_base(event.symbol) and not self._doubtful:
            account.sees("margin", event.symbol, event.at)
            return
        await self._in_turn(self._liquidate(event, first))

    async def _in_turn(self, work: Coroutine[Any, Any, T]) -> T:
        # whoever asked may be cancelled meanwhile: a venue goes on, and is never half done
        async def alone() -> T:
            async with self._turn:
                return await work

        return await asyncio.shield(alone())

    async def _read(self) -> Account:
        try:
            return await self._in_turn(self._loaded())
        except StorageError as error:
            raise Temporary(error.log_text) from error

    async def _match(self, event: PriceMoved, first: First) -> None:
        account = await self._loaded()
        await self._settle_doubts()
        terms = self._terms[event.symbol]
        for order in account.resting_on(event.symbol):
            if event.at <= order.accepted_at:
                continue  # told again after a restart: the order came after it
            change = matched(account, order, terms, event)
            if change is None:
                continue
            await first()
            self._doubtful.append(order.client_order_id)
            self._reports.append(await self._keep(account, change, order))
            self._doubtful.clear()

    async def _fund(self, event: FundingSettled, first: First) -> None:
        account = await self._loaded()
        if not account.sees("funding", event.symbol, event.at):
            paid = await self._books.reports_since(event.at)
            self._reports.extend(r for r in paid if r.symbol == event.symbol)
            return
        if not account.held_base(event.symbol):
            return
        await first()
        change = funded(account, event, self._marks[event.symbol])
        await self._save(account, change)
        self._reports.extend(change.payments)

    async def _liquidate(self, event: PriceMoved, first: First) -> None:
        account = await self._loaded()
        await self._settle_doubts()
        unmarked = account.base_by_symbol.keys() - self._marks.keys()
        is_new = account.sees("margin", event.symbol, event.at)
        if unmarked or not is_new or not account.held_base(event.symbol):
            return
        found = taken_away(account, event, self._terms, self._marks)
        if found is not None:
            await first()
            order, change = found
            self._doubtful.append(order.client_order_id)
            self._reports.append(await self._keep(account, change, order))
            self._doubtful.clear()

    async def _settle_doubts(self) -> None:
        # a save that failed may have been stored all the same: then it is news like any other
        while self._doubtful:
            order = await self._books.find(self._doubtful[-1])
            if order is not None and not order.is_working:
                self._reports.append(order.view)
            self._doubtful.pop()

    async def _submitted(self, order: OrderRequest) -> Outcome:
        account = await self._loaded()
        terms, event = self._terms.get(order.symbol), self._latest.get(order.symbol)
        refusal = unfit(account, order, terms, event)
        if refusal is not None or terms is None or event is None:
            return refusal or RefusedBy(Reason.NO_PRICE, f"no price of {order.symbol} yet")
        trade = taken if order.kind is OrderKind.MARKET else arrived
        execution = trade(order, fillable_base(account, order), terms, event)
        if execution is None and order.kind is OrderKind.MARKET:
            return RefusedBy(Reason.NO_PRICE, f"the prices of {order.symbol} are no prices")
        refusal = shortage(account, order, execution, terms, self._marks, self._max_leverage)
        if refusal is not None:
            return refusal
        try:
            return Confirmed(await self._accept(account, order, execution))
        except IdTaken:
            return RefusedBy(Reason.DUPLICATE, f"{order.client_order_id} was used before")

    async def _accept(
        self, account: Account, request: OrderRequest, execution: Execution | None
    ) -> VenueOrder:
        view = VenueOrder(
            client_order_id=request.client_order_id,
            symbol=request.symbol,
            state=OrderState.ACCEPTED,
            venue_order_id=f"paper-{request.client_order_id}",
        )
        now_at = self._clock.now()
        order = PaperOrder(request=request, view=view, accepted_at=now_at)
        if execution is None:
            change = BooksChange(order=order, cash_quote=account.cash_quote)
        else:
            change = executed(account, order, execution, now_at)
        return await self._keep(account, replace(change, is_new=True), order)

    async def _cancelled(self, symbol: str, client_order_id: str) -> Outcome:
        account = await self._loaded()
        order = account.working.get(client_order_id)
        if order is None or order.request.symbol != symbol:
            return RefusedBy(Reason.NOT_FOUND, f"no open order {client_order_id}")
        gone = in_state(order, OrderState.CANCELLED, order.view.fills)
        change = BooksChange(order=gone, cash_quote=account.cash_quote)
        return Confirmed(await self._keep(account, change, gone))

    async def _keep(self, account: Account, change: BooksChange, order: PaperOrder) -> VenueOrder:
        await self._save(account, change)
        return (change.order or order).view

    async def _save(self, account: Account, change: BooksChange) -> None:
        # stored first, then true
        if account.seen_at is not None:
            seen = Seen(account.seen_at, frozenset(account.seen))
            change = replace(change, seen=seen)
        try:
            await self._books.save(change)
        except StorageError:
            self._account = None  # perhaps stored, perhaps not: to be read again
            raise
        account.apply(change)

    async def _loaded(self) -> Account:
        if self._account is None:
            books = await self._books.load()
            if books is None:
                await self._books.save(BooksChange(order=None, cash_quote=self._start_cash_quote))
                self._account = Account(self._start_cash_quote)
            else:
                self._account = account_of(books)
        return self._account
