"""The venue's cash against the ledger's: what no fill, fee or payment explains, the owner moved."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from loguru import logger

from engine.core.errors import Temporary
from engine.core.ports import Venue
from engine.execution.cash import is_as_listed, is_at_rest, is_dust, moved_by_owner
from engine.execution.desk import Desk
from engine.execution.recovery import is_difference, mismatches

HEARD_BACK = timedelta(hours=1)  # a venue may tell a payment a while after it has booked it
STANDS_FOR = timedelta(seconds=90)  # how long a difference must stand before it is believed


class Standing(NamedTuple):
    """A difference, and since when it is seen."""

    flow_quote: Decimal
    since_at: datetime


class CashWatch:
    """Looks at a live account; silent while an order is on its way, or holdings differ."""

    def __init__(self, desk: Desk, venue: Venue) -> None:
        self._desk = desk
        self._venue = venue
        self._standing: Standing | None = None

    async def look(self, *, at_once: bool = False) -> Decimal | None:
        """One comparison; what was booked, None: nothing was.

        `at_once` believes the first look: at a start, when nothing was under way for long.
        """
        try:
            flow_quote = await self._unexplained()
        except Temporary as error:
            logger.warning("the venue did not tell its cash: {}", error.log_text)
            return None
        books, now = self._desk.books, self._desk.clock.now()
        if flow_quote is None or is_dust(books, flow_quote):
            self._standing = None
            return None
        if self._standing is None or self._standing.flow_quote != flow_quote:
            self._standing = Standing(flow_quote, now)
        if not at_once and now - self._standing.since_at < STANDS_FOR:
            return None
        self._standing = None
        await self._desk.scribe.keep(moved_by_owner(books, flow_quote, now=now))
        return flow_quote

    async def _unexplained(self) -> Decimal | None:
        # None: nothing can be concluded now
        books = self._desk.books
        if not is_at_rest(books):
            return None
        now_at = self._desk.clock.now()
        for report in await self._venue.reports_since(now_at - HEARD_BACK):
            await self._desk.executor.hear(report)
        cash_quote, fills = books.state.cash_quote, len(books.fill_ids)
        holdings = await self._venue.holdings()
        # asked after the cash: what it lists as resting had not filled when the cash was told
        listed = await self._venue.open_orders()
        if cash_quote != books.state.cash_quote or fills != len(books.fill_ids):
            return None
        if not is_at_rest(books) or not is_as_listed(books, listed):
            return None
        found = mismatches(tuple(books.positions.values()), holdings)
        if any(is_difference(books, each) for each in found):
            return None  # a position changed without us, and its cash with it: a person must look
        return holdings.cash_quote - cash_quote
