"""Random schedules over the real wire: unmodified ccxt, answers lost by a seed, desks that die."""

from decimal import Decimal

import numpy as np
import pytest
from loguru import logger

from engine.core.events import OrderResolved, OrderUnknown, ProtectionMissing
from engine.core.ids import parse_client_order_id
from engine.core.kinds import PositionSide, Purpose
from engine.core.orders import OPEN, WORKING
from engine.core.parameters import Parameters
from tests.conformance.live_venues import KINDS
from tests.engine.execution.live_desk import PREFIX, LiveDesk, live_desk
from tests.fakes.exchange.faults import LOST_ANSWERS, Fault, Kind, Lottery
from tests.fakes.memory_journal import MemoryJournal

SEEDS = range(6)
STEPS = 10
OWNERS_COINS = Decimal("0.25")
QUICK = tuple(pair for pair in LOST_ANSWERS if pair[0] is not Kind.SILENCE)  # it costs a time-out
LIVELY = Parameters(target_1_r=1.0, target_2_r=2.0, breakeven_from_r=0.6, trail_from_r=0.8)


def a_fault(chance: np.random.Generator) -> Fault:
    """An answer that is lost, before or after booking."""
    kind, when = QUICK[int(chance.integers(len(QUICK)))]
    return Fault(kind, when=when)


async def lived_through(rig: LiveDesk, chance: np.random.Generator) -> int:
    """A few steps of a bad day; how often the desk died."""
    deaths = 0
    for _ in range(STEPS):
        if rig.desk.books.position_on(rig.symbol) is None and not rig.desk.books.frozen():
            is_long = not rig.bench.is_swap or chance.random() < 0.5
            side = PositionSide.LONG if is_long else PositionSide.SHORT
            stop = rig.price_now * (1.0 - side.sign * float(chance.uniform(0.008, 0.03)))
            await rig.sent_entry("0.02", side=side, stop=stop)
        if chance.random() < 0.3:
            await rig.boot()  # without a word to anybody
            deaths += 1
        price = round(rig.price_now * float(np.exp(chance.normal(0.0, 0.01))), 1)
        if chance.random() < 0.2:  # it moves while nobody is there
            await rig.die()
            await rig.bench.price(price)
            await rig.boot()
            deaths += 1
        await rig.tick(price)
        if chance.random() < 0.4:
            await rig.check()
    return deaths


def all_is_tracked(rig: LiveDesk) -> None:
    """Every order and fill of the exchange is in the journal, once; nothing was bought twice."""
    assert isinstance(rig.journal, MemoryJournal)
    ledger = rig.bench.exchange.ledger()
    orders = rig.bench.exchange.matching.floor.orders.values()
    ours = [each for each in orders if each.want.cid.startswith(PREFIX)]
    assert {each.want.cid for each in ours} <= set(rig.journal.orders)
    theirs = [f"{fill.symbol}#{fill.trade_id}" for fill in ledger.fills]
    assert sorted(theirs) == sorted(rig.journal.fills)
    names = [parse_client_order_id(e.want.cid) for e in ours if not e.want.is_algo and e.fills]
    entries = [n.position_id for n in names if n is not None and n.purpose is Purpose.ENTRY]
    assert len(entries) == len(set(entries))
    assert not [o for o in rig.journal.orders.values() if o.state in OPEN - WORKING]


async def books_agree(rig: LiveDesk) -> None:
    """Cash and holdings to the last digit; one stop of the whole position."""
    holdings = await rig.bench.venue.holdings()
    position = rig.desk.books.position_on(rig.symbol)
    ours = Decimal(0) if position is None else position.qty_base * position.side.sign
    if rig.bench.is_swap:
        assert holdings.base_by_symbol.get(rig.symbol, Decimal(0)) == ours
    else:
        dust = holdings.base_by_symbol.get(rig.symbol, Decimal(0)) - ours - OWNERS_COINS
        assert Decimal(0) <= dust < Decimal("0.0002")  # fees taken in coins leave some behind
    assert holdings.cash_quote == rig.desk.books.state.cash_quote
    stops = [stop.want.qty_base for stop in rig.live_stops()]
    assert stops == ([] if position is None else [position.qty_base])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
async def test_on_a_bad_wire_nothing_is_doubled_lost_or_bare(kind: str, seed: int) -> None:
    logger.disable("engine")
    chance = np.random.default_rng(seed)
    async with live_desk(kind, LIVELY) as rig:
        if not rig.bench.is_swap:
            rig.bench.exchange.deposit("BTC", OWNERS_COINS)
        for method in ("POST", "DELETE"):
            rig.bench.exchange.faults.draw_from(
                Lottery(seed + 100, 0.6, a_fault, method=method, path="rder")
            )
        deaths = await lived_through(rig, chance)
        rig.bench.exchange.faults.clear()
        for _ in range(3):
            await rig.check()
            await rig.hear()
        assert deaths
        all_is_tracked(rig)
        await books_agree(rig)
        unknown = {each.order.client_order_id for each in rig.told(OrderUnknown)}
        resolved = {each.order.client_order_id for each in rig.told(OrderResolved)}
        assert unknown <= resolved
        assert rig.bench.exchange.faults.met
        assert len(rig.told(ProtectionMissing)) <= STEPS
    logger.enable("engine")
