"""Who hears of events. Asked inside transactions, so the answer is kept in memory."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from loguru import logger

from bot.settings import Settings
from engine.core.events import Event
from engine.core.kinds import Role
from engine.core.messages import OutboxMessage, Person, Priority
from engine.core.parameters import Parameters
from engine.core.parameters.research import zone_named
from engine.core.telling import Place, Topic, Wishes
from handlers.announce import Recipient, announce
from storage.people import People
from storage.topics import Topics
from storage.wishes import WishBook

LOCAL_PEOPLE = {1001: Role.OWNER, 1002: Role.TRADER, 1003: Role.VIEWER}
LOCAL_NAMES = {1001: "Olivia Owner", 1002: "Theo Trader", 1003: "Vera Viewer"}
BY_SETTINGS = "settings"


class Audience:
    """The people with a role and the topics of a group, as recipients of alerts."""

    def __init__(self, people: People, badge: str, wishes: WishBook, topics: Topics) -> None:
        self._people = people
        self.badge = badge
        self._wishes = wishes
        self._topics = topics
        self._parameters: Callable[[], Parameters] = Parameters
        self.recipients: tuple[Recipient, ...] = ()

    def follow(self, parameters: Callable[[], Parameters]) -> None:
        """From now on the home zone and the pace of calls are those in force."""
        self._parameters = parameters

    async def refresh(self) -> None:
        """Looks the people up again; raises StorageError."""
        everybody = await self._people.everybody()
        wishes = await self._wishes.everybodys()
        topics = await self._topics.all()
        persons = [self._person(each, wishes.get(each.person_id, Wishes())) for each in everybody]
        self.recipients = (*persons, *self._groups(topics))

    def _person(self, person: Person, wishes: Wishes) -> Recipient:
        return Recipient(
            # a private chat has its person's id, also before the person has written to the bot
            person.chat_id or person.person_id,
            person.role,
            wishes,
            zone_named(wishes.zone or self._parameters().home_zone),
            since=person.added_at,
            person_id=person.person_id,
        )

    def _groups(self, topics: Mapping[Topic, Place]) -> list[Recipient]:
        zone = zone_named(self._parameters().home_zone)
        return [
            Recipient(
                place.chat_id,
                Role.VIEWER,
                zone=zone,
                thread_id=place.thread_id,
                topics=frozenset(topic for topic, at in topics.items() if at == place),
            )
            for place in dict.fromkeys(topics.values())
        ]

    def announce(self, event: Event) -> Sequence[OutboxMessage]:
        """The messages that tell `event`. Never raises: a trade is journalled with its alert."""
        try:
            return announce(
                event,
                self.recipients,
                badge=self.badge,
                now=datetime.now(UTC),
                escalate_after_s=self._parameters().escalate_after_s,
            )
        except Exception:  # noqa: BLE001 - a fault in a wording must not keep the event from disk
            logger.exception("no wording for {}", type(event).__name__)
            return [_bare(event, each) for each in self.recipients if each.topics is None]

    def recipient(self, person_id: int) -> Recipient | None:
        """Where and how a person is told; None for a stranger."""
        for each in self.recipients:
            if each.topics is None and each.person_id == person_id:
                return each
        return None

    def chats(self) -> dict[int, Role]:
        """The private chats of all people, with their roles."""
        return {each.chat_id: each.role for each in self.recipients if each.topics is None}

    @property
    def has_owner(self) -> bool:
        return any(each.role is Role.OWNER for each in self.recipients)


def _bare(event: Event, recipient: Recipient) -> OutboxMessage:
    return OutboxMessage(
        key=f"{event.key()}|{recipient.chat_id}",
        chat_id=recipient.chat_id,
        method="sendMessage",
        payload={"text": f"{type(event).__name__}: see the log, its wording failed."},
        priority=Priority.SAFETY,
    )


async def admit(settings: Settings, people: People, now: datetime) -> None:
    """Brings the people of the settings into the database; those it no longer names are out.

    Without a token the local chat's four people are admitted, unless the settings name others.
    """
    wanted = settings.users or ({} if settings.has_token else LOCAL_PEOPLE)
    known = {person.person_id: person for person in await people.everybody()}
    for person_id, role in wanted.items():
        found = known.get(person_id)
        if found is not None and found.role is role:
            continue
        name = found.name if found else LOCAL_NAMES.get(person_id, f"person {person_id}")
        await people.put(
            Person(
                person_id=person_id,
                name=name,
                role=role,
                added_at=now,
                added_by=BY_SETTINGS,
                chat_id=found.chat_id if found else None,
            )
        )
    for person in known.values():
        if person.added_by == BY_SETTINGS and person.person_id not in wanted:
            await people.remove(person.person_id)


async def place_topics(settings: Settings, topics: Topics) -> None:
    """Binds the topics that the settings name; those bound from chat stay."""
    for topic, place in settings.topics.items():
        await topics.put(topic, place)
