"""Who may talk to the desk: roles changed, taken and given, with all that has to follow at once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.messages import OutboxMessage, Person, Priority
from handlers.told_ports import AuditLine, Invitation
from storage.audit import Audit
from storage.outbox import Outbox
from storage.people import People

INVITED_FOR = timedelta(hours=1)
BUTTONS_LIVE = timedelta(hours=48)  # older cards cannot be edited
MOST_CARDS = 20

Forget = Callable[[int], Awaitable[None]]


class Staff:
    """The handlers' Staff, on the database."""

    def __init__(
        self,
        people: People,
        audit: Audit,
        outbox: Outbox,
        forget: Forget,
        link_of: Callable[[str], str],
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        """`link_of` a code: a deep link, or "". `changed`: look the people up now.

        `forget` drops what is kept for somebody who is out: wishes, price alerts.
        """
        self._people = people
        self._audit = audit
        self._outbox = outbox
        self._forget = forget
        self._link_of = link_of
        self._now = now
        self._changed = changed

    def joined(self) -> None:
        """Somebody used a code: alerts and menus are theirs from now on."""
        self._changed()

    async def everybody(self) -> tuple[Person, ...]:
        """In the order in which they came."""
        return await self._people.everybody()

    async def change(self, person_id: int, was: Role, role: Role | None) -> Person:
        """The person as they were; from now on they have `role`, or none.

        Raises UserError when they have another role than `was`, or when no owner would be left.
        """
        person = await self._people.move(person_id, was, role)
        if person is None:
            raise UserError("That role has changed since.", hint="See /people")
        if role is None:
            await self._outbox.drop(person.chat_id or person_id)
            await self._forget(person_id)
        if role is None or not role.covers(was):
            await self._take_buttons(person.chat_id or person_id)
        self._changed()
        return person

    async def invite(self, role: Role) -> Invitation:
        """A code that gives `role` once."""
        expires_at = self._now() + INVITED_FOR
        code = await self._people.new_code(role, expires_at)
        return Invitation(code=code, link=self._link_of(code), role=role, expires_at=expires_at)

    async def audit(self, before: int, limit: int) -> tuple[AuditLine, ...]:
        """Rows of the audit before number `before` (0: the newest), newest first."""
        found = await self._audit.page(before, limit)
        return tuple(AuditLine(number, entry) for number, entry in found)

    async def _take_buttons(self, chat_id: int) -> None:
        # each tap asks for the role anyway: this is so that nobody wonders why nothing happens
        cards = await self._outbox.with_buttons(chat_id, self._now() - BUTTONS_LIVE, MOST_CARDS)
        moment_ms = int(self._now().timestamp() * 1000)
        await self._outbox.put([
            OutboxMessage(
                key=f"bare:{chat_id}:{message_id}:{moment_ms}",
                chat_id=chat_id,
                method="editMessageReplyMarkup",
                payload={"message_id": message_id},
                priority=Priority.REPLY,
            )
            for message_id in cards
        ])  # fmt: skip
