"""How a size came about, step by step, and what is said where nothing is left of it."""

import math

from engine.core.advice import SizeStep
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import sizing
from engine.rules.sizing import SizeBound, SizeLimits
from engine.rules.stakes import Stakes

DENIAL_OF_BOUND = {
    SizeBound.ROOM: Reason.EXPOSURE,
    SizeBound.CASH: Reason.INSUFFICIENT_FUNDS,
    SizeBound.NO_RISK: Reason.NO_STOP,
    SizeBound.KELLY: Reason.NO_EDGE,
}

BOUND_TEXTS = {
    SizeBound.RISK: "by the risk of its stop",
    SizeBound.POSITION: "by the largest position allowed",
    SizeBound.NOTIONAL: "by the largest notional allowed",
    SizeBound.ROOM: "by the exposure still allowed",
    SizeBound.CASH: "by the cash at hand",
    SizeBound.TOO_SMALL: "by the risk of its stop",
    SizeBound.NO_RISK: "by equity or a stop that leave no risk",
    SizeBound.KELLY: "by the edge that the trades so far show",
    SizeBound.VOLATILITY: "by how wild the market is",
    SizeBound.ADDITION: "by the first risk of the position it adds to",
    SizeBound.ADAPTIVE: "by the record of its regime, symbol and hour",
}


def too_small(entry: Entry, found: sizing.Sized, caps: SizeLimits) -> Denial:
    """The denial of an entry of which nothing is left."""
    bound = SizeBound(found.bound_by)
    return Denial(
        DENIAL_OF_BOUND.get(bound, Reason.TOO_SMALL),
        f"the size, cut {BOUND_TEXTS[bound]}, is under the minimum of {entry.symbol}: "
        f"{caps.min_notional_quote:g} {entry.instrument.quote} and "
        f"{caps.min_qty_base:g} {entry.instrument.base}",
    )


def arithmetic(
    entry: Entry,
    desk: DeskView,
    parameters: Parameters,
    wanted: Stakes,
    found: sizing.Sized,
    caps: SizeLimits,
) -> tuple[SizeStep, ...]:
    """From equity to the quantity: what each way of sizing wanted, the caps, the answer."""
    budget_quote = desk.equity_quote * parameters.risk_per_trade_ratio
    return (
        SizeStep("equity", desk.equity_quote),
        SizeStep(f"risk {parameters.risk_per_trade_ratio:.2%} of it", budget_quote),
        SizeStep("distance to the stop", abs(entry.entry_price - entry.stop_price)),
        SizeStep("quantity by risk", wanted.risk_base),
        *_by_evidence(entry, parameters, wanted),
        SizeStep(
            f"largest position, {caps.max_position_ratio:.0%} of equity",
            desk.equity_quote * caps.max_position_ratio,
        ),
        SizeStep("room left in exposure", caps.room_quote),
        SizeStep(f"decided {BOUND_TEXTS[SizeBound(found.bound_by)]}, on the step", found.qty_base),
        SizeStep("notional", found.notional_quote),
        SizeStep("lost at the stop", found.risk_quote),
    )


def _by_evidence(entry: Entry, parameters: Parameters, wanted: Stakes) -> tuple[SizeStep, ...]:
    found: list[SizeStep] = []
    if wanted.kelly_base < math.inf:
        found += [
            SizeStep("chance of a win, its lower bound", wanted.probability_low_ratio),
            SizeStep("mean gain over mean loss", wanted.payoff),
            SizeStep(f"risk by {parameters.kelly_share_ratio:.0%} Kelly", wanted.kelly_risk_ratio),
            SizeStep("quantity by Kelly", wanted.kelly_base),
        ]
    if wanted.volatility_base < math.inf:
        found += [
            SizeStep("usual over present volatility", wanted.volatility_multiplier),
            SizeStep("quantity by volatility", wanted.volatility_base),
        ]
    if entry.stake.add_base < math.inf:
        found.append(SizeStep("quantity that keeps to the first risk", entry.stake.add_base))
    if wanted.adaptive_base < math.inf:
        found += [
            SizeStep("record of regime, symbol and hour", wanted.adaptive_multiplier),
            SizeStep("quantity by record", wanted.adaptive_base),
        ]
    return tuple(found)
