"""Lists in one line of text: read strictly, or refused with a sentence."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from engine.core.parameters import Parameters, declarations
from engine.core.parameters.parse import parse_value
from engine.core.parameters.texts import (
    READERS,
    daily_windows,
    in_daily_window,
    moment_windows,
    names_of,
    sectors_of,
)

DECLARED = declarations(Parameters)


def test_names_are_read_in_capitals_and_words_for_nothing_as_nothing() -> None:
    assert names_of("btc, Eth/usdt") == {"BTC", "ETH/USDT"}
    assert names_of("none") == names_of("ALL") == names_of("") == frozenset()


def test_sectors_are_pairs_of_base_and_sector() -> None:
    assert sectors_of("btc:Major, PEPE : meme") == {"BTC": "major", "PEPE": "meme"}
    assert sectors_of("none") == {}


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("none", ()),
        ("22:00-06:00", ((1320, 360),)),
        ("0:00-24:00", ((0, 0),)),
        ("12:00-12:30, 18:00-24:00", ((720, 750), (1080, 0))),
    ],
)
def test_daily_windows_are_minutes_of_the_day(text: str, windows: tuple[object, ...]) -> None:
    assert daily_windows(text) == windows


@pytest.mark.parametrize(
    ("window", "hour", "minute", "inside"),
    [
        ((720, 750), 12, 0, True),
        ((720, 750), 12, 30, False),
        ((720, 750), 11, 59, False),
        ((1320, 360), 23, 0, True),
        ((1320, 360), 5, 59, True),
        ((1320, 360), 6, 0, False),
        ((1320, 360), 21, 59, False),
        ((0, 0), 13, 0, True),
    ],
)
def test_a_window_holds_its_start_and_not_its_end(
    window: tuple[int, int], hour: int, minute: int, inside: bool
) -> None:
    at = datetime(2026, 3, 2, hour, minute, tzinfo=UTC)
    assert in_daily_window(at, window) is inside


def test_moments_are_utc() -> None:
    assert moment_windows("2026-11-21T13:00/2026-11-21T15:00") == (
        (datetime(2026, 11, 21, 13, tzinfo=UTC), datetime(2026, 11, 21, 15, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("quiet_hours", "22-06", "not like 22:00-06:00"),
        ("quiet_hours", "22:00", "not like"),
        ("quiet_hours", "25:00-06:00", "no time of the day"),
        ("quiet_hours", "22:60-06:00", "no time of the day"),
        ("quiet_hours", "06:00-06:00", "is empty"),
        ("quiet_hours", "22:0-06:00", "not like"),
        ("news_windows", "2026-11-21T13:00", "not like 2026"),
        ("news_windows", "2026-11-21T15:00/2026-11-21T13:00", "ends before it starts"),
        ("news_windows", "2026-11-21T13:00+01:00/2026-11-21T15:00+01:00", "not like"),
        ("sectors", "BTC", "not like BTC:major"),
        ("sectors", "BTC:a:b", "not like"),
        ("blocked_symbols", "BTC,,ETH", "nothing between two commas"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=f"{name}.*{words}"):
        Parameters().with_value(name, text)


def test_every_list_is_a_text_parameter_whose_default_can_be_typed_again() -> None:
    for name in READERS:
        declared = DECLARED[name]
        assert declared.unit == "text"
        assert parse_value(declared, str(declared.default)) == declared.default


def test_a_long_list_can_be_typed() -> None:
    text = ",".join(f"COIN{number}:sector" for number in range(15))
    assert parse_value(DECLARED["sectors"], text) == text
