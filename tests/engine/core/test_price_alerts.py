"""When a price alert fires, and when it may again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.price_alerts import PriceAlert, is_back, is_beyond, level_of


def an_alert(*, is_above: bool, level: str = "70000") -> PriceAlert:
    return PriceAlert(
        alert_id=1, person_id=1, symbol="BTC/USDT", is_above=is_above, level_price=Decimal(level),
        repeats=True, armed=True,
    )  # fmt: skip


def test_the_level_itself_is_not_beyond() -> None:
    above, below = an_alert(is_above=True), an_alert(is_above=False)
    assert [is_beyond(above, price) for price in (69_999.0, 70_000.0, 70_000.5)] == [
        False, False, True,
    ]  # fmt: skip
    assert [is_beyond(below, price) for price in (70_001.0, 70_000.0, 69_999.5)] == [
        False, False, True,
    ]  # fmt: skip


def test_a_price_that_trembles_around_its_level_does_not_come_back() -> None:
    above, below = an_alert(is_above=True), an_alert(is_above=False)
    assert [is_back(above, price) for price in (69_990.0, 69_931.0, 69_930.0)] == [
        False, False, True,
    ]  # fmt: skip
    assert [is_back(below, price) for price in (70_010.0, 70_069.0, 70_070.0)] == [
        False, False, True,
    ]  # fmt: skip


@given(price=st.floats(1e-6, 1e9), is_above=st.booleans())
def test_a_price_is_never_beyond_and_back_at_once(price: float, is_above: bool) -> None:
    alert = an_alert(is_above=is_above)
    assert not (is_beyond(alert, price) and is_back(alert, price))


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-1", "0", "0.0", "1e5", "1_000", "70,000", "٣", "0x10", "1.", ".5", ""]
)
def test_what_is_no_price_is_refused(text: str) -> None:
    assert level_of(text) is None


def test_a_price_is_read_exactly() -> None:
    assert level_of("0.00000123") == Decimal("0.00000123")
