"""The live desk over recorded years, an auditor beside it, and a person who says "go on"."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.core.advice import Snapshot, Verdict
from engine.core.approvals import Approval
from engine.core.commands import Resume
from engine.core.kinds import Role, TradingState
from engine.core.market import TimePassed
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.core.ports import Feed, Memory, Receipt, Record
from engine.core.state import Cause
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.bars import KEEP_BARS
from engine.services.controls import Controls
from engine.venues.books import MemoryBooks
from engine.venues.catalogue import costs_of
from engine.venues.paper import PaperVenue
from tests.engine.research.audit import Audit
from tests.engine.research.desk_run import PureAdvisor, Silence, YesMan
from tests.fakes.clocks import FakeClock

START_CASH = Decimal(10_000)
DAY = timedelta(days=1)
PERSON = Actor("Ann", Role.OWNER, 1001)
WAITS_FOR_PERSON = (Cause.BREAKER, Cause.LIQUIDATION)
AGREED = Verdict(approved=True, confidence_ratio=0.6, votes=(), dissent_ratio=0.0, why="agreed")


def agree(_snapshot: Snapshot) -> Verdict:
    """Voters that are for everything."""
    return AGREED


class Open:
    """A journal that lets an auditor read along."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def append(self, record: Record) -> None:
        self._audit.read(record)

    async def load(self) -> Memory:
        return Memory()

    async def swap(self, approval: Approval, events: object) -> Approval:
        raise AssertionError("nobody is asked in a backtest")

    async def receipt(self, command_id: str) -> Receipt | None:
        return None


@dataclass(frozen=True)
class Played:
    """A desk whose market has ended, and what was found."""

    desk: Desk
    audit: Audit


async def played(
    feed: Feed,
    starts_at: datetime,
    parameters: Parameters,
    advise: Callable[[Snapshot], Verdict] = agree,
    auditor: type[Audit] = Audit,
) -> Played:
    """Runs the desk to the end of the feed; each moment is checkpointed and audited."""
    clock = MarketClock(starts_at)
    instruments = await feed.instruments()
    venue = PaperVenue(
        MemoryBooks(),
        instruments,
        {item.symbol: costs_of(item) for item in instruments},
        clock,
        start_cash_quote=START_CASH,
    )
    audit = auditor({item.symbol: item for item in instruments}, parameters, START_CASH)
    doors = Doors(
        feed=feed,
        venue=venue,
        observers=(venue,),
        advisor=PureAdvisor(advise),
        confirmer=YesMan(),
        journal=Open(audit),
        publisher=Silence(),
        clock=clock,
        wall=FakeClock(),
        order_prefix="audit",
        timeframes=(Timeframe.H1,),
    )
    desk = Desk(doors, Dial(parameters))
    await desk.start()
    await _tell_the_past(audit, feed)
    async for event in feed.events(None):
        clock.move_to(event.at)
        audit.told(event)
        await desk.digest(event)
        audit.digested(event)
        if isinstance(event, TimePassed):
            await desk.moments.checkpoint()
            audit.moment_over(event.at, await venue.holdings())
            await _say_go_on(desk, event.at)
    await desk.stop()
    return Played(desk, audit)


async def _tell_the_past(audit: Audit, feed: Feed) -> None:
    for symbol in audit.instruments:
        bars = await feed.history(symbol, Timeframe.H1, before=None, bars=KEEP_BARS)
        ratio = await feed.funding_ratio(symbol, before=None)
        closes = {bar.open_at + Timeframe.H1.delta: bar.close for bar in bars}
        audit.knew(symbol, closes, 0.0 if ratio is None else ratio)


async def _say_go_on(desk: Desk, at: datetime) -> None:
    # a day after whatever a new day did not end
    state = desk.books.state
    if state.trading is TradingState.ACTIVE or state.cause not in WAITS_FOR_PERSON:
        return
    if state.changed_at is not None and at - state.changed_at >= DAY:
        command = Resume(command_id=f"resume-{at.isoformat()}", actor=PERSON)
        await Controls(desk).resume(command)
