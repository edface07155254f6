"""What the loopback exchange keeps of an order and of a fill, and how it says no."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from tests.fakes.exchange.listings import Listing

ZERO = Decimal(0)
OPEN = ("NEW", "PARTIALLY_FILLED")
SPOT_LIMITS = ("STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")  # conditional, with a price
SWAP_LIMITS = ("STOP", "TAKE_PROFIT")
CID = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")


class Refused(Exception):
    """An answer with a code and a sentence of Binance's."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True, slots=True)
class VenueFill:
    """One execution as the exchange booked it; what tests compare the desk's books with."""

    trade_id: int
    order_id: int
    client_order_id: str
    symbol: str
    side: str
    qty_base: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    realised_quote: Decimal
    at_ms: int

    @property
    def notional_quote(self) -> Decimal:
        return self.qty_base * self.price


@dataclass(slots=True)
class Wanted:
    """What a request asks for, in the exchange's own words."""

    listing: Listing
    side: str
    kind: str
    qty_base: Decimal
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    quote_qty: Decimal | None = None  # spot market orders may name the money instead
    tif: str = "GTC"
    cid: str = ""
    reduce_only: bool = False
    close_position: bool = False
    position_side: str = "BOTH"
    on_mark: bool = False  # triggered by the mark price
    is_algo: bool = False  # of the conditional endpoints of perpetuals

    @property
    def sign(self) -> int:
        return 1 if self.side == "BUY" else -1

    @property
    def is_conditional(self) -> bool:
        return self.trigger_price is not None

    @property
    def is_post_only(self) -> bool:
        return self.kind == "LIMIT_MAKER" or self.tif == "GTX"

    @property
    def only_reduces(self) -> bool:
        """Whether it may not open or add: said so, or against its own side in hedge mode."""
        against = (self.position_side, self.side) in (("LONG", "SELL"), ("SHORT", "BUY"))
        return self.reduce_only or self.close_position or against


@dataclass(slots=True)
class VenueOrder:
    """One order and its life here."""

    order_id: int
    want: Wanted
    created_ms: int
    updated_ms: int
    status: str = "NEW"
    is_waiting: bool = False  # its trigger was not traded yet
    qty_base: Decimal = ZERO
    filled_base: Decimal = ZERO
    notional_quote: Decimal = ZERO
    fills: list[VenueFill] = field(default_factory=list)
    locked: Decimal = ZERO  # of its asset, spot only
    child_id: int = 0  # the order that a triggered conditional one became
    is_forced: bool = False
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def left_base(self) -> Decimal:
        return self.qty_base - self.filled_base

    @property
    def is_on_book(self) -> bool:
        """Whether it rests as a limit that the market can reach."""
        return self.is_open and not self.is_waiting and self.want.price is not None

    @property
    def average_price(self) -> Decimal:
        return self.notional_quote / self.filled_base if self.filled_base else ZERO


def number(words: dict[str, str], name: str) -> Decimal | None:
    """The number of that name; None where it is absent. Raises Refused for what is no number."""
    text = words.get(name, "")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refused(-1100, f"Illegal characters found in parameter '{name}'.") from None
    if not value.is_finite():
        raise Refused(-1100, f"Illegal characters found in parameter '{name}'.")
    return value


def wanted(listing: Listing, words: dict[str, str], *, is_algo: bool = False) -> Wanted:
    """What an order request asks for; raises Refused for what is missing or misspelt."""
    kind = words.get("type", "")
    side = words.get("side", "")
    if side not in ("BUY", "SELL"):
        raise Refused(-1117, "Invalid side.")
    cid = words.get("clientAlgoId" if is_algo else "newClientOrderId", "")
    if cid and not CID.fullmatch(cid):
        raise Refused(-1100, "Illegal characters found in parameter 'newClientOrderId'.")
    trigger = number(words, "triggerPrice" if is_algo else "stopPrice")
    want = Wanted(
        listing=listing,
        side=side,
        kind=kind,
        qty_base=number(words, "quantity") or ZERO,
        price=number(words, "price"),
        trigger_price=trigger,
        quote_qty=number(words, "quoteOrderQty"),
        tif=words.get("timeInForce", "GTC"),
        cid=cid,
        reduce_only=words.get("reduceOnly", "").lower() == "true",
        close_position=words.get("closePosition", "").lower() == "true",
        position_side=words.get("positionSide", "BOTH"),
        on_mark=words.get("workingType") == "MARK_PRICE",
        is_algo=is_algo,
    )
    _complete(want)
    return want


def _complete(want: Wanted) -> None:
    with_limit = SWAP_LIMITS if want.listing.is_swap else SPOT_LIMITS
    is_limit = want.kind.startswith("LIMIT") or want.kind in with_limit
    if is_limit and want.price is None:
        raise Refused(-1102, "Mandatory parameter 'price' was not sent, was empty/null.")
    if not is_limit:
        want.price = None
    needs_trigger = want.kind.startswith(("STOP", "TAKE_PROFIT"))
    if needs_trigger and want.trigger_price is None:
        raise Refused(-1102, "Mandatory parameter 'stopPrice' was not sent, was empty/null.")
    if not needs_trigger and want.trigger_price is not None:
        raise Refused(-1106, "Parameter 'stopPrice' sent when not required.")
    has_qty = want.qty_base != 0 or want.quote_qty is not None or want.close_position
    if not has_qty:
        raise Refused(-1102, "Mandatory parameter 'quantity' was not sent, was empty/null.")
