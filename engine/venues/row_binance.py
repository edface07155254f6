"""Binance: spot, and USD-M perpetuals, where conditional orders live on a shelf of their own."""

from engine.core.kinds import OrderKind
from engine.venues.ccxt_row import NONE, TRIGGER, UPPER, Forced, LiveRow, Spelling, keys

_KEYS = keys(
    "timestamp recvWindow signature symbol side type quantity price timeInForce newOrderRespType "
    "newClientOrderId"
)
SPOT = LiveRow(
    name="Binance spot",
    venue_id="binance",
    is_swap=False,
    hosts=("binance.com",),
    spelling=Spelling(
        paths=frozenset({"/api/v3/order"}),
        keys=_KEYS | {"stopPrice"},
        kinds={
            OrderKind.MARKET: "type=MARKET",
            OrderKind.LIMIT: "type=LIMIT",
            OrderKind.STOP: "type=STOP_LOSS",
            OrderKind.TAKE_PROFIT: "type=TAKE_PROFIT",
        },
        qty_key="quantity",
        price_key="price",
        trigger_keys={OrderKind.STOP: "stopPrice", OrderKind.TAKE_PROFIT: "stopPrice"},
        cid_key="newClientOrderId",
        sides=UPPER,
        post_only="type=LIMIT_MAKER",
    ),
    other_posts=frozenset(),
    replies_with_state=True,
    options={
        "fetchCurrencies": False,
        "fetchMargins": False,
        "fetchMarkets": {"types": ["spot"]},  # else it asks 7 endpoints, and fails with any one
        "warnOnFetchOpenOrdersWithoutSymbol": False,
    },
    open_symbols_max=12,
    # 500 weights of the 2 400 or 6 000 a minute that Binance allows, and 20 more each second: the
    # exits of a panic of 50 (4 each) and their fills (5 each) go out at once
    burst_s=25.0,
    recv_window_s=4.0,
)
SWAP = LiveRow(
    name="Binance USD-M",
    venue_id="binanceusdm",
    is_swap=True,
    hosts=("binance.com",),
    spelling=Spelling(
        paths=frozenset({"/fapi/v1/order", "/fapi/v1/algoOrder"}),
        keys=_KEYS | {"reduceOnly", "clientAlgoId", "algoType", "triggerPrice"},
        kinds={
            OrderKind.MARKET: "type=MARKET",
            OrderKind.LIMIT: "type=LIMIT",
            OrderKind.STOP: "type=STOP_MARKET",
            OrderKind.TAKE_PROFIT: "type=TAKE_PROFIT_MARKET",
        },
        qty_key="quantity",
        price_key="price",
        trigger_keys={OrderKind.STOP: "triggerPrice", OrderKind.TAKE_PROFIT: "triggerPrice"},
        cid_key="newClientOrderId",
        stop_cid_key="clientAlgoId",
        sides=UPPER,
        post_only="timeInForce=GTX",
        reduce_only="reduceOnly=true",
    ),
    other_posts=frozenset(
        {"/fapi/v1/leverage", "/fapi/v1/marginType", "/fapi/v1/positionSide/dual"}
        | {"/fapi/v1/listenKey"}
    ),
    replies_with_state=True,
    stop_find_params=TRIGGER,
    stop_cancel_params=TRIGGER,
    open_params=(NONE, TRIGGER),
    child_keys=("actualOrderId",),
    wallet_keys=("asset", "walletBalance"),
    forced=Forced.FORCE_ORDERS,
    options={
        "fetchCurrencies": False,
        "fetchMargins": False,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
    },
    open_symbols_max=12,
    # 500 weights of the 2 400 or 6 000 a minute that Binance allows, and 20 more each second: the
    # exits of a panic of 50 (4 each) and their fills (5 each) go out at once
    burst_s=25.0,
    recv_window_s=4.0,
)
