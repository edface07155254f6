"""The parley, put together: seats, money, memory, and the ladder that the desk asks."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from loguru import logger

from bot.settings import Settings
from engine.core.errors import SettingsError
from engine.core.events import BudgetReached, Event, ManyFallbacks, ProviderDown
from engine.core.parameters import Parameters
from engine.execution.clocks import SystemClock
from llm.accounts import model_seats
from llm.budget import Budget
from llm.checks.reply import reply_schema
from llm.clients.vendors import Vendors
from llm.contract import ErrorKind
from llm.feed_news import FeedNews
from llm.ladder import Counsel, Ladder
from llm.news import NoNews
from llm.panel import Chamber, Panel
from llm.prices import parse_prices
from llm.record import BarsOf, VoteRecord
from llm.roster import DEFAULT_VOTERS, VoterSpec, is_address, parse_voters, rule_verdict
from llm.tape import Tape
from llm.transport.asker import RoundAsker, RuleSeat, Seat, Tools
from llm.transport.breaker import OF_THE_ACCOUNT, Breaker
from llm.transport.seats import ModelSeat
from llm.transport.voter import ModelVoter
from llm.voters.rules import ANALYSTS
from storage.database import Database
from storage.forecasts import Forecasts
from storage.model_calls import ModelCalls
from storage.tape import DatabaseTape

Tell = Callable[[Event], None]
MOST_FEEDS = 8
LONGEST_TROUBLE = 300  # characters of a log line


@dataclass(frozen=True, slots=True)
class Cast:
    """Who votes, as the settings name them."""

    specs: tuple[VoterSpec, ...]
    seats: tuple[ModelSeat, ...]  # those that are models
    feeds: tuple[str, ...] = ()  # of news


def cast_of(settings: Settings) -> Cast:
    """The voters; raises SettingsError with one sentence, before anything is opened."""
    specs = parse_voters(settings.voters)
    keys = {
        "openai": settings.openai_api_key.get_secret_value(),
        "anthropic": settings.anthropic_api_key.get_secret_value(),
    }
    known = {spec.name for spec in specs if spec.is_model}
    stray = sorted(set(settings.voter_keys) - known)
    if stray:
        raise SettingsError(
            f"VOTER_API_KEYS has a key for {stray[0][:24]!r}, which VOTERS does not name.",
            hint="Name the model in VOTERS, or take its key out.",
        )
    prices = parse_prices(settings.model_prices)
    seats = model_seats(specs, keys, settings.voter_keys, prices)
    return Cast(specs, seats, feeds_of(settings.news_feeds))


def feeds_of(text: str) -> tuple[str, ...]:
    """The addresses in NEWS_FEEDS; raises SettingsError with one sentence."""
    found = tuple(item.strip() for item in text.split(",") if item.strip())
    if not all(is_address(url) for url in found) or len(found) > MOST_FEEDS:
        raise SettingsError(
            "NEWS_FEEDS has something that is no http(s) address, or too many of them.",
            hint=f"Write up to {MOST_FEEDS}: https://host.example/rss,https://other.example/atom.",
        )
    return found


class Reporter:
    """A Watch that tells the chat what matters and the log the rest."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def provider_down(self, voter: str, account: str, kind: ErrorKind, for_s: float) -> None:
        now = datetime.now(UTC)
        self._tell(
            ProviderDown(at=now, voter=voter, account=account, kind=kind.value, pause_s=for_s)
        )

    def budget_used(self, used_ratio: float) -> None:
        self._tell(BudgetReached(at=datetime.now(UTC), used_ratio=used_ratio))

    def fell_back(self, fallen_ratio: float) -> None:
        self._tell(ManyFallbacks(at=datetime.now(UTC), fallen_ratio=fallen_ratio))

    def trouble(self, text: str) -> None:
        logger.warning("parley: {}", text[:LONGEST_TROUBLE])


@dataclass(frozen=True, slots=True, kw_only=True)
class ParleyRoom:
    """Everything that opinions need."""

    cast: Cast
    chamber: Chamber
    panel: Panel
    advisor: Ladder
    asker: RoundAsker
    record: VoteRecord
    budget: Budget
    calls: ModelCalls
    vendors: Vendors
    wall: SystemClock
    news: FeedNews | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Remembers what was learned and spent, and makes the clients beside everything else.

        Raises StorageError.
        """
        await self.record.load()
        if not self.asker.models:
            return
        if self.news is not None and not self.asker.is_silent:
            self._begin(self.news.run(), "news feeds")
        now = self.wall.now()
        today = datetime(now.year, now.month, now.day, tzinfo=UTC)
        self.budget.remember(
            await self.calls.spending(today), await self.calls.spending(today.replace(day=1))
        )
        if self.asker.is_silent:
            return
        self._begin(self.asker.prepare(), "model clients")

    async def close(self) -> None:
        """Lets go of what is still being asked, and of the connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.asker.close()
        await self.vendors.close()

    def _begin(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # a client: the first round tries again, and says what is wrong
            logger.warning("{}: {}", task.get_name(), type(error).__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a parley needs of the desk around it."""

    bars: BarsOf
    parameters: Callable[[], Parameters]
    tell: Tell
    refused_anyway: Callable[[str], bool]  # the risk rules deny what is proposed on the symbol
    salt: str  # the desk's own word


def open_parley(
    settings: Settings, cast: Cast, database: Database, wall: SystemClock, around: Around
) -> ParleyRoom:
    """The parley of a desk, not yet started."""
    bars, parameters, tell = around.bars, around.parameters, around.tell
    reporter = Reporter(tell)
    calls = ModelCalls(database)
    budget = Budget(parameters, wall.now)
    vendors = Vendors(wall.now)
    tools = Tools(
        tape=Tape(DatabaseTape(database), settings.tape),
        book=calls,
        budget=budget,
        watch=reporter,
        wall=wall,
        parameters=parameters,
        schema=reply_schema(),
    )
    asker = RoundAsker(_seats(cast, vendors, budget, wall), tools)
    record = VoteRecord(Forecasts(database), bars, parameters, tell, reporter.trouble)
    news = FeedNews(cast.feeds, wall) if cast.feeds else None
    chamber = Chamber(
        asker=asker,
        record=record,
        bars=bars,
        parameters=parameters,
        tell=tell,
        salt=around.salt,
        news=news or NoNews(),
    )
    panel = Panel(chamber)
    own = tuple(spec for spec in cast.specs if not spec.is_model)
    fallback = own or parse_voters(DEFAULT_VOTERS)
    return ParleyRoom(
        cast=cast,
        chamber=chamber,
        panel=panel,
        advisor=Ladder(
            panel,
            lambda snapshot, now: rule_verdict(fallback, snapshot, now),
            parameters=parameters,
            book=calls,
            watch=reporter,
            wall=wall,
            counsel=Counsel(
                best=record.best,
                # rule voters cost nothing: all of their votes are wanted, for the record
                refused_anyway=around.refused_anyway if cast.seats else lambda _: False,
                panel=panel,
                may_lead=lambda: not budget.used_ratio() > parameters().lead_budget_ratio,
            ),
        ),
        asker=asker,
        record=record,
        budget=budget,
        calls=calls,
        vendors=vendors,
        wall=wall,
        news=news,
    )


def _seats(cast: Cast, vendors: Vendors, budget: Budget, wall: SystemClock) -> tuple[Seat, ...]:
    accounts: dict[str, Breaker] = {}
    models = {seat.name: seat for seat in cast.seats}
    seats: list[Seat] = []
    chance = np.random.default_rng().random  # spreads the retries of many desks
    for spec in cast.specs:
        if spec.name not in models:
            seats.append(RuleSeat(spec.name, ANALYSTS[spec.model]))
            continue
        seat = models[spec.name]
        account = accounts.setdefault(seat.account, Breaker(OF_THE_ACCOUNT, wall.monotonic_s))
        seats.append(
            ModelVoter(
                seat,
                client=vendors.open,
                account=account,
                budget=budget,
                wall=wall,
                chance=chance,
            )
        )
    return tuple(seats)
