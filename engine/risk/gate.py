"""The gate: sizes an entry, asks every risk rule, and answers with a size or a denial."""

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.advice import SizeStep
from engine.core.market import Instrument
from engine.core.money import to_decimal, to_quote
from engine.core.parameters import Parameters
from engine.risk.arithmetic import arithmetic, too_small
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.registry import RISK_RULES
from engine.rules import limits
from engine.rules.pyramids import AddTerms
from engine.rules.sizing import SizeBound, SizeLimits
from engine.rules.stakes import StakePolicy, staked, stakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """An entry that may be sent."""

    qty_base: Decimal  # on the instrument's step
    risk_quote: Decimal  # what the stop costs, before fees
    notional_quote: Decimal
    stop_price: float  # what the size was reckoned with
    plan_name: str  # and the exit plan that put it there
    adds_to: int | None  # the open position that it adds to
    bound_by: SizeBound
    steps: tuple[SizeStep, ...]


def judge(entry: Entry, desk: DeskView, parameters: Parameters) -> Sized | Denial:
    """The size of the entry, or the first denial of RISK_RULES, or why nothing is left of it.

    `entry` comes without notional and risk; the rules see it with both.
    """
    caps = size_limits(entry, desk, parameters)
    prices = (desk.equity_quote, entry.entry_price, entry.stop_price)
    wanted = stakes(*prices, entry.stake, stake_policy(parameters))
    found = staked(wanted, *prices, caps)
    sized_entry = replace(entry, notional_quote=found.notional_quote, risk_quote=found.risk_quote)
    for check in RISK_RULES.values():
        denial = check(sized_entry, desk, parameters)
        if denial is not None:
            return denial
    if not found.qty_base > 0.0:
        return too_small(entry, found, caps)
    return Sized(
        qty_base=to_decimal(found.qty_base),
        risk_quote=to_quote(found.risk_quote),
        notional_quote=to_quote(found.notional_quote),
        stop_price=entry.stop_price,
        plan_name=entry.plan_name,
        adds_to=entry.adds_to,
        bound_by=SizeBound(found.bound_by),
        steps=arithmetic(entry, desk, parameters, wanted, found, caps),
    )


def stake_policy(parameters: Parameters) -> StakePolicy:
    """The ways of sizing that are on."""
    return StakePolicy(
        risk_ratio=parameters.risk_per_trade_ratio,
        kelly_share_ratio=parameters.kelly_share_ratio,
        volatility_position_ratio=parameters.volatility_position_ratio,
        adapts=int(parameters.adaptive_size),
        prior_trades=float(parameters.prior_trades),
    )


def size_limits(entry: Entry, desk: DeskView, parameters: Parameters) -> SizeLimits:
    """The caps on this entry as the rules take them.

    Cash bounds purchases on spot markets only: a perpetual asks for margin, not for its notional,
    and the venue's leverage is far wider than `max_exposure_ratio`.
    """
    instrument = entry.instrument
    return SizeLimits(
        max_position_ratio=parameters.max_position_ratio,
        max_notional_quote=max_notional_quote(parameters),
        room_quote=limits.exposure_room_quote(
            desk.gross_quote, desk.equity_quote, parameters.max_exposure_ratio
        ),
        cash_quote=math.inf if entry.instrument.is_margined else desk.cash_quote,
        entry_cost_ratio=entry_cost_ratio(float(instrument.taker_fee_ratio), parameters),
        min_notional_quote=min_notional_quote(instrument, parameters),
        min_qty_base=float(instrument.min_qty_base),
        qty_step=float(instrument.qty_step),
        held_quote=entry.held_quote,
    )


def add_terms(parameters: Parameters) -> AddTerms:
    """When and how much may be added to a position that wins."""
    return AddTerms(
        from_r=parameters.pyramid_from_r,
        share_ratio=parameters.pyramid_share_ratio,
        max_adds=parameters.pyramid_max_adds,
    )


def max_notional_quote(parameters: Parameters) -> float:
    """The largest notional of one position; infinite where that is off."""
    return parameters.max_notional_quote or math.inf


def min_notional_quote(instrument: Instrument, parameters: Parameters) -> float:
    """The smallest notional of an entry: the venue's, or ours where that is larger."""
    return max(float(instrument.min_notional_quote), parameters.min_notional_quote)


def entry_cost_ratio(taker_fee_ratio: float, parameters: Parameters) -> float:
    """What a purchase may cost on top of its notional: the fee, and the widest spread allowed."""
    return taker_fee_ratio + parameters.max_spread_bps / 1e4
