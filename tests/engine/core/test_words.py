"""Ids, timeframes, moments, roles, parameters: the small words of the desk."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.core.clockwork import from_ms, require_utc, to_ms
from engine.core.errors import Refused, UserError
from engine.core.events import DeskStopped
from engine.core.ids import MAX_ATTEMPT, OrderName, base36, client_order_id, parse_client_order_id
from engine.core.kinds import PositionSide, Purpose, Role, Side
from engine.core.market import Quote
from engine.core.parameters import Parameters, declarations
from engine.core.reasons import REASON_TEXTS, Reason
from engine.core.timeframes import Timeframe
from tests.fakes.clocks import NOON

NAMES = st.builds(
    OrderName,
    prefix=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=5, max_size=5),
    position_id=st.integers(0, 36**8 - 1),
    purpose=st.sampled_from(Purpose),
    attempt=st.integers(1, MAX_ATTEMPT),
)


@given(NAMES)
def test_an_order_id_says_what_it_names_and_fits_every_venue(name: OrderName) -> None:
    text = client_order_id(name)
    assert parse_client_order_id(text) == name
    assert len(text) == 16
    assert text.isalnum()
    assert text == text.lower()


@pytest.mark.parametrize("text", ["", "x-TKT5PX2F1234567", "abc1200000001z01", "ABC1200000001e01"])
def test_a_foreign_order_id_is_not_ours(text: str) -> None:
    assert parse_client_order_id(text) is None


@pytest.mark.parametrize("attempt", [0, MAX_ATTEMPT + 1])
def test_an_attempt_out_of_range_is_refused(attempt: int) -> None:
    with pytest.raises(ValueError, match="attempt"):
        client_order_id(OrderName("abc12", 1, Purpose.ENTRY, attempt))


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        base36(36**2, 2)
    with pytest.raises(ValueError, match="does not fit"):
        base36(-1, 2)


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_a_bar_holds_the_moment_it_is_asked_for(timeframe: Timeframe) -> None:
    at = datetime(2026, 3, 5, 13, 37, 11, tzinfo=UTC)
    start = timeframe.open_at(at)
    assert start <= at < start + timeframe.delta
    assert timeframe.open_at(start) == start


def test_weeks_start_on_monday() -> None:
    assert Timeframe.W1.open_at(NOON).weekday() == 0


def test_moments_are_aware_and_utc() -> None:
    for bad in (
        datetime(2026, 1, 1),  # noqa: DTZ001 - naive on purpose
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))),
    ):
        with pytest.raises(ValueError, match="aware UTC"):
            require_utc(bad)
        with pytest.raises(ValueError, match="aware UTC"):
            DeskStopped(at=bad, why="", boot_id="")


@given(st.integers(0, 4_000_000_000_000))
def test_milliseconds_come_back(value_ms: int) -> None:
    assert to_ms(from_ms(value_ms)) == value_ms


def test_roles_cover_those_below_them() -> None:
    assert Role.OWNER.covers(Role.TRADER)
    assert Role.TRADER.covers(Role.TRADER)
    assert not Role.VIEWER.covers(Role.TRADER)


def test_sides_mirror() -> None:
    assert PositionSide.LONG.entry_side is PositionSide.SHORT.exit_side is Side.BUY
    assert PositionSide.SHORT.entry_side is PositionSide.LONG.exit_side is Side.SELL
    assert Side.BUY.sign == PositionSide.LONG.sign == 1


def test_a_quote_knows_its_middle_and_spread() -> None:
    assert Quote(99.0, 101.0).mid_price == 100.0
    assert Quote(99.0, 101.0).spread_bps == pytest.approx(200.0)


def test_every_reason_has_words() -> None:
    assert set(REASON_TEXTS) == set(Reason)


def test_an_error_is_a_sentence_and_a_hint() -> None:
    assert UserError("No.", hint="Do this.").sentence() == "No. Do this."
    assert Refused(Reason.OTHER, "log", chat_text="chat").sentence() == "chat"


def test_parameters_are_frozen_bounded_and_whole() -> None:
    parameters = Parameters()
    with pytest.raises(ValidationError):
        parameters.max_positions = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        parameters.with_value("max_positions", 0)
    with pytest.raises(ValidationError):
        parameters.with_value("target_2_r", 0.5)
    with pytest.raises(ValidationError):
        Parameters.model_validate({"no_such": 1})
    assert parameters.with_value("max_positions", 3).config_hash() != parameters.config_hash()


@pytest.mark.parametrize("name", list(declarations(Parameters)))
def test_every_parameter_says_why_and_its_default_is_within_bounds(name: str) -> None:
    declared = declarations(Parameters)[name]
    assert declared.why
    assert declared.why[0].islower()
    if declared.kind in {int, float}:
        assert declared.low is not None
        assert declared.high is not None
        assert declared.low <= float(declared.default) <= declared.high
