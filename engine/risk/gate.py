"""The gate: sizes an entry, asks every risk rule, and answers with a size or a denial."""

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.money import to_decimal, to_quote
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.registry import RISK_RULES
from engine.rules import limits, sizing
from engine.rules.sizing import SizeBound, SizeLimits


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic, as /why tells it."""

    text: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """An entry that may be sent."""

    qty_base: Decimal  # on the instrument's step
    risk_quote: Decimal  # what the stop costs, before fees
    notional_quote: Decimal
    bound_by: SizeBound
    steps: tuple[Step, ...]


def judge(entry: Entry, desk: DeskView, parameters: Parameters) -> Sized | Denial:
    """The size of the entry, or the first denial of RISK_RULES, or why nothing is left of it.

    `entry` comes without notional and risk; the rules see it with both.
    """
    caps = size_limits(entry, desk, parameters)
    found = sizing.size(
        desk.equity_quote,
        parameters.risk_per_trade_ratio,
        entry.entry_price,
        entry.stop_price,
        caps,
    )
    sized_entry = replace(entry, notional_quote=found.notional_quote, risk_quote=found.risk_quote)
    for check in RISK_RULES.values():
        denial = check(sized_entry, desk, parameters)
        if denial is not None:
            return denial
    if not found.qty_base > 0.0:
        return _too_small(entry, found, caps)
    return Sized(
        qty_base=to_decimal(found.qty_base),
        risk_quote=to_quote(found.risk_quote),
        notional_quote=to_quote(found.notional_quote),
        bound_by=SizeBound(found.bound_by),
        steps=_steps(entry, desk, parameters, found, caps),
    )


def size_limits(entry: Entry, desk: DeskView, parameters: Parameters) -> SizeLimits:
    """The caps on this entry as the rules take them.

    Cash bounds purchases on spot markets only: a perpetual asks for margin, not for its notional,
    and the venue's leverage is far wider than `max_exposure_ratio`.
    """
    instrument = entry.instrument
    return SizeLimits(
        max_position_ratio=parameters.max_position_ratio,
        max_notional_quote=math.inf,
        room_quote=limits.exposure_room_quote(
            desk.gross_quote, desk.equity_quote, parameters.max_exposure_ratio
        ),
        cash_quote=desk.cash_quote if is_spot(entry.symbol) else math.inf,
        entry_cost_ratio=entry_cost_ratio(float(instrument.taker_fee_ratio), parameters),
        min_notional_quote=float(instrument.min_notional_quote),
        min_qty_base=float(instrument.min_qty_base),
        qty_step=float(instrument.qty_step),
    )


def is_spot(symbol: str) -> bool:
    """Whether ccxt's unified name has no settle currency."""
    return ":" not in symbol


def entry_cost_ratio(taker_fee_ratio: float, parameters: Parameters) -> float:
    """What a purchase may cost on top of its notional: the fee, and the widest spread allowed."""
    return taker_fee_ratio + parameters.max_spread_bps / 1e4


_DENIAL_OF_BOUND = {
    SizeBound.ROOM: Reason.EXPOSURE,
    SizeBound.CASH: Reason.INSUFFICIENT_FUNDS,
    SizeBound.NO_RISK: Reason.NO_STOP,
}

_BOUND_TEXTS = {
    SizeBound.RISK: "by the risk of its stop",
    SizeBound.POSITION: "by the largest position allowed",
    SizeBound.NOTIONAL: "by the largest notional allowed",
    SizeBound.ROOM: "by the exposure still allowed",
    SizeBound.CASH: "by the cash at hand",
    SizeBound.TOO_SMALL: "by the risk of its stop",
    SizeBound.NO_RISK: "by equity or a stop that leave no risk",
}


def _too_small(entry: Entry, found: sizing.Sized, caps: SizeLimits) -> Denial:
    bound = SizeBound(found.bound_by)
    return Denial(
        _DENIAL_OF_BOUND.get(bound, Reason.TOO_SMALL),
        f"the size, cut {_BOUND_TEXTS[bound]}, is under the minimum of {entry.symbol}: "
        f"{caps.min_notional_quote:g} {entry.instrument.quote} and "
        f"{caps.min_qty_base:g} {entry.instrument.base}",
    )


def _steps(
    entry: Entry,
    desk: DeskView,
    parameters: Parameters,
    found: sizing.Sized,
    caps: SizeLimits,
) -> tuple[Step, ...]:
    budget_quote = desk.equity_quote * parameters.risk_per_trade_ratio
    return (
        Step("equity", desk.equity_quote),
        Step(f"risk {parameters.risk_per_trade_ratio:.2%} of it", budget_quote),
        Step("distance to the stop", abs(entry.entry_price - entry.stop_price)),
        Step("quantity by risk", found.wanted_base),
        Step(
            f"largest position, {caps.max_position_ratio:.0%} of equity",
            desk.equity_quote * caps.max_position_ratio,
        ),
        Step("room left in exposure", caps.room_quote),
        Step(f"decided {_BOUND_TEXTS[SizeBound(found.bound_by)]}, on the step", found.qty_base),
        Step("notional", found.notional_quote),
        Step("lost at the stop", found.risk_quote),
    )
