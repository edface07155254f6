"""What a message answers, and what follows when it arrived, found its card gone, or was in vain."""

from dataclasses import replace

from loguru import logger

from bot.telegram.livecard import LiveCards, card_of
from bot.telegram.names import live_name
from bot.telegram.patience import Failure, Meaning
from bot.telegram.roster import Roster
from bot.telegram.settings import Arrived, nobody
from bot.telegram.text import plain
from engine.core.kinds import Role
from engine.core.messages import THREAD, OutboxMessage, Priority
from storage.live_messages import LiveMessages
from storage.outbox import Delivery, Outbox

GIST_LIMIT = 80


class Aftermath:
    """The fates of messages (see `fates.Fates`)."""

    def __init__(
        self,
        outbox: Outbox,
        live: LiveCards,
        threads: LiveMessages,
        roster: Roster,
        told: Arrived = nobody,
    ) -> None:
        """`threads` knows the first message of each thread by its name."""
        self._outbox = outbox
        self._live = live
        self._threads = threads
        self._roster = roster
        self._told = told
        self._told_dead: set[int] = set()
        self.undelivered_critical = 0  # since the start

    async def ready(self, message: OutboxMessage) -> OutboxMessage:
        """The message with what it answers: an exit hangs on its entry."""
        name = message.payload.get(THREAD)
        if not isinstance(name, str) or not message.method.startswith("send"):
            return message
        first_id = await self._threads.find(message.chat_id, name)
        if first_id is None:
            return message
        # the first may have been deleted: it is no reason to keep quiet
        reply = {"message_id": first_id, "allow_sending_without_reply": True}
        return replace(message, payload={**message.payload, "reply_parameters": reply})

    async def arrived(self, delivery: Delivery, message_id: int) -> None:
        """Adopts what was sent as a live card, or as the head of its thread."""
        chat_id = delivery.message.chat_id
        thread = delivery.message.payload.get(THREAD)
        if isinstance(thread, str) and await self._threads.find(chat_id, thread) is None:
            await self._threads.put(chat_id, thread, message_id)
        name = live_name(delivery.message.key)
        self._told_dead.discard(chat_id)
        if name is not None:
            await self._live.adopt(delivery.message.chat_id, name, message_id)
        await self._told(delivery.message, message_id)

    async def gone(self, delivery: Delivery) -> None:
        """Sends a live card again that somebody deleted."""
        message = delivery.message
        card = card_of(message)
        person = await self._roster.person(message.chat_id)  # a private chat has its person's id
        if card is not None and person is not None:
            await self._live.gone(person, message.chat_id, *card)

    async def undeliverable(self, delivery: Delivery, failure: Failure) -> None:
        """Counts what was critical, and tells somebody who can be reached."""
        message = delivery.message
        if message.priority is Priority.SAFETY:
            self.undelivered_critical += 1
        if message.key.startswith("undelivered:"):
            return  # a notice about a notice helps nobody
        if failure.meaning is Meaning.DEAD:
            await self._tell_owners(message.chat_id)
        elif failure.meaning is Meaning.MAYBE:
            words = f"I could not see whether this reached you: «{_gist(message)}»"
            await self._tell(message.chat_id, delivery.id, words)
        elif message.method.startswith("send") and message.priority <= Priority.REPLY:
            logger.error("Telegram refused {}: {}", message.key, failure.text)
            words = "Telegram refused an answer of mine. /health and the log say more."
            await self._tell(message.chat_id, delivery.id, words)

    async def _tell_owners(self, dead_chat_id: int) -> None:
        if dead_chat_id in self._told_dead:
            return
        self._told_dead.add(dead_chat_id)
        for person in await self._roster.everybody():
            if person.role is Role.OWNER and person.chat_id not in {None, dead_chat_id}:
                words = f"Chat {dead_chat_id} takes no messages from me any more (blocked or left)."
                await self._tell(person.chat_id or 0, dead_chat_id, words)

    async def _tell(self, chat_id: int, subject: int, words: str) -> None:
        notice = OutboxMessage(
            key=f"undelivered:{chat_id}:{subject}",
            chat_id=chat_id,
            method="sendMessage",
            payload={"text": words, "parse_mode": None},
            priority=Priority.ALERT,
        )
        await self._outbox.put([notice])


def _gist(message: OutboxMessage) -> str:
    shown = str(message.payload.get("text") or message.payload.get("caption") or message.method)
    return plain(shown).strip().partition("\n")[0][:GIST_LIMIT]
