"""What the loopback exchange lists: symbols, their steps, minimums and fees, told as Binance."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

SPOT_KINDS = (
    "LIMIT",
    "LIMIT_MAKER",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
)
SWAP_KINDS = (
    "LIMIT",
    "MARKET",
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
)


@dataclass(slots=True)
class Listing:
    """One symbol. A test may change it while the exchange runs: `status`, the told minimums."""

    symbol: str  # BTC/USDT on spot, BTC/USDT:USDT for the perpetual
    price_step: Decimal
    qty_step: Decimal
    min_notional_quote: Decimal = Decimal(5)
    max_qty_base: Decimal = Decimal(1_000_000)
    percent_price: tuple[Decimal, Decimal] = (
        Decimal("0.2"),
        Decimal(5),
    )  # of the last price, low and high
    maker_fee_ratio: Decimal = Decimal("0.001")
    taker_fee_ratio: Decimal = Decimal("0.001")
    maintenance_ratio: Decimal = Decimal("0.005")  # of the notional, perpetuals only
    liquidation_fee_ratio: Decimal = Decimal("0.01")
    status: str = "TRADING"  # BREAK and HALT on spot, SETTLING on perpetuals: no orders
    ends_ms: int = 4_133_404_800_000  # when the perpetual is delisted: in a hundred years
    told_min_notional_quote: Decimal | None = None  # wrong minimums: what exchangeInfo says
    told_qty_step: Decimal | None = None

    @property
    def is_swap(self) -> bool:
        return ":" in self.symbol

    @property
    def base(self) -> str:
        return self.symbol.split("/")[0]

    @property
    def quote(self) -> str:
        return self.symbol.split("/")[1].split(":")[0]

    @property
    def market(self) -> str:
        """The venue's own id, the same on spot and for the perpetual: BTCUSDT."""
        return self.base + self.quote

    @property
    def is_trading(self) -> bool:
        return self.status == "TRADING"


def default_listings() -> tuple[Listing, ...]:
    """BTC, ETH and SOL against USDT, on spot and as perpetuals, with fees of each."""
    rows = (("BTC", "0.01", "0.00001"), ("ETH", "0.01", "0.0001"), ("SOL", "0.01", "0.001"))
    spot = [Listing(f"{base}/USDT", Decimal(tick), Decimal(step)) for base, tick, step in rows]
    rows = (("BTC", "0.10", "0.001"), ("ETH", "0.01", "0.001"), ("SOL", "0.01", "0.01"))
    swaps = [
        Listing(
            f"{base}/USDT:USDT",
            Decimal(tick),
            Decimal(step),
            maker_fee_ratio=Decimal("0.0002"),
            taker_fee_ratio=Decimal("0.0005"),
        )
        for base, tick, step in rows
    ]
    return (*spot, *swaps)


def spot_info(listings: Iterable[Listing]) -> dict[str, object]:
    """The body of GET /api/v3/exchangeInfo."""
    return {"timezone": "UTC", "rateLimits": [], "symbols": [_spot(row) for row in listings]}


def swap_info(listings: Iterable[Listing]) -> dict[str, object]:
    """The body of GET /fapi/v1/exchangeInfo."""
    return {"timezone": "UTC", "rateLimits": [], "symbols": [_swap(row) for row in listings]}


def _spot(row: Listing) -> dict[str, object]:
    return {
        "symbol": row.market,
        "status": row.status,
        "baseAsset": row.base,
        "quoteAsset": row.quote,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": list(SPOT_KINDS),
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "filters": [
            *_steps(row),
            {"filterType": "NOTIONAL", "minNotional": _min_notional(row), "applyMinToMarket": True},
            {
                "filterType": "PERCENT_PRICE_BY_SIDE",
                "bidMultiplierUp": str(row.percent_price[1]),
                "bidMultiplierDown": str(row.percent_price[0]),
                "askMultiplierUp": str(row.percent_price[1]),
                "askMultiplierDown": str(row.percent_price[0]),
                "avgPriceMins": 5,
            },
        ],
    }


def _swap(row: Listing) -> dict[str, object]:
    return {
        "symbol": row.market,
        "pair": row.market,
        "contractType": "PERPETUAL",
        "deliveryDate": row.ends_ms,
        "onboardDate": 1_569_398_400_000,
        "status": row.status,
        "baseAsset": row.base,
        "quoteAsset": row.quote,
        "marginAsset": row.quote,
        "pricePrecision": 8,
        "quantityPrecision": 8,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "orderTypes": list(SWAP_KINDS),
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
        "filters": [
            *_steps(row),
            {"filterType": "MIN_NOTIONAL", "notional": _min_notional(row)},
            {
                "filterType": "PERCENT_PRICE",
                "multiplierUp": str(row.percent_price[1]),
                "multiplierDown": str(row.percent_price[0]),
                "multiplierDecimal": "4",
            },
        ],
    }


def _min_notional(row: Listing) -> str:
    told = row.told_min_notional_quote
    return str(row.min_notional_quote if told is None else told)


def _steps(row: Listing) -> list[dict[str, object]]:
    step = str(row.told_qty_step or row.qty_step)
    lot = {"minQty": step, "maxQty": str(row.max_qty_base), "stepSize": step}
    tick = str(row.price_step)
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": tick,
            "maxPrice": "10000000",
            "tickSize": tick,
        },
        {"filterType": "LOT_SIZE", **lot},
        {"filterType": "MARKET_LOT_SIZE", **lot},
    ]
