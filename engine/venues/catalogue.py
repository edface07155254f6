"""Instruments of the simulated and the replayed markets: plausible steps, minimums and fees.

Recorded bars say nothing of steps. The table is modelled on a large venue's USDT perpetuals
(finer on its spot market, but one table serves both: coarser is the careful side); what is not
in it follows from the price. Every price step times its quantity step is a multiple of 1e-8, so
each notional is an exact ledger number.
"""

import math
from decimal import Decimal
from typing import NamedTuple

from engine.core.errors import SettingsError
from engine.core.market import Instrument
from engine.rules.fills import Costs

QUOTE_STABLES = frozenset({"USDT", "USDC", "USD", "BUSD", "FDUSD"})
SPOT_FEE_RATIOS = (Decimal("0.001"), Decimal("0.001"))  # maker, taker
SWAP_FEE_RATIOS = (Decimal("0.0002"), Decimal("0.0005"))
MIN_NOTIONAL_QUOTE = Decimal(5)
SPREAD_BPS = 2.0
SLIPPAGE_BPS = 0.5
IMPACT_BPS = 10.0


class Steps(NamedTuple):
    price_step: str
    qty_step: str
    sector: str


STEPS = {
    "BTC": Steps("0.1", "0.001", "major"),
    "ETH": Steps("0.01", "0.001", "major"),
    "BNB": Steps("0.01", "0.01", "exchange"),
    "SOL": Steps("0.001", "0.1", "layer1"),
    "XRP": Steps("0.0001", "0.1", "payment"),
    "DOGE": Steps("0.00001", "1", "meme"),
    "LINK": Steps("0.001", "0.01", "oracle"),
    "AVAX": Steps("0.001", "0.1", "layer1"),
    "ADA": Steps("0.0001", "1", "layer1"),
    "DOT": Steps("0.001", "0.1", "layer1"),
    "LTC": Steps("0.01", "0.001", "payment"),
    "TRX": Steps("0.00001", "1", "layer1"),
    "MATIC": Steps("0.0001", "1", "layer2"),
}


class SymbolParts(NamedTuple):
    """A unified symbol taken apart; `settle` is empty on spot."""

    base: str
    quote: str
    settle: str


def parts_of(symbol: str) -> SymbolParts:
    """`BTC/USDT:USDT` taken apart; raises SettingsError when it does not look like a symbol."""
    pair, _, settle = symbol.partition(":")
    base, slash, quote = pair.partition("/")
    if not (base and slash and quote) or symbol.endswith(":"):
        raise SettingsError(
            f"SYMBOLS: '{symbol}' is not a symbol.", hint="Write BTC/USDT or BTC/USDT:USDT."
        )
    return SymbolParts(base, quote, settle)


def instrument_of(symbol: str, price: float) -> Instrument:
    """The instrument of `symbol`; `price`, one of its prices, sizes the steps of unknown ones."""
    base, quote, settle = parts_of(symbol)
    known = STEPS.get(base) if quote in QUOTE_STABLES else None
    steps = known or _steps_for(price)
    maker_fee_ratio, taker_fee_ratio = SWAP_FEE_RATIOS if settle else SPOT_FEE_RATIOS
    return Instrument(
        symbol=symbol,
        base=base,
        quote=quote,
        price_step=Decimal(steps.price_step),
        qty_step=Decimal(steps.qty_step),
        min_qty_base=Decimal(steps.qty_step),
        min_notional_quote=MIN_NOTIONAL_QUOTE,
        maker_fee_ratio=maker_fee_ratio,
        taker_fee_ratio=taker_fee_ratio,
        shortable=bool(settle),
        sector=steps.sector,
    )


def costs_of(
    instrument: Instrument,
    *,
    spread_bps: float = SPREAD_BPS,
    slippage_bps: float = SLIPPAGE_BPS,
    impact_bps: float = IMPACT_BPS,
) -> Costs:
    """What trading `instrument` costs in a simulated fill: its fees, and how the market resists."""
    return Costs(
        maker_fee_ratio=float(instrument.maker_fee_ratio),
        taker_fee_ratio=float(instrument.taker_fee_ratio),
        spread_bps=spread_bps,
        slippage_bps=slippage_bps,
        impact_bps=impact_bps,
    )


def _steps_for(price: float) -> Steps:
    # 5 digits of price, and a quantity step worth 0.1 to 1 quote
    if not 0.0 < price < math.inf:
        raise SettingsError(f"no price to size an instrument by: {price}")
    magnitude = math.floor(math.log10(price))
    qty_step = Decimal(1).scaleb(min(-magnitude - 1, 3))
    price_step = Decimal(1).scaleb(max(magnitude - 4, -8))
    return Steps(format(price_step, "f"), format(qty_step, "f"), "other")
