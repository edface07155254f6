"""A whole desk on a paper venue that behaves as real ones may: its books stay the venue's."""

import asyncio
from collections import Counter
from decimal import Decimal

import pytest

from engine.core.kinds import OrderState, Purpose
from engine.core.money import ZERO
from engine.core.orders import Order
from engine.core.ports import Record
from engine.core.reasons import Reason
from engine.execution.desk import Desk
from engine.rules.plans import ExitReason
from engine.venues.paper_conduct import Conduct
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.memory_journal import MemoryJournal

HALF_AN_HOUR_MS = 1_800_000.0
CONDUCTS = {
    "stops": Conduct(rests_stops=True),
    "stops and fees in coins": Conduct(rests_stops=True, fees_in_base=True),
    "slow": Conduct(latency_ms=HALF_AN_HOUR_MS),
    "slow, with stops": Conduct(rests_stops=True, latency_ms=HALF_AN_HOUR_MS, share_ratio=0.1),
}
MARKETS = three_markets()
ON_SPOT = {symbol.partition(":")[0]: bars for symbol, bars in MARKETS.items()}


def no_orders() -> dict[str, Order]:
    return {}


def held_by(desk: Desk) -> dict[str, Decimal]:
    """What the desk believes to hold; signed."""
    held: dict[str, Decimal] = {}
    for position in desk.books.positions.values():
        signed_base = position.side.sign * position.qty_base
        held[position.symbol] = held.get(position.symbol, ZERO) + signed_base
    return held


class Noting(MemoryJournal):
    """A journal that keeps the last state of every order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = no_orders()

    async def append(self, record: Record) -> None:
        await super().append(record)
        self.seen |= {order.client_order_id: order for order in record.orders}


async def settled(desk: Desk) -> None:
    """Returns when the desk has looked after its stops, and nobody waits for an answer."""
    for _ in range(10):
        desk.protector.tend()
        await asyncio.gather(*desk.protector._tending.values(), return_exceptions=True)


@pytest.mark.parametrize("bars", [MARKETS, ON_SPOT], ids=["perpetuals", "spot"])
@pytest.mark.parametrize("conduct", CONDUCTS.values(), ids=CONDUCTS)
async def test_the_books_are_the_venues_to_the_last_digit(
    conduct: Conduct, bars: dict[str, tuple[object, ...]]
) -> None:
    journal = Noting()
    rig = DeskRig(bars=bars, journal=journal, conduct=conduct)  # type: ignore[arg-type]
    desk = await rig.run()
    await settled(desk)
    held = held_by(desk)
    holdings = await rig.venue.holdings()
    assert holdings.cash_quote == desk.books.state.cash_quote
    dust = {
        symbol: base - held.get(symbol, ZERO) for symbol, base in holdings.base_by_symbol.items()
    }
    assert held.keys() <= holdings.base_by_symbol.keys()
    steps = {symbol: item.qty_step for symbol, item in desk.books.instruments.items()}
    assert all(0 <= left < steps[symbol] * 100 for symbol, left in dust.items())
    # fees in coins leave less than a step behind with each trade
    assert (conduct.fees_in_base and bars is ON_SPOT) or not any(dust.values())
    states = Counter(order.state for order in journal.seen.values())
    assert states[OrderState.FILLED] > 20
    assert states[OrderState.UNKNOWN] == 0
    await desk.stop()


async def test_the_desk_keeps_one_stop_for_each_position_and_takes_back_the_rest() -> None:
    journal = Noting()
    rig = DeskRig(journal=journal, conduct=CONDUCTS["stops"])
    desk = await rig.run()
    await settled(desk)
    resting = {order.client_order_id for order in await rig.venue.open_orders()}
    mine = [
        order.client_order_id
        for position_id in desk.books.positions
        for order in desk.protector.resting(position_id)
    ]
    assert resting == set(mine)
    assert len(mine) == len(desk.books.positions)
    stops = [order for order in journal.seen.values() if order.purpose is Purpose.PROTECT]
    ended = Counter(order.state for order in stops)
    assert ended[OrderState.FILLED] > 3  # the venue was first
    # the guard's own exit may have come first
    refused = {order.reason for order in stops if order.state is OrderState.REFUSED}
    assert refused <= {Reason.REDUCE_ONLY}
    assert {order.exit_reason for order in stops} <= {
        ExitReason.STOP,
        ExitReason.TRAIL,
        ExitReason.BREAKEVEN,
    }
    await desk.stop()


async def test_without_a_choice_no_stop_is_sent() -> None:
    journal = Noting()
    desk = await DeskRig(journal=journal).run()
    assert not [order for order in journal.seen.values() if order.purpose is Purpose.PROTECT]
    await desk.stop()
