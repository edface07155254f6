"""Bybit, unified account: spot and USDT perpetuals."""

from dataclasses import replace
from types import MappingProxyType

from engine.core.kinds import OrderKind
from engine.venues.ccxt_row import (
    NONE,
    TITLE,
    TRIGGER,
    FillsBy,
    Find,
    Forced,
    LiveRow,
    Spelling,
    keys,
)

_KEYS = keys(
    "symbol side orderType orderLinkId category qty price timeInForce reduceOnly triggerPrice "
    "triggerDirection"
)
_KINDS = MappingProxyType(
    {
        OrderKind.MARKET: "orderType=Market",
        OrderKind.LIMIT: "orderType=Limit",
        OrderKind.STOP: "orderType=Market",
        OrderKind.TAKE_PROFIT: "orderType=Market",
    }
)
SWAP = LiveRow(
    name="Bybit perpetuals",
    venue_id="bybit",
    is_swap=True,
    hosts=("bybit.com",),
    spelling=Spelling(
        paths=frozenset({"/v5/order/create"}),
        keys=_KEYS,
        kinds=_KINDS,
        qty_key="qty",
        price_key="price",
        trigger_keys={OrderKind.STOP: "triggerPrice", OrderKind.TAKE_PROFIT: "triggerPrice"},
        cid_key="orderLinkId",
        sides=TITLE,
        post_only="timeInForce=PostOnly",
        reduce_only="reduceOnly=true",
    ),
    other_posts=frozenset(
        {"/v5/order/cancel", "/v5/position/switch-mode", "/v5/position/set-leverage"}
        | {"/v5/account/set-margin-mode"}
    ),
    find=Find.BY_LISTS,
    find_param="orderLinkId",
    stop_find_params=TRIGGER,
    cancel_param="orderLinkId",
    stop_cancel_params={"orderFilter": "StopOrder"},
    fills_by=FillsBy.ORDER_TRADES,
    fills_param="",
    open_params=(NONE, TRIGGER),
    wallet_keys=("coin", "walletBalance"),
    forced=Forced.BUST_TRADES,
    has_account_margin=True,  # of a unified account
    options={"fetchCurrencies": False, "fetchMarkets": {"types": ["linear"]}},
    recv_window_s=5.0,
)
SPOT = replace(
    SWAP,
    name="Bybit spot",
    is_swap=False,
    spelling=replace(
        SWAP.spelling,
        keys=_KEYS | {"marketUnit", "orderFilter"},
        reduce_only="",  # ccxt writes it with spot stops: there it means nothing
    ),
    other_posts=frozenset({"/v5/order/cancel"}),
    stop_find_params={"orderFilter": "tpslOrder"},
    stop_cancel_params={"orderFilter": "tpslOrder"},
    open_params=(NONE, {"orderFilter": "tpslOrder"}),
    wallet_keys=("", ""),
    forced=Forced.NOWHERE,
    options={"fetchCurrencies": False, "fetchMarkets": {"types": ["spot"]}},
)
