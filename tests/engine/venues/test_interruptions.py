"""Halts and delistings that a market scripts: the feed is silent then, and says when."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.core.errors import SettingsError
from engine.core.market import BarClosed, FundingSettled, MarketEvent, PriceMoved, TimePassed
from engine.core.timeframes import Timeframe
from engine.venues.interruptions import Interruption, interruption_at, interruptions_in, is_silent
from engine.venues.replay import ReplayFeed
from engine.venues.simulated import SimulatedFeed
from tests.fakes.bar_files import walk, write
from tests.fakes.clocks import NOON

BTC, DOGE = "BTC/USDT:USDT", "DOGE/USDT:USDT"
M1, M15 = Timeframe.M1, Timeframe.M15
HALT = Interruption(BTC, NOON + timedelta(minutes=60), NOON + timedelta(minutes=90))
GONE = Interruption(DOGE, NOON + timedelta(minutes=120))
HEAD = "symbol,from,until\n"


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def moments(events: list[MarketEvent], kind: type[MarketEvent], symbol: str) -> set[datetime]:
    return {e.at for e in events if isinstance(e, kind) and getattr(e, "symbol", "") == symbol}


def test_a_halt_holds_from_its_first_moment_up_to_its_last() -> None:
    both = (HALT, GONE)
    assert interruption_at(both, BTC, minute(59.9)) is None
    assert interruption_at(both, BTC, minute(60)) == HALT
    assert interruption_at(both, BTC, minute(90)) is None
    assert interruption_at(both, DOGE, minute(10_000)) == GONE
    assert interruption_at((HALT, Interruption(BTC, minute(70))), BTC, minute(80)).is_for_good  # type: ignore[union-attr]
    assert not is_silent(both, BTC, minute(45), minute(60))
    assert is_silent(both, BTC, minute(59), minute(61))
    assert not is_silent(both, BTC, minute(90), minute(105))


async def test_a_recording_is_silent_while_its_file_halts_a_symbol(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT_USDT-15m", walk(NOON, M15, 20))
    write(tmp_path, "DOGE_USDT_USDT-15m", walk(NOON, M15, 20, seed=2))
    lines = f"{BTC},2024-01-01T13:00,2024-01-01T13:30\n{DOGE},2024-01-01T14:00,\n"
    whole = [e async for e in ReplayFeed(tmp_path, [BTC, DOGE], [M15], warmup_bars=0).events(None)]
    day = NOON.strftime("%Y-%m-%d")
    (tmp_path / "interruptions.csv").write_text(HEAD + lines.replace("2024-01-01", day))
    feed = ReplayFeed(tmp_path, [BTC, DOGE], [M15], warmup_bars=0)
    assert await feed.interruptions() == (HALT, GONE)
    events = [event async for event in feed.events(None)]
    for kind in (PriceMoved, BarClosed):
        missing = moments(whole, kind, BTC) - moments(events, kind, BTC)
        assert missing == {minute(75), minute(90)}
        missing = moments(whole, kind, DOGE) - moments(events, kind, DOGE)
        assert missing == {minute(15 * number) for number in range(9, 21)}
    passed = [e.at for e in events if isinstance(e, TimePassed)]
    assert passed == [e.at for e in whole if isinstance(e, TimePassed)]
    past = await feed.history(BTC, M15, before=minute(120), bars=8)
    assert [bar.open_at for bar in past] == [minute(15 * n) for n in (0, 1, 2, 3, 6, 7)]


async def test_a_simulated_market_is_silent_while_a_symbol_is_halted() -> None:
    at = NOON.replace(hour=15, minute=50)
    halt = Interruption(BTC, at, at + timedelta(minutes=20))  # over the funding of 16:00

    async def played(*interruptions: Interruption) -> list[MarketEvent]:
        feed = SimulatedFeed(
            [BTC, DOGE],
            [M1],
            seed=3,
            origin_at=at - timedelta(minutes=5),
            interruptions=interruptions,
        )
        until_at, told = at + timedelta(minutes=25), []
        async for event in feed.events(None):
            told.append(event)
            if isinstance(event, TimePassed) and event.at >= until_at:
                break
        bars = await feed.history(BTC, M1, before=until_at, bars=30)
        closed = [e.bar for e in told if isinstance(e, BarClosed) and e.symbol == BTC]
        assert [bar for bar in bars if bar in closed] == closed
        return told

    whole, events = await played(), await played(halt)
    left_out = [event for event in whole if event not in events]
    assert {getattr(event, "symbol", "") for event in left_out} == {BTC}
    assert {type(event) for event in left_out} == {PriceMoved, BarClosed, FundingSettled}
    assert min(event.at for event in left_out) == at + timedelta(seconds=5)
    assert max(event.at for event in left_out) == at + timedelta(minutes=20)
    assert [event for event in whole if event in events] == events
    assert len(moments(left_out, PriceMoved, BTC)) == 240


@pytest.mark.parametrize(
    "text",
    [
        "symbol,until,from\n",
        f"{HEAD}{BTC},yesterday,\n",
        f"{HEAD}{BTC}\n",
        f"{HEAD}{BTC},2024-01-02T00:00,2024-01-01T00:00\n",
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "interruptions.csv"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"interruptions\.csv"):
        interruptions_in(path)


def test_without_a_file_nothing_is_interrupted(tmp_path: Path) -> None:
    assert interruptions_in(tmp_path / "interruptions.csv") == ()
