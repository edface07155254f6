"""Kraken spot: each private question is a post; orders carry the moment they die."""

from engine.core.kinds import OrderKind
from engine.venues.ccxt_row import FillsBy, Find, LiveRow, Spelling, keys

SPOT = LiveRow(
    name="Kraken",
    venue_id="kraken",
    is_swap=False,
    hosts=("kraken.com", "kraken.zendesk.com"),
    spelling=Spelling(
        paths=frozenset({"/0/private/AddOrder"}),
        keys=keys("nonce pair type ordertype volume price cl_ord_id oflags deadline"),
        kinds={
            OrderKind.MARKET: "ordertype=market",
            OrderKind.LIMIT: "ordertype=limit",
            OrderKind.STOP: "ordertype=stop-loss",
            OrderKind.TAKE_PROFIT: "ordertype=take-profit",
        },
        qty_key="volume",
        price_key="price",
        trigger_keys={OrderKind.STOP: "price", OrderKind.TAKE_PROFIT: "price"},
        cid_key="cl_ord_id",
        side_key="type",
        post_only="oflags=post,fciq",
    ),
    # every private read is a post here
    other_posts=frozenset(
        f"/0/private/{name}"
        for name in keys(
            "BalanceEx CancelOrder ClosedOrders GetApiKeyInfo GetWebSocketsToken OpenOrders "
            "QueryOrders QueryTrades TradesHistory"
        )
    ),
    params={"oflags": "fciq"},  # fees in the quote currency, on sales too
    post_only_params={"oflags": "post,fciq"},
    deadline_param="deadline",
    echoes_cid=False,
    find=Find.BY_LISTS,
    find_param="cl_ord_id",
    find_params={"trades": True},
    fills_by=FillsBy.TRADE_IDS,
    fills_param="trades",
    open_params=({"trades": True},),
    burst_s=8.0,  # its counter takes 15 and loses one in 1-3 s; ccxt spaces by one a second
    fence_s=15.0,
)
