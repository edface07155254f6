"""Worked examples for docs/tables.md: the desk's own functions reckon, nobody does it by hand."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.core.kinds import PositionSide, Regime, TradingState
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import EXIT_PLANS
from engine.execution.evidence import EVEN_RATIO, regime_code
from engine.execution.guarding import recipe_of
from engine.risk.contract import DeskView, Entry
from engine.risk.gate import Sized, judge
from engine.rules.evidence import NO_TALLY, noted
from engine.rules.exits import advance
from engine.rules.plans import Plan, exits_of, opened
from engine.rules.recipes import first_stop, planned
from engine.rules.stakes import StakeFacts
from engine.venues.catalogue import instrument_of
from handlers.views.words import exit_words, plan_words

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SYMBOL = "BTC/USDT:USDT"
ENTRY_PRICE, ATR_PRICE = 100.0, 1.0  # of the exit plans: easy to read as percent
LOSERS = (1.0,) * 35 + (-1.0,) * 65  # results of closed trades, in R


class Example(NamedTuple):
    """One entry to size: what is special about it, and what follows."""

    words: str
    stop_price: float
    changes: dict[str, Any]
    equity_quote: float = 10_000.0
    gross_quote: float = 0.0
    past_r: tuple[float, ...] = ()  # of the desk, the regime and the symbol


EXAMPLES = (
    Example("A near stop: the risk allows more than one position may be.", 59_000.0, {}),
    Example("Almost no room left: other positions are worth 5,700.", 59_000.0, {}, 1e4, 5_700.0),
    Example("A far stop: the risk decides.", 54_000.0, {}),
    Example(
        "The same with `adaptive_size` on, after 35 winners and 65 losers of 1 R each.",
        54_000.0,
        {"adaptive_size": True},
        past_r=LOSERS,
    ),
    Example(
        "The same with a quarter of Kelly on: such a record shows no edge.",
        54_000.0,
        {"kelly_share_ratio": 0.25},
        past_r=LOSERS,
    ),
    Example("A small account: nothing is left on the step.", 54_000.0, {}, 500.0),
)


def sizes() -> list[str]:
    """A long of bitcoin at 60,000, sized by the gate under several circumstances."""
    lines = [
        "A long of BTC/USDT:USDT at 60,000, with equity of 10,000 unless it says otherwise. These",
        "are the gate's own steps; the journal keeps them with every entry it took.",
    ]
    for example in EXAMPLES:
        lines += ["", f"**{example.words}**", "", "```", *_arithmetic(example), "```"]
    return lines


def exit_plans() -> list[str]:
    """Every plan's levels for a long at 100 with an ATR of 1 and a proposed stop at 98."""
    head = "| plan | in the chat | first stop | targets | break-even | trail | give-back | time |"
    rows = [_plan_row(name) for name in EXIT_PLANS]
    return [
        "A long at 100, ATR 1, the strategy's stop at 98 (2 ATR), in a range, with no record of",
        "the symbol. Prices unless it says otherwise.",
        "",
        head,
        f"|{'---|' * 8}",
        *rows,
        "",
        "By regime, the first stop of `regime` stands at "
        + ", ".join(f"{_stop('regime', each):g} ({each.value})" for each in Regime)
        + ". By record, that of `adaptive` stands at "
        + ", ".join(f"{_stop('adaptive', Regime.RANGE, won):g} ({won:.0%})" for won in WIN_RATIOS)
        + " of trades won.",
        "",
        *guarded_bars(),
    ]


WIN_RATIOS = (0.2, 0.5, 0.8)
BARS = (  # open, high, low, close
    (100.0, 101.0, 99.4, 100.8),
    (100.8, 102.3, 100.6, 102.1),
    (102.1, 103.4, 101.8, 103.2),
    (103.2, 104.5, 103.0, 104.3),
    (104.3, 104.4, 103.1, 103.3),
)


def guarded_bars() -> list[str]:
    """The default plan at work: what each bar makes of one and the same position."""
    stop_price = _stop("default", Regime.RANGE)
    plan = planned(recipe_of("default", Parameters()), ENTRY_PRICE, stop_price, ATR_PRICE)
    position = opened(PositionSide.LONG.sign, 1.0, ENTRY_PRICE, stop_price)
    rows = []
    for number, bar in enumerate(BARS, start=1):
        step = advance(position, plan, *bar, ATR_PRICE, float(number), 0.001)
        left = [
            f"{each.qty_base:g} at {each.price:g} ({exit_words(each.reason)})"
            for each in exits_of(step)
        ]
        qty_base = position.qty_base - sum(each.qty_base for each in exits_of(step))
        position = step.position._replace(qty_base=qty_base)
        shown = ", ".join(f"{price:g}" for price in bar)
        stop = f"{position.stop_price:g}" if qty_base > 0.0 else ""
        rows.append(f"| {number} | {shown} | {', '.join(left)} | {qty_base:g} | {stop} |")
    return [
        "The default plan, bar by bar: one whole base unit at 100, stop at 98.",
        "",
        "| bar | open, high, low, close | leaves | left | stop for the next bar |",
        f"|{'---|' * 5}",
        *rows,
    ]


def _plan_row(name: str) -> str:
    stop_price = _stop(name, Regime.RANGE)
    plan = planned(recipe_of(name, Parameters()), ENTRY_PRICE, stop_price, ATR_PRICE)
    risk_price = ENTRY_PRICE - stop_price
    cells = (
        f"`{name}`",
        plan_words(name),
        f"{stop_price:g}",
        _targets(plan, risk_price),
        _from(plan.breakeven_from_r, risk_price, ""),
        _from(plan.trail_from_r, risk_price, f", {plan.trail_atr:g} ATR behind"),
        _from(plan.give_back_from_r, risk_price, f", {plan.give_back_ratio:.0%} of it"),
        f"{plan.time_stop_bars:g} bars" if plan.time_stop_bars else "",
    )
    return f"| {' | '.join(cells)} |"


def _targets(plan: Plan, risk_price: float) -> str:
    steps = (
        (plan.target_1_r, plan.share_1_ratio),
        (plan.target_2_r, plan.share_2_ratio),
        (plan.target_3_r, plan.share_3_ratio),
    )
    return ", ".join(
        f"{share:.0%} at {ENTRY_PRICE + level_r * risk_price:g}"
        for level_r, share in steps
        if level_r > 0.0
    )


def _from(level_r: float, risk_price: float, words: str) -> str:
    return f"from {ENTRY_PRICE + level_r * risk_price:g}{words}" if level_r > 0.0 else ""


def _stop(name: str, regime: Regime, win_ratio: float = EVEN_RATIO) -> float:
    recipe = recipe_of(name, Parameters())
    proposed_price = ENTRY_PRICE - Parameters().stop_atr * ATR_PRICE
    prices = (ENTRY_PRICE, proposed_price, ATR_PRICE)
    return first_stop(recipe, PositionSide.LONG.sign, *prices, regime_code(regime), win_ratio)


def _arithmetic(example: Example) -> Sequence[str]:
    answer = judge(_entry(example), _desk(example), Parameters(**example.changes))
    if not isinstance(answer, Sized):
        return (f"no ({answer.reason.value}): {answer.text}",)
    width = max(len(step.text) for step in answer.steps)
    return [f"{step.text:<{width}}  {step.value:>12,.8g}" for step in answer.steps]


def _entry(example: Example) -> Entry:
    past = NO_TALLY
    for result_r in example.past_r:
        past = noted(past, result_r)
    return Entry(
        instrument=instrument_of(SYMBOL, 60_000.0),
        side=PositionSide.LONG,
        entry_price=60_000.0,
        stop_price=example.stop_price,
        decided_at=NOON,
        stake=StakeFacts(0.6, 1.0, past, past, past, NO_TALLY),
        volume_24h_quote=math.inf,
    )


def _desk(example: Example) -> DeskView:
    return DeskView(
        now_at=NOON,
        trading=TradingState.ACTIVE,
        equity_quote=example.equity_quote,
        cash_quote=example.equity_quote - example.gross_quote,
        day_start_quote=example.equity_quote,
        peak_quote=example.equity_quote,
        gross_quote=example.gross_quote,
        open_risk_quote=0.0,
        feed_age_s={SYMBOL: 1.0},
        spread_bps={SYMBOL: 2.0},
    )
