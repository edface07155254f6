"""Trials are counted over all studies of one past, and the same one only once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.research.trials import Trial, tally
from storage.database import Database
from storage.research_trials import ResearchTrials
from tests.storage.samples import AT, at

FIRST = Trial(
    study="weekly",
    market="btc",
    config_hash="abc",
    from_at=AT,
    to_at=AT + timedelta(days=90),
    days=90,
    trades=41,
    in_sharpe=0.12,
    out_sharpe=-0.03,
    digest="d1",
)
SECOND = replace(FIRST, config_hash="abd", in_sharpe=0.02, out_sharpe=None, digest="d2")
OTHER_STUDY = replace(FIRST, study="walk", config_hash="abe", in_sharpe=-0.05, digest="d3")
OTHER_MARKET = replace(FIRST, market="eth", digest="d4")


@pytest.fixture
def book(database: Database) -> ResearchTrials:
    return ResearchTrials(database)


async def test_what_was_stored_comes_back_whole_and_in_order(book: ResearchTrials) -> None:
    await book.keep([SECOND], at(0))
    await book.keep([FIRST, OTHER_STUDY], at(5))
    assert await book.of_study("weekly") == (SECOND, FIRST)
    assert await book.of_study("nobody's") == ()


async def test_all_studies_of_one_past_are_counted_together(book: ResearchTrials) -> None:
    assert (await book.tally("btc")).trials == 0
    await book.keep([FIRST, SECOND, OTHER_STUDY, OTHER_MARKET], at(0))
    assert await book.tally("btc") == tally([FIRST, SECOND, OTHER_STUDY])
    assert (await book.tally("eth")).trials == 1


async def test_the_same_trial_made_again_is_no_other_one(book: ResearchTrials) -> None:
    same_returns = replace(FIRST, study="again", config_hash="zzz")
    await book.keep([FIRST, FIRST], at(0))
    await book.keep([FIRST, same_returns], at(9))
    assert (await book.tally("btc")).trials == 1
    assert len(await book.of_study("weekly")) == 1
    assert len(await book.of_study("again")) == 1
