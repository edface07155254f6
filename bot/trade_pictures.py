"""A picture after every alert of a trade. The alert's text is on its way before it is begun."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from loguru import logger

from bot.audience import Audience
from bot.pictures import PictureRoom
from engine.core.errors import DeskError
from engine.core.events import Event, TradeClosed, TradeOpened
from engine.core.messages import OutboxMessage, Priority
from engine.core.telling import Loudness
from engine.services.reports import Reports
from handlers.announce import how, loudness_for
from handlers.trade_pictures import CHART, TradePicture, picture_of
from storage.outbox import Outbox

MOST_WAITING = 4  # pictures; in a storm of trades the newest matter
CROWDED = 20  # messages on their way out: then words alone go
LIFE = timedelta(minutes=10)  # a picture that comes later than that explains nothing


class TradePictures:
    """Draws beside the desk, one picture at a time, each once for all chats."""

    def __init__(
        self,
        reports: Reports,
        room: PictureRoom,
        outbox: Outbox,
        audience: Audience,
        is_wanted: Callable[[], bool],
    ) -> None:
        self._reports = reports
        self._room = room
        self._outbox = outbox
        self._audience = audience
        self._is_wanted = is_wanted
        self._waiting: deque[Event] = deque(maxlen=MOST_WAITING)
        self._came = asyncio.Event()

    def heard(self, event: Event) -> None:
        """Takes note of a trade; never waits. The event is durable, and its alert with it."""
        if isinstance(event, TradeOpened | TradeClosed) and self._is_wanted():
            self._waiting.append(event)
            self._came.set()

    async def run(self) -> None:
        """Draws what was heard, for ever."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                await self._show(self._waiting.popleft())

    async def _show(self, event: Event) -> None:
        try:
            if sum((await self._outbox.waiting()).values()) > CROWDED:
                return
            picture = await picture_of(self._reports, event, self._audience.badge)
            if picture is None:
                return
            png = await self._room.draw(CHART, picture.story)
            await self._outbox.put(self._messages(event, picture, png))
        except DeskError as error:  # the words arrived; a picture is not worth an alarm
            logger.warning("no picture of {}: {}", event.key(), error.log_text)

    def _messages(self, event: Event, picture: TradePicture, png: bytes) -> list[OutboxMessage]:
        now = datetime.now(UTC)
        return [
            OutboxMessage(
                key=f"picture|{event.key()}|{recipient.chat_id}",
                chat_id=recipient.chat_id,
                method="sendPhoto",
                payload={"caption": picture.caption, **how(recipient, Loudness.SILENT)},
                priority=Priority.LIVE,  # behind every word
                file_name=f"{CHART}.png",
                file_bytes=png,
                expires_at=now + LIFE,
            )
            for recipient in self._audience.recipients
            if loudness_for(event, recipient, now) is not Loudness.OFF
        ]
