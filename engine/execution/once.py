"""A command is done once: what it came to is kept as a receipt, in the record of its effect."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from engine.core.commands import Command
from engine.core.errors import StorageError
from engine.core.events import PersonActed
from engine.core.orders import Order
from engine.core.ports import Journal, Receipt, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a command came to. `orders` are those that it sent, as the venue answered."""

    text: str
    changed: bool  # False: it was done before, and this changed nothing
    orders: tuple[Order, ...] = ()


class Once:
    """Keeps a command from being done twice, also while its first doing is under way."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._doing: set[str] = set()

    async def do(
        self, command: Command, act: Callable[[], Awaitable[Act]], *, is_exit: bool = True
    ) -> Act:
        """What `act` came to, now or the first time. Raises StorageError unless it is an exit."""
        asked = command.command_id
        if asked in self._doing:
            return Act(text="It is being done already.", changed=False)
        self._doing.add(asked)
        try:
            receipt = await self.receipt(asked, is_exit=is_exit)
            return await act() if receipt is None else Act(text=receipt.answer, changed=False)
        finally:
            self._doing.discard(asked)

    async def receipt(self, command_id: str, *, is_exit: bool) -> Receipt | None:
        """What was done of that command, if anything."""
        try:
            return await self._journal.receipt(command_id)
        except StorageError:
            if not is_exit:
                raise
            return None  # leaving works while the database does not: versions keep it single


def done(command: Command, subject: str, text: str, *, at: datetime) -> Record:
    """The receipt and the event of a command that is done."""
    event = PersonActed(
        at=at,
        command_id=command.command_id,
        act=type(command).__name__,
        subject=subject,
        text=text,
        actor=command.actor,
    )
    receipt = Receipt(command_id=command.command_id, answer=text, done_at=at)
    return Record(events=(event,), receipt=receipt)
