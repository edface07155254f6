"""Daily and weekly summaries at each person's hour: once, and late rather than never."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from loguru import logger

from engine.analytics.equity import equity_curve
from engine.core.errors import Temporary
from engine.core.kinds import Severity
from engine.core.messages import OutboxMessage, Priority
from engine.core.money import ZERO
from engine.core.state import EquityPoint
from engine.core.telling import AlertClass, Loudness, Wishes, last_due, loudness_now
from engine.services.answers import Status
from handlers.desk import Pictures
from handlers.views.summary import Summary, summary_caption
from storage.outbox import Outbox
from storage.reports import Reports

SUNDAY = 6
FEWEST_POINTS = 2
CURVE_POINTS = 400
SHOWN_TRADES = 200
LATEST = timedelta(days=7)  # what is older is no news


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    """A chat that gets summaries."""

    chat_id: int
    wishes: Wishes
    zone: tzinfo
    since: datetime  # no summary for a moment before
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A summary that somebody is to have."""

    days: int
    at: datetime  # when it was to be sent
    hearer: Hearer

    @property
    def key(self) -> str:
        """The same summary is never sent twice: its date in the person's zone names it."""
        local = self.at.astimezone(self.hearer.zone).date()
        name = "daily" if self.days == 1 else "weekly"
        return f"{name}:{local.isoformat()}:{self.hearer.chat_id}"


def due_now(hearers: Iterable[Hearer], now: datetime) -> tuple[Due, ...]:
    """The newest daily and, for Sunday, weekly summary of each; sent ones are still among them."""
    found = []
    for hearer in hearers:
        if not hearer.wishes.daily_at or hearer.wishes.of(AlertClass.REPORTS) is Loudness.OFF:
            continue
        since = max(hearer.since, hearer.wishes.daily_since_at or hearer.since)
        for days, weekday in ((1, None), (7, SUNDAY)):
            at = last_due(hearer.wishes.daily_at, now, hearer.zone, weekday=weekday)
            if at > since and now - at < LATEST:
                found.append(Due(days, at, hearer))
    return tuple(found)


class Summaries:
    """Makes and queues what is due. `look` may be called as often as one likes."""

    def __init__(
        self,
        outbox: Outbox,
        stored: Reports,
        pictures: Pictures,
        status: Callable[[], Awaitable[Status]],
        market_now: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._stored = stored
        self._pictures = pictures
        self._status = status
        self._market_now = market_now
        self._sent: set[str] = set()  # keys known to be in the outbox

    async def look(self, hearers: Iterable[Hearer], now: datetime) -> int:
        """How many summaries were queued; raises StorageError."""
        due = [each for each in due_now(hearers, now) if each.key not in self._sent]
        if not due:
            return 0
        known = await self._outbox.known([each.key for each in due])
        self._sent |= known
        queued = 0
        for days in (1, 7):
            group = [each for each in due if each.days == days and each.key not in known]
            if group:
                queued += await self._send(days, group, now)
        return queued

    async def _send(self, days: int, group: list[Due], now: datetime) -> int:
        since = self._market_now() - timedelta(days=days)
        status = await self._status()
        points = await self._stored.equity(CURVE_POINTS, since)
        summary = await self._summary(days, since, status, points)
        png = await self._picture(points, status.quote)
        badge = status.mode.badge
        messages = [_message(each, summary, png, now, badge) for each in group]
        queued = await self._outbox.put(messages)
        self._sent |= {each.key for each in group}
        return queued

    async def _summary(
        self, days: int, since: datetime, status: Status, points: Sequence[EquityPoint]
    ) -> Summary:
        totals = await self._stored.totals(since)
        newest = await self._stored.trades(limit=SHOWN_TRADES)
        # what the owner moved in or out is no result
        first_quote = points[0].equity_quote if points else status.start_cash_quote
        first_moved_quote = points[0].moved_quote if points else ZERO
        moved_quote = status.moved_quote - first_moved_quote
        change_quote = status.equity_quote - first_quote - moved_quote
        return Summary(
            days=days,
            quote=status.quote,
            change_quote=change_quote,
            change_ratio=float(change_quote / first_quote) if first_quote > 0 else 0.0,
            trades=totals.trades,
            wins=totals.wins,
            net_pnl_quote=totals.net_pnl_quote,
            result_r=totals.result_r,
            worst_drawdown_ratio=await self._stored.max_drawdown_ratio(since),
            open_positions=len(status.open_positions),
            trading=status.trading,
            closed=tuple(trade for trade in newest if trade.closed_at >= since),
        )

    async def _picture(self, points: Sequence[EquityPoint], quote: str) -> bytes | None:
        if len(points) < FEWEST_POINTS:
            return None
        try:
            return await self._pictures.draw("equity", equity_curve(points, quote))
        except Temporary as error:  # the words are worth more than the picture
            logger.warning("a summary goes without its picture: {}", error.log_text)
            return None


def _message(
    due: Due, summary: Summary, png: bytes | None, now: datetime, badge: str
) -> OutboxMessage:
    hearer = due.hearer
    words = summary_caption(summary, due.at, now, hearer.zone, badge)
    payload: dict[str, object] = {"text" if png is None else "caption": words}
    loudness = loudness_now(hearer.wishes, AlertClass.REPORTS, Severity.NOTICE, now, hearer.zone)
    if loudness is Loudness.SILENT:
        payload["disable_notification"] = True
    if hearer.thread_id is not None:
        payload["message_thread_id"] = hearer.thread_id
    return OutboxMessage(
        key=due.key,
        chat_id=hearer.chat_id,
        method="sendMessage" if png is None else "sendPhoto",
        payload=payload,
        priority=Priority.ALERT,
        file_name=None if png is None else "equity.png",
        file_bytes=png,
    )
