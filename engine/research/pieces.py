"""The parts of the backtest's loop that touch positions, the log of fills, and the account.

`s` is a symbol's index, `k` a moment's (engine/research/world.py).
"""

from engine.market.arrays import Floats
from engine.research.evidence import note
from engine.research.world import (
    ADDITION,
    ADDS,
    B_HIGH,
    B_LOW,
    B_VOLUME,
    CASH_QUOTE,
    F_BEST,
    F_FEE,
    F_MOMENT,
    F_POSITION,
    F_PRICE,
    F_QTY,
    F_REASON,
    F_SIDE,
    F_STOP,
    F_SYMBOL,
    F_WORST,
    POSITION_ID,
    RISK_QUOTE,
    S_COUNT,
    T_IMPACT,
    T_MAKER_FEE,
    T_PRICE_STEP,
    T_QTY_STEP,
    T_SLIPPAGE,
    T_SPREAD,
    T_TAKER_FEE,
    Account,
    World,
    piece,
)
from engine.rules import ledger, margin, plans
from engine.rules.fills import Costs, apply_fill, market_fill
from engine.rules.ledger import cash_after, cash_flow_quote, value_quote
from engine.rules.limits import DeskNumbers
from engine.rules.plans import Exit, Position
from engine.rules.restraint import streak_after
from engine.rules.steps import quote8

HOUR_S = 3600.0


@piece
def loaded(held: Floats, s: int) -> Position:
    """The guard of the symbol's position; quantity 0 without one."""
    return Position(
        int(held[s, 0]),
        float(held[s, 1]),
        float(held[s, 2]),
        float(held[s, 3]),
        float(held[s, 4]),
        float(held[s, 5]),
        float(held[s, 6]),
        float(held[s, 7]),
        int(held[s, 8]),
        int(held[s, 9]),
    )


@piece
def keep(held: Floats, s: int, position: Position) -> None:
    """Puts the guard back."""
    held[s, 0] = position.sign
    held[s, 1] = position.qty_base
    held[s, 2] = position.initial_qty_base
    held[s, 3] = position.entry_price
    held[s, 4] = position.stop_price
    held[s, 5] = position.initial_stop_price
    held[s, 6] = position.best_price
    held[s, 7] = position.worst_price
    held[s, 8] = position.targets_done
    held[s, 9] = position.stop_kind


@piece
def costs_on(terms: Floats, s: int) -> Costs:
    """What trading the symbol costs."""
    return Costs(
        float(terms[T_MAKER_FEE, s]),
        float(terms[T_TAKER_FEE, s]),
        float(terms[T_SPREAD, s]),
        float(terms[T_SLIPPAGE, s]),
        float(terms[T_IMPACT, s]),
    )


@piece
def filled(
    world: World, account: Account, s: int, k: int, position: Position, order: Exit
) -> Account:
    """The account after a market order of `order.qty_base` at `order.price`, and the log's row.

    Reason NONE is an entry. The position's own row in `held` is moved, too.
    """
    tape, book = world.tape, world.book
    costs = costs_on(world.terms, s)
    if order.reason == plans.LIQUIDATION:
        costs = Costs(
            costs.maker_fee_ratio,
            margin.LIQUIDATION_FEE_RATIO,
            costs.spread_bps,
            costs.slippage_bps,
            costs.impact_bps,
        )
    is_entry = order.reason in (plans.NONE, ADDITION)
    side_sign = position.sign if is_entry else -position.sign
    fill = market_fill(
        side_sign,
        order.qty_base,
        order.price,
        float(tape.bars[B_LOW, s, k]),
        float(tape.bars[B_HIGH, s, k]),
        float(tape.bars[B_VOLUME, s, k]),
        costs,
        float(world.terms[T_PRICE_STEP, s]),
    )
    if order.reason == plans.NONE:
        after = plans.opened(position.sign, order.qty_base, fill.price, position.stop_price)
        book.held[s, RISK_QUOTE] = ledger.initial_risk_quote(after)
        book.held[s, ADDS] = 0.0
    else:
        qty_step = float(world.terms[T_QTY_STEP, s])
        after = apply_fill(position, side_sign, order.qty_base, fill.price, qty_step)
    flow_quote = cash_flow_quote(side_sign, fill.notional_quote, fill.fee_quote)
    book.held[s, CASH_QUOTE] = quote8(float(book.held[s, CASH_QUOTE]) + flow_quote)
    keep(book.held, s, after)
    row = book.fills[account.fills]
    row[F_MOMENT], row[F_SYMBOL], row[F_POSITION] = k, s, book.held[s, POSITION_ID]
    row[F_SIDE], row[F_QTY], row[F_PRICE] = side_sign, order.qty_base, fill.price
    row[F_FEE], row[F_REASON] = fill.fee_quote, order.reason
    row[F_BEST], row[F_WORST] = after.best_price, after.worst_price
    row[F_STOP] = after.initial_stop_price
    last_loss_s = account.last_loss_s
    if not after.qty_base > 0.0:
        net_quote = float(book.held[s, CASH_QUOTE])
        if net_quote < 0.0:
            last_loss_s = float(tape.at_s[k])
        book.streak[S_COUNT] = streak_after(int(book.streak[S_COUNT]), net_quote)
        note(book, s, ledger.in_r(net_quote, float(book.held[s, RISK_QUOTE])))
    return Account(
        cash_after(account.cash_quote, side_sign, fill.notional_quote, fill.fee_quote),
        account.day_start_quote,
        account.peak_quote,
        account.state,
        account.day,
        last_loss_s,
        account.entries,
        account.left_hour,
        account.fills + 1,
    )


@piece
def entered(account: Account) -> Account:
    """The account with one more entry counted."""
    return Account(
        account.cash_quote,
        account.day_start_quote,
        account.peak_quote,
        account.state,
        account.day,
        account.last_loss_s,
        account.entries + 1,
        account.left_hour,
        account.fills,
    )


@piece
def equity_of(world: World, account: Account) -> float:
    """Cash and the value of all positions at the marks."""
    book = world.book
    equity_quote = account.cash_quote
    for s in range(book.mark_price.size):
        position = loaded(book.held, s)
        if position.qty_base > 0.0:
            worth = value_quote(position.sign, position.qty_base, float(book.mark_price[s]))
            equity_quote = quote8(equity_quote + worth)
    return equity_quote


@piece
def free_cash(world: World, account: Account) -> float:
    """The cash that may be spent: what shorts were sold for is owed."""
    book = world.book
    cash_quote = account.cash_quote
    for s in range(book.mark_price.size):
        position = loaded(book.held, s)
        if position.qty_base > 0.0 and position.sign < 0:
            owed = value_quote(position.sign, position.qty_base, float(book.mark_price[s]))
            cash_quote = quote8(cash_quote + owed)
    return cash_quote


@piece
def desk_numbers(world: World, account: Account, entering: int, k: int) -> DeskNumbers:
    """How the desk stands at the moment, before the entry on the symbol `entering`.

    A position there, which is added to, is not counted as one more.
    """
    book = world.book
    at_s = float(world.tape.at_s[k])
    gross_quote = 0.0
    risk_quote = 0.0
    open_positions = 0
    for s in range(book.mark_price.size):
        position = loaded(book.held, s)
        if position.qty_base > 0.0:
            open_positions += int(s != entering)
            worth = value_quote(position.sign, position.qty_base, float(book.mark_price[s]))
            gross_quote = quote8(gross_quote + abs(worth))
            risk_quote = quote8(risk_quote + ledger.open_risk_quote(position))
    return DeskNumbers(
        open_positions,
        gross_quote,
        equity_of(world, account),
        account.day_start_quote,
        account.peak_quote,
        risk_quote,
        account.entries - account.left_hour,
        at_s - account.last_loss_s,
        0.0,  # the bar that decides is the price's own
        0.0,  # recorded bars have no quote
    )


@piece
def forgotten(world: World, account: Account, k: int) -> Account:
    """The account with the entries that are an hour old left behind."""
    left_hour = account.left_hour
    at_s = float(world.tape.at_s[k])
    while left_hour < account.entries and at_s - world.book.entry_at_s[left_hour] >= HOUR_S:
        left_hour += 1
    return Account(
        account.cash_quote,
        account.day_start_quote,
        account.peak_quote,
        account.state,
        account.day,
        account.last_loss_s,
        account.entries,
        left_hour,
        account.fills,
    )
