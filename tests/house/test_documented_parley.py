"""What docs/parley.md shows of VOTERS, prices, personas and fallbacks would be taken."""

import re
from pathlib import Path

import pytest

from bot.parley import cast_of
from bot.settings import load
from engine.core.parameters import Parameters
from llm.prices import PRICES, parse_prices
from llm.prompts.personas import DEFAULT, personas
from tests.house.tree import text_of

PAGE = Path("docs/parley.md")
_ROW = re.compile(r"[a-z0-9_-]+(?:/[a-z_]+)?=(?:rules|openai|anthropic):\S+")
_SPANS = re.findall(r"`([^`\n]+)`", text_of(PAGE))
VOTERS = [span for span in _SPANS if _ROW.fullmatch(span)]
KEYS = {"OPENAI_API_KEY": "a", "ANTHROPIC_API_KEY": "b", "OAK_API_KEY": "c"}
_PRICED = next(span for span in _SPANS if span == "MODEL_PRICES=oak=0.30/1.20")


@pytest.mark.parametrize("voters", VOTERS)
def test_every_row_of_voters_that_the_page_shows_seats_somebody(voters: str) -> None:
    prices = _PRICED.removeprefix("MODEL_PRICES=") if "host.example" in voters else ""
    cast = cast_of(load(environ=KEYS | {"VOTERS": voters, "MODEL_PRICES": prices}, env_file=None))
    assert [spec.name for spec in cast.specs]
    assert cast.seats


def test_the_page_shows_every_kind_of_voter() -> None:
    text = ",".join(VOTERS)
    assert all(
        kind in text for kind in ("openai:", "anthropic:", "rules:", "@http:", "/contrarian=")
    )


def test_the_prices_that_the_page_shows_can_be_read() -> None:
    shown = [span for span in _SPANS if span.startswith("MODEL_PRICES=")]
    assert len(shown) > 1
    for span in shown:
        assert span.endswith("..") or parse_prices(span.removeprefix("MODEL_PRICES="))


def test_the_page_says_of_when_the_listed_prices_are() -> None:
    assert {price.as_of for price in PRICES.values()} == {"2025-12"}
    assert "as of 2025-12" in " ".join(text_of(PAGE).split())


def test_the_page_names_every_persona() -> None:
    assert set(personas()) <= set(_SPANS)
    assert DEFAULT in _SPANS


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    now = Parameters()
    rows = [row for row in text_of(PAGE).splitlines() if row.startswith("| `budget_")]
    for row in rows:
        _, names, values, _ = (cell.strip() for cell in row.split("|"))
        told = [float(value) for value in values.split(" · ")]
        known = re.findall(r"`(\w+)`", names)
        assert [getattr(now, name) for name in known] == told
    assert rows
