"""Values come back from a column as they went in."""

import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import FreeText, JsonText, MoneyText, RealOrNan, UtcDateTime
from storage.database import Database

SQLITE = sqlite.dialect()
POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
SAMPLES = Table(
    "samples",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("money", MoneyText),
    Column("at", UtcDateTime),
    Column("json", JsonText),
    Column("real", RealOrNan),
    Column("words", FreeText),
)


async def _stored(database: Database, rows: list[dict[str, Any]]) -> list[Any]:
    def work(connection: Connection) -> list[Any]:
        SAMPLES.create(connection)
        connection.execute(SAMPLES.insert(), rows)
        return list(connection.execute(select(SAMPLES).order_by(SAMPLES.c.at)).all())

    return await database.write(work)


def _row(number: int, at: datetime, **values: Any) -> dict[str, Any]:
    return {"id": number, "money": None, "at": at, "json": None, "real": 1.0, "words": ""} | values


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=18, min_value=-(10**10), max_value=10**10
    )
)
def test_money_keeps_twenty_eight_digits(value: Decimal) -> None:
    column = MoneyText()
    stored = column.process_bind_param(value, SQLITE)
    found = column.process_result_value(stored, SQLITE)
    assert found == value
    assert found.as_tuple() == value.as_tuple()


@pytest.mark.parametrize(
    "value", [Decimal("1E-28"), Decimal("1E+20"), Decimal("-0"), Decimal("1.10")]
)
def test_money_is_written_without_an_exponent(value: Decimal) -> None:
    stored = MoneyText().process_bind_param(value, SQLITE)
    assert stored is not None
    assert "E" not in stored
    assert Decimal(stored) == value


@pytest.mark.parametrize(
    ("value", "error"),
    [(0.1, TypeError), (1, TypeError), ("1", TypeError), (Decimal("NaN"), ValueError),
     (Decimal("Infinity"), ValueError)],
)  # fmt: skip
def test_money_refuses_what_is_not_an_exact_number(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        MoneyText().process_bind_param(value, SQLITE)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES])
@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2))])
def test_a_moment_that_is_not_utc_is_refused(dialect: Any, zone: timezone | None) -> None:
    with pytest.raises(ValueError, match="aware UTC"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1, tzinfo=zone), dialect)


async def test_values_come_back_exactly_and_moments_sort(database: Database) -> None:
    whole = datetime(2026, 1, 1, tzinfo=UTC)
    later = whole + timedelta(microseconds=1)
    last = whole + timedelta(seconds=1)
    money = Decimal("1234567890.123456789012345678")
    rows = await _stored(
        database,
        [
            _row(1, last, real=math.nan),
            _row(2, later, json={"text": "ä\n'", "list": [1, None, 2.5]}),
            _row(3, whole, money=money, real=0.1),
        ],
    )
    assert [row.id for row in rows] == [3, 2, 1]
    assert [row.at for row in rows] == [whole, later, last]
    assert rows[0].money == money
    assert rows[0].real == 0.1
    assert rows[1].json == {"text": "ä\n'", "list": [1, None, 2.5]}
    assert math.isnan(rows[2].real)


async def test_a_float_for_money_never_reaches_the_database(database: Database) -> None:
    with pytest.raises(Exception, match="money must be a Decimal"):
        await _stored(database, [_row(1, datetime(2026, 1, 1, tzinfo=UTC), money=0.1)])


HOSTILE = "a\x00b \ud83d \u202e <b>'; DROP TABLE trades;-- \n ä"


async def test_hostile_words_are_stored(database: Database) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    (row,) = await _stored(database, [_row(1, at, json={HOSTILE: HOSTILE}, words=HOSTILE)])
    assert row.json == {HOSTILE: HOSTILE}
    assert row.words == HOSTILE.replace("\x00", "").replace("\ud83d", "?")


def test_json_refuses_nan_that_nobody_has_spoken_for() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        JsonText().process_bind_param({"x": math.nan}, SQLITE)
