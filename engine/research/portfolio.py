"""The loop's part of `engine/risk/portfolio.py`: all positions as the limits of the whole see them.

`s` is the symbol of the entry, `k` the moment (engine/research/world.py).
"""

import math

from engine.research.margins import check_funding
from engine.research.pieces import loaded
from engine.research.world import (
    B_ROW,
    L_BETA,
    L_CORRELATION,
    S_COUNT,
    S_PAUSED,
    T_SECTOR,
    T_SPOT,
    Account,
    World,
    piece,
)
from engine.rules import limits, portfolio, restraint
from engine.rules.ledger import value_quote
from engine.rules.portfolio import PortfolioNumbers, Wish
from engine.rules.steps import quote8


@piece
def beta_on(world: World, s: int, k: int, other: int) -> float:
    """The beta of the symbol `other` as it is known at the entry's moment; 1.0 where it is not."""
    beta = float(world.tape.likeness[int(world.tape.bars[B_ROW, s, k]), L_BETA, other])
    if math.isnan(beta):
        return 1.0
    return beta


@piece
def wish_on(world: World, s: int, k: int, sign: int, notional_quote: float) -> Wish:
    """The entry as the rules take it."""
    return Wish(sign, notional_quote, world.terms[T_SPOT, s] != 1.0, beta_on(world, s, k, s))


@piece
def correlation_on(world: World, s: int, k: int, sign: int) -> float:
    """The highest correlation with an open position in the entry's direction; 0.0 without one."""
    row = int(world.tape.bars[B_ROW, s, k])
    highest_ratio = 0.0
    for other in range(world.book.mark_price.size):
        position = loaded(world.book.held, other)
        if position.qty_base > 0.0 and other != s:
            ratio = float(world.tape.likeness[row, L_CORRELATION, other]) * sign * position.sign
            if math.isnan(ratio):
                return math.nan
            highest_ratio = max(highest_ratio, ratio)
    return highest_ratio


@piece
def portfolio_numbers(
    world: World, equity_quote: float, s: int, k: int, sign: int
) -> PortfolioNumbers:
    """All open positions, seen from the entry."""
    net = 0.0
    margined = 0.0
    spot = 0.0
    in_sector = 0.0
    moving = 0.0
    count = 0
    for other in range(world.book.mark_price.size):
        position = loaded(world.book.held, other)
        if position.qty_base > 0.0:
            count += int(other != s)
            mark_price = float(world.book.mark_price[other])
            worth = value_quote(position.sign, position.qty_base, mark_price)
            notional = abs(worth)
            signed = position.sign * notional
            net = quote8(net + signed)
            if world.terms[T_SPOT, other] == 1.0:
                spot = quote8(spot + signed)
            else:
                margined = quote8(margined + notional)
            if world.terms[T_SECTOR, other] == world.terms[T_SECTOR, s]:
                in_sector = quote8(in_sector + notional)
            moving = quote8(moving + quote8(signed * beta_on(world, s, k, other)))
    correlation_ratio = correlation_on(world, s, k, sign)
    return PortfolioNumbers(
        count, equity_quote, net, margined, spot, in_sector, moving, correlation_ratio
    )


@piece
def is_restrained(
    world: World,
    account: Account,
    equity_quote: float,
    s: int,
    k: int,
    sign: int,
    notional_quote: float,
) -> bool:
    """Whether a limit of the whole, or the day's adapted loss limit, denies the entry."""
    adapted = restraint.adapted_limits(
        world.policy.breaker, account.day_start_quote, account.peak_quote, world.policy.adapts
    )
    lost = limits.check_daily_loss(
        equity_quote, account.day_start_quote, adapted.reduce_day_loss_ratio
    )
    if lost.code != limits.NONE:
        return True
    if check_funding(world, s, sign).code != limits.NONE:
        return True
    numbers = portfolio_numbers(world, equity_quote, s, k, sign)
    wish = wish_on(world, s, k, sign, notional_quote)
    check = portfolio.check_portfolio(numbers, wish, world.policy.portfolio)
    return check.code != limits.NONE


@piece
def paused_by_streak(world: World, account: Account, k: int) -> None:
    """The moment's end: whether a losing streak pauses entries from here on."""
    streak, policy = world.book.streak, world.policy
    since_loss_s = float(world.tape.at_s[k]) - account.last_loss_s
    streak[S_PAUSED] = restraint.in_streak(
        int(streak[S_COUNT]), since_loss_s, policy.losing_streak, policy.streak_pause_s
    )
