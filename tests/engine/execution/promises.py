"""What must hold in every random schedule, whatever went wrong in it."""

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.core.ids import parse_client_order_id
from engine.core.kinds import Purpose
from engine.core.orders import OPEN, WORKING
from tests.engine.execution.live_desk import PREFIX
from tests.fakes.exchange.matching import Matching
from tests.fakes.exchange.orders import VenueOrder

if TYPE_CHECKING:
    from tests.engine.execution.schedules import Schedule

BTC, ETH, SOL = "BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT"
START = {BTC: 50_000.0, ETH: 2_500.0, SOL: 100.0}
OWNERS_COINS = Decimal(7)  # on spot: not the desk's, and never to be sold by it


class Broken(AssertionError):
    """A promise that did not hold."""


def never_too_much(schedule: "Schedule") -> None:
    """No intent was bought twice or has two live orders, and no coins of the owner's were sold.

    A crumb that a limit entry left behind may be completed by a second order, up to the intent.
    """
    orders = [o for o in schedule.matching.floor.orders.values() if _is_entry(o)]
    bought: Counter[int] = Counter()
    for order in orders:
        bought[position_of(order)] += bool(order.fills) and order.filled_base >= order.want.qty_base
    if twice := [position_id for position_id, times in bought.items() if times > 1]:
        raise Broken(f"one intent was bought twice: {sorted(twice)}")
    for position_id in {position_of(order) for order in orders}:
        of_it = [order for order in orders if position_of(order) == position_id]
        if sum(o.filled_base for o in of_it) > max(o.want.qty_base for o in of_it):
            raise Broken(f"more was bought than was meant: {position_id}")
        if sum(o.is_open for o in of_it) > 1:
            raise Broken(f"two live orders for one intent: {position_id}")
    if schedule.matching.floor.spot.total("SOL") < OWNERS_COINS - Decimal("0.001"):
        raise Broken("coins that are not the desk's were sold")


def books_agree(schedule: "Schedule") -> None:
    """Cash and holdings are the venue's, to the last digit."""
    held = schedule.venue.held()
    if held.cash_quote != schedule.desk.books.state.cash_quote:
        raise Broken(f"cash: {schedule.desk.books.state.cash_quote}, the venue's {held.cash_quote}")
    ours = {p.symbol: p.qty_base * p.side.sign for p in schedule.desk.books.positions.values()}
    for symbol in START:
        theirs = held.base_by_symbol.get(symbol, Decimal(0))
        theirs -= OWNERS_COINS if symbol == SOL else 0
        dust = Decimal("0.05") if symbol == SOL else Decimal(0)  # fees taken in coins
        if not Decimal(0) <= abs(theirs - ours.get(symbol, Decimal(0))) <= dust:
            raise Broken(f"{symbol}: ours {ours.get(symbol, 0)}, the venue's {theirs}")


def all_is_tracked(schedule: "Schedule") -> None:
    """The journal has every order and fill of the venue, once; no fate is unknown."""
    floor = schedule.matching.floor
    booked = {o.want.cid for o in floor.orders.values() if o.want.cid.startswith(PREFIX)}
    if untracked := booked - set(schedule.journal.orders):
        raise Broken(f"orders that the journal does not know: {untracked}")
    theirs = {f"{fill.symbol}#{fill.trade_id}" for fill in floor.fills}
    if theirs != set(schedule.journal.fills):
        raise Broken(f"fills: {theirs ^ set(schedule.journal.fills)}")
    doubtful = [o for o in schedule.journal.orders.values() if o.state in OPEN - WORKING]
    if doubtful:
        raise Broken(f"still unknown: {[o.client_order_id for o in doubtful]}")


def one_stop_each(schedule: "Schedule") -> None:
    """Each open position has one stop at the venue, of its whole quantity; nothing else has."""
    stops = live_stops(schedule.matching)
    by_position = sorted(position_of(stop) for stop in stops)
    if by_position != sorted(schedule.desk.books.positions):
        raise Broken(f"stops of {by_position}, positions {sorted(schedule.desk.books.positions)}")
    for stop in stops:
        qty_base = schedule.desk.books.positions[position_of(stop)].qty_base
        if stop.want.qty_base != qty_base:
            raise Broken(f"a stop of {stop.want.qty_base} for {qty_base}")


def none_outlives_itself(schedule: "Schedule") -> None:
    """What still rests to enter is known, and its life is not over."""
    orders, now = schedule.desk.books.orders, schedule.clock.now()
    for resting in schedule.matching.floor.open_orders():
        if _is_entry(resting):
            order = orders.get(resting.want.cid)
            if order is None or order.expires_at is None or now > order.expires_at:
                raise Broken(f"an entry has outlived itself: {resting.want.cid}")


def live_stops(matching: Matching) -> list[VenueOrder]:
    """Every stop that waits at the venue."""
    return [order for order in matching.floor.open_orders() if order.is_waiting]


def _is_entry(order: VenueOrder) -> bool:
    name = parse_client_order_id(order.want.cid)
    is_ours = name is not None and name.prefix == PREFIX
    return is_ours and not order.want.is_algo and order.want.cid[-3] == Purpose.ENTRY.letter


def position_of(order: VenueOrder) -> int:
    """The position that an order of ours is for; 0 for one of others."""
    name = parse_client_order_id(order.want.cid)
    return 0 if name is None else name.position_id
