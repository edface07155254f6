"""Which streamed bars are proved to be closed."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.venues.stream_rows import Rows
from tests.fakes.clocks import NOON

M1 = Timeframe.M1


def minute(number: int) -> datetime:
    return NOON + number * M1.delta


def bar(number: int, volume: float = 1.0) -> Bar:
    return Bar(minute(number), 100.0, 100.0 + volume, 99.0, 100.0, volume)


def test_a_bar_is_closed_when_a_newer_one_was_told() -> None:
    rows = Rows(M1)
    rows.told(bar(0, 1.0))
    rows.told(bar(0, 2.0))
    assert rows.closed(minute(0), minute(1)) is None
    rows.told(bar(1))
    assert rows.closed(minute(0), minute(1)) == [bar(0, 2.0)]


def test_old_news_takes_nothing_back() -> None:
    rows = Rows(M1)
    rows.told(bar(0, 2.0))
    rows.told(bar(0, 1.0))
    rows.told(bar(1, 1.0))
    rows.told(bar(0, 1.5))
    assert rows.closed(minute(0), minute(1)) == [bar(0, 2.0)]
    assert rows.last_open_at == minute(1)


def test_a_cut_takes_the_proof_away_until_the_bar_is_told_again() -> None:
    rows = Rows(M1)
    rows.told(bar(0, 1.0))
    rows.broke()
    rows.told(bar(1))
    assert rows.closed(minute(0), minute(1)) is None
    rows.broke()
    rows.told(bar(1, 2.0))
    rows.told(bar(2))
    assert rows.closed(minute(1), minute(2)) == [bar(1, 2.0)]


def test_a_missing_bar_is_not_proved_by_its_neighbours() -> None:
    rows = Rows(M1)
    for number in (0, 1, 3, 4):
        rows.told(bar(number))
    assert rows.closed(minute(0), minute(4)) is None
    assert rows.closed(minute(3), minute(4)) == [bar(3)]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.booleans()), max_size=60),
)
def test_what_is_proved_is_the_most_that_was_ever_said(
    words: list[tuple[int, int, bool]],
) -> None:
    rows = Rows(M1)
    most: dict[int, float] = {}
    for number, volume, cut in words:
        if cut:
            rows.broke()
        last = rows.last_open_at
        if last is None or minute(number) >= last:
            most[number] = max(most.get(number, 0.0), float(volume))
        rows.told(bar(number, float(volume)))
    for number in range(6):
        proved = rows.closed(minute(number), minute(number + 1))
        assert proved is None or proved == [bar(number, most[number])]
