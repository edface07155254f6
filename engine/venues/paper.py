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
from engine.core.market import Instrument, PriceMoved
from engine.core.orders import Confirmed, OrderRequest, Outcome, RefusedBy, Unknown, VenueOrder
from engine.core.ports import Holdings
from engine.core.reasons import Reason
from engine.rules.fills import Costs
from engine.venues.books import BooksChange, IdTaken, PaperBooks, PaperOrder
from engine.venues.paper_account import (
    Account,
    account_of,
    executed,
    fillable_base,
    in_state,
    margin_shortage,
    misfit,
    spot_shortage,
)
from engine.venues.paper_fills import Execution, Terms, arrived, rested, taken

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
        self._reports: list[VenueOrder] = []
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

    def take_reports(self) -> tuple[VenueOrder, ...]:
        reports, self._reports = tuple(self._reports), []
        return reports

    async def observe(self, event: PriceMoved) -> None:
        """Notes the price and matches the orders that rested before it; raises StorageError."""
        is_price = 0.0 < event.low_price <= event.close_price <= event.high_price < math.inf
        if event.symbol not in self._terms or not is_price:
            return
        self._latest[event.symbol] = event
        self._marks[event.symbol] = event.close_price
        account = self._account
        if account is not None and not account.working and not self._doubtful:
            return
        await self._in_turn(self._match(event))

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

    async def _match(self, event: PriceMoved) -> None:
        account = await self._loaded()
        await self._settle_doubts()
        terms = self._terms[event.symbol]
        for order in account.resting_on(event.symbol):
            if event.at <= order.accepted_at:
                continue  # told again after a restart: the order came after it
            change = _matched(account, order, terms, event)
            if change is None:
                continue
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
        refusal = self._unfit(account, order)
        if refusal is not None:
            return refusal
        terms, event = self._terms[order.symbol], self._latest[order.symbol]
        trade = taken if order.kind is OrderKind.MARKET else arrived
        execution = trade(order, fillable_base(account, order), terms, event)
        if execution is None and order.kind is OrderKind.MARKET:
            return RefusedBy(Reason.NO_PRICE, f"the prices of {order.symbol} are no prices")
        refusal = self._shortage(account, order, execution, terms)
        if refusal is not None:
            return refusal
        try:
            return Confirmed(await self._accept(account, order, execution))
        except IdTaken:
            return RefusedBy(Reason.DUPLICATE, f"{order.client_order_id} was used before")

    def _unfit(self, account: Account, order: OrderRequest) -> RefusedBy | None:
        # why the order cannot be one here, whatever the account holds in cash
        terms = self._terms.get(order.symbol)
        if terms is None:
            return RefusedBy(Reason.UNKNOWN_SYMBOL, f"there is no {order.symbol} here")
        event = self._latest.get(order.symbol)
        if event is None or not math.isfinite(order.decision_price):
            return RefusedBy(Reason.NO_PRICE, f"no price of {order.symbol} yet")
        if order.reduce_only and not fillable_base(account, order):
            return RefusedBy(Reason.REDUCE_ONLY, f"nothing of {order.symbol} to reduce")
        return misfit(order, terms.instrument, event.close_price)

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

    def _shortage(
        self, account: Account, order: OrderRequest, execution: Execution | None, terms: Terms
    ) -> RefusedBy | None:
        if order.reduce_only:
            return None  # it can only give back
        limit_price = order.limit_price or Decimal(0)
        price = execution.price if execution is not None else limit_price
        unmarked = sorted(account.base_by_symbol.keys() - self._marks.keys())
        if unmarked:
            return RefusedBy(Reason.NO_PRICE, f"no price of {unmarked[0]}, which is held")
        if terms.instrument.shortable:
            text = margin_shortage(account, order, float(price), self._marks, self._max_leverage)
        else:
            cost_quote = order.qty_base * price * (1 + terms.instrument.taker_fee_ratio)
            if execution is not None:
                cost_quote = execution.notional_quote + execution.fee_quote
            text = spot_shortage(account, order, cost_quote, self._marks)
        return None if text is None else RefusedBy(Reason.INSUFFICIENT_FUNDS, text)

    async def _cancelled(self, symbol: str, client_order_id: str) -> Outcome:
        account = await self._loaded()
        order = account.working.get(client_order_id)
        if order is None or order.request.symbol != symbol:
            return RefusedBy(Reason.NOT_FOUND, f"no open order {client_order_id}")
        gone = in_state(order, OrderState.CANCELLED, order.view.fills)
        change = BooksChange(order=gone, cash_quote=account.cash_quote)
        return Confirmed(await self._keep(account, change, gone))

    async def _keep(self, account: Account, change: BooksChange, order: PaperOrder) -> VenueOrder:
        # stored first, then true
        try:
            await self._books.save(change)
        except StorageError:
            self._account = None  # perhaps stored, perhaps not: to be read again
            raise
        account.apply(change)
        return (change.order or order).view

    async def _loaded(self) -> Account:
        if self._account is None:
            books = await self._books.load()
            if books is None:
                await self._books.save(BooksChange(order=None, cash_quote=self._start_cash_quote))
                self._account = Account(self._start_cash_quote)
            else:
                self._account = account_of(books)
        return self._account


def _matched(
    account: Account, order: PaperOrder, terms: Terms, event: PriceMoved
) -> BooksChange | None:
    # what the event does to a resting order, or None
    qty_base = fillable_base(account, order.request, may_short=terms.instrument.shortable)
    if not qty_base:  # what it would have closed is closed
        gone = in_state(order, OrderState.EXPIRED, order.view.fills)
        return BooksChange(order=gone, cash_quote=account.cash_quote)
    execution = rested(order.request, qty_base, terms, event)
    return None if execution is None else executed(account, order, execution, event.at)
