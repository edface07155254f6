"""The loop's part of the venue's own doings: funding, and taking what an account cannot carry.

`s` is a symbol's index, `k` a moment's (engine/research/world.py). The live twin is
engine/venues/paper_margin.py.
"""

import math

from engine.research.pieces import filled, loaded
from engine.research.world import (
    B_FUNDING,
    B_HIGH,
    B_LOW,
    B_OPEN,
    CASH_QUOTE,
    F_BEST,
    F_FEE,
    F_MOMENT,
    F_POSITION,
    F_REASON,
    F_SYMBOL,
    F_WORST,
    PAYMENT,
    POSITION_ID,
    S_LIQUIDATED,
    T_SPOT,
    Account,
    World,
    piece,
)
from engine.rules import limits, margin, plans
from engine.rules.ledger import funding_quote, value_quote
from engine.rules.limits import Check
from engine.rules.plans import Exit
from engine.rules.portfolio import FUNDING
from engine.rules.steps import quote8


@piece
def funding_settled(world: World, account: Account, s: int, k: int) -> Account:
    """The account after the symbol's funding of the moment, if there was any."""
    book = world.book
    ratio = float(world.tape.bars[B_FUNDING, s, k])
    if math.isnan(ratio):
        return account
    book.funding_ratio[s] = ratio
    position = loaded(book.held, s)
    if not position.qty_base > 0.0 or world.terms[T_SPOT, s] == 1.0:
        return account
    mark_price = float(book.mark_price[s])
    flow_quote = funding_quote(position.sign, position.qty_base, mark_price, ratio)
    book.held[s, CASH_QUOTE] = quote8(float(book.held[s, CASH_QUOTE]) + flow_quote)
    row = book.fills[account.fills]
    row[F_MOMENT], row[F_SYMBOL], row[F_POSITION] = k, s, book.held[s, POSITION_ID]
    row[F_FEE], row[F_REASON] = flow_quote, PAYMENT
    row[F_BEST], row[F_WORST] = position.best_price, position.worst_price
    return Account(
        quote8(account.cash_quote + flow_quote),
        account.day_start_quote,
        account.peak_quote,
        account.state,
        account.day,
        account.last_loss_s,
        account.entries,
        account.left_hour,
        account.fills + 1,
    )


@piece
def enforced(world: World, account: Account, s: int, k: int) -> Account:
    """The account after the venue has taken the symbol's position, where it cannot be carried."""
    book, bars = world.book, world.tape.bars
    position = loaded(book.held, s)
    if not position.qty_base > 0.0 or world.terms[T_SPOT, s] == 1.0:
        return account
    others_quote, gross_quote = account.cash_quote, 0.0
    for other in range(book.mark_price.size):
        held = loaded(book.held, other)
        if other != s and held.qty_base > 0.0 and world.terms[T_SPOT, other] != 1.0:
            worth_quote = value_quote(held.sign, held.qty_base, float(book.mark_price[other]))
            others_quote = quote8(others_quote + worth_quote)
            gross_quote = quote8(gross_quote + abs(worth_quote))
    price = margin.forced_price(
        position.sign,
        position.qty_base,
        float(bars[B_OPEN, s, k]),
        float(bars[B_LOW, s, k]),
        float(bars[B_HIGH, s, k]),
        others_quote,
        gross_quote,
    )
    if not price > 0.0:
        return account
    book.streak[S_LIQUIDATED] = 1.0  # entries wait for a person, and here is none
    order = Exit(plans.LIQUIDATION, position.qty_base, price)
    return filled(world, account, s, k, position, order)


@piece
def check_funding(world: World, s: int, sign: int) -> Check:
    """Whether the entry may pay the symbol's funding; kept where that is not known."""
    ratio = float(world.book.funding_ratio[s])
    if math.isnan(ratio):
        return limits.KEPT
    cost_ratio = margin.funding_cost_ratio(sign, ratio, 1.0)
    return limits.at_most(FUNDING, cost_ratio, world.policy.max_funding_ratio)
