"""What the charts draw is what the services say: every trade of the symbol, and the open one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from charts.registry import CHARTS
from charts.story import PriceStory
from engine.analytics.facts import TradeFacts
from engine.analytics.skill import Reliability, VoteHistory
from engine.core.timeframes import Timeframe
from engine.market.bars import EMPTY
from handlers.chart_kinds import KINDS, LEVEL_NAMES
from handlers.payloads import ChartTap
from tests.charts.record_samples import some_moves
from tests.charts.samples import a_curve
from tests.fakes.record import FakeRecord
from tests.handlers import answers
from tests.handlers.asking import FakeDesk, ask, tap
from tests.handlers.markup import shown
from tests.handlers.samples import NOW, SYMBOL, a_trade

if TYPE_CHECKING:
    from engine.services.picture_reports import PictureReports

NO_CURVE = Reliability("as said", np.zeros(0), np.zeros(0), np.zeros(0), float("nan"), 4)
NO_VOTES = VoteHistory(np.zeros(0), (), np.zeros(0), np.zeros(0), np.zeros(0))
LOSERS = tuple(
    TradeFacts(trade=replace(a_trade(number, "-1"), result_r=-1.0 - 0.01 * number))
    for number in range(1, 20)
)
RECORD = FakeRecord(LOSERS, a_curve(2000), some_moves(6))


def test_every_chart_can_be_asked_for_by_its_name() -> None:
    assert set(KINDS) == {name for name, chart in CHARTS.items() if not chart.is_research}


async def test_the_picture_holds_the_trades_and_the_stop(fake: FakeDesk) -> None:
    trades = (a_trade(50, "1.5"), a_trade(49, "-0.5"))
    fake.reports.view = replace(answers.a_view(), trades=trades)
    await ask(fake, "/chart price")
    (_, story) = fake.pictures.drawn[-1]
    assert isinstance(story, PriceStory)
    closed = [mark.won for mark in story.marks if mark.exit_price is not None]
    assert closed == [True, False]
    assert [mark.entry_price for mark in story.marks if mark.exit_price is None] == [64_210.5]
    assert story.stop_price == 63_800.25


EMPTY_KINDS = {
    "equity": "No point yet",
    "drawdown": "No point yet",
    "price": "No closed bar yet",
    "months": "No month yet",
    "hours": "No closed trade yet",
    "r": "No closed trade yet",
    "excursions": "No closed trade yet",
    "confidence": "No closed trade yet",
    "correlation": "nothing to be compared with",
    "reliability": "Too few decided votes",
    "votes": "No vote yet",
}


@pytest.mark.parametrize("name", KINDS)
async def test_without_anything_to_draw_there_is_a_sentence_and_no_picture(
    fake: FakeDesk, name: str
) -> None:
    fake.reports.view = replace(answers.a_view(), bars=EMPTY, position=None)
    fake.reports.points = ()
    fake.parley.curves = (NO_CURVE, NO_CURVE)
    fake.parley.past = NO_VOTES
    answer = await ask(fake, f"/chart {name}")
    assert answer.picture is None
    assert EMPTY_KINDS[name] in answer.text
    assert answer.keys
    tapped = await tap(fake, ChartTap(name=name, again=True))
    assert (tapped.text, tapped.picture, tapped.keys) == ("", None, ())  # the card stays
    assert EMPTY_KINDS[name] in tapped.toast
    assert "<" not in tapped.toast
    assert fake.pictures.drawn == []


@pytest.mark.parametrize("name", KINDS)
async def test_every_kind_draws_its_own_values_under_a_short_caption(
    fake: FakeDesk, name: str
) -> None:
    fake.record = RECORD
    fake.desk = replace(fake.desk, record=cast("PictureReports", RECORD))
    answer = await ask(fake, f"/chart {name}")
    assert answer.picture is not None
    (drawn,) = fake.pictures.drawn
    assert drawn[0] == name
    assert answer.picture.caption.count("\n") <= 5
    assert "PAPER" in answer.picture.caption.split("\n")[0]


async def test_the_caption_of_the_hours_says_what_lost_and_how_many_were_looked_at(
    fake: FakeDesk,
) -> None:
    fake.desk = replace(fake.desk, record=cast("PictureReports", RECORD))
    answer = await ask(fake, "/chart hours")
    assert answer.picture is not None
    text = shown(answer.picture.caption)
    assert "What lost most:\n• " in text
    assert "patterns were looked at; some look bad by luck." in text


async def test_a_young_desk_is_told_when_its_ratios_come(fake: FakeDesk) -> None:
    young = FakeRecord(curve=a_curve(100))
    fake.desk = replace(fake.desk, record=cast("PictureReports", young))
    answer = await ask(fake, "/chart months")
    assert answer.picture is not None
    assert "Ratios come after 30 days; 6 days so far" in shown(answer.picture.caption)


async def test_the_plan_of_the_open_position_is_on_its_chart_only(fake: FakeDesk) -> None:
    await ask(fake, "/chart price")
    (_, story) = fake.pictures.drawn[-1]
    assert isinstance(story, PriceStory)
    assert {level.name for level in story.levels} <= set(LEVEL_NAMES.values())
    assert len(story.levels) == len(fake.reports.card.open_positions[0].levels)
    fake.reports.view = replace(answers.a_view(), position=None)
    await ask(fake, "/chart price")
    (_, story) = fake.pictures.drawn[-1]
    assert isinstance(story, PriceStory)
    assert story.levels == ()


async def test_timeframes_are_buttons_above_the_kinds_of_a_price(fake: FakeDesk) -> None:
    frames = (Timeframe.M15, Timeframe.H1)
    fake.desk = replace(fake.desk, mode=replace(fake.desk.mode, timeframes=frames))
    first = await ask(fake, "/chart price BTC")
    assert [key.label for key in first.keys[0]] == ["• 15m", "1h"]
    hourly = first.keys[0][1].payload
    assert isinstance(hourly, ChartTap)
    turned = await tap(fake, hourly)
    assert turned.edit
    assert [key.label for key in turned.keys[0]] == ["15m", "• 1h"]
    assert fake.reports.asked[-1] == (SYMBOL, "1h")
    other = await ask(fake, "/chart equity")
    assert "1h" not in [key.label for row in other.keys for key in row]


async def test_the_caption_counts_what_the_picture_shows(fake: FakeDesk) -> None:
    recent = replace(a_trade(50, "1.5"), opened_at=NOW - timedelta(minutes=6))
    fake.reports.view = replace(answers.a_view(), trades=(recent, a_trade(49)), position=None)
    answer = await ask(fake, "/chart price")
    assert answer.picture is not None
    assert "1 entry, 2 exits" in shown(answer.picture.caption)


@pytest.mark.parametrize("name", ["equity", "drawdown"])
async def test_a_curve_ends_where_its_caption_says(fake: FakeDesk, name: str) -> None:
    answer = await ask(fake, f"/chart {name}")
    (_, curve) = fake.pictures.drawn[-1]
    assert answer.picture is not None
    assert curve.equity_quote[-1] == float(Decimal("10123.455"))  # type: ignore[attr-defined]
