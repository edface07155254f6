"""The chat, put together. Importing this imports aiogram: seconds, so it is done in a thread."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from pydantic import SecretStr

from bot.approval_cards import ApprovalCards
from bot.codes import Codes
from bot.engine_room import EngineRoom
from bot.localchat.world import DEFAULT_TOKEN
from bot.model_desk import ParleyDesk
from bot.pictures import PictureRoom
from bot.research_room import Library, ResearchRoom
from bot.research_teller import ResearchTeller
from bot.settings import Settings
from bot.telegram.pace import CHAT, Limit
from bot.telegram.pairing import CodePairing
from bot.telegram.redraw import Redraws
from bot.telegram.runner import TelegramLink
from bot.telegram.settings import Link, LinkSettings, LinkState, Stores, Voice
from bot.told import Told
from bot.vitals import Vitals
from engine.core.events import Event
from engine.core.kinds import Role
from engine.services.answers import Gauge
from engine.services.parley_reports import ParleyReports
from engine.services.picture_reports import PictureReports
from engine.services.research import Research
from engine.services.result_reports import ResultReports
from handlers.commands import BUTTONS, COMMANDS
from handlers.desk import Desk
from handlers.digest import digest
from storage.codes import CodeStore
from storage.database import Database
from storage.forecasts import Forecasts
from storage.history import History
from storage.inbox import Inbox
from storage.live_messages import LiveMessages
from storage.people import People
from storage.reports import Reports as StoredReports
from storage.research_jobs import ResearchJobs
from storage.research_trials import ResearchTrials
from storage.trade_record import TradeRecord

LOCAL_LIMIT = Limit(30, 1.0, 5, 5)


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
        told: Told,
    ) -> None:
        self.people = People(database)
        staff = told.staff(self.people, self._link_of, self._people_changed)
        self.pairing = CodePairing(
            self.people, _utc_now, time.monotonic, lambda _person_id: staff.joined()
        )
        self._settings = settings
        stored = StoredReports(database)
        self._parley = ParleyReports(room.desk, stored, Forecasts(database))
        self._models = ParleyDesk(room.parley, room.desk, stored, self._parley.skills)
        self._redraws = Redraws(room.outbox, self._wake, _utc_now)
        self._teller = ResearchTeller(
            ResearchJobs(database),
            room.outbox,
            self._redraws,
            pictures,
            self._role_of,
            room.market.mode.badge,
        )
        self._research = _research_of(settings, room, database, self._teller)
        token = settings.telegram_bot_token.get_secret_value()
        seed = f"{room.identity.database_uuid}|{token}"
        record = PictureReports(room.desk, TradeRecord(database), room.market.quote)
        desk = Desk(
            controls=room.controls,
            pauses=room.pauses,
            acting=room.acting,
            reports=room.reports,
            risks=room.risks,
            orders=room.orders,
            tuning=room.tuning,
            approvals=room.approving,
            models=self._models,
            parley=self._parley,
            research=self._research,
            record=record,
            results=ResultReports(room.desk, History(database), record, room.market.quote),
            pictures=pictures,
            health=vitals,
            pairing=self.pairing,
            notices=told.notices,
            price_watch=told.price_watch,
            staff=staff,
            mode=room.market.mode,
            now=_utc_now,
            nonce=partial(secrets.token_urlsafe, 6),
            redraw=self._redraws.redraw,
            codes=Codes(
                settings.owner_pin, settings.owner_totp_secret, CodeStore(database), _utc_now
            ),
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
        self._cards = ApprovalCards(
            desk, room.outbox, self._stores.live, self.people, self._wake, _utc_now
        )
        self._voice = Voice(
            tell=tell,
            digest=partial(digest, badge=room.market.mode.badge),
            arrived=self._cards.arrived,
        )
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
        self._room.bus.subscribe(self._cards.hear)
        self._cards.start()
        await self._research.start()
        return self.link

    async def start_here(self, base: str) -> TelegramLink:
        """Connects to the local chat at `base`, which takes messages faster than Telegram."""
        return await self.start(SecretStr(DEFAULT_TOKEN), base, LOCAL_LIMIT)

    async def stop(self) -> None:
        """Ends what is under way, sends what may leave, closes the wire."""
        await self._cards.close()
        await self._models.close()
        await self._research.close()
        await self._teller.close()
        await self._redraws.close()
        if self.link is not None:
            await self.link.stop()

    async def _role_of(self, person_id: int) -> Role | None:
        found = await self.people.find(person_id)
        return None if found is None else found.role

    def _link_of(self, code: str) -> str:
        return "" if self.link is None else self.link.start_link(code)

    def _people_changed(self) -> None:
        if self.link is not None:
            self.link.people_changed()

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


def _research_of(
    settings: Settings, room: EngineRoom, database: Database, teller: ResearchTeller
) -> Research:
    trials = ResearchTrials(database)
    library = Library(
        settings=settings,
        symbols=room.market.mode.symbols,
        began_at=room.identity.created_at,
        market_now=room.market.clock.now,
    )
    return Research(
        ResearchJobs(database),
        trials,
        ResearchRoom(library, lambda: room.dial.parameters, trials),
        teller,
        room.tuning,
        _utc_now,
    )


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
