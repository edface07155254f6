"""How people are told: their wishes, the word on critical alerts, the topics of a group."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from engine.core.messages import OutboxMessage, Priority
from engine.core.parameters import Parameters
from engine.core.parameters.research import zone_named
from engine.core.telling import Place, Topic, Wishes
from handlers.alert_keys import SEEN_ALL
from handlers.told_ports import Seen
from handlers.views.text import clean
from storage.outbox import Outbox
from storage.pages import Pages
from storage.topics import Topics
from storage.wishes import WishBook

Card = tuple[int, int]  # chat and message


class Notices:
    """The handlers' Notices, on the database."""

    def __init__(
        self,
        wishes: WishBook,
        pages: Pages,
        topics: Topics,
        outbox: Outbox,
        parameters: Callable[[], Parameters],
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        """`changed` hears that somebody is to be told otherwise from now on."""
        self._wishes = wishes
        self._pages = pages
        self._topics = topics
        self._outbox = outbox
        self._parameters = parameters
        self._now = now
        self._changed = changed

    async def wishes(self, person_id: int) -> Wishes:
        return await self._wishes.of(person_id)

    async def wish(self, person_id: int, wishes: Wishes) -> None:
        await self._wishes.put(person_id, wishes)
        self._changed()

    def zone(self, wishes: Wishes) -> tzinfo:
        """The person's zone, or the desk's where none is set."""
        return zone_named(wishes.zone or self._parameters().home_zone)

    async def seen(self, page_id: str, by: str, card: Card) -> Seen | None:
        """The first word on the page, or on all that waited then; None for no such page."""
        if not page_id.startswith(SEEN_ALL):
            return await self._seen(page_id, by, card)
        words = [await self._seen(each, by, card) for each in await self._waiting(page_id)]
        return words[0] if words else Seen(by="somebody", at=self._now(), is_first=False)

    async def _seen(self, page_id: str, by: str, card: Card) -> Seen | None:
        is_first = await self._pages.seen(page_id, by, self._now())
        page = await self._pages.find(page_id)
        if page is None or page.seen_by is None or page.seen_at is None:
            return None
        word = Seen(by=page.seen_by, at=page.seen_at, is_first=is_first)
        if is_first:
            local = word.at.astimezone(self.zone(Wishes()))
            state = f"Seen · {clean(word.by, 20)} · {local:%H:%M}"
            copies = await self._pages.copies(page.event_key)
            others = [copy for copy in copies if (copy.chat_id, copy.message_id) != card]
            await self._outbox.put([
                _stated(page_id, state, copy.chat_id, copy.message_id) for copy in others
            ])  # fmt: skip
        return word

    async def later(self, page_id: str, until: datetime) -> bool:
        """Whether the page is still unseen, and told again at `until`."""
        if page_id.startswith(SEEN_ALL):
            waiting = await self._waiting(page_id)
            return any([await self._pages.later(each, until) for each in waiting])
        return await self._pages.later(page_id, until)

    async def _waiting(self, all_until: str) -> list[str]:
        # not what came after the card was made: nobody has seen that
        try:
            until = datetime.fromtimestamp(int(all_until.removeprefix(SEEN_ALL), 36), UTC)
            until += timedelta(seconds=1)  # the button's moment is cut to the second
        except (ValueError, OverflowError, OSError):  # forged
            return []
        return [page.page_id for page in await self._pages.waiting() if page.opened_at <= until]

    async def topics(self) -> dict[Topic, Place]:
        return await self._topics.all()

    async def bind(self, topic: Topic, place: Place | None) -> None:
        """Tells the topic at this place from now on; None: nowhere."""
        if place is None:
            await self._topics.remove(topic)
        else:
            await self._topics.put(topic, place)
        self._changed()


def _stated(page_id: str, state: str, chat_id: int, message_id: int) -> OutboxMessage:
    keyboard = {"inline_keyboard": [[{"text": state, "disabled": {}}]]}
    return OutboxMessage(
        key=f"seen:{page_id}:{chat_id}:{message_id}",
        chat_id=chat_id,
        method="editMessageReplyMarkup",
        payload={"message_id": message_id, "reply_markup": keyboard},
        priority=Priority.LIVE,
    )
