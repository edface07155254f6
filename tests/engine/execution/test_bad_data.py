"""Bad data through the whole desk: each has its name and its reaction, one message says so, the
positions stay guarded (an auditor reads along), and the desk goes on.
"""

import math
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from loguru import logger

from engine.core.market import BarClosed, MarketEvent, PriceMoved, TimePassed
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock
from engine.market.bars import REACTIONS, FindingKind, Reaction
from tests.engine.research.audited import Played, played
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import WARMUP, three_markets
from tests.fakes.scripted_market import BTC, HOUR, ScriptedFeed

COUNT = 300
NAN, INF = math.nan, math.inf
BAD_AT = NOON + (WARMUP + 40) * HOUR  # a bitcoin position is open then
Spoil = Callable[[MarketEvent], tuple[MarketEvent, ...]]


class Spoiled:
    """A feed on its way through a bad line."""

    def __init__(self, feed: ScriptedFeed, spoil: Spoil) -> None:
        self.step_s = feed.step_s
        self.instruments = feed.instruments
        self.history = feed.history
        self.funding_ratio = feed.funding_ratio
        self._feed = feed
        self._spoil = spoil

    async def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:
        async for event in self._feed.events(after):
            for told in self._spoil(event):
                yield told


async def through(spoil: Spoil, parameters: Parameters | None = None) -> Played:
    """The desk and its auditor after the spoiled market."""
    feed = ScriptedFeed(three_markets(COUNT), MarketClock(NOON), warmup=WARMUP)
    return await played(Spoiled(feed, spoil), NOON, parameters or Parameters())


@pytest.fixture
def messages() -> Iterator[list[str]]:
    """What the log told a person."""
    told: list[str] = []
    sink = logger.add(lambda message: told.append(message.record["message"]), level="WARNING")
    yield told
    logger.remove(sink)


def goes_on(done: Played) -> None:
    """Nothing the auditor asks is broken, and trading went on after the bad moment."""
    assert done.audit.faults == []
    later = [trade for trade in done.audit.trades if trade.opened_at > BAD_AT]
    assert {trade.symbol for trade in later} >= {BTC}
    assert len(later) > 5


@dataclass(frozen=True)
class Line:
    """Spoils the bitcoin bar (or price) of one moment."""

    kind: type[MarketEvent]
    change: Callable[[Any], tuple[MarketEvent, ...]]

    def __call__(self, event: MarketEvent) -> tuple[MarketEvent, ...]:
        hit = type(event) is self.kind and getattr(event, "symbol", BTC) == BTC
        return self.change(event) if hit and event.at == BAD_AT else (event,)


def bar(**changes: float) -> Line:
    """That bar with other numbers; factors of its close for what ends in `_x`."""

    def changed(event: BarClosed) -> tuple[MarketEvent, ...]:
        told: dict[str, Any] = {
            name.removesuffix("_x"): value * event.bar.close if name.endswith("_x") else value
            for name, value in changes.items()
        }
        return (replace(event, bar=event.bar._replace(**told)),)

    return Line(BarClosed, changed)


def shifted(by: timedelta) -> Line:
    """That bar as if it had begun at another time."""
    return Line(
        BarClosed,
        lambda event: (replace(event, bar=event.bar._replace(open_at=event.bar.open_at + by)),),
    )


def price(**changes: float) -> Line:
    """That price with other numbers."""
    names = {f"{name}_price": value for name, value in changes.items()}
    return Line(PriceMoved, lambda event: (replace(event, **names),))


K = FindingKind
BARS: dict[str, tuple[Spoil, FindingKind]] = {
    "NaN": (bar(close=NAN), K.BAD),
    "inf": (bar(high=INF), K.BAD),
    "negative": (bar(low=-1.0), K.BAD),
    "zero": (bar(open=0.0), K.BAD),
    "high under low": (bar(high_x=0.5), K.BAD),
    "a volume that is none": (bar(volume_base=NAN), K.BAD),
    "a negative volume": (bar(volume_base=-1.0), K.BAD),
    "between two bars": (shifted(timedelta(minutes=7)), K.MISALIGNED),
    "from the future": (shifted(5 * HOUR), K.AHEAD),
    "from years ahead": (shifted(timedelta(days=3650)), K.AHEAD),
    "from before": (shifted(-3 * HOUR), K.REPEATED),
    "twice": (Line(BarClosed, lambda event: (event, event)), K.REPEATED),
    "missing": (Line(BarClosed, lambda event: ()), K.GAP),
    "a wick up": (bar(high_x=1.12), K.SPIKE),
    "a wick down": (bar(low_x=0.88), K.SPIKE),
    "nothing traded": (bar(volume_base=0.0), K.DRY),
}
SILENT = {K.REPEATED}  # a feed that repeats itself after a reconnect is no news


@pytest.mark.parametrize(("spoil", "kind"), BARS.values(), ids=BARS)
async def test_a_bad_bar_is_named_once_and_the_desk_goes_on(
    spoil: Spoil, kind: FindingKind, messages: list[str]
) -> None:
    done = await through(spoil)
    goes_on(done)
    wanted = [] if kind in SILENT else [f"{BTC} 1h: {kind}"]
    refused_first = REACTIONS[kind] is Reaction.REFUSE and kind is not K.REPEATED
    followed_by_gap = refused_first or spoil is BARS["from before"][0]
    assert messages == wanted + [f"{BTC} 1h: gap"] * followed_by_gap
    view = done.desk.bars.view(BTC, Timeframe.H1)
    assert len(view) == COUNT - (followed_by_gap or kind is K.GAP)
    entered_at = {trade.opened_at for trade in done.audit.trades if trade.symbol == BTC}
    if REACTIONS[kind] is not Reaction.TAKE:
        assert BAD_AT not in entered_at


def test_every_kind_of_finding_goes_through_the_desk() -> None:
    assert {kind for _, kind in BARS.values()} == set(FindingKind)


PRICES = {
    "NaN": price(open=NAN, high=NAN, low=NAN, close=NAN),
    "inf": price(high=INF, close=INF),
    "negative": price(open=-1.0, high=-1.0, low=-1.0, close=-1.0),
    "zero": price(open=0.0, high=0.0, low=0.0, close=0.0),
    "a low above the price": price(low=1e9, high=1e9),
}


@pytest.mark.parametrize("spoil", PRICES.values(), ids=PRICES)
async def test_a_price_that_is_none_changes_nothing_and_the_desk_goes_on(spoil: Spoil) -> None:
    done = await through(spoil)
    goes_on(done)
    assert done.audit.counts["halted by breaker"] == 0


def gone(hours: float, symbol: str = BTC) -> Spoil:
    """The symbol says nothing for so long; math.inf: never again."""
    until_at = BAD_AT + timedelta(hours=hours) if hours < INF else None

    def spoil(event: MarketEvent) -> tuple[MarketEvent, ...]:
        silent = getattr(event, "symbol", "") == symbol and event.at >= BAD_AT
        return () if silent and (until_at is None or event.at < until_at) else (event,)

    return spoil


async def test_a_symbol_that_vanishes_keeps_its_position_guarded_and_takes_no_entries() -> None:
    done = await through(gone(INF))
    assert done.audit.faults == []
    assert done.desk.books.stale == {BTC}
    assert (done.audit.counts["FeedWentStale"], done.audit.counts["FeedRecovered"]) == (1, 0)
    held = done.desk.books.position_on(BTC)
    assert held is not None
    assert held.stop_price > 0.0
    trades = done.audit.trades
    assert not [trade for trade in trades if trade.symbol == BTC and trade.closed_at >= BAD_AT]
    assert len([trade for trade in trades if trade.opened_at > BAD_AT]) > 3


async def test_a_symbol_that_comes_back_is_told_and_trades_again(messages: list[str]) -> None:
    done = await through(gone(30))
    goes_on(done)
    assert done.desk.books.stale == set()
    assert (done.audit.counts["FeedWentStale"], done.audit.counts["FeedRecovered"]) == (1, 1)
    assert messages == [f"{BTC} 1h: gap"]


async def test_the_first_price_after_a_silence_meets_the_stop() -> None:
    def spoil(event: MarketEvent) -> tuple[MarketEvent, ...]:
        if not isinstance(event, PriceMoved) or event.symbol != BTC or event.at < BAD_AT:
            return gone(30)(event)
        if event.at != BAD_AT + timedelta(hours=30):
            return gone(30)(event)
        return (replace(event, open_price=1.0, high_price=1.0, low_price=1.0, close_price=1.0),)

    done = await through(spoil)
    assert done.audit.faults == []
    back_at = BAD_AT + timedelta(hours=30)
    assert [trade.symbol for trade in done.audit.trades if trade.closed_at == back_at] == [BTC]


async def test_an_outage_of_everything_is_one_gap_for_each_symbol(messages: list[str]) -> None:
    back_at = BAD_AT + 30 * HOUR

    def spoil(event: MarketEvent) -> tuple[MarketEvent, ...]:
        return () if BAD_AT <= event.at < back_at else (event,)

    done = await through(spoil)
    goes_on(done)
    assert sorted(messages) == [f"{symbol} 1h: gap" for symbol in sorted(three_markets(1))]
    assert not [trade for trade in done.audit.trades if BAD_AT <= trade.closed_at < back_at]


def jumping(by: timedelta) -> Spoil:
    """The feed's clock is wrong for one moment."""
    return Line(TimePassed, lambda event: (replace(event, at=event.at + by),))


@pytest.mark.parametrize("by", [timedelta(hours=-30), timedelta(hours=1), timedelta(hours=30)])
async def test_a_clock_that_jumps_leaves_the_books_right_and_the_positions_guarded(
    by: timedelta,
) -> None:
    done = await through(jumping(by))
    assert not [fault for fault in done.audit.faults if "wanted" not in fault]
    assert len([trade for trade in done.audit.trades if trade.opened_at > BAD_AT]) > 5


def at_their(end: str) -> Parameters:
    """Every number at one end of its range, as far as the whole is valid."""
    chosen = Parameters()
    for name, field in Parameters.model_fields.items():
        bounds = {k: v for item in field.metadata for k, v in vars_of(item).items()}
        if end in bounds:
            try:
                chosen = chosen.with_value(name, bounds[end])
            except ValueError:
                continue  # it would contradict another
    return chosen


def vars_of(item: object) -> dict[str, float]:
    """What a pydantic constraint says."""
    return {name: getattr(item, name) for name in ("ge", "le") if hasattr(item, name)}


@pytest.mark.parametrize("end", ["ge", "le"])
async def test_absurd_parameters_break_no_limit_and_leave_no_position_unguarded(end: str) -> None:
    parameters = at_their(end)
    assert parameters != Parameters()
    done = await through(lambda event: (event,), parameters)
    assert done.audit.faults == []
