"""Who hears of events. Asked inside transactions, so the answer is kept in memory."""

from collections.abc import Sequence
from datetime import datetime

from loguru import logger

from bot.settings import Settings
from engine.core.events import Event
from engine.core.kinds import Role
from engine.core.messages import OutboxMessage, Person, Priority
from handlers.announce import Recipient, announce
from storage.people import People

LOCAL_PEOPLE = {1001: Role.OWNER, 1002: Role.TRADER, 1003: Role.VIEWER}
LOCAL_NAMES = {1001: "Olivia Owner", 1002: "Theo Trader", 1003: "Vera Viewer"}
BY_SETTINGS = "settings"


class Audience:
    """The people with a role, as recipients of alerts."""

    def __init__(self, people: People, badge: str) -> None:
        self._people = people
        self.badge = badge
        self._recipients: tuple[Recipient, ...] = ()

    async def refresh(self) -> None:
        """Looks the people up again; raises StorageError."""
        everybody = await self._people.everybody()
        # a private chat has its person's id, also before the person has written to the bot
        self._recipients = tuple(
            Recipient(person.chat_id or person.person_id, person.role) for person in everybody
        )

    def announce(self, event: Event) -> Sequence[OutboxMessage]:
        """The messages that tell `event`. Never raises: a trade is journalled with its alert."""
        try:
            return announce(event, self._recipients, badge=self.badge)
        except Exception:  # noqa: BLE001 - a fault in a wording must not keep the event from disk
            logger.exception("no wording for {}", type(event).__name__)
            return [_bare(event, recipient) for recipient in self._recipients]

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Everybody with a role, as of the last refresh."""
        return self._recipients

    @property
    def has_owner(self) -> bool:
        return any(recipient.role is Role.OWNER for recipient in self._recipients)


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
