"""Plausible instruments from a symbol and a price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import SettingsError
from engine.core.money import QUOTE_STEP
from engine.venues.catalogue import STEPS, costs_of, instrument_of, parts_of


@pytest.mark.parametrize("base", sorted(STEPS))
def test_a_notional_of_whole_steps_is_a_ledger_number(base: str) -> None:
    instrument = instrument_of(f"{base}/USDT:USDT", 1.0)
    assert instrument.price_step * instrument.qty_step % QUOTE_STEP == 0


@given(price=st.floats(1e-7, 1e7))
def test_an_unknown_base_gets_steps_from_its_price(price: float) -> None:
    instrument = instrument_of("NEW/USDT", price)
    assert instrument.price_step * instrument.qty_step % QUOTE_STEP == 0
    assert float(instrument.price_step) <= price
    assert instrument.qty_step > 0
    assert not format(instrument.qty_step, "f").startswith("-")


def test_a_known_base_against_another_coin_is_sized_by_its_price() -> None:
    assert instrument_of("ETH/BTC", 0.05).price_step == Decimal("0.000001")


def test_spot_is_dearer_and_not_shortable() -> None:
    spot, swap = instrument_of("BTC/USDT", 1.0), instrument_of("BTC/USDT:USDT", 1.0)
    assert (spot.shortable, swap.shortable) == (False, True)
    assert costs_of(spot).taker_fee_ratio > costs_of(swap).taker_fee_ratio > 0.0


@pytest.mark.parametrize("symbol", ["BTC", "BTC/", "/USDT", "BTC-USDT", "BTC/USDT:", ""])
def test_what_is_no_symbol_is_one_clear_sentence(symbol: str) -> None:
    with pytest.raises(SettingsError, match="not a symbol"):
        parts_of(symbol)


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf")])
def test_a_price_that_is_none_sizes_nothing(price: float) -> None:
    with pytest.raises(SettingsError, match="no price"):
        instrument_of("NEW/USDT", price)
