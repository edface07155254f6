"""One-time codes: how the first owner gets in, and everybody an owner invites."""

from collections.abc import Callable
from datetime import datetime, timedelta

from loguru import logger

from bot.telegram.throttle import Throttle
from engine.core.kinds import Role
from engine.core.messages import Person
from storage.people import People

CODE_LASTS = timedelta(minutes=10)
TRIES = 5
TRIES_WINDOW_S = 600.0


class CodePairing:
    """The desk's Pairing: codes live in the database as hashes, and work once."""

    def __init__(
        self,
        people: People,
        now: Callable[[], datetime],
        now_s: Callable[[], float],
        on_paired: Callable[[int], None] = lambda _person_id: None,
    ) -> None:
        self._people = people
        self._now = now
        self._on_paired = on_paired
        self._now_s = now_s
        self._tries = Throttle(TRIES, TRIES_WINDOW_S)

    async def redeem(self, code: str, person_id: int, name: str, chat_id: int) -> Role | None:
        """The role that the code gave, or None: wrong, used, late, or too many tries."""
        if not self._tries.admits(person_id, self._now_s()):
            return None
        now = self._now()
        person = Person(
            person_id=person_id,
            name=name,
            role=Role.VIEWER,  # the code's role takes its place
            added_at=now,
            added_by="pairing code",
            chat_id=chat_id,
        )
        role = await self._people.redeem(code, person, now)
        if role is None:
            logger.warning("a wrong pairing code was tried by person {}", person_id)
        else:
            logger.info("person {} was paired as {}", person_id, role.value)
            self._on_paired(person_id)
        return role

    async def owner_code(self) -> str | None:
        """A fresh code for the terminal while the desk has no owner, else None."""
        people = await self._people.everybody()
        if any(person.role is Role.OWNER for person in people):
            return None
        return await self._people.new_code(Role.OWNER, self._now() + CODE_LASTS)
