"""Being told, put together: wishes, price alerts, summaries, calls, and who hears of it all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.audience import Audience
from bot.engine_room import EngineRoom
from bot.escalation import Escalation
from bot.notices import Notices
from bot.price_watch import PriceWatch
from bot.staff import Staff
from bot.summaries import Hearer, Summaries
from engine.core.telling import Topic, is_quiet
from handlers.desk import Pictures
from storage.audit import Audit
from storage.database import Database
from storage.pages import Pages
from storage.people import People
from storage.price_alerts import PriceAlerts
from storage.reports import Reports
from storage.topics import Topics
from storage.wishes import WishBook

if TYPE_CHECKING:
    from bot.heartbeat import Heartbeat


class Told:
    """What jobs call by the clock, and what handlers reach. Raises StorageError."""

    def __init__(
        self,
        database: Database,
        room: EngineRoom,
        audience: Audience,
        pictures: Pictures,
        roll_call: Callable[[], None],
    ) -> None:
        """`roll_call`: look the people up now."""
        self._database = database
        self._room = room
        self._audience = audience
        self._wishes = WishBook(database)
        pages = Pages(database)
        badge = room.market.mode.badge
        self._escalation = Escalation(pages, badge)
        self._summaries = Summaries(
            room.outbox,
            Reports(database),
            pictures,
            room.reports.status,
            room.market.clock.now,
        )
        self._roll_call = roll_call
        self.heartbeat: Heartbeat | None = None  # where an address is set
        self.notices = Notices(
            self._wishes,
            pages,
            Topics(database),
            room.outbox,
            lambda: room.dial.parameters,
            _utc_now,
            roll_call,
        )
        self.price_watch = PriceWatch(
            PriceAlerts(database),
            self._price,
            self._chat_of,
            badge,
            _utc_now,
            room.outbox.arrived.set,
        )

    def staff(
        self, people: People, link_of: Callable[[str], str], left: Callable[[], None]
    ) -> Staff:
        """The people's office. `link_of` a code; `left`: somebody came, went, or was changed."""

        def changed() -> None:
            self._roll_call()
            left()

        return Staff(
            people,
            Audit(self._database),
            self._room.outbox,
            self._forget,
            link_of,
            _utc_now,
            changed,
        )

    async def escalate(self) -> None:
        """Calls for critical alerts that nobody has seen."""
        after = timedelta(seconds=self._room.dial.parameters.escalate_after_s)
        if await self._escalation.look(self._audience.chats(), after, _utc_now()):
            self._room.outbox.arrived.set()

    async def summarise(self) -> None:
        """Queues the summaries whose hour has come."""
        born_at = self._room.identity.created_at
        hearers = [
            Hearer(
                chat_id=each.chat_id,
                wishes=each.wishes,
                zone=each.zone,
                since=max(born_at, each.since or born_at),
                thread_id=each.thread_id,
            )
            for each in self._audience.recipients
            if each.topics is None or Topic.REPORTS in each.topics
        ]
        await self._summaries.look(hearers, _utc_now())

    async def _forget(self, person_id: int) -> None:
        await self._wishes.forget(person_id)
        await self.price_watch.forget(person_id)

    def _price(self, symbol: str) -> float | None:
        return self._room.desk.books.mark_price(symbol) or None

    def _chat_of(self, person_id: int) -> tuple[int, bool] | None:
        found = self._audience.recipient(person_id)
        if found is None:
            return None
        return found.chat_id, is_quiet(found.wishes, _utc_now(), found.zone)


def _utc_now() -> datetime:
    return datetime.now(UTC)
