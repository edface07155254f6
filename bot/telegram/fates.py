"""What is asked of a message before it leaves, and what follows when its fate is known."""

from typing import Protocol

from bot.telegram.patience import Failure
from engine.core.messages import OutboxMessage
from storage.outbox import Delivery


class Fates(Protocol):
    """Who wants to know what becomes of a message."""

    async def ready(self, message: OutboxMessage) -> OutboxMessage:
        """The message as it leaves; raises StorageError."""
        ...

    async def arrived(self, delivery: Delivery, message_id: int) -> None: ...

    async def gone(self, delivery: Delivery) -> None: ...

    async def undeliverable(self, delivery: Delivery, failure: Failure) -> None: ...
