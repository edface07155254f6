"""Each settlement of funding once: as it was paid, else as it was forecast."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from engine.core.errors import Temporary
from engine.core.market import FundingSettled
from engine.venues.feed_funding import REFRESH, Fundings
from engine.venues.stream_reads import Forecast, Reads, forecast_of
from tests.fakes.clocks import NOON, FakeClock

BTC, ETH, SPOT = "BTC/USDT:USDT", "ETH/USDT:USDT", "BTC/USDT"
SETTLES_AT = NOON + timedelta(hours=4)


class Told(Reads):
    """A venue's funding, as a test wrote it."""

    def __init__(self) -> None:
        self.next = {BTC: Forecast(SETTLES_AT, 0.0001), ETH: Forecast(SETTLES_AT, 0.0002)}
        self.paid: list[FundingSettled] = []
        self.asked: list[Sequence[str]] = []
        self.is_away = False
        self.remembers = True

    @property
    def tells_history(self) -> bool:
        return self.remembers

    async def forecasts(self, symbols: Sequence[str]) -> Mapping[str, Forecast]:
        self.asked.append(symbols)
        if self.is_away:
            raise Temporary("away")
        return self.next

    async def settled(self, symbol: str, after: datetime, until: datetime) -> list[FundingSettled]:
        if self.is_away:
            raise Temporary("away")
        return [each for each in self.paid if each.symbol == symbol and after < each.at <= until]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def venue() -> Told:
    return Told()


@pytest.fixture
def fundings(venue: Told, clock: FakeClock) -> Fundings:
    return Fundings(venue, [SPOT, BTC, ETH], clock)


def paid(symbol: str, ratio: float, at: datetime = SETTLES_AT) -> FundingSettled:
    return FundingSettled(at=at, symbol=symbol, funding_ratio=ratio)


async def test_only_perpetuals_are_asked_for_and_not_too_often(
    venue: Told, clock: FakeClock, fundings: Fundings
) -> None:
    await fundings.refresh()
    await fundings.refresh()
    clock.now_at += REFRESH
    await fundings.refresh()
    assert venue.asked == [(BTC, ETH), (BTC, ETH)]


async def test_a_desk_on_spot_asks_nothing(venue: Told, clock: FakeClock) -> None:
    await Fundings(venue, [SPOT], clock).refresh()
    assert venue.asked == []


async def test_nothing_is_due_before_its_moment(fundings: Fundings) -> None:
    await fundings.refresh()
    assert fundings.due_at(SETTLES_AT - timedelta(seconds=1)) is None
    assert fundings.due_at(SETTLES_AT + timedelta(seconds=1)) == SETTLES_AT


async def test_what_was_paid_beats_what_was_forecast_and_each_is_told_once(
    venue: Told, fundings: Fundings
) -> None:
    await fundings.refresh()
    fundings.due_at(SETTLES_AT)
    venue.paid = [paid(BTC, 0.0003)]
    learned = await fundings.learned(SETTLES_AT)
    assert not fundings.is_complete(learned, SETTLES_AT)
    assert fundings.taken(learned, SETTLES_AT) == [paid(BTC, 0.0003), paid(ETH, 0.0002)]
    assert fundings.taken(learned, SETTLES_AT) == []
    assert fundings.due_at(SETTLES_AT) is None


async def test_the_next_interval_is_another_settlement(
    venue: Told, clock: FakeClock, fundings: Fundings
) -> None:
    await fundings.refresh()
    fundings.due_at(SETTLES_AT)
    fundings.taken([], SETTLES_AT)
    later = SETTLES_AT + timedelta(hours=8)
    venue.next = {BTC: Forecast(later, -0.0001)}
    clock.now_at = SETTLES_AT + timedelta(minutes=1)
    await fundings.refresh()
    assert fundings.due_at(later) == later
    assert fundings.taken([], later) == [paid(BTC, -0.0001, later)]


async def test_a_settlement_that_passed_between_two_refreshes_is_not_lost(
    venue: Told, clock: FakeClock, fundings: Fundings
) -> None:
    await fundings.refresh()
    clock.now_at = SETTLES_AT + timedelta(seconds=2)
    venue.next = {BTC: Forecast(SETTLES_AT + timedelta(hours=8), 0.5)}
    await fundings.refresh()
    assert paid(BTC, 0.0001) in fundings.taken([], SETTLES_AT)


async def test_a_venue_that_is_away_leaves_the_last_forecast(
    venue: Told, clock: FakeClock, fundings: Fundings
) -> None:
    await fundings.refresh()
    venue.is_away = True
    clock.now_at += REFRESH
    await fundings.refresh()
    assert fundings.due_at(SETTLES_AT) == SETTLES_AT
    with pytest.raises(Temporary):
        await fundings.learned(SETTLES_AT)
    assert paid(ETH, 0.0002) in fundings.taken([], SETTLES_AT)


async def test_a_venue_without_a_history_is_believed_at_its_word(
    venue: Told, fundings: Fundings
) -> None:
    venue.remembers = False
    await fundings.refresh()
    fundings.due_at(SETTLES_AT)
    assert await fundings.learned(SETTLES_AT) == []
    assert await fundings.missed(NOON, SETTLES_AT) == []


async def test_what_was_paid_while_the_desk_was_off_comes_from_the_history(
    venue: Told, fundings: Fundings
) -> None:
    before = NOON - timedelta(hours=8)
    venue.paid = [paid(BTC, 0.1, before), paid(BTC, 0.2, NOON), paid(ETH, 0.3, NOON)]
    assert await fundings.missed(before, NOON) == [paid(BTC, 0.2, NOON), paid(ETH, 0.3, NOON)]


def test_a_forecast_without_a_moment_is_none() -> None:
    assert forecast_of({"fundingRate": "0.0001", "fundingTimestamp": None}) is None
    assert forecast_of({"fundingRate": None, "fundingTimestamp": 5}) is None
    told = forecast_of({"fundingRate": "-0.0001", "fundingTimestamp": 1_772_467_200_003})
    assert told == Forecast(datetime.fromisoformat("2026-03-02T16:00:00+00:00"), -0.0001)
