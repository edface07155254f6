"""Worth, breakers, silence: what the end of a market moment does."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from engine.core.commands import Resume
from engine.core.events import FeedRecovered, FeedWentStale, TradingStateChanged
from engine.core.kinds import TradingState
from engine.core.market import TimePassed
from engine.core.parameters import Parameters
from engine.core.people import DESK
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.execution.valuation import equity_quote
from engine.services.controls import Controls
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_market import ETH, price_of


async def booted(rig: DeskRig) -> Desk:
    desk = rig.boot()
    await desk.start()
    return desk


def with_cash(desk: Desk, cash: int) -> None:
    desk.books.state = replace(desk.books.state, cash_quote=Decimal(cash))


async def test_the_equity_curve_is_cash_plus_positions_at_every_point() -> None:
    journal = MemoryJournal()
    rig = DeskRig(journal=journal)
    desk = await rig.run()
    assert len(journal.equity) == 260
    last = journal.equity[max(journal.equity)]  # type: ignore[type-var]
    assert float(last.equity_quote) == equity_quote(desk.books)
    assert last.cash_quote == desk.books.state.cash_quote
    peak = Decimal(0)
    for _, point in sorted(journal.equity.items()):
        peak = max(peak, point.equity_quote)
        assert point.drawdown_ratio == 1.0 - float(point.equity_quote) / float(peak) or (
            point.equity_quote == peak and point.drawdown_ratio == 0.0
        )


async def test_a_day_that_loses_too_much_reduces_and_the_next_day_lets_go() -> None:
    rig = DeskRig()
    desk = await booted(rig)
    await desk.moments.passed(TimePassed(at=NOON))
    with_cash(desk, 9_600)
    await desk.moments.passed(TimePassed(at=NOON + timedelta(hours=1)))
    state = desk.books.state
    assert (state.trading, state.cause) == (TradingState.REDUCING, Cause.BREAKER)
    assert "4.00%" in state.why
    await desk.moments.passed(TimePassed(at=NOON + timedelta(hours=13)))
    assert desk.books.state.trading is TradingState.ACTIVE


async def test_a_deep_drawdown_halts_and_no_new_day_lets_go() -> None:
    rig = DeskRig()
    desk = await booted(rig)
    await desk.moments.passed(TimePassed(at=NOON))
    with_cash(desk, 7_000)
    await desk.moments.passed(TimePassed(at=NOON + timedelta(hours=1)))
    assert desk.books.state.trading is TradingState.HALTED
    await desk.moments.passed(TimePassed(at=NOON + timedelta(days=2)))
    assert desk.books.state.trading is TradingState.HALTED
    assert len(rig.told(TradingStateChanged)) == 1, "told once, not each moment"


async def test_a_persons_pause_is_not_undone_by_a_new_day() -> None:
    rig = DeskRig()
    desk = await booted(rig)
    await desk.moments.passed(TimePassed(at=NOON))
    await desk.switch.move(TradingState.REDUCING, Cause.PERSON, "holiday")
    await desk.moments.passed(TimePassed(at=NOON + timedelta(days=1)))
    assert desk.books.state.why == "holiday"


async def test_silence_is_told_once_and_its_end_too() -> None:
    bars = three_markets()
    rig = DeskRig(bars=bars, parameters=Parameters(stale_steps=2))
    desk = await booted(rig)
    symbol = ETH
    first = price_of(symbol, bars[symbol][160])
    await desk.digest(first)
    for hours in range(1, 6):
        await desk.digest(TimePassed(at=first.at + timedelta(hours=hours)))
    stale = [told for told in rig.told(FeedWentStale) if getattr(told, "symbol", "") == symbol]
    assert len(stale) == 1
    assert symbol in desk.books.stale
    back = price_of(symbol, bars[symbol][167])
    await desk.digest(back)
    assert symbol not in desk.books.stale
    recovered = rig.told(FeedRecovered)[0]
    assert isinstance(recovered, FeedRecovered)
    assert recovered.silent_s == 7 * 3600


async def test_a_checkpoint_comes_at_the_latest_after_64_moments() -> None:
    journal = MemoryJournal()
    rig = DeskRig(journal=journal)
    desk = await booted(rig)
    for minute in range(64):
        await desk.moments.passed(TimePassed(at=NOON + timedelta(minutes=minute)))
    assert journal.state is not None
    assert journal.state.cursor_at == NOON + timedelta(minutes=63)


async def test_after_a_persons_go_on_the_breaker_measures_anew() -> None:
    rig = DeskRig()
    desk = await booted(rig)
    await desk.moments.passed(TimePassed(at=NOON))
    with_cash(desk, 7_000)
    await desk.moments.passed(TimePassed(at=NOON + timedelta(hours=1)))
    assert desk.books.state.trading is TradingState.HALTED
    await Controls(desk).resume(Resume(command_id="tg:1", actor=DESK))
    await desk.moments.passed(TimePassed(at=NOON + timedelta(hours=2)))
    state = desk.books.state
    assert state.trading is TradingState.ACTIVE
    assert state.peak_equity_quote == Decimal(10_000), "what is shown is still the truth"
    assert state.day_start_equity_quote == Decimal(10_000)
    with_cash(desk, 6_500)
    await desk.moments.passed(TimePassed(at=NOON + timedelta(hours=3)))
    assert desk.books.state.trading is TradingState.HALTED
