"""Rounds of votes in the database: whole, once, and scored when their event is over."""

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.advice import Objection, Tier, Verdict, Vote
from engine.core.forecasts import Forecast
from engine.market.barriers import Outcome
from llm.calibration.learning import asked, resolved
from llm.calibration.state import decoded, encoded, fresh
from storage.database import Database
from storage.forecasts import Forecasts
from storage.mapping.codec import decode, encode
from tests.handlers.parley_answers import a_pool, a_verdict
from tests.llm.calibration.made import BASE, HABITS, a_forecast, said, silent

WARNED = (
    Objection("vol_shock", Tier.WARN, "moved 4 sigma"),
    Objection("level_missing", Tier.STRIP, "no stop"),
)
VOTES = (
    said("oak", 0.7, model="m-1", objections=WARNED, cost_usd=0.002, latency_ms=812.5),
    said("elm", 0.4, calibrated_up=0.44, calibrated_down=0.46),
    silent("ash"),
)


def a_round(step: int = 0, votes: tuple[Vote, ...] = VOTES) -> tuple[Forecast, dict[str, object]]:
    found, state = asked(fresh(), votes, BASE, "range", HABITS)
    return a_forecast(found, votes, step), encoded(state)


@pytest.fixture
def book(database: Database) -> Forecasts:
    return Forecasts(database)


async def test_a_new_desk_remembers_nothing(book: Forecasts) -> None:
    assert await book.load() == (None, ())
    assert await book.forecast("x") is None
    assert await book.scored() == ()


async def test_what_was_kept_comes_back_to_the_last_bit(book: Forecasts) -> None:
    forecast, learned = a_round()
    await book.keep((forecast,), learned)
    found, waiting = await book.load()
    assert waiting == (forecast,)
    assert found == learned
    assert encoded(decoded(dict(found))) == learned
    assert await book.forecast(forecast.key) == forecast


def test_a_calibrated_verdict_comes_back_from_an_event_as_it_was() -> None:
    verdict = a_verdict("", a_pool())
    assert decode(Verdict, json.loads(json.dumps(encode(verdict)))) == verdict


async def test_a_decided_round_replaces_its_row_and_waits_no_more(book: Forecasts) -> None:
    forecast, learned = a_round()
    await book.keep((forecast,), learned)
    done = replace(forecast, outcome="up", resolved_at=forecast.at + timedelta(hours=2))
    lesson = resolved(decoded(learned), forecast, Outcome.UP, HABITS)
    await book.keep((done,), encoded(lesson.state))
    found, waiting = await book.load()
    assert waiting == ()
    assert found is not None
    assert found["outcomes"] == 1
    assert await book.forecast(forecast.key) == done


async def test_only_votes_of_decided_events_are_scored_oldest_first(book: Forecasts) -> None:
    rounds = [a_round(step)[0] for step in range(4)]
    outcomes = ("up", None, "lost", "neither")
    done = tuple(
        replace(each, outcome=outcome) for each, outcome in zip(rounds, outcomes, strict=True)
    )
    await book.keep(done, a_round()[1])
    scored = await book.scored()
    told = sorted((vote.voter, vote.outcome) for vote in scored)
    assert told == [("elm", "neither"), ("elm", "up"), ("oak", "neither"), ("oak", "up")]
    assert [vote.at for vote in scored] == sorted(vote.at for vote in scored)
    oak = next(vote for vote in scored if vote.voter == "oak")
    assert (oak.identity, oak.warnings, oak.p_up) == ("oak|m-1", ("vol_shock",), 0.7)
    assert math.isnan(oak.calibrated_up)
    elm = next(vote for vote in scored if vote.voter == "elm")
    assert (elm.calibrated_up, elm.base_up) == (0.44, 0.45)


async def test_the_newest_rounds_come_first_and_of_one_symbol_if_named(book: Forecasts) -> None:
    rounds = [a_round(step)[0] for step in range(4)]
    other = replace(rounds[3], symbol="ETH/USDT")
    await book.keep((*rounds[:3], other), a_round()[1])
    assert [each.key for each in await book.last(2)] == [other.key, rounds[2].key]
    assert await book.last(9, "ETH/USDT") == (other,)
