"""Where the money went: what prices gave, and what each kind of cost took. Sums are exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.analytics.facts import TradeFacts
from engine.core.money import ZERO, to_decimal
from engine.core.positions import Trade

BPS = Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Of some trades: `price_quote - slippage_quote - fee_quote + funding_quote == net_quote`.

    Slippage is that of the entries, against the price of the decision; negative where it helped.
    """

    price_quote: Decimal  # as if every entry had been filled at the price of its decision
    slippage_quote: Decimal
    fee_quote: Decimal
    funding_quote: Decimal  # what it added; negative: paid
    net_quote: Decimal
    tokens_usd: float  # of the rounds before these trades; not in the net

    @property
    def cost_ratio(self) -> float | None:
        """Slippage, fees and paid funding over what prices gave; None where they gave nothing."""
        if not self.price_quote > 0:
            return None
        return float((self.price_quote - self.net_quote) / self.price_quote)


def costs(facts: Sequence[TradeFacts]) -> Costs:
    """The attribution over `facts`."""
    trades = [fact.trade for fact in facts]
    slippage = sum((_slippage_quote(trade) for trade in trades), ZERO)
    return Costs(
        price_quote=sum((trade.pnl_quote for trade in trades), ZERO) + slippage,
        slippage_quote=slippage,
        fee_quote=sum((trade.commission_quote for trade in trades), ZERO),
        funding_quote=sum((trade.funding_quote for trade in trades), ZERO),
        net_quote=sum((trade.net_pnl_quote for trade in trades), ZERO),
        tokens_usd=sum(fact.tokens_usd for fact in facts if fact.tokens_usd > 0.0),
    )


def _slippage_quote(trade: Trade) -> Decimal:
    if trade.slippage_bps != trade.slippage_bps:  # NaN: nobody knows the price of the decision
        return ZERO
    # the fill is (1 + s) times the decision's price for a buy, (1 - s) times it for a sale
    share = to_decimal(trade.slippage_bps) / BPS
    base = 1 + share * trade.side.sign
    decided_price = trade.entry_price / base if base > 0 else trade.entry_price
    return (trade.entry_price - decided_price) * trade.side.sign * trade.qty_base
