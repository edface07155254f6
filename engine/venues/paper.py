"""The paper venue: fills orders by the desk's own rules, and remembers like a real one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.core.errors import StorageError
from engine.core.kinds import OrderState
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
from engine.venues.books import BooksChange, IdTaken, PaperBooks, PaperOrder
from engine.venues.paper_account import Account, over
from engine.venues.paper_checks import unfit
from engine.venues.paper_conduct import Conduct
from engine.venues.paper_fills import Executions, Terms
from engine.venues.paper_keeper import Keeper
from engine.venues.paper_market import MarketSide
from engine.venues.paper_prices import Prices
from engine.venues.paper_trades import Floor, booked, met

MAX_LEVERAGE = 5.0
DEFAULT_CONDUCT = Conduct()


class Now(Protocol):
    def now(self) -> datetime: ...


class PaperVenue:
    """A venue without a counterparty, for spot and linear perpetuals in one account.

    - Market orders trade at the symbol's latest event; limit orders rest until a later event
      trades through them, or, where the feed tells the book, through the queue before them.
    - Every change is stored before it is answered. When the books do not take it the outcome is
      Unknown, what is stored is read again, and `observe` raises StorageError.
    - Perpetuals stand for each other on crossed margin: funding is paid to the cash, and what the
      account cannot carry is taken away by a forced order.
    - Reduce-only orders trade what there is to reduce; the rest of them expires.
    - What real venues do differently from each other is chosen by `conduct`.
    """

    fence_s = 0.0  # it answers at once or not at all: what it has not booked will never come

    def __init__(
        self,
        books: PaperBooks,
        instruments: Iterable[Instrument],
        costs: Mapping[str, Costs],
        clock: Now,
        *,
        start_cash_quote: Decimal,
        max_leverage: float = MAX_LEVERAGE,
        conduct: Conduct = DEFAULT_CONDUCT,
    ) -> None:
        """`start_cash_quote` is deposited once, into books that were never used."""
        self._terms = {
            item.symbol: Terms(item, costs[item.symbol], conduct.fees_in_base)
            for item in instruments
        }
        self._clock = clock
        self._max_leverage = max_leverage
        self._conduct = conduct
        self._keeper = Keeper(books, start_cash_quote)
        self._prices = Prices()
        self._market = MarketSide(self._keeper, self._prices, conduct, self._terms, self._floor)

    def mark(self, symbol: str, price: float) -> None:
        """Tells the last known price of a symbol that may not move for a while after a start."""
        self._prices.mark(symbol, price)

    async def submit(self, order: OrderRequest) -> Outcome:
        try:
            return await self._keeper.in_turn(self._submitted(order))
        except StorageError as error:
            return Unknown(error.log_text)

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome:
        try:
            return await self._keeper.in_turn(self._cancelled(symbol, client_order_id))
        except StorageError as error:
            return Unknown(error.log_text)

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        order = await self._keeper.asked(self._keeper.books.find(client_order_id))
        if order is None or order.request.symbol != symbol:
            return None
        return order.view

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        account = await self._keeper.asked(self._keeper.loaded())
        return tuple(order.view for order in account.working.values())

    async def holdings(self) -> Holdings:
        account = await self._keeper.asked(self._keeper.loaded())
        return Holdings(account.cash_quote, dict(account.base_by_symbol))

    def take_reports(self) -> tuple[Report, ...]:
        return self._keeper.take_reports()

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return await self._keeper.asked(self._keeper.books.reports_since(at))

    def holds_stops(self, symbol: str) -> bool:
        return self._conduct.rests_stops and symbol in self._terms

    async def observe(self, event: PriceMoved | FundingSettled, first: First) -> None:
        """Notes the price and matches the orders that rested before it, or pays the funding.

        Raises StorageError.
        """
        await self._market.observe(event, first)

    async def enforce(self, event: PriceMoved, first: First) -> None:
        """Takes the symbol's position away where the account cannot carry it; raises StorageError.

        The desk's own exits come first: a stop that is nearer than the liquidation is hit before.
        """
        await self._market.enforce(event, first)

    def _floor(self, symbol: str) -> Floor | None:
        # what an order on the symbol meets now; None: there is no such symbol, or no price of it
        terms, event = self._terms.get(symbol), self._prices.latest(symbol)
        if terms is None or event is None:
            return None
        share_ratio = self._conduct.share_ratio
        return Floor(event, terms, self._prices.marks, self._max_leverage, share_ratio)

    async def _submitted(self, order: OrderRequest) -> Outcome:
        account = await self._keeper.loaded()
        now_at = self._clock.now()
        refusal = self._closed(order.symbol, now_at) or unfit(
            account,
            order,
            self._terms.get(order.symbol),
            self._prices.latest(order.symbol),
            rests_stops=self._conduct.rests_stops,
        )
        floor = self._floor(order.symbol)
        if refusal is not None or floor is None:
            return refusal or RefusedBy(Reason.NO_PRICE, f"no price of {order.symbol} yet")
        answer = met(account, order, floor)
        if isinstance(answer, RefusedBy):
            return answer  # also of one that would travel: it could not be carried as it stands
        view = VenueOrder(
            client_order_id=order.client_order_id,
            symbol=order.symbol,
            state=OrderState.ACCEPTED,
            venue_order_id=f"paper-{order.client_order_id}",
        )
        arrives_at = self._conduct.arrives_at(now_at)
        mine = PaperOrder(request=order, view=view, accepted_at=now_at, arrives_at=arrives_at)
        return await self._accepted(account, mine, answer, floor)

    async def _accepted(
        self, account: Account, order: PaperOrder, executions: Executions, floor: Floor
    ) -> Outcome:
        request = order.request
        if order.arrives_at is not None:
            change = BooksChange(order=order, cash_quote=account.cash_quote)
        else:
            change = booked(account, order, executions, floor, order.accepted_at)
        try:
            await self._keeper.save(account, replace(change, is_new=True))
        except IdTaken:
            return RefusedBy(Reason.DUPLICATE, f"{request.client_order_id} was used before")
        if order.arrives_at is None:
            self._prices.took(request.symbol, request.side, executions)
        return Confirmed((change.order or order).view)

    async def _cancelled(self, symbol: str, client_order_id: str) -> Outcome:
        account = await self._keeper.loaded()
        order = account.working.get(client_order_id)
        if order is None or order.request.symbol != symbol:
            told = self._keeper.untold(symbol, client_order_id)
            if told is not None:
                return Confirmed(told)  # the cancel lost the race
            return RefusedBy(Reason.NOT_FOUND, f"no open order {client_order_id}")
        change = over(account, order, OrderState.CANCELLED)
        await self._keeper.save(account, change)
        return Confirmed((change.order or order).view)

    def _closed(self, symbol: str, at: datetime) -> RefusedBy | None:
        # the codes are those that the live venues' answers get
        if self._conduct.is_delisted(symbol, at):
            return RefusedBy(Reason.UNKNOWN_SYMBOL, f"{symbol} is no longer traded here")
        if self._conduct.is_halted(symbol, at):
            return RefusedBy(Reason.MAINTENANCE, f"trading of {symbol} is halted")
        return None
