"""The chat, put together. Importing this imports aiogram: seconds, so it is done in a thread."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from pydantic import SecretStr

from bot.engine_room import EngineRoom
from bot.localchat.world import DEFAULT_TOKEN
from bot.model_desk import ParleyDesk
from bot.pictures import PictureRoom
from bot.settings import Settings
from bot.telegram.pace import CHAT, Limit
from bot.telegram.pairing import CodePairing
from bot.telegram.redraw import Redraws
from bot.telegram.runner import TelegramLink
from bot.telegram.settings import Link, LinkSettings, LinkState, Stores, Voice
from bot.vitals import Vitals
from engine.core.events import Event
from engine.services.answers import Gauge
from engine.services.parley_reports import ParleyReports
from engine.services.picture_reports import PictureReports
from engine.services.result_reports import ResultReports
from handlers.commands import BUTTONS, COMMANDS
from handlers.desk import Desk
from handlers.digest import digest
from storage.database import Database
from storage.forecasts import Forecasts
from storage.history import History
from storage.inbox import Inbox
from storage.live_messages import LiveMessages
from storage.people import People
from storage.reports import Reports as StoredReports
from storage.trade_record import TradeRecord

LOCAL_LIMIT = Limit(30, 1.0, 5)


class Chat:
    """The link to Telegram, or to the local chat, with the desk's services behind it."""

    def __init__(
        self,
        settings: Settings,
        room: EngineRoom,
        database: Database,
        vitals: Vitals,
        pictures: PictureRoom,
        tell: Callable[[Event], None],
        on_paired: Callable[[int], None],
    ) -> None:
        self.people = People(database)
        self.pairing = CodePairing(self.people, _utc_now, time.monotonic, on_paired)
        self._settings = settings
        stored = StoredReports(database)
        self._parley = ParleyReports(room.desk, stored, Forecasts(database))
        self._models = ParleyDesk(room.parley, room.desk, stored, self._parley.skills)
        self._redraws = Redraws(room.outbox, self._wake, _utc_now)
        token = settings.telegram_bot_token.get_secret_value()
        seed = f"{room.identity.database_uuid}|{token}"
        record = PictureReports(room.desk, TradeRecord(database), room.market.quote)
        desk = Desk(
            controls=room.controls,
            reports=room.reports,
            risks=room.risks,
            orders=room.orders,
            tuning=room.tuning,
            models=self._models,
            parley=self._parley,
            record=record,
            results=ResultReports(room.desk, History(database), record, room.market.quote),
            pictures=pictures,
            health=vitals,
            pairing=self.pairing,
            mode=room.market.mode,
            now=_utc_now,
            nonce=partial(secrets.token_urlsafe, 6),
            redraw=self._redraws.redraw,
            secret=sha256(seed.encode()).digest(),
        )
        self._desk = desk
        self._room = room
        self._stores = Stores(
            inbox=Inbox(database, room.outbox),
            outbox=room.outbox,
            people=self.people,
            live=LiveMessages(database),
        )
        self._voice = Voice(tell=tell, digest=partial(digest, badge=room.market.mode.badge))
        self.link: TelegramLink | None = None

    async def start(
        self, token: SecretStr, api_base: str, chat_limit: Limit = CHAT
    ) -> TelegramLink:
        """Connects to the Bot API at `api_base` (empty: Telegram's) and goes on trying."""
        dial = self._room.dial
        self.link = TelegramLink(
            settings=LinkSettings(
                token=token,
                api_base=api_base,
                webhook_url=self._settings.telegram_webhook_url,
                webhook_secret=self._settings.telegram_webhook_secret,
                chat_limit=chat_limit,
                live_card_s=lambda: dial.parameters.live_card_s,
                digest_over=lambda: dial.parameters.digest_over,
            ),
            stores=self._stores,
            desk=self._desk,
            commands=COMMANDS,
            buttons=BUTTONS,
            voice=self._voice,
        )
        await self.link.start()
        return self.link

    async def start_here(self, base: str) -> TelegramLink:
        """Connects to the local chat at `base`, which takes messages faster than Telegram."""
        return await self.start(SecretStr(DEFAULT_TOKEN), base, LOCAL_LIMIT)

    async def stop(self) -> None:
        """Ends what is under way, sends what may leave, closes the wire."""
        await self._models.close()
        await self._redraws.close()
        if self.link is not None:
            await self.link.stop()

    def _wake(self) -> None:
        if self.link is not None:
            self.link.wake()

    def calls_s(self) -> tuple[float, ...]:
        """What the last calls that show something took, for /health."""
        if self.link is None:
            return ()
        calls = self.link.state().calls
        shown = (each for name, each in calls.items() if name.startswith(("send", "edit")))
        return tuple(took_s for figures in shown for took_s in figures.recent_s)

    def gauge(self) -> Gauge:
        """How the link is, for /health."""
        if self.link is None:
            return Gauge(name="Chat", value="starting", good=True)
        return _gauge(self.link.state())


def _gauge(state: LinkState) -> Gauge:
    if state.token_refused:
        return Gauge(
            name="Chat", value="the token is refused", good=False, hint="Ask BotFather for one."
        )
    if state.conflicts:
        return Gauge(
            name="Chat",
            value="another process uses our token",
            good=False,
            hint="Stop the other one.",
        )
    up = state.link in {Link.POLLING, Link.WEBHOOK}
    age = "" if state.poll_age_s is None else f", heard {state.poll_age_s:.0f} s ago"
    return Gauge(
        name="Chat",
        value=f"{state.link.value}{age}",
        good=up and state.is_healthy,
        hint="" if up else "The desk goes on; messages wait.",
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
