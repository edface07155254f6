"""What is no price, and which print waits for a second one."""

from datetime import timedelta

import pytest

from engine.core.market import PriceMoved, Quote
from engine.market.prices import confirms, fault_of, leaps
from tests.fakes.clocks import NOON

NAN, INF = float("nan"), float("inf")


def moved(
    *prices: float, quote: Quote | None = None, after: timedelta = timedelta(0)
) -> PriceMoved:
    """Open, high, low and close; one number is a print."""
    told = prices if len(prices) == 4 else prices * 4
    return PriceMoved(
        at=NOON + after,
        symbol="BTC/USDT:USDT",
        open_price=told[0],
        high_price=told[1],
        low_price=told[2],
        close_price=told[3],
        quote=quote,
    )


GOOD = {
    "a print": moved(100.0),
    "a bar": moved(100.0, 110.0, 90.0, 95.0),
    "a quote": moved(100.0, quote=Quote(99.0, 101.0)),
    "a locked quote": moved(100.0, quote=Quote(100.0, 100.0)),
}
BAD = {
    "NaN": moved(NAN),
    "infinite": moved(100.0, INF, 90.0, 95.0),
    "zero": moved(0.0),
    "negative": moved(100.0, 110.0, -1.0, 95.0),
    "a low above the open": moved(100.0, 120.0, 105.0, 110.0),
    "a high under the close": moved(100.0, 105.0, 90.0, 110.0),
    "a crossed quote": moved(100.0, quote=Quote(101.0, 99.0)),
    "a quote of nothing": moved(100.0, quote=Quote(0.0, 99.0)),
    "a quote that is none": moved(100.0, quote=Quote(NAN, NAN)),
}


@pytest.mark.parametrize("event", GOOD.values(), ids=GOOD)
def test_prices_are_let_in(event: PriceMoved) -> None:
    assert fault_of(event) == ""


@pytest.mark.parametrize("event", BAD.values(), ids=BAD)
def test_what_is_no_price_is_refused_with_a_word(event: PriceMoved) -> None:
    assert fault_of(event)


@pytest.mark.parametrize(
    ("event", "does"),
    [
        (moved(199.0), False),
        (moved(200.0), True),
        (moved(51.0), False),
        (moved(50.0), True),
        (moved(300.0, 310.0, 290.0, 305.0), False),  # a bar was traded
        (moved(200.0, after=timedelta(hours=2)), False),  # after a silence any price may be true
    ],
)
def test_a_print_twice_or_half_the_last_price_leaps(event: PriceMoved, does: bool) -> None:
    assert leaps(event, moved(100.0)) is does


def test_the_first_price_of_a_symbol_never_leaps() -> None:
    assert not leaps(moved(5.0), None)


def test_a_second_print_near_the_first_confirms_it() -> None:
    assert confirms(moved(205.0), moved(200.0))
    assert not confirms(moved(100.0), moved(200.0))
