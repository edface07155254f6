"""What a row of `quirks.py` says of trading at one venue; the rows hold no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from engine.core.kinds import OrderKind, Side
from engine.core.money import ZERO

Params = Mapping[str, Any]
BURST_S = 0.5
NONE: Params = MappingProxyType({})
POST_ONLY: Params = MappingProxyType({"postOnly": True})
TRIGGER: Params = MappingProxyType({"trigger": True})  # ccxt's word for conditional orders
UPPER = MappingProxyType({Side.BUY: "BUY", Side.SELL: "SELL"})
LOWER = MappingProxyType({Side.BUY: "buy", Side.SELL: "sell"})
TITLE = MappingProxyType({Side.BUY: "Buy", Side.SELL: "Sell"})


def keys(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


class Find(StrEnum):
    """How an order is found by our id of it."""

    BY_ID = "one question"  # fetch_order with the client id as a parameter
    BY_LISTS = "open, then closed orders, filtered by the id"
    BY_SCAN = "a page of the newest orders"


class FillsBy(StrEnum):
    """How the fills of one order are asked for."""

    MY_TRADES = "fetch_my_trades"  # with the venue's order id as a parameter
    ORDER_TRADES = "fetch_order_trades"
    TRADE_IDS = "fetch_order_trades with the ids that the order lists"


class Forced(StrEnum):
    """Where the venue tells of positions that it closed itself."""

    NOWHERE = "nowhere"  # spot is not liquidated
    FORCE_ORDERS = "force orders"
    BUST_TRADES = "executions by kind"
    CATEGORIES = "order history by category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How a request for an order reads on the wire; the guard compares what leaves with it.

    A word is "key=value"; "key={}" says that a key holds an object or a list.
    """

    paths: frozenset[str]  # of the endpoints that make orders
    keys: frozenset[str]  # every key that may leave; anything else is refused by us
    kinds: Mapping[OrderKind, str]
    qty_key: str
    price_key: str
    trigger_keys: Mapping[OrderKind, str]
    cid_key: str
    stop_cid_key: str = ""  # where conditional orders spell it otherwise
    side_key: str = "side"
    sides: Mapping[Side, str] = field(default_factory=lambda: LOWER)
    post_only: str = ""
    reduce_only: str = ""  # empty on spot: there a sale cannot go below zero


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRow:
    """Trading at one venue, on spot or on linear perpetuals."""

    name: str
    venue_id: str  # the ccxt class
    is_swap: bool
    hosts: tuple[str, ...]
    spelling: Spelling
    other_posts: frozenset[str]  # paths that may be posted to besides: cancels, settings, reads
    # --- orders
    cid_param: str = "clientOrderId"
    stop_cid_param: str = "clientOrderId"
    params: Params = field(default_factory=lambda: NONE)  # with every order
    plain_params: Params = field(default_factory=lambda: NONE)  # with market and limit orders
    stop_params: Params = field(default_factory=lambda: NONE)  # with conditional ones
    post_only_params: Params = field(default_factory=lambda: POST_ONLY)
    deadline_param: str = ""  # takes the moment after which the venue refuses, as ISO text
    market_limit_ratio: Decimal = ZERO  # a market order leaves as an IOC limit this far away
    stop_limit_ratio: Decimal = ZERO  # a stop leaves as a stop-limit this far beyond its trigger
    replies_with_state: bool = False  # the reply to an order tells its state, not only its id
    echoes_cid: bool = True  # and holds our id
    stop_cid_key: str = ""  # where ccxt leaves our id of a conditional order unread
    # --- reads
    find: Find = Find.BY_ID
    find_param: str = "clientOrderId"
    find_params: Params = field(default_factory=lambda: NONE)
    stop_find_params: Params | None = None  # None: conditional orders stand among the others
    cancel_param: str = "clientOrderId"  # empty: only by the venue's id
    stop_cancel_params: Params = field(default_factory=lambda: NONE)
    fills_by: FillsBy = FillsBy.MY_TRADES
    fills_param: str = "orderId"
    open_params: tuple[Params, ...] = (NONE,)  # one question for open orders each
    open_symbols_max: int = 0  # up to so many symbols, one question each is cheaper
    child_keys: tuple[str, ...] = ()  # where a triggered order names the one it became
    balance_params: Params = field(default_factory=lambda: NONE)
    wallet_keys: tuple[str, str] = ("", "")  # of perpetuals: currency, money without open PnL
    forced: Forced = Forced.NOWHERE
    # --- account
    burst_s: float = BURST_S  # what may be asked at once after a silence, in seconds of allowance
    options: Params = field(default_factory=lambda: NONE)
    recv_window_s: float = 0.0  # 0: the venue has none; then only a long silence proves absence
    fence_s: float = 0.0
    needs_password: bool = False
    leverage_params: Params = field(default_factory=lambda: NONE)
    has_account_margin: bool = False  # one margin mode for all symbols
    has_status: bool = True
