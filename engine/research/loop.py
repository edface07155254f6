"""The desk's loop as one function over arrays: the order of operations of `execution/desk.py`.

At each moment: every price (guard, exits, fills, margin), every funding, every closed bar that
strategies act on (limits, size, entry at the close), then the moment's end (worth, new day,
breaker). All arithmetic is the rules'; here stands only the order. It runs as plain Python and
compiled, with the same digits.

`s` is a symbol's index, `k` a moment's (engine/research/world.py).
"""

import math

import numpy as np

from engine.research.evidence import facts_on, keep_plan, keep_terms, plan_at, stop_on
from engine.research.margins import enforced, funding_settled
from engine.research.pieces import (
    desk_numbers,
    entered,
    equity_of,
    filled,
    forgotten,
    free_cash,
    keep,
    loaded,
)
from engine.research.portfolio import is_restrained, paused_by_streak
from engine.research.world import (
    ADDITION,
    ADDS,
    B_ADVISED,
    B_ATR,
    B_CLOSE,
    B_ENDS,
    B_HIGH,
    B_LOW,
    B_OPEN,
    B_SIGNAL,
    CASH_QUOTE,
    OPENED_AT_S,
    PLAN,
    POSITION_ID,
    RISK_QUOTE,
    S_LIQUIDATED,
    S_PAUSED,
    S_POSITIONS,
    T_ENTRY_COST,
    T_MIN_NOTIONAL,
    T_MIN_QTY,
    T_QTY_STEP,
    T_SPOT,
    Account,
    World,
    piece,
)
from engine.rules import exits, limits, plans, pyramids
from engine.rules.ledger import drawdown_ratio, value_quote
from engine.rules.plans import Exit, Position
from engine.rules.restraint import adapted_limits
from engine.rules.sizing import SizeLimits
from engine.rules.stakes import staked, stakes

DAY_S = 86_400


@piece
def price_moved(world: World, account: Account, s: int, k: int) -> Account:
    """The guard sees the bar, and what it wants to leave leaves at once."""
    tape, book = world.tape, world.book
    book.mark_price[s] = tape.bars[B_CLOSE, s, k]
    position = loaded(book.held, s)
    if not position.qty_base > 0.0:
        return account
    held_s = float(tape.at_s[k]) - float(book.held[s, OPENED_AT_S])
    step = exits.advance(
        position,
        plan_at(book.held, s, PLAN),
        float(tape.bars[B_OPEN, s, k]),
        float(tape.bars[B_HIGH, s, k]),
        float(tape.bars[B_LOW, s, k]),
        float(tape.bars[B_CLOSE, s, k]),
        float(book.atr_price[s]),
        held_s / world.policy.bar_s,
        float(world.terms[T_QTY_STEP, s]),
    )
    keep(book.held, s, step.position)
    for slot in range(4):
        wish = step.exit_1
        if slot == 1:
            wish = step.exit_2
        elif slot == 2:
            wish = step.exit_3
        elif slot == 3:
            wish = step.exit_4
        if wish.reason != plans.NONE:
            account = filled(world, account, s, k, loaded(book.held, s), wish)
    return enforced(world, account, s, k)


@piece
def bar_closed(world: World, account: Account, s: int, k: int) -> Account:
    """The bar's proposal, if any, opens a position or adds to one where nothing is against it."""
    tape, book = world.tape, world.book
    book.atr_price[s] = tape.bars[B_ATR, s, k]
    if book.held[s, 1] > 0.0:
        account = reconsidered(world, account, s, k)
    sign = int(tape.sign[s, k])
    may_enter = account.state == limits.ACTIVE and book.streak[S_PAUSED] != 1.0
    may_enter = may_enter and book.streak[S_LIQUIDATED] != 1.0
    if sign == 0 or not may_enter:
        return account
    held = loaded(book.held, s)
    if not held.qty_base > 0.0:
        stop_price = stop_on(world, s, k, sign)
        return entered_on(world, account, s, k, plans.opened(sign, 0.0, 0.0, stop_price), math.inf)
    close_price = float(tape.bars[B_CLOSE, s, k])
    adds_done = int(book.held[s, ADDS])
    is_confirmed = pyramids.is_confirmed(held, close_price, adds_done, world.policy.add)
    if held.sign != sign or not is_confirmed:
        return account
    add_base = pyramids.add_size(
        held,
        close_price,
        adds_done,
        float(book.held[s, RISK_QUOTE]),
        world.policy.add,
        float(world.terms[T_ENTRY_COST, s]),
    )
    return entered_on(world, account, s, k, held, add_base)


@piece
def entered_on(
    world: World, account: Account, s: int, k: int, held: Position, add_base: float
) -> Account:
    """The account after an entry at the bar's close, sized and held against every limit.

    `held` is the position that it adds to, or an empty one with the side and the stop.
    """
    tape, terms, policy, book = world.tape, world.terms, world.policy, world.book
    sign, stop_price = held.sign, held.stop_price
    close_price = float(tape.bars[B_CLOSE, s, k])
    account = forgotten(world, account, k)
    desk = desk_numbers(world, account, s, k)
    cash_quote = free_cash(world, account) if terms[T_SPOT, s] == 1.0 else math.inf
    caps = SizeLimits(
        policy.max_position_ratio,
        policy.max_notional_quote,
        limits.exposure_room_quote(
            desk.gross_quote, desk.equity_quote, policy.desk.max_gross_ratio
        ),
        cash_quote,
        float(terms[T_ENTRY_COST, s]),
        float(terms[T_MIN_NOTIONAL, s]),
        float(terms[T_MIN_QTY, s]),
        float(terms[T_QTY_STEP, s]),
        abs(value_quote(sign, held.qty_base, float(book.mark_price[s]))),
    )
    facts = facts_on(world, s, k, add_base)
    wanted_stakes = stakes(desk.equity_quote, close_price, stop_price, facts, policy.stake)
    sized = staked(wanted_stakes, desk.equity_quote, close_price, stop_price, caps)
    if not sized.qty_base > 0.0 or not stop_price > 0.0:
        return account
    if not (close_price - stop_price) * sign > 0.0:
        return account
    check = limits.first_broken(desk, sized.notional_quote, sized.risk_quote, policy.desk)
    if check.code != limits.NONE or is_restrained(
        world, account, desk.equity_quote, s, k, sign, sized.notional_quote
    ):
        return account
    book.entry_at_s[account.entries] = float(tape.at_s[k])
    if held.qty_base > 0.0:
        order = Exit(ADDITION, sized.qty_base, close_price)
        account = filled(world, account, s, k, held, order)
        book.held[s, ADDS] += 1.0
    else:
        account = opened_on(world, account, s, k, held, sized.qty_base)
    after = loaded(book.held, s)
    keep_plan(world, s, after.entry_price, after.initial_stop_price)
    return entered(account)


@piece
def opened_on(
    world: World, account: Account, s: int, k: int, empty: Position, qty_base: float
) -> Account:
    """The account after a new position at the bar's close."""
    tape, book = world.tape, world.book
    book.streak[S_POSITIONS] += 1.0
    book.held[s, POSITION_ID] = book.streak[S_POSITIONS]
    book.held[s, OPENED_AT_S] = float(tape.at_s[k])
    book.held[s, CASH_QUOTE] = 0.0
    keep_terms(world, s, k)
    close_price = float(tape.bars[B_CLOSE, s, k])
    wanted = plans.opened(empty.sign, qty_base, close_price, empty.stop_price)
    return filled(world, account, s, k, wanted, Exit(plans.NONE, qty_base, close_price))


@piece
def reconsidered(world: World, account: Account, s: int, k: int) -> Account:
    """An open position leaves where the strategies, or the voters, want the other side."""
    position = loaded(world.book.held, s)
    wanted = float(world.tape.bars[B_SIGNAL, s, k])
    advised = float(world.tape.bars[B_ADVISED, s, k])
    leaves = world.policy.exits_on_opposite and wanted * position.sign < 0.0
    if world.policy.exits_on_advice and advised * position.sign < 0.0:
        leaves = True
    if not leaves:
        return account
    close_price = float(world.tape.bars[B_CLOSE, s, k])
    order = Exit(plans.SIGNAL, position.qty_base, close_price)
    return filled(world, account, s, k, position, order)


@piece
def time_passed(world: World, account: Account, k: int) -> Account:
    """The moment's end: worth, peak, a new day, and the breaker."""
    equity_quote = equity_of(world, account)
    world.book.equity_quote[k] = equity_quote
    peak_quote = max(account.peak_quote, equity_quote)
    day = int(world.tape.at_s[k]) // DAY_S
    day_began = day != account.day
    day_start_quote = equity_quote if day_began else account.day_start_quote
    called_for = limits.breaker(
        drawdown_ratio(equity_quote, day_start_quote),
        drawdown_ratio(equity_quote, peak_quote),
        adapted_limits(world.policy.breaker, day_start_quote, peak_quote, world.policy.adapts),
    )
    paused_by_streak(world, account, k)
    state = called_for if day_began else limits.breaker_after(account.state, called_for)
    return Account(
        account.cash_quote,
        day_start_quote,
        peak_quote,
        state,
        day,
        account.last_loss_s,
        account.entries,
        account.left_hour,
        account.fills,
    )


def replay(world: World, cash_quote: float) -> Account:
    """Runs the tape from its first moment to its last; the book holds the log afterwards."""
    # the cash is worth itself: losses are measured from it before the first moment is over
    account = Account(cash_quote, cash_quote, cash_quote, limits.ACTIVE, -1, -math.inf, 0, 0, 0)
    tape = world.tape
    _, symbols, moments = tape.bars.shape
    for k in range(moments):
        for s in range(symbols):
            if not np.isnan(tape.bars[B_CLOSE, s, k]):
                account = price_moved(world, account, s, k)
        for s in range(symbols):
            account = funding_settled(world, account, s, k)
        for s in range(symbols):
            if tape.bars[B_ENDS, s, k] == 1.0:
                account = bar_closed(world, account, s, k)
        account = time_passed(world, account, k)
    return account
