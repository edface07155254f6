"""Coinbase: no market orders in base units, no market stops; limits that take stand in for both."""

from decimal import Decimal

from engine.core.kinds import OrderKind
from engine.venues.ccxt_row import UPPER, Find, LiveRow, Spelling, keys

SPOT = LiveRow(
    name="Coinbase",
    venue_id="coinbase",
    is_swap=False,
    hosts=("coinbase.com",),
    spelling=Spelling(
        paths=frozenset({"/api/v3/brokerage/orders"}),
        keys=keys(
            "client_order_id product_id side order_configuration sor_limit_ioc limit_limit_gtc "
            "stop_limit_stop_limit_gtc base_size limit_price stop_price stop_direction "
            "post_only"
        ),
        kinds={
            OrderKind.MARKET: "sor_limit_ioc={}",
            OrderKind.LIMIT: "limit_limit_gtc={}",
            OrderKind.STOP: "stop_limit_stop_limit_gtc={}",
            OrderKind.TAKE_PROFIT: "stop_limit_stop_limit_gtc={}",
        },
        qty_key="base_size",
        price_key="limit_price",
        trigger_keys={OrderKind.STOP: "stop_price", OrderKind.TAKE_PROFIT: "stop_price"},
        cid_key="client_order_id",
        sides=UPPER,
        post_only="post_only=true",
    ),
    other_posts=frozenset({"/api/v3/brokerage/orders/batch_cancel"}),
    cid_param="client_order_id",  # the unified name is dropped, and ccxt sends one of its own
    stop_cid_param="client_order_id",
    market_limit_ratio=Decimal("0.01"),
    stop_limit_ratio=Decimal("0.03"),
    find=Find.BY_SCAN,
    cancel_param="",
    fills_param="order_id",
    balance_params={"v3": True},
    fence_s=125.0,  # a signed token is good for two minutes
    has_status=False,
)
