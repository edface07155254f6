"""Events of the public streams, spelled as Binance does."""

from decimal import Decimal

from tests.fakes.exchange.books import Book, Level
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.orders import VenueOrder
from tests.fakes.exchange.tape import INTERVALS_MS, TapeBar, plain
from tests.fakes.exchange.words import EIGHT, Body


def book_ticker(listing: Listing, book: Book, now_ms: int) -> Body:
    """Best bid and ask; spot's has no type and no time."""
    best = [book.bids[0] if book.bids else None, book.asks[0] if book.asks else None]
    (bid, bids), (ask, asks) = (level or (Decimal(0), Decimal(0)) for level in best)
    words: Body = {"u": book.version, "s": listing.market}
    words |= {"b": plain(bid), "B": plain(bids), "a": plain(ask), "A": plain(asks)}
    return {"e": "bookTicker", "E": now_ms, "T": now_ms, **words} if listing.is_swap else words


def trade(listing: Listing, price: Decimal, qty_base: Decimal, at: tuple[int, int]) -> Body:
    """One trade; `at` is its id and its moment."""
    trade_id, now_ms = at
    words: Body = {"e": "trade", "E": now_ms, "T": now_ms, "s": listing.market, "t": trade_id}
    words |= {"p": plain(price), "q": plain(qty_base), "m": False}
    return words | ({"X": "MARKET"} if listing.is_swap else {"M": True})


def agg_trade(listing: Listing, price: Decimal, qty_base: Decimal, at: tuple[int, int]) -> Body:
    """The same as an aggregated trade."""
    words = trade(listing, price, qty_base, at)
    trade_id = words.pop("t")
    words.pop("X", None)
    return words | {"e": "aggTrade", "a": trade_id, "f": trade_id, "l": trade_id}


def bar(listing: Listing, interval: str, row: TapeBar, now_ms: int) -> Body:
    """A bar as it stands; `x` says whether it is closed."""
    words: Body = {
        "t": row.open_ms,
        "T": row.open_ms + INTERVALS_MS[interval] - 1,
        "s": listing.market,
        "i": interval,
        "f": 1,
        "L": row.trades,
        "o": plain(row.open),
        "c": plain(row.close),
        "h": plain(row.high),
        "l": plain(row.low),
        "v": plain(row.volume),
        "n": row.trades,
        "x": row.is_closed,
        "q": plain(row.volume * row.close),
    }
    return {"e": "kline", "E": now_ms, "s": listing.market, "k": words}


def depth_update(
    listing: Listing, versions: tuple[int, int], sides: tuple[list[Level], list[Level]], now_ms: int
) -> Body:
    """Changed levels (a quantity of zero: gone) between two versions of a book."""
    before, after = versions
    bids, asks = ([[plain(price), plain(qty)] for price, qty in side] for side in sides)
    words: Body = {"e": "depthUpdate", "E": now_ms, "s": listing.market}
    words |= {"U": before + 1, "u": after, "b": bids, "a": asks}
    return words | ({"T": now_ms, "pu": before} if listing.is_swap else {})


def day(listing: Listing, book: Book, row: TapeBar | None, now_ms: int) -> Body:
    """The 24 hour ticker; the mini ticker is said by the same figures."""
    last = book.last_price
    opened, high, low = (row.open, row.high, row.low) if row else (last, last, last)
    volume = row.volume if row else Decimal(0)
    words: Body = {"E": now_ms, "s": listing.market, "C": now_ms, "O": now_ms - 86_400_000}
    words |= {"c": plain(last), "o": plain(opened), "h": plain(high), "l": plain(low)}
    return words | {"v": plain(volume), "q": plain(volume * last), "w": plain(last)}


def mark(listing: Listing, book: Book, funding: tuple[Decimal, int], now_ms: int) -> Body:
    """The mark price, the funding ratio to come and when."""
    price = plain(book.mark_price)
    words: Body = {"e": "markPriceUpdate", "E": now_ms, "s": listing.market, "p": price}
    return words | {"i": price, "P": price, "r": plain(funding[0]), "T": funding[1]}


def forced(order: VenueOrder, now_ms: int) -> Body:
    """A liquidation as everybody sees it."""
    words: Body = {"s": order.want.listing.market, "S": order.want.side, "o": "LIMIT", "f": "IOC"}
    words |= {"q": plain(order.qty_base), "p": plain(order.want.price or Decimal(0))}
    words |= {"ap": plain(order.average_price.quantize(EIGHT)), "X": order.status, "T": now_ms}
    words |= {"l": plain(order.filled_base), "z": plain(order.filled_base)}
    return {"e": "forceOrder", "E": now_ms, "o": words}
