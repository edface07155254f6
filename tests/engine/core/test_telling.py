"""Who is told what, and how loudly."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import Role, Severity
from engine.core.telling import (
    AlertClass,
    Loudness,
    Place,
    Wishes,
    call_order,
    is_quiet,
    last_due,
    loudness_now,
    time_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Wishes(quiet_from="23:00", quiet_to="07:00")
MOMENTS = st.integers(0, 2 * 365 * 86_400).map(
    lambda passed_s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=passed_s)
)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=UTC)


def test_quiet_hours_go_over_midnight_in_the_zone_of_the_person() -> None:
    assert [is_quiet(NIGHT, at(hour), UTC) for hour in (22, 23, 0, 6, 7)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert is_quiet(NIGHT, at(22), BERLIN)  # 23:00 there
    assert not is_quiet(NIGHT, at(6), BERLIN)
    siesta = Wishes(quiet_from="13:00", quiet_to="15:00")
    assert [is_quiet(siesta, at(hour), UTC) for hour in (12, 13, 14, 15)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not is_quiet(Wishes(), at(3), UTC)


@pytest.mark.parametrize("kind", AlertClass)
def test_what_is_critical_pierces_everything(kind: AlertClass) -> None:
    deaf = NIGHT.with_loudness(kind, Loudness.OFF).snoozed_until(kind, at(9))
    assert loudness_now(deaf, kind, Severity.CRITICAL, at(3), UTC) is Loudness.LOUD


def test_approvals_ring_at_night_and_trades_do_not() -> None:
    def told(kind: AlertClass, hour: int, severity: Severity = Severity.WARNING) -> Loudness:
        return loudness_now(NIGHT, kind, severity, at(hour), UTC)

    assert told(AlertClass.APPROVALS, 3) is Loudness.LOUD
    assert told(AlertClass.TRADES, 3) is Loudness.SILENT
    assert told(AlertClass.TRADES, 12) is Loudness.LOUD
    assert told(AlertClass.TRADES, 12, Severity.INFO) is Loudness.SILENT


def test_a_class_may_be_off_silent_or_snoozed_and_others_are_not_touched() -> None:
    wishes = Wishes().with_loudness(AlertClass.MODELS, Loudness.OFF)
    wishes = wishes.with_loudness(AlertClass.DESK, Loudness.SILENT)
    wishes = wishes.snoozed_until(AlertClass.VENUE, at(9))

    def told(kind: AlertClass, hour: int) -> Loudness:
        return loudness_now(wishes, kind, Severity.WARNING, at(hour), UTC)

    assert told(AlertClass.MODELS, 8) is Loudness.OFF
    assert told(AlertClass.DESK, 8) is Loudness.SILENT
    assert (told(AlertClass.VENUE, 8), told(AlertClass.VENUE, 9)) == (
        Loudness.SILENT,
        Loudness.LOUD,
    )
    assert told(AlertClass.TRADES, 8) is Loudness.LOUD


@given(now=MOMENTS, hour=st.integers(0, 23), minute=st.integers(0, 59), weekly=st.booleans())
def test_the_last_hour_that_was_due_is_past_near_and_on_its_day(
    now: datetime, hour: int, minute: int, weekly: bool
) -> None:
    due = last_due(f"{hour}:{minute:02}", now, BERLIN, weekday=6 if weekly else None)
    assert due <= now
    assert now - due <= timedelta(days=7 if weekly else 1, hours=1)  # a day of 25 hours
    local = due.astimezone(BERLIN)
    if weekly:
        assert local.weekday() == 6
    shown = timedelta(hours=local.hour, minutes=local.minute)
    wanted = timedelta(hours=hour, minutes=minute)
    assert shown - wanted in {timedelta(0), timedelta(hours=1)}  # an hour that clocks skip


def test_owners_are_called_before_traders_and_viewers_never() -> None:
    people = {5: Role.TRADER, 9: Role.OWNER, 7: Role.OWNER, 1: Role.VIEWER}
    assert call_order(people) == (7, 9, 5)


@pytest.mark.parametrize("text", ["24:00", "7", "07:60", "7.30", "", "\u0660\u0667:\u0660\u0660"])
def test_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        time_of(text)


def test_a_place_comes_back_as_it_was_written() -> None:
    for place in (Place(-1001234), Place(-1001234, 5)):
        assert Place.of(place.words()) == place
    for text in ("1001", "-1/0", "-1/2/3", "-1 /2", ""):
        with pytest.raises(ValueError, match="no place"):
            Place.of(text)
