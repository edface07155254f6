"""Money that the owner moves is found, booked once, told once, and is nobody's profit or loss."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.events import CashMoved, TradeClosed
from engine.core.kinds import PositionSide, TradingState
from engine.core.money import ZERO
from engine.core.parameters import Parameters
from engine.core.state import MoveCause
from engine.execution.cash_watch import STANDS_FOR, CashWatch
from engine.execution.valuation import equity_quote
from engine.risk.breakers import losses_of
from tests.conformance.live_venues import KINDS
from tests.engine.execution.live_desk import HOLDS_OUT, LiveDesk, live_desk
from tests.fakes.exchange.faults import Kind, When

LONG = STANDS_FOR + timedelta(seconds=1)


def moved(rig: LiveDesk, quote: str) -> None:
    rig.bench.exchange.deposit("USDT", Decimal(quote), to_swap=rig.bench.is_swap)


async def seen(rig: LiveDesk, watch: CashWatch) -> Decimal | None:
    """Two looks, far enough apart for a difference to be believed."""
    await watch.look()
    rig.clock.move_to(rig.clock.now() + LONG)
    return await watch.look()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flow", ["2500", "-4000"])
async def test_what_the_owner_moves_is_booked_and_told_once(kind: str, flow: str) -> None:
    async with live_desk(kind) as rig:
        watch = CashWatch(rig.desk, rig.bench.venue)
        assert await seen(rig, watch) is None
        moved(rig, flow)
        assert await seen(rig, watch) == Decimal(flow)
        assert await seen(rig, watch) is None
        (told,) = rig.told(CashMoved)
        assert (told.move.flow_quote, told.move.cause) == (Decimal(flow), MoveCause.OWNER)
        state = rig.desk.books.state
        assert state.cash_quote == told.cash_quote == 10_000 + Decimal(flow)
        assert state.moved_quote == Decimal(flow)
        await rig.boot()
        assert rig.desk.books.state.moved_quote == Decimal(flow)
        assert await CashWatch(rig.desk, rig.bench.venue).look(at_once=True) is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_withdrawal_of_nine_tenths_trips_no_breaker_and_is_no_loss(kind: str) -> None:
    tight = HOLDS_OUT.model_copy(update={"daily_loss_halt_ratio": 0.03})
    async with live_desk(kind, Parameters.model_validate(tight.model_dump())) as rig:
        await rig.enter("0.001", stop=48_000.0)
        await rig.tick(50_100)
        watch = CashWatch(rig.desk, rig.bench.venue)
        before = losses(rig)
        moved(rig, "-9000")
        assert await seen(rig, watch) == -9000  # the position and its stop stay as they are
        await rig.tick()
        assert rig.desk.books.state.trading is TradingState.ACTIVE
        assert losses(rig) == pytest.approx(before, abs=1e-9)
        state = rig.desk.books.state
        change = equity_quote(rig.desk.books) - float(state.start_cash_quote + state.moved_quote)
        assert abs(change) < 1.0


async def test_a_deposit_while_the_desk_was_away_is_booked_at_the_start() -> None:
    async with live_desk("ccxt spot") as rig:
        await rig.die()
        moved(rig, "100")
        await rig.boot()
        assert await CashWatch(rig.desk, rig.bench.venue).look(at_once=True) == 100


async def test_nothing_is_concluded_while_an_order_is_unknown() -> None:
    async with live_desk("ccxt spot") as rig:
        watch = CashWatch(rig.desk, rig.bench.venue)
        rig.bench.lose(Kind.RESET, When.AFTER)
        questions = rig.bench.lose(Kind.STATUS, When.BEFORE, method="GET", times=100_000)
        await rig.sent_entry("0.1", side=PositionSide.LONG, stop=49_000.0)
        await questions.reached.wait()
        assert rig.desk.books.frozen()
        moved(rig, "700")
        assert await seen(rig, watch) is None
        assert rig.told(CashMoved) == []
        rig.bench.exchange.faults.clear()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fill_that_nobody_has_heard_of_is_not_taken_for_a_movement(kind: str) -> None:
    async with live_desk(kind) as rig:
        await rig.enter("0.1", stop=49_000.0)
        await rig.tick(50_010)
        assert len(rig.live_stops()) == 1
        await rig.bench.price(48_900)  # the stop has filled, the desk does not know
        watch = CashWatch(rig.desk, rig.bench.venue)
        assert await seen(rig, watch) is None
        assert rig.told(CashMoved) == []
        await rig.hear()
        assert len(rig.told(TradeClosed)) == 1
        assert await seen(rig, watch) is None
        moved(rig, "55.5")
        assert await seen(rig, watch) == Decimal("55.5")


async def test_funding_that_was_not_collected_yet_is_funding() -> None:
    async with live_desk("ccxt swap") as rig:
        await rig.enter("0.1", stop=49_000.0)
        await rig.tick(50_010)
        rig.bench.exchange.fund(rig.symbol, "0.0005")
        assert await seen(rig, CashWatch(rig.desk, rig.bench.venue)) is None
        assert rig.desk.books.state.moved_quote == ZERO
        assert rig.position.funding_quote < 0


async def test_a_position_that_changed_by_hand_waits_for_a_person() -> None:
    async with live_desk("ccxt swap") as rig:
        await rig.enter("0.1", stop=49_000.0)
        await rig.tick(50_010)
        rig.bench.exchange.by_hand(rig.symbol, "SELL", "0.05")
        assert await seen(rig, CashWatch(rig.desk, rig.bench.venue)) is None


async def test_coins_exchanged_by_hand_move_the_desks_cash() -> None:
    async with live_desk("ccxt spot") as rig:
        rig.bench.exchange.by_hand(rig.symbol, "BUY", "0.01")
        booked = await seen(rig, CashWatch(rig.desk, rig.bench.venue))
        assert booked is not None
        assert -501 < booked < -499


async def test_a_silent_venue_moves_nothing() -> None:
    async with live_desk("ccxt spot") as rig:
        watch = CashWatch(rig.desk, rig.bench.venue)
        moved(rig, "100")
        await watch.look()
        rig.clock.move_to(rig.clock.now() + LONG)
        await rig.bench.exchange.vanish()
        assert await watch.look() is None
        await rig.bench.exchange.appear()
        assert await watch.look() == 100


async def test_a_fee_in_a_third_coin_costs_the_trade_and_not_the_cash() -> None:
    async with live_desk("ccxt spot") as rig:
        exchange = rig.bench.exchange
        exchange.price("SOL/USDT", 150)
        exchange.deposit("SOL", 10)
        exchange.pay_fees_in("SOL", 150)
        await rig.enter("0.1", stop=49_000.0)
        ledger, state = exchange.ledger(), rig.desk.books.state
        assert state.cash_quote == ledger.coins["USDT"]
        fee_quote = rig.position.fee_quote
        assert fee_quote == (10 - ledger.coins["SOL"]) * 150 > 3
        assert rig.position.cash_quote == ledger.coins["USDT"] - 10_000 - fee_quote
        assert state.moved_quote == fee_quote  # as if the owner had brought it in
        change = equity_quote(rig.desk.books) - float(state.start_cash_quote + state.moved_quote)
        assert change == pytest.approx(-float(fee_quote), abs=2.0)
        assert await seen(rig, CashWatch(rig.desk, rig.bench.venue)) is None
        assert rig.told(CashMoved) == []


def losses(rig: LiveDesk) -> tuple[float, float]:
    state, equity = rig.desk.books.state, equity_quote(rig.desk.books)
    found = losses_of(equity, float(state.breaker_day_quote), float(state.breaker_peak_quote))
    return found.today_ratio, found.from_peak_ratio
