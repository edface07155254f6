"""The simulated market's numbers."""

import numpy as np
import pytest

from engine.venues.simulated_path import BLOCK_S, CHARACTERS, STEPS, block_of

FIRST = 1_790_000_000 // BLOCK_S
STEP = {"BTC": 0.1, "ETH": 0.01, "DOGE": 0.00001}


def closes(base: str, blocks: int, seed: int = 7) -> np.ndarray:
    """Prices of `blocks` blocks on end, (blocks * STEPS,)."""
    return np.concatenate(
        [block_of(seed, base, FIRST + n, STEP[base]).price for n in range(blocks)]
    )


def test_a_block_is_a_function_of_its_arguments() -> None:
    first, again = block_of(7, "BTC", FIRST, 0.1), block_of(7, "BTC", FIRST, 0.1)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    for other in (block_of(8, "BTC", FIRST, 0.1), block_of(7, "BTC", FIRST + 1, 0.1)):
        assert not np.array_equal(first.price, other.price)


def test_blocks_join_without_a_jump() -> None:
    price = closes("BTC", 40)
    returns = np.abs(np.diff(np.log(price)))
    borders = returns[STEPS - 1 :: STEPS]
    assert np.median(borders) < 5 * np.median(returns)
    assert borders.max() <= returns.max()


@pytest.mark.parametrize("base", sorted(STEP))
def test_prices_are_short_decimals_between_their_quotes(base: str) -> None:
    block = block_of(3, base, FIRST, STEP[base])
    for column in block[:3]:
        assert np.array_equal(column, np.round(column, 5))
    assert np.all(block.bid_price > 0.0)
    assert np.all((block.bid_price <= block.price) & (block.price <= block.ask_price))
    assert np.all(block.bid_price < block.ask_price)
    assert np.all(block.volume_base >= 0.0)


def test_symbols_move_together_but_not_alike() -> None:
    hourly = [np.diff(np.log(closes(base, 60)[:: STEPS // 4])) for base in ("BTC", "ETH")]
    assert 0.4 < np.corrcoef(hourly)[0, 1] < 0.95


def test_volatility_comes_in_spells_and_widens_the_spread() -> None:
    moves, spreads = [], []
    for number in range(60):
        block = block_of(7, "ETH", FIRST + number, 0.01)
        minutes = np.diff(np.log(block.price)).reshape(-1)[: 12 * 239].reshape(-1, 12)
        moves.append(np.abs(minutes).sum(axis=1))
        width = (block.ask_price - block.bid_price) / block.price
        spreads.append(width[: 12 * 239].reshape(-1, 12).mean(axis=1))
    move, spread = np.concatenate(moves), np.concatenate(spreads)
    assert np.corrcoef(move[:-1], move[1:])[0, 1] > 0.4  # a wild minute follows a wild one
    assert np.corrcoef(move, spread)[0, 1] > 0.4


def test_a_year_stays_near_its_level_and_moves_as_such_markets_do() -> None:
    ends = np.array([block_of(7, "BTC", FIRST + 6 * day, 0.1).price[-1] for day in range(365)])
    assert ends.min() / CHARACTERS["BTC"].price > 0.2
    assert ends.max() / CHARACTERS["BTC"].price < 5.0
    assert 0.01 < np.diff(np.log(ends)).std() < 0.06


def test_no_two_symbols_share_a_stream() -> None:
    numbers = [character.number for character in CHARACTERS.values()]
    assert len(set(numbers)) == len(numbers)
    assert 0 not in numbers  # the common factor's
