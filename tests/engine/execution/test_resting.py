"""What a limit entry asks for, as plain numbers."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.core.kinds import OrderState, PositionSide
from engine.core.market import Instrument, Quote
from engine.core.orders import Order
from engine.core.parameters import Parameters
from engine.core.positions import EntryTerms
from engine.core.reasons import Reason
from engine.execution.drafts import Name, Want, entry_order
from engine.execution.resting import (
    Scene,
    first_want,
    is_crumb,
    limit_price,
    rest_at_market,
    want_anew,
)
from engine.risk.contract import Denial
from engine.venues.catalogue import instrument_of
from tests.engine.execution.live_desk import a_fact

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAITS = Parameters(entry_order="limit")


def an_instrument(symbol: str = "BTC/USDT:USDT") -> Instrument:
    steps = (Decimal("0.5"), Decimal("0.001"))
    return replace(instrument_of(symbol, 100.0), price_step=steps[0], qty_step=steps[1])


def a_scene(
    price: float = 100.0, quote: Quote | None = None, parameters: Parameters = WAITS
) -> Scene:
    return Scene(an_instrument(), price, quote, parameters)


def an_order(side: PositionSide = LONG, limit: str = "100", stop: float = 90.0) -> Order:
    terms = EntryTerms(
        side=side, stop_price=stop, facts=a_fact(100.0), life_s=120.0, reprices_left=1
    )
    want = Want("BTC/USDT:USDT", Decimal(10), Decimal(limit), post_only=True)
    order = entry_order(Name("abcde00000001e01", 1), 1, terms, want, at=AT)
    return replace(order, state=OrderState.CANCELLED)


@pytest.mark.parametrize(
    ("side", "quote", "expected"),
    [
        (LONG, None, "99.5"),  # 99.9 on steps of a half, away from the market
        (SHORT, None, "100.5"),
        (LONG, Quote(99.5, 100.5), "99.5"),
        (LONG, Quote(98.0, 98.5), "98.0"),  # the market is under it: a step inside the ask
        (SHORT, Quote(102.0, 102.5), "102.5"),
    ],
)
def test_it_is_better_than_the_decision_and_never_takes(
    side: PositionSide, quote: Quote | None, expected: str
) -> None:
    assert limit_price(side, a_scene(quote=quote)) == Decimal(expected)


def test_without_post_only_it_may_take() -> None:
    free = WAITS.with_value("entry_post_only", value=False)
    assert limit_price(LONG, a_scene(quote=Quote(98.0, 98.5), parameters=free)) == Decimal("99.5")


def test_a_limit_past_its_stop_is_denied() -> None:
    answer = first_want(LONG, Decimal(1), 99.8, a_scene())
    assert isinstance(answer, Denial)
    assert answer.reason is Reason.NO_STOP


def test_a_size_that_the_better_price_takes_under_the_minimum_is_denied() -> None:
    scene = a_scene(parameters=WAITS.with_value("min_notional_quote", value=100.0))
    answer = first_want(LONG, Decimal(1), 90.0, scene)
    assert isinstance(answer, Denial)
    assert answer.reason is Reason.TOO_SMALL
    assert isinstance(first_want(LONG, Decimal("1.1"), 90.0, scene), Want)


@pytest.mark.parametrize("side", [LONG, SHORT])
@pytest.mark.parametrize("price", [93.0, 97.0, 100.0, 104.0, 130.0])
def test_the_next_attempt_never_risks_more_nor_is_worth_more(
    side: PositionSide, price: float
) -> None:
    stop = 90.0 if side is LONG else 140.0
    order = an_order(side, stop=stop)
    want = want_anew(order, a_scene(price))
    assert isinstance(want, Want)
    assert want.limit_price is not None
    before = order.request
    assert before.limit_price is not None
    assert want.qty_base * want.limit_price <= before.qty_base * before.limit_price
    new_risk = float(want.qty_base) * abs(float(want.limit_price) - stop)
    assert new_risk <= float(before.qty_base) * abs(100.0 - stop) * (1 + 1e-12)
    assert want.post_only


def test_there_is_no_next_attempt_past_the_stop_or_over_too_wide_a_spread() -> None:
    assert want_anew(an_order(), a_scene(89.0)) == "the price has passed its stop"
    assert want_anew(an_order(), a_scene(quote=Quote(98, 102))) == "the spread is too wide now"
    tight = an_order(limit="90.5")  # a risk of a half each: at 110 hardly anything is left
    small = a_scene(110.0, parameters=WAITS.with_value("min_notional_quote", value=50.0))
    assert want_anew(tight, small) == "at the price of now it would be too small"


def test_a_crumb_is_what_the_venue_would_not_take_back() -> None:
    swap = a_scene()
    assert is_crumb(swap.instrument.min_qty_base / 2, swap)
    assert not is_crumb(swap.instrument.min_qty_base, swap), "a perpetual's rest may be closed"
    coins = an_instrument("BTC/USDT")
    coins = replace(coins, min_notional_quote=Decimal(10), min_qty_base=Decimal("0.001"))
    spot = Scene(coins, 100.0, None, WAITS)
    assert is_crumb(Decimal("0.09"), spot)
    assert not is_crumb(Decimal("0.11"), spot)


def test_what_completes_a_crumb_is_the_rest_and_never_more() -> None:
    order = replace(an_order(), filled_base=Decimal("0.001"))
    want = rest_at_market(order, a_scene())
    assert want == Want("BTC/USDT:USDT", Decimal("9.999"))
    nearly = replace(an_order(), filled_base=Decimal("9.999"))
    assert rest_at_market(nearly, a_scene()) is None, "under the venue's minimum itself"
