"""Every limit that an entry may break, reckoned from the auditor's books."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from engine.core.orders import Order
from engine.core.parameters import Parameters
from tests.engine.research.audit_books import AuditBooks
from tests.engine.research.slow_likeness import SlowLikeness


class Bounded(NamedTuple):
    """A value with the entry in it, and the most it may be."""

    value: float
    limit: float


class Entry(NamedTuple):
    """An entry order as it leaves."""

    symbol: str
    sign: int
    notional_quote: float  # at the decision price
    risk_quote: float  # lost at its stop
    held_quote: float = 0.0  # notional of the position that it adds to, at the mark
    at_stop_quote: float = 0.0  # lost there already; negative: gained
    budget_quote: float = math.inf  # 1R of that position's first entry


def entry_of(order: Order, books: AuditBooks) -> Entry:
    """The order in plain numbers; an addition stands under the stop of its position."""
    request, kept = order.request, books.kept.get(order.position_id)
    qty_base, price = float(request.qty_base), request.decision_price
    sign = request.side.sign
    if kept is None:
        stop_price = order.terms.stop_price if order.terms is not None else 0.0
        risk_quote = (price - stop_price) * sign * qty_base
        return Entry(request.symbol, sign, price * qty_base, risk_quote)
    return Entry(
        request.symbol,
        sign,
        price * qty_base,
        (price - kept.stop_price) * sign * qty_base,
        float(kept.qty_base * books.marks[request.symbol]),
        kept.at_stop_quote,
        kept.first_risk_quote,
    )


def limits_with(
    entry: Entry, books: AuditBooks, parameters: Parameters, funding_ratio: float
) -> dict[str, Bounded]:
    """What the account and the sizes of all positions bound, by name."""
    equity_quote = float(books.equity_quote())
    worths = books.worths()
    sector = books.instruments[entry.symbol].sector
    gross_quote = sum(map(abs, worths.values())) + entry.notional_quote
    net_before_quote = sum(worths.values())
    net_quote = net_before_quote + entry.sign * entry.notional_quote
    heat_quote = books.heat_quote() + entry.risk_quote
    sector_quote = books.sector_quote(sector) + entry.notional_quote

    def share(part_quote: float, limit_ratio: float) -> Bounded:
        return Bounded(part_quote / equity_quote, limit_ratio)

    found = {
        "positions": Bounded(len({*worths, entry.symbol}), parameters.max_positions),
        "notional": share(entry.held_quote + entry.notional_quote, parameters.max_position_ratio),
        "gross": share(gross_quote, parameters.max_exposure_ratio),
        "leverage": share(gross_quote, parameters.max_leverage),
        "risk": share(entry.risk_quote, parameters.risk_per_trade_ratio),
        "heat": share(heat_quote, parameters.max_heat_ratio),
        "sector": share(sector_quote, parameters.max_sector_ratio),
        "funding": Bounded(entry.sign * funding_ratio, parameters.max_funding_ratio),
    }
    if entry.held_quote:
        at_stop_quote = entry.at_stop_quote + entry.risk_quote
        found["risk"] = share(at_stop_quote, entry.budget_quote / equity_quote)
    if abs(net_quote) >= abs(net_before_quote):  # a hedge is always allowed
        found["net"] = share(abs(net_quote), parameters.max_net_ratio)
    return found


def likeness_with(
    entry: Entry, books: AuditBooks, parameters: Parameters, likeness: SlowLikeness, at: datetime
) -> Mapping[str, Bounded]:
    """What bounds having the same position twice, by name; NaN where it is not known."""
    worths, equity_quote = books.worths(), float(books.equity_quote())
    bitcoin = next(symbol for symbol in books.instruments if symbol.startswith("BTC/"))
    before_quote = sum(w * likeness.beta(s, bitcoin, at) for s, w in worths.items())
    beta = likeness.beta(entry.symbol, bitcoin, at)
    after_quote = before_quote + entry.sign * entry.notional_quote * beta
    found = {}
    if abs(after_quote) >= abs(before_quote):
        found["beta"] = Bounded(abs(after_quote) / equity_quote, parameters.max_beta_ratio)
    for other, worth in worths.items():
        direction = entry.sign if worth > 0.0 else -entry.sign
        ratio = likeness.correlation_ratio(entry.symbol, other, at) * direction
        if other != entry.symbol:
            found[f"correlation with {other}"] = Bounded(ratio, parameters.max_correlation_ratio)
    return found
