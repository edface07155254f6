"""The desk and its services, put together from a market and a database."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.live import Live, check_books, open_live
from bot.markets import Market, paper_venue
from bot.parley import Around, Cast, ParleyRoom, open_parley
from bot.patience import patiently
from bot.settings import Settings, Trading
from bot.teller import Teller
from engine.core.events import Event
from engine.core.messages import OutboxMessage
from engine.core.parameters import Parameters
from engine.core.ports import Venue
from engine.execution.bus import Bus
from engine.execution.cash_watch import CashWatch
from engine.execution.clocks import SystemClock
from engine.execution.confirmers import ApproveAll, AskPeople
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.talib_calls import load
from engine.services.acting import Acting
from engine.services.approving import Approving
from engine.services.controls import Controls
from engine.services.order_reports import OrderReports
from engine.services.pauses import Pauses
from engine.services.reports import Reports
from engine.services.risk_reports import RiskReports
from engine.services.tuning import Tuning
from engine.venues.paper import PaperVenue
from storage.approvals import Approvals as StoredApprovals
from storage.history import History
from storage.identity import Identity
from storage.journal import DatabaseJournal
from storage.opening import Opened
from storage.outbox import Outbox
from storage.paper_books import DatabaseBooks
from storage.parameters import ParameterVersions
from storage.reports import Reports as StoredReports

Announce = Callable[[Event], Sequence[OutboxMessage]]
PARAMETERS_FILE = "parameters.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRoom:
    """Everything that trades, and the services that others call."""

    desk: Desk
    bus: Bus
    dial: Dial
    venue: Venue
    paper: PaperVenue | None  # the venue itself, when it is one of paper
    live: Live | None
    market: Market
    wall: SystemClock
    journal: DatabaseJournal
    outbox: Outbox
    identity: Identity
    controls: Controls
    pauses: Pauses
    acting: Acting
    reports: Reports
    risks: RiskReports
    orders: OrderReports
    tuning: Tuning
    approving: Approving
    parley: ParleyRoom
    teller: Teller

    async def start(self) -> int:
        """Recovers and warms up; returns how many orders had to be asked after."""
        await self.parley.start()
        await asyncio.to_thread(load)  # half a second that the first proposal would wait for
        asked = await patiently(self.desk.start, self.wall)
        if self.live is not None:
            await CashWatch(self.desk, self.venue).look(at_once=True)
            await check_books(self.desk.books, self.venue)
        if self.paper is not None:
            for symbol, moved in self.desk.books.last_price.items():
                self.paper.mark(symbol, moved.close_price)
        # bars, strategies and books live as long as the process: no collection is to look at them
        gc.collect()
        gc.freeze()
        return asked

    def tasks(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """What runs beside the desk: deadlines of approvals, and what its venue needs."""
        own = {} if self.live is None else dict(self.live.tasks)
        return {"approvals": self.desk.approvals.watch, **own}

    async def close(self) -> None:
        """Closes the connections of a live venue."""
        if self.live is not None:
            await self.live.close()


async def build(
    settings: Settings,
    cast: Cast,
    opened: Opened,
    market: Market,
    wall: SystemClock,
    announce: Announce,
    restart_settings: Callable[[], tuple[str, ...]],
) -> EngineRoom:
    """The engine room, its parameters loaded, not yet started. `close` ends what it opened."""
    database = opened.database
    bus = Bus()
    dial = Dial(Parameters())
    outbox = Outbox(database)
    journal = DatabaseJournal(database, outbox, announce)
    tuning = Tuning(
        dial,
        ParameterVersions(database),
        journal,
        wall,
        Path(settings.data_dir) / PARAMETERS_FILE,
        restart_settings,
    )
    await tuning.load()
    live: Live | None = None
    paper: PaperVenue | None = None
    venue: Venue
    if settings.trading is Trading.LIVE:
        live = await open_live(settings, market, wall, dial.parameters.max_leverage)
        venue = live.venue
    else:
        venue = paper = paper_venue(settings, market, DatabaseBooks(database))
    parley = open_parley(
        settings,
        cast,
        database,
        wall,
        Around(
            bars=lambda symbol, timeframe: desk.bars.view(symbol, timeframe),
            parameters=lambda: dial.parameters,
            tell=lambda event: teller.tell(event),
            refused_anyway=lambda symbol: desk.entries.refused_anyway(symbol),
            salt=opened.identity.database_uuid,
        ),
    )
    doors = Doors(
        feed=market.feed,
        venue=venue,
        observers=() if paper is None else (paper,),
        advisor=parley.advisor,
        leader=parley.advisor,
        # as fast as possible: a person's minutes would be a year of the market
        confirmer=AskPeople() if market.mode.speed > 0.0 else ApproveAll(),
        journal=journal,
        publisher=bus,
        clock=market.clock,
        wall=wall,
        order_prefix=opened.identity.order_prefix,
        timeframes=market.mode.timeframes,
    )
    desk = Desk(doors, dial)
    teller = Teller(desk)
    return EngineRoom(
        desk=desk,
        bus=bus,
        dial=dial,
        venue=venue,
        paper=paper,
        live=live,
        market=market,
        wall=wall,
        journal=journal,
        outbox=outbox,
        identity=opened.identity,
        controls=Controls(desk),
        pauses=Pauses(desk, journal),
        acting=Acting(desk, journal, market.quote),
        risks=RiskReports(desk, StoredReports(database), market.quote),
        orders=OrderReports(desk),
        reports=Reports(
            desk, venue, StoredReports(database), History(database), market.mode, market.quote
        ),
        tuning=tuning,
        approving=Approving(desk, StoredApprovals(database), market.quote),
        parley=parley,
        teller=teller,
    )
