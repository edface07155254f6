"""The live venue: the `Venue` port over ccxt, with real money's care.

An order leaves once, is looked at as it leaves, and ends confirmed, refused or unknown. What is
told of it comes with all its fills, read by REST.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from loguru import logger

from engine.core.errors import Temporary
from engine.core.orders import (
    TERMINAL,
    Confirmed,
    OrderRequest,
    Outcome,
    Payment,
    RefusedBy,
    Report,
    Unknown,
    VenueOrder,
)
from engine.core.ports import Holdings
from engine.core.reasons import REASON_TEXTS, Reason
from engine.venues.ccxt_account import Account
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_orders import NotReadable, own_id
from engine.venues.ccxt_payments import Payments
from engine.venues.ccxt_places import Place
from engine.venues.ccxt_reads import Reads
from engine.venues.ccxt_refusals import answer_of
from engine.venues.ccxt_spelling import CONDITIONAL, Call, lane_of, objection, spelled
from engine.venues.ccxt_words import Listing

QUEUE_S = 8.0  # an order that waited longer for its turn does not leave: its price is old
FENCE_MARGIN_S = 2.0  # for a slow matching engine, and for what we do not know of the clocks
DEADLINE_S = 5.0  # where a venue takes the moment after which it refuses an order
OVER = 1_000  # of them are remembered, so that late news of them is not news
OVERLAP = timedelta(hours=1)  # a venue may tell a payment a while after its moment
CANCEL_WAITS_S = (0.1, 0.3, 1.0)


class CcxtVenue:
    """Orders at one account. Made by `ccxt_setup.opened`, which checks the account first."""

    def __init__(self, account: Account, listings: Mapping[str, Listing]) -> None:
        self._account = account
        self._row = account.row
        self._listings = listings
        self._reads = Reads(account, listings)
        self._payments = Payments(account, self._reads, listings)
        self._reports: deque[Report] = deque()
        self._reported: dict[str, VenueOrder] = {}  # of working orders, as last reported
        self._symbols: dict[str, str] = {}  # of working orders, by our id
        self._collected: frozenset[str] = frozenset()  # payments and forced orders, by key
        self._collected_at = account.wall.now()
        self._over: deque[str] = deque(maxlen=OVER)  # ids of orders that ended, ours and theirs
        # a request that left is refused by the venue after this, or was lost on the way
        self.fence_s = max(self._row.recv_window_s, self._row.fence_s) + FENCE_MARGIN_S

    @property
    def account(self) -> Account:
        """The client and its clock, for whoever watches over them."""
        return self._account

    async def submit(self, order: OrderRequest) -> Outcome:
        """Sends the order once. Every number of it is checked against what leaves."""
        if (refusal := self._beforehand(order)) is not None:
            return refusal
        wall, listing = self._account.wall, self._listings[order.symbol]
        skew_s = self._account.skew_s or 0.0
        call = spelled(
            order,
            self._row,
            listing,
            leave_before_s=wall.monotonic_s() + QUEUE_S,
            deadline=wall.now() + timedelta(seconds=skew_s + DEADLINE_S),
        )
        try:
            raw = await self._account.send(
                lambda: self._created(call), call.intent, lane=lane_of(order)
            )
        except self._account.errors as error:
            answer = answer_of(error, left=call.intent.left)
            logger.warning("{}: {}", order.client_order_id, answer.text)
            return answer
        return await self._confirmed(order, raw)

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome:
        """Cancels, and answers with what the venue then says of the order."""
        if symbol not in self._listings:
            return RefusedBy(Reason.NOT_FOUND, REASON_TEXTS[Reason.NOT_FOUND])
        try:
            place = self._reads.places.get(client_order_id)
            if place is None:
                found = await self.find(symbol, client_order_id)
                place = self._reads.places.get(client_order_id)
                if found is None or place is None:
                    return RefusedBy(Reason.NOT_FOUND, REASON_TEXTS[Reason.NOT_FOUND])
            return await self._cancelled(symbol, client_order_id, place)
        except Temporary as error:
            return Unknown(error.log_text)

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        if symbol not in self._listings:
            return None
        order = await self._reads.order(symbol, client_order_id)
        self._note(order)
        return order

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        return await self._reads.open_orders()

    async def holdings(self) -> Holdings:
        return await self._reads.holdings()

    def take_reports(self) -> tuple[Report, ...]:
        reports = tuple(self._reports)
        self._reports.clear()
        return reports

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return await self._payments.since(at)

    def holds_stops(self, symbol: str) -> bool:
        """Whether the venue takes stops on the symbol: some list the order kinds of each."""
        if symbol not in self._listings:
            return False
        info = (self._account.client.markets.get(symbol) or {}).get("info") or {}
        kinds = info.get("orderTypes") or info.get("orderType")
        return not isinstance(kinds, list) or bool({"STOP_LOSS", "STOP_MARKET"} & set(kinds))

    def known_as(self, order_id: str) -> str | None:
        """Our id of a working order, by that id or the venue's; empty when it was over before.

        None for an order that this process has not seen.
        """
        if order_id in self._symbols:
            return order_id
        for cid in self._symbols:
            place = self._reads.places.get(cid)
            if place is not None and place.venue_order_id == order_id:
                return cid
        return "" if order_id in self._over else None

    async def reread(self, client_order_ids: tuple[str, ...] = ()) -> None:
        """Reads orders again and reports what changed; without ids all that still work.

        For whoever heard a hint from a stream, or a gap in it; raises Temporary.
        """
        for cid in client_order_ids or tuple(self._symbols):
            symbol = self._symbols.get(cid)
            order = None if symbol is None else await self.find(symbol, cid)
            if order is None or order == self._reported.get(cid):
                continue
            self._reports.append(order)
            self._reported[cid] = order
            if order.state in TERMINAL:
                del self._reported[cid]

    async def collect(self) -> None:
        """Reports the payments and forced orders that were not reported yet; raises Temporary."""
        now_at = self._account.wall.now()
        told = await self._payments.since(self._collected_at - OVERLAP)
        fresh = {_key(report): report for report in told}
        self._reports.extend(each for key, each in fresh.items() if key not in self._collected)
        self._collected, self._collected_at = frozenset(fresh), now_at

    async def close(self) -> None:
        await self._account.close()

    def _beforehand(self, order: OrderRequest) -> RefusedBy | None:
        listing = self._listings.get(order.symbol)
        if listing is None:
            return RefusedBy(Reason.UNKNOWN_SYMBOL, REASON_TEXTS[Reason.UNKNOWN_SYMBOL])
        reason = objection(order, self._row, listing.instrument)
        if reason is not None:
            return RefusedBy(reason, REASON_TEXTS[reason])
        lane = lane_of(order)
        if lane is not Lane.CLOSE and (banned_s := self._account.banned_for_s) > 0.0:
            return RefusedBy(Reason.RATE_LIMIT, f"the venue wants silence for {banned_s:.0f} s")
        if lane is Lane.ENTRY and (trouble := self._account.clock_trouble):
            return RefusedBy(Reason.OTHER, trouble)
        return None

    async def _created(self, call: Call) -> Any:
        client = self._account.client
        return await client.create_order(
            call.symbol, call.kind, call.side, call.qty, call.price, call.params
        )

    async def _confirmed(self, order: OrderRequest, raw: Any) -> Outcome:
        # only a reply with an id and our own id counts; the state may need a question of its own
        cid, symbol = order.client_order_id, order.symbol
        told = raw if isinstance(raw, Mapping) else {}
        venue_order_id, echoed = told.get("id"), own_id(told, self._row.stop_cid_key)
        if not venue_order_id or (echoed or (not self._row.echoes_cid and cid)) != cid:
            return Unknown("the reply does not name our order")
        place = Place(str(venue_order_id), order.kind in CONDITIONAL)
        self._symbols[cid] = symbol
        try:
            if self._row.replies_with_state:
                found: VenueOrder | None = await self._reads.replied(told, symbol, cid, place)
            else:
                self._reads.places.expect(cid, place)
                found = await self._reads.order(symbol, cid)
        except (Temporary, NotReadable) as error:
            return Unknown(str(error))
        self._note(found)
        return Unknown("the venue does not show it yet") if found is None else Confirmed(found)

    async def _cancelled(self, symbol: str, cid: str, place: Place) -> Outcome:
        for wait_s in (0.0, *CANCEL_WAITS_S):
            await self._account.wall.sleep(wait_s)
            if wait_s == 0.0:
                await self._ask_to_cancel(symbol, cid, place)
            order = await self.find(symbol, cid)
            if order is None:
                return RefusedBy(Reason.NOT_FOUND, REASON_TEXTS[Reason.NOT_FOUND])
            if order.state in TERMINAL:
                return Confirmed(order)
        return Unknown("the cancel was sent, and the order still works")

    async def _ask_to_cancel(self, symbol: str, cid: str, place: Place) -> None:
        # an error of a cancel proves nothing, not even "not found": it may have worked. Ask.
        row, client = self._row, self._account.client
        params: dict[str, Any] = dict(row.stop_cancel_params) if place.is_conditional else {}
        venue_order_id: str | None = place.venue_order_id
        if row.cancel_param:
            params[row.cancel_param] = cid
            venue_order_id = None
        try:
            with self._account.in_lane(Lane.CLOSE):
                await client.cancel_order(venue_order_id, symbol, params)
        except self._account.errors as error:
            logger.warning("cancel of {}: {}", cid, type(error).__name__)
            await self._account.heed(error)

    def _note(self, order: VenueOrder | None) -> None:
        # which orders a hint or a gap makes us read again
        if order is not None and order.state in TERMINAL:
            self._symbols.pop(order.client_order_id, None)
            self._over += (order.client_order_id, order.venue_order_id)
        elif order is not None:
            self._symbols[order.client_order_id] = order.symbol


def _key(report: Report) -> str:
    return report.payment_id if isinstance(report, Payment) else f"order#{report.venue_order_id}"
