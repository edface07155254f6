"""The life of an order: the table, and nothing but the table."""

from datetime import timedelta
from itertools import product

import pytest

from engine.core.kinds import OrderKind, OrderState, Purpose, Side
from engine.core.money import to_decimal
from engine.core.orders import (
    OPEN,
    TERMINAL,
    TRANSITIONS,
    TRIGGER_OF_STATE,
    BadTransition,
    Order,
    OrderRequest,
    Trigger,
    moved,
)
from tests.fakes.clocks import NOON


def an_order(state: OrderState) -> Order:
    request = OrderRequest(
        client_order_id="abc1200000001e01",
        symbol="BTC/USDT",
        side=Side.BUY,
        kind=OrderKind.MARKET,
        qty_base=to_decimal(1.0),
        decision_price=100.0,
    )
    return Order(
        request=request,
        position_id=1,
        purpose=Purpose.ENTRY,
        attempt=1,
        state=state,
        created_at=NOON,
    )


@pytest.mark.parametrize(("state", "trigger"), list(product(OrderState, Trigger)))
def test_every_change_is_in_the_table_or_raises(state: OrderState, trigger: Trigger) -> None:
    order = an_order(state)
    wanted = TRANSITIONS.get((state, trigger))
    repeated = state in TERMINAL and TRIGGER_OF_STATE.get(state) == trigger
    if wanted is None and not repeated:
        with pytest.raises(BadTransition):
            moved(order, trigger, at=NOON)
        return
    after = moved(order, trigger, at=NOON + timedelta(seconds=1))
    assert after.state is (wanted or state)
    if repeated and wanted is None:
        assert after is order


def test_an_order_is_done_when_its_state_is_terminal() -> None:
    filled = moved(an_order(OrderState.SENT), Trigger.FILL, at=NOON)
    assert filled.done_at == NOON
    working = moved(an_order(OrderState.SENT), Trigger.ACCEPTED, at=NOON)
    assert working.done_at is None


def test_states_are_open_or_over() -> None:
    assert set(OrderState) == OPEN | TERMINAL
    assert not OPEN & TERMINAL


def test_nothing_leads_back_to_a_state_before_sending() -> None:
    assert {OrderState.INTENT, OrderState.SENT}.isdisjoint(
        after for (before, _), after in TRANSITIONS.items() if before is not OrderState.INTENT
    )


@pytest.mark.parametrize("state", [OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED])
@pytest.mark.parametrize("trigger", [Trigger.ACCEPTED, Trigger.PARTIAL_FILL])
def test_an_answer_that_was_overtaken_changes_nothing(state: OrderState, trigger: Trigger) -> None:
    assert moved(an_order(state), trigger, at=NOON).state is state


def test_a_fill_is_never_undone() -> None:
    some = {OrderState.PARTIALLY_FILLED, OrderState.FILLED}
    none = {OrderState.ACCEPTED, OrderState.NEVER_ARRIVED, OrderState.REFUSED}
    assert not [
        change for change, after in TRANSITIONS.items() if change[0] in some and after in none
    ]
