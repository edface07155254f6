"""Who may talk to the desk: the database says what they may, memory keeps strangers out."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime

from engine.core.events import StrangerSeen
from engine.core.messages import Person
from storage.people import People

RECHECK_S = 10.0  # how often an unknown person's messages may reach the database
REMEMBERED_STRANGERS = 1000
NOTICES_A_DAY = 3


class Roster:
    """The known people. A role is looked up when it is needed, never remembered."""

    def __init__(self, people: People, now_s: Callable[[], float]) -> None:
        self._people = people
        self._now_s = now_s
        self._chats: dict[int, int | None] = {}  # known people -> their private chat
        self._asked_at_s: OrderedDict[int, float] = OrderedDict()  # strangers -> last look-up

    async def person(self, person_id: int) -> Person | None:
        """The person with the role of this moment, or None for a stranger."""
        person = await self._people.find(person_id)
        if person is None:
            self._chats.pop(person_id, None)
        else:
            self._chats[person_id] = person.chat_id
        return person

    def knew(self, person_id: int) -> bool:
        """Whether this was somebody when last looked up; for when the database does not answer."""
        return person_id in self._chats

    async def knows(self, person_id: int) -> bool:
        """Whether this is anybody; a stranger's flood does not reach the database."""
        if person_id in self._chats:
            return True
        now_s = self._now_s()
        asked_at_s = self._asked_at_s.get(person_id)
        if asked_at_s is not None and now_s - asked_at_s < RECHECK_S:
            return False
        if await self.person(person_id) is not None:
            self._asked_at_s.pop(person_id, None)
            return True
        self._asked_at_s[person_id] = now_s
        self._asked_at_s.move_to_end(person_id)
        if len(self._asked_at_s) > REMEMBERED_STRANGERS:
            self._asked_at_s.popitem(last=False)
        return False

    async def everybody(self) -> tuple[Person, ...]:
        """All people with a role."""
        people = await self._people.everybody()
        self._chats = {person.person_id: person.chat_id for person in people}
        return people

    async def note_chat(self, person_id: int, chat_id: int) -> bool:
        """Remembers a person's private chat, where alerts go; whether it was new."""
        if self._chats.get(person_id) == chat_id:
            return False
        await self._people.note_chat(person_id, chat_id)
        self._chats[person_id] = chat_id
        return True


class StrangerLog:
    """Counts strangers, and tells of each once a day, of at most three a day."""

    def __init__(self, now: Callable[[], datetime], tell: Callable[[StrangerSeen], None]) -> None:
        self._now = now
        self._tell = tell
        self._day: date | None = None
        self._seen_today: set[int] = set()
        self.updates = 0  # since the start

    def note(self, person_id: int, name: str) -> None:
        """A stranger wrote or tapped."""
        self.updates += 1
        now = self._now()
        if now.date() != self._day:
            self._day = now.date()
            self._seen_today.clear()
        if person_id in self._seen_today or len(self._seen_today) >= NOTICES_A_DAY:
            return
        self._seen_today.add(person_id)
        self._tell(StrangerSeen(at=now, person_id=person_id, name=name))
