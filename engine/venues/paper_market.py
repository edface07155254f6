"""What the paper venue does when the market moves: matching, funding, margin, delistings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from engine.core.kinds import OrderKind, OrderState
from engine.core.market import FundingSettled, PriceMoved
from engine.core.ports import First
from engine.venues.books import PaperOrder
from engine.venues.paper_account import over
from engine.venues.paper_conduct import Conduct
from engine.venues.paper_fills import Terms
from engine.venues.paper_keeper import Keeper
from engine.venues.paper_margin import funded, taken_away
from engine.venues.paper_prices import Prices
from engine.venues.paper_trades import Floor, stepped


class MarketSide:
    """The venue as its market sees it; `floor` is what an order on a symbol meets now."""

    def __init__(
        self,
        keeper: Keeper,
        prices: Prices,
        conduct: Conduct,
        terms: dict[str, Terms],
        floor: Callable[[str], Floor | None],
    ) -> None:
        self._keeper = keeper
        self._prices = prices
        self._conduct = conduct
        self._terms = terms
        self._floor = floor

    async def observe(self, event: PriceMoved | FundingSettled, first: First) -> None:
        """Resting orders are matched, or funding is paid; raises StorageError."""
        if self._conduct.interruptions:
            await self._keeper.in_turn(self._delist(event.at, first))
        if isinstance(event, FundingSettled):
            terms = self._terms.get(event.symbol)
            if event.symbol in self._prices.marks and terms and terms.instrument.is_margined:
                await self._keeper.in_turn(self._fund(event, first))
            return
        if event.symbol not in self._terms or not self._prices.note(event):
            return
        account = self._keeper.account
        if account is not None and not account.working and not self._keeper.has_doubts:
            return
        if not self._conduct.is_halted(event.symbol, event.at):
            await self._keeper.in_turn(self._match(event, first))

    async def enforce(self, event: PriceMoved, first: First) -> None:
        """The symbol's position is taken where it cannot be carried; raises StorageError."""
        terms, account = self._terms.get(event.symbol), self._keeper.account
        if terms is None or not terms.instrument.is_margined:
            return
        if not self._prices.is_latest(event) or self._conduct.is_halted(event.symbol, event.at):
            return  # no price: it was not observed, or nobody trades at it
        is_flat = account is not None and not account.held_base(event.symbol)
        if account is not None and is_flat and not self._keeper.has_doubts:
            account.sees("margin", event.symbol, event.at)
            return
        await self._keeper.in_turn(self._liquidate(event, first))

    async def _match(self, event: PriceMoved, first: First) -> None:
        account = await self._keeper.loaded()
        await self._keeper.settle_doubts()
        resting = account.resting_on(event.symbol)
        for order in sorted(resting, key=_turn):
            floor = self._floor(event.symbol)
            if floor is None or event.at <= order.acted_at:
                continue  # told again after a restart or a bad save
            if order.arrives_at is not None and event.at < order.arrives_at:
                continue
            step = stepped(account, order, floor)
            if step.change is None:
                # its place in the queue is kept in memory: a restart puts it back to where it
                # stood when it was last stored, which is never better
                waited = replace(step.order, waited_at=event.at)
                account.working[order.client_order_id] = waited
                continue
            await first()
            if step.order.view == order.view:  # it has come, and rests: nobody is told
                await self._keeper.save(account, step.change)
                continue
            await self._keeper.tell(account, step.change, step.order)
            self._prices.took(event.symbol, order.request.side, step.executions)

    async def _fund(self, event: FundingSettled, first: First) -> None:
        account = await self._keeper.loaded()
        if not account.sees("funding", event.symbol, event.at):
            paid = await self._keeper.books.reports_since(event.at)
            self._keeper.reports.extend(r for r in paid if r.symbol == event.symbol)
            return
        if not account.held_base(event.symbol):
            return
        await first()
        change = funded(account, event, self._prices.marks[event.symbol])
        await self._keeper.save(account, change)
        self._keeper.reports.extend(change.payments)

    async def _liquidate(self, event: PriceMoved, first: First) -> None:
        account = await self._keeper.loaded()
        await self._keeper.settle_doubts()
        unmarked = account.base_by_symbol.keys() - self._prices.marks.keys()
        is_new = account.sees("margin", event.symbol, event.at)
        if unmarked or not is_new or not account.held_base(event.symbol):
            return
        found = taken_away(account, event, self._terms, self._prices.marks)
        if found is not None:
            await first()
            order, change = found
            await self._keeper.tell(account, change, order)

    async def _delist(self, at: datetime, first: First) -> None:
        account = await self._keeper.loaded()
        await self._keeper.settle_doubts()
        for order in tuple(account.working.values()):
            if self._conduct.is_delisted(order.request.symbol, at):
                await first()
                change = over(account, order, OrderState.CANCELLED)
                await self._keeper.tell(account, change, order)


def _turn(order: PaperOrder) -> int:
    # within one event a stop counts before a target, as in the rules; the older one first
    return 0 if order.request.kind is OrderKind.STOP else 1
