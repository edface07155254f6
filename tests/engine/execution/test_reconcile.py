"""Open orders compared: what is asked after, what is cancelled, what is left alone and told."""

from dataclasses import replace
from decimal import Decimal

from engine.core.events import ForeignOrderSeen
from engine.core.ids import OrderName, client_order_id
from engine.core.kinds import OrderKind, OrderState, Purpose, Side
from engine.core.orders import Order, OrderRequest, VenueOrder
from engine.execution.reconcile import order_differences
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import PREFIX, DeskRig
from tests.fakes.scripted_market import BTC


def an_order(attempt: int, state: OrderState = OrderState.ACCEPTED) -> Order:
    cid = client_order_id(OrderName(PREFIX, 1, Purpose.ENTRY, attempt))
    request = OrderRequest(
        client_order_id=cid,
        symbol=BTC,
        side=Side.BUY,
        kind=OrderKind.LIMIT,
        qty_base=Decimal("0.1"),
        limit_price=Decimal(100),
        decision_price=100.0,
    )
    return Order(
        request=request,
        position_id=1,
        purpose=Purpose.ENTRY,
        attempt=attempt,
        state=state,
        created_at=NOON,
    )


def theirs(cid: str) -> VenueOrder:
    return VenueOrder(client_order_id=cid, symbol=BTC, state=OrderState.ACCEPTED)


def test_orders_that_both_sides_know_are_no_difference() -> None:
    order = an_order(1)
    found = order_differences([order], [theirs(order.client_order_id)], PREFIX)
    assert found == ((), (), (), ())


def test_a_working_order_that_is_not_listed_is_asked_after_and_one_on_its_way_is_not() -> None:
    working, sent = an_order(1), an_order(2, OrderState.SENT)
    found = order_differences([working, sent], [], PREFIX)
    assert found.missing == (working.client_order_id,)


def test_our_prefix_makes_a_stray_and_any_other_name_is_somebody_elses() -> None:
    stray, other_desk = an_order(7).client_order_id, "zzzzz00000001e01"
    found = order_differences([], [theirs(stray), theirs(other_desk), theirs("web_1")], PREFIX)
    assert [order.client_order_id for order in found.strays] == [stray]
    assert [order.client_order_id for order in found.foreign] == [other_desk, "web_1"]


def test_an_order_given_up_as_never_arrived_that_is_listed_is_ours_after_all() -> None:
    given_up = an_order(1, OrderState.NEVER_ARRIVED)
    listed = theirs(given_up.client_order_id)
    found = order_differences([given_up], [listed], PREFIX)
    assert (found.late, found.strays, found.missing) == ((listed,), (), ())


async def test_a_stray_is_cancelled_and_an_order_by_hand_is_told_once_and_left() -> None:
    rig = DeskRig()
    desk = await rig.run_until(lambda desk: bool(desk.books.last_price))
    price = Decimal(str(round(desk.books.last_price[BTC].close_price * 0.9, 1)))
    stray = an_order(9).request
    by_hand = replace(stray, client_order_id="web_1")
    for request in (stray, by_hand):
        await rig.paper.submit(replace(request, limit_price=price))
    for _ in range(2):
        await desk.compare_books()
    assert [order.client_order_id for order in await rig.paper.open_orders()] == ["web_1"]
    (told,) = rig.told(ForeignOrderSeen)
    assert isinstance(told, ForeignOrderSeen)
    assert (told.symbol, told.name) == (BTC, "web_1")
