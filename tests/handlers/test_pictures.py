"""What the charts draw is what the services say: every trade of the symbol, and the open one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from charts.registry import CHARTS
from charts.story import PriceStory
from engine.market.bars import EMPTY
from handlers.commands.chart import KINDS
from tests.handlers import answers
from tests.handlers.asking import FakeDesk, ask
from tests.handlers.markup import shown
from tests.handlers.samples import NOW, a_trade


def test_every_chart_can_be_asked_for_by_its_name() -> None:
    assert set(KINDS) == set(CHARTS)


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


async def test_no_bars_make_a_picture_too(fake: FakeDesk) -> None:
    fake.reports.view = replace(answers.a_view(), bars=EMPTY, position=None)
    answer = await ask(fake, "/chart price")
    assert answer.picture is not None
    assert "No closed bar yet" in answer.picture.caption


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
