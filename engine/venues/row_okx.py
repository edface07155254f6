"""OKX: spot and USDT perpetuals; every order is a batch of one, every stop an algo order."""

from dataclasses import replace

from engine.core.kinds import OrderKind
from engine.venues.ccxt_row import NONE, TRIGGER, FillsBy, Forced, LiveRow, Spelling, keys

_KEYS = keys(
    "instId side ordType sz tdMode clOrdId tag px reduceOnly algoClOrdId slTriggerPx slOrdPx "
    "slTriggerPxType tpTriggerPx tpOrdPx tpTriggerPxType"
)
SWAP = LiveRow(
    name="OKX perpetuals",
    venue_id="okx",
    is_swap=True,
    hosts=("okx.com",),
    spelling=Spelling(
        paths=frozenset({"/api/v5/trade/batch-orders", "/api/v5/trade/order-algo"}),
        keys=_KEYS,
        kinds={
            OrderKind.MARKET: "ordType=market",
            OrderKind.LIMIT: "ordType=limit",
            OrderKind.STOP: "ordType=conditional",
            OrderKind.TAKE_PROFIT: "ordType=conditional",
        },
        qty_key="sz",
        price_key="px",
        trigger_keys={OrderKind.STOP: "slTriggerPx", OrderKind.TAKE_PROFIT: "tpTriggerPx"},
        cid_key="clOrdId",
        stop_cid_key="algoClOrdId",
        post_only="ordType=post_only",
        reduce_only="reduceOnly=true",
    ),
    other_posts=frozenset(
        {"/api/v5/trade/cancel-order", "/api/v5/trade/cancel-algos"}
        | {"/api/v5/account/set-position-mode", "/api/v5/account/set-leverage"}
    ),
    stop_cid_param="algoClOrdId",
    stop_cid_key="algoClOrdId",
    params={"tdMode": "isolated"},
    stop_find_params=TRIGGER,
    stop_cancel_params=TRIGGER,
    fills_by=FillsBy.ORDER_TRADES,
    fills_param="",
    open_params=(NONE, {"trigger": True, "ordType": "conditional"}),
    child_keys=("ordId", "ordIdList"),
    wallet_keys=("ccy", "cashBal"),
    forced=Forced.CATEGORIES,
    options={"fetchCurrencies": False, "fetchMarkets": {"types": ["swap"]}},
    fence_s=60.0,
    needs_password=True,
    leverage_params={"marginMode": "isolated"},
)
SPOT = replace(
    SWAP,
    name="OKX spot",
    is_swap=False,
    spelling=replace(SWAP.spelling, keys=_KEYS | {"tgtCcy"}, reduce_only=""),
    other_posts=frozenset({"/api/v5/trade/cancel-order", "/api/v5/trade/cancel-algos"}),
    params={"tdMode": "cash"},
    wallet_keys=("", ""),
    forced=Forced.NOWHERE,
    options={"fetchCurrencies": False, "fetchMarkets": {"types": ["spot"]}},
    leverage_params=NONE,
)
