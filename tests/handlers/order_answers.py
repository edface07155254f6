"""Open orders and a comparison, with a text of the test's where a text can stand."""

from decimal import Decimal

from engine.core.kinds import OrderKind, OrderState, Purpose, Side
from engine.core.orders import Order, OrderRequest
from engine.services.answers import Comparison, OpenOrders
from tests.handlers.samples import NOW, SYMBOL


def a_stop(symbol: str = SYMBOL) -> Order:
    """The stop of position 41 as it rests at the venue."""
    request = OrderRequest(
        client_order_id="abcde00000041v01",
        symbol=symbol,
        side=Side.SELL,
        kind=OrderKind.STOP,
        qty_base=Decimal("0.0124"),
        trigger_price=Decimal("63100.5"),
        reduce_only=True,
        decision_price=63_100.5,
    )
    return Order(
        request=request,
        position_id=41,
        purpose=Purpose.PROTECT,
        attempt=1,
        state=OrderState.ACCEPTED,
        created_at=NOW,
    )


def some_orders(text: str = "") -> OpenOrders:
    """One resting stop."""
    return OpenOrders(orders=(a_stop(text or SYMBOL),), market_at=NOW)


def a_comparison(text: str = "") -> Comparison:
    """Every kind of difference at once."""
    return Comparison(
        holdings=(text or SYMBOL,),
        asked_after=("a",),
        cancelled=("b", "c"),
        foreign=(text or SYMBOL, SYMBOL),
        market_at=NOW,
    )
