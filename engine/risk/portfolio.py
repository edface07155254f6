"""The desk's positions as the rules of the whole take them. Sums stay on the grid of 1e-8."""

import math

from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.parameters.texts import sectors_of
from engine.risk.contract import DeskView, Entry
from engine.rules.portfolio import PortfolioLimits, PortfolioNumbers, Wish
from engine.rules.steps import quote8

UNKNOWN_BETA = 1.0  # what is not known moves as bitcoin does


def sector_of(instrument: Instrument, parameters: Parameters) -> str:
    """The instrument's sector: the person's own map first, then the catalogue's."""
    return sectors_of(parameters.sectors).get(instrument.base.upper(), instrument.sector)


def beta_of(symbol: str, desk: DeskView) -> float:
    """The symbol's beta against bitcoin, UNKNOWN_BETA where it is not known."""
    beta = desk.beta.get(symbol, math.nan)
    return UNKNOWN_BETA if math.isnan(beta) else beta


def wish_of(entry: Entry, desk: DeskView) -> Wish:
    """The entry as the rules take it."""
    return Wish(
        sign=entry.side.sign,
        notional_quote=entry.notional_quote,
        margined=entry.instrument.is_margined,
        beta=beta_of(entry.symbol, desk),
    )


def numbers_of(entry: Entry, desk: DeskView, parameters: Parameters) -> PortfolioNumbers:
    """All that is open, as the rules take it, seen from the entry."""
    sector = sector_of(entry.instrument, parameters)
    net = margined = spot = in_sector = moving = 0.0
    for held in desk.held:
        signed_quote = held.sign * held.notional_quote
        net = quote8(net + signed_quote)
        if held.instrument.is_margined:
            margined = quote8(margined + held.notional_quote)
        else:
            spot = quote8(spot + signed_quote)
        if sector_of(held.instrument, parameters) == sector:
            in_sector = quote8(in_sector + held.notional_quote)
        moving = quote8(moving + quote8(signed_quote * beta_of(held.symbol, desk)))
    return PortfolioNumbers(
        open_positions=len(desk.open_symbols),
        equity_quote=desk.equity_quote,
        net_quote=net,
        margined_quote=margined,
        spot_quote=spot,
        sector_quote=in_sector,
        beta_quote=moving,
        correlation_ratio=_closest(entry, desk)[0],
    )


def limits_of(parameters: Parameters) -> PortfolioLimits:
    """The parameters as the rules take them."""
    return PortfolioLimits(
        min_equity_quote=parameters.min_equity_quote,
        max_position_quote=parameters.max_notional_quote,
        capital_per_position_quote=parameters.capital_per_position_quote,
        max_net_ratio=parameters.max_net_ratio,
        max_leverage=parameters.max_leverage,
        maintenance_ratio=parameters.maintenance_ratio,
        min_liquidation_ratio=parameters.min_liquidation_ratio,
        max_sector_ratio=parameters.max_sector_ratio,
        max_correlation_ratio=parameters.max_correlation_ratio,
        max_beta_ratio=parameters.max_beta_ratio,
    )


def closest(entry: Entry, desk: DeskView) -> str:
    """The open symbol that the entry repeats most; empty where nothing is open."""
    return _closest(entry, desk)[1]


def _closest(entry: Entry, desk: DeskView) -> tuple[float, str]:
    # a hedge (the other direction of what moves alike) counts for nothing; one unknown, all unknown
    highest_ratio, symbol = 0.0, ""
    for held in desk.held:
        if entry.adds_to is not None and held.symbol == entry.symbol:
            continue
        ratio = desk.correlation_ratio.get(held.symbol, math.nan) * entry.side.sign * held.sign
        if math.isnan(ratio):
            return math.nan, held.symbol
        if ratio > highest_ratio:
            highest_ratio, symbol = ratio, held.symbol
    return highest_ratio, symbol
