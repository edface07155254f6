"""Events of the account's own streams, spelled as Binance does."""

from collections.abc import Iterable

from tests.fakes.exchange.floor import News
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.orders import ZERO, VenueFill, VenueOrder
from tests.fakes.exchange.spot_account import SpotAccount
from tests.fakes.exchange.swap_account import SwapAccount
from tests.fakes.exchange.tape import plain
from tests.fakes.exchange.words import EIGHT, Body


def spot_report(news: News, order: VenueOrder, now_ms: int) -> Body:
    """What happened to a spot order."""
    want, fill = order.want, news.fill
    is_cancel = news.what == "CANCELED"
    words: Body = {
        "e": "executionReport",
        "E": now_ms,
        "s": want.listing.market,
        "c": f"cancel_{order.order_id}" if is_cancel else want.cid,
        "C": want.cid if is_cancel else "",
        "S": want.side,
        "o": want.kind,
        "f": want.tif,
        "q": plain(order.qty_base),
        "p": plain(want.price or ZERO),
        "P": plain(want.trigger_price or ZERO),
        "F": "0",
        "g": -1,
        "x": news.what,
        "X": order.status,
        "r": "NONE",
        "i": order.order_id,
        "z": plain(order.filled_base),
        "Z": plain(order.notional_quote),
        "T": order.updated_ms,
        "O": order.created_ms,
        "w": order.is_open and not order.is_waiting,
        "M": False,
        "Q": "0",
    }
    return words | _execution(fill) | {"Y": plain(fill.notional_quote) if fill else "0"}


def spot_balances(spot: SpotAccount, listing: Listing, now_ms: int) -> Body:
    """Free and locked of the two coins of a symbol."""
    coins = [
        {"a": name, "f": plain(spot.free[name]), "l": plain(spot.locked[name])}
        for name in (listing.base, listing.quote)
    ]
    return {"e": "outboundAccountPosition", "E": now_ms, "u": now_ms, "B": coins}


def swap_report(news: News, order: VenueOrder, now_ms: int) -> Body:
    """What happened to an order of a perpetual."""
    want, fill = order.want, news.fill
    is_liquidation = order.is_forced and news.what == "TRADE"
    words: Body = {
        "s": want.listing.market,
        "c": want.cid,
        "S": want.side,
        "o": want.kind,
        "ot": want.kind,
        "f": want.tif,
        "q": plain(order.qty_base),
        "p": plain(want.price or ZERO),
        "ap": plain(order.average_price.quantize(EIGHT)),
        "sp": "0",
        "x": "CALCULATED" if is_liquidation else news.what,
        "X": order.status,
        "i": order.order_id,
        "z": plain(order.filled_base),
        "T": order.updated_ms,
        "b": "0",
        "a": "0",
        "R": want.reduce_only,
        "cp": want.close_position,
        "wt": "MARK_PRICE" if want.on_mark else "CONTRACT_PRICE",
        "ps": want.position_side,
        "rp": plain(fill.realised_quote) if fill else "0",
    }
    body = words | _execution(fill)
    return {"e": "ORDER_TRADE_UPDATE", "E": now_ms, "T": order.updated_ms, "o": body}


def algo_report(order: VenueOrder, now_ms: int) -> Body:
    """What happened to a conditional order of a perpetual."""
    want = order.want
    words: Body = {
        "caid": want.cid,
        "aid": order.order_id,
        "at": "CONDITIONAL",
        "o": want.kind,
        "s": want.listing.market,
        "S": want.side,
        "ps": want.position_side,
        "f": want.tif,
        "q": plain(order.qty_base),
        "X": order.status,
        "ai": str(order.child_id) if order.child_id else "",
        "tp": plain(want.trigger_price or ZERO),
        "p": plain(want.price or ZERO),
        "wt": "MARK_PRICE" if want.on_mark else "CONTRACT_PRICE",
        "pm": "NONE",
        "cp": want.close_position,
        "pP": False,
        "R": want.reduce_only,
        "tt": order.updated_ms if order.child_id else 0,
        "gtd": 0,
        "rm": order.reason,
    }
    return {"e": "ALGO_UPDATE", "E": now_ms, "T": order.updated_ms, "o": words}


def swap_account(swap: SwapAccount, listings: Iterable[Listing], reason: str, now_ms: int) -> Body:
    """The wallet, and the positions of the symbols that moved."""
    wallet = plain(swap.wallet_quote)
    moved = set(map(id, listings))
    positions = [
        {
            "s": row.listing.market,
            "pa": plain(row.qty_base),
            "ep": plain(row.entry_price.quantize(EIGHT)),
            "cr": "0",
            "up": plain(row.profit_quote(swap.mark_of(row.listing.symbol))),
            "mt": "isolated" if row.listing.symbol in swap.isolated else "cross",
            "iw": plain(row.margin_quote.quantize(EIGHT)),
            "ps": row.side,
        }
        for row in swap.positions.values()
        if id(row.listing) in moved
    ]
    balances = [{"a": "USDT", "wb": wallet, "cw": wallet, "bc": "0"}]
    data = {"m": reason, "B": balances, "P": positions}
    return {"e": "ACCOUNT_UPDATE", "E": now_ms, "T": now_ms, "a": data}


def _execution(fill: VenueFill | None) -> Body:
    if fill is None:
        return {"l": "0", "L": "0", "n": "0", "N": None, "t": -1, "m": False}
    return {
        "l": plain(fill.qty_base),
        "L": plain(fill.price),
        "n": plain(fill.fee),
        "N": fill.fee_asset,
        "t": fill.trade_id,
        "m": fill.is_maker,
    }
