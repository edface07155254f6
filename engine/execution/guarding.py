"""From a market event and a position to the exits it wants: the rules' `advance`, called live."""

from decimal import Decimal

from engine.core.kinds import Purpose
from engine.core.market import PriceMoved
from engine.core.money import to_decimal
from engine.core.parameters import Parameters
from engine.core.positions import Position
from engine.execution.booking import guard_of, guarded
from engine.execution.executor import ExitWish
from engine.rules import exits, plans

SLOTS = (Purpose.TARGET_1, Purpose.TARGET_2, Purpose.TARGET_3, Purpose.STOP)


def plan_of(parameters: Parameters) -> plans.Plan:
    """The exit plan that the parameters describe; the last target takes the rest."""
    second = parameters.target_2_r > 0.0
    first_share = parameters.target_1_share_ratio if second else 1.0
    return plans.Plan(
        target_1_r=parameters.target_1_r,
        share_1_ratio=first_share,
        target_2_r=parameters.target_2_r,
        share_2_ratio=1.0 - first_share,
        target_3_r=0.0,
        share_3_ratio=0.0,
        breakeven_from_r=parameters.breakeven_from_r,
        trail_from_r=parameters.trail_from_r,
        trail_atr=parameters.trail_atr if parameters.trail_from_r > 0.0 else 0.0,
        give_back_from_r=0.0,
        give_back_ratio=0.0,
        time_stop_bars=float(parameters.time_stop_bars),
    )


def advanced(
    position: Position,
    leaving_base: Decimal,
    event: PriceMoved,
    plan: plans.Plan,
    atr_price: float,
    bar_s: int,
    qty_step: Decimal,
) -> tuple[Position, tuple[ExitWish, ...]]:
    """The position after `event`, and what of it is to leave now.

    `leaving_base` is already on its way out and is not offered to the rules again. An event that
    the guard has seen (the redo after a crash) changes nothing.
    """
    if event.at <= position.advanced_at:
        return position, ()
    guard = guard_of(position)
    guard = plans.Position(guard.sign, float(position.qty_base - leaving_base), *guard[2:])
    step = exits.advance(
        guard,
        plan,
        event.open_price,
        event.high_price,
        event.low_price,
        event.close_price,
        atr_price,
        (event.at - position.opened_at).total_seconds() / bar_s,
        float(qty_step),
    )
    wishes = tuple(
        _wish(slot, exit_)
        for slot, exit_ in zip(SLOTS, step[1:], strict=True)
        if exit_.reason != plans.NONE
    )
    return guarded(position, step.position, at=event.at), wishes


def _wish(slot: Purpose, exit_: plans.Exit) -> ExitWish:
    purpose = Purpose.TIME if exit_.reason == plans.TIME else slot
    return ExitWish(
        purpose=purpose,
        exit_reason=int(exit_.reason),
        qty_base=to_decimal(exit_.qty_base),
        decision_price=exit_.price,
    )
