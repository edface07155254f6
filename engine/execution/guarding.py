"""From a market event and a position to the exits it wants: the rules' `advance`, called live."""

from datetime import datetime
from decimal import Decimal

from engine.core.advice import Proposal
from engine.core.kinds import Purpose, Trail
from engine.core.market import PriceMoved
from engine.core.money import to_decimal
from engine.core.orders import LAPSED, Order
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import DEFAULT_PLAN, LEAD_PLAN
from engine.core.positions import Position
from engine.execution.booking import guard_of, guarded
from engine.execution.drafts import ExitWish
from engine.execution.evidence import Evidence, regime_code
from engine.rules import exits, plans
from engine.rules.recipes import RECIPES, Recipe, StopFrom, Unit, first_stop, planned

REPEAT_REFUSED_S = 5.0  # market time after the first attempt at an exit that is refused
EAGER_ATTEMPTS = 50  # as long as each of them gets something, there is no pause
LONGEST_REPEAT_S = 120.0  # and after many: their number is bounded by what an id can hold
SLOTS = (Purpose.TARGET_1, Purpose.TARGET_2, Purpose.TARGET_3, Purpose.STOP)


def recipe_of(plan_name: str, parameters: Parameters) -> Recipe:
    """The exit plan of that name before there is an entry.

    An unknown name (a position of a newer version) is left by the default plan.
    """
    levels = _default_levels(parameters)
    recipe = Recipe(int(StopFrom.PROPOSAL), 0.0, 0.0, int(Unit.R), levels)
    if plan_name == DEFAULT_PLAN or plan_name not in RECIPES:
        return recipe
    recipe = RECIPES[plan_name]
    # a forecast is over at its horizon
    bars = parameters.horizon_bars if plan_name == LEAD_PLAN else parameters.time_stop_bars
    in_time = recipe.levels._replace(time_stop_bars=float(bars))
    return recipe._replace(levels=in_time)


def plan_of(position: Position, parameters: Parameters) -> plans.Plan:
    """How `position` is to be left: its plan's levels in R, from its own entry and first stop."""
    plan = planned(
        recipe_of(position.plan_name, parameters),
        float(position.entry_price),
        position.initial_stop_price,
        position.facts.atr_price,
    )
    return plan if position.trail is Trail.PLAN else trailed(plan, position.trail, parameters)


def trailed(plan: plans.Plan, trail: Trail, parameters: Parameters) -> plans.Plan:
    """The plan with its trail as a person wants it: on from the entry, or off."""
    if trail is Trail.OFF:
        return plan._replace(trail_atr=0.0)
    trail_atr = plan.trail_atr if plan.trail_atr > 0.0 else parameters.trail_atr
    return plan._replace(trail_from_r=0.0, trail_atr=trail_atr)


def planned_stop(
    proposal: Proposal, plan_name: str, evidence: Evidence, parameters: Parameters
) -> float:
    """Where the first stop of the proposal goes by that plan; 0.0: there is no such price."""
    snapshot = proposal.snapshot
    return first_stop(
        recipe_of(plan_name, parameters),
        snapshot.side.sign,
        snapshot.entry_price,
        snapshot.stop_price,
        snapshot.features["atr_price"],
        regime_code(snapshot.regime),
        evidence.win_ratio(proposal.symbol, parameters.prior_trades),
    )


def _default_levels(parameters: Parameters) -> plans.Plan:
    # what the parameters describe; the last target takes the rest
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


def on_signal(qty_base: Decimal, close_price: float) -> ExitWish:
    """The wish to leave because the strategies want the other side."""
    return ExitWish(
        purpose=Purpose.SIGNAL,
        exit_reason=plans.SIGNAL,
        qty_base=qty_base,
        decision_price=close_price,
    )


def again(order: Order) -> ExitWish:
    """The wish of an exit that ended before it was filled, for what it did not execute."""
    return ExitWish(
        purpose=order.purpose,
        exit_reason=order.exit_reason,
        qty_base=order.leaves_base,
        decision_price=order.request.decision_price,
    )


def is_due(order: Order, at: datetime) -> bool:
    """Whether that exit is to be tried again now."""
    # what never arrived goes out again at once, and once what found too thin a book; what the
    # venue refuses, or what finds nobody again and again, after a pause
    pauses = order.attempt
    if order.state in LAPSED:
        finds_some = order.filled_base > 0 and order.attempt < EAGER_ATTEMPTS
        pauses = 0 if finds_some else order.attempt - 1
    elif order.reason is None:
        pauses = 0
    if order.done_at is None or not pauses:
        return True
    pause_s = min(REPEAT_REFUSED_S * pauses, LONGEST_REPEAT_S)
    return (at - order.done_at).total_seconds() >= pause_s


def _wish(slot: Purpose, exit_: plans.Exit) -> ExitWish:
    purpose = Purpose.TIME if exit_.reason == plans.TIME else slot
    return ExitWish(
        purpose=purpose,
        exit_reason=int(exit_.reason),
        qty_base=to_decimal(exit_.qty_base),
        decision_price=exit_.price,
    )
