"""What the charts draw is what the services say: every trade of the symbol, and the open one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from charts.registry import CHARTS
from handlers.commands.chart import KINDS
from handlers.pictures import bars_of, story_of
from tests.handlers import answers
from tests.handlers.asking import FakeDesk, ask
from tests.handlers.markup import shown
from tests.handlers.samples import NOW, a_trade


def test_every_chart_can_be_asked_for_by_its_name() -> None:
    assert set(KINDS) == set(CHARTS)


def test_bars_become_arrays_without_a_change() -> None:
    bars = answers.a_view().bars
    arrays = bars_of(bars)
    assert arrays.open_at_s.tolist() == [int(bar.open_at.timestamp()) for bar in bars]
    rows = zip(arrays.open, arrays.high, arrays.low, arrays.close, arrays.volume_base, strict=True)
    assert [tuple(map(float, row)) for row in rows] == [tuple(bar[1:]) for bar in bars]


async def test_a_story_holds_the_symbols_trades_with_their_net_results(fake: FakeDesk) -> None:
    trades = (a_trade(50, "1.5"), a_trade(49, "-0.5"), a_trade(48, "9", symbol="ETH/USDT:USDT"))
    fake.reports.page = replace(answers.a_page(total=3), trades=trades, next_before=None)
    story = await story_of(fake.desk, answers.a_view())
    closed = [mark.won for mark in story.marks if mark.exit_price is not None]
    assert closed == [True, False]
    assert [mark.entry_price for mark in story.marks if mark.exit_price is None] == [64_210.5]
    assert story.stop_price == 63_800.25


async def test_older_pages_are_read_until_the_picture_begins_and_never_for_ever(
    fake: FakeDesk,
) -> None:
    await story_of(fake.desk, answers.a_view())
    assert fake.reports.asked == [(None, 100), (49, 100)]
    early = replace(a_trade(49), closed_at=NOW - timedelta(days=3))
    fake.reports.page = replace(fake.reports.page, trades=(a_trade(50), early))
    fake.reports.asked.clear()
    story = await story_of(fake.desk, answers.a_view())
    assert fake.reports.asked == [(None, 100)]
    assert len(story.marks) == 2  # the early one ended before the picture begins


async def test_no_bars_make_a_picture_too(fake: FakeDesk) -> None:
    fake.reports.view = replace(answers.a_view(), bars=())
    fake.reports.card = answers.a_status(rows=0)
    answer = await ask(fake, "/chart price")
    assert answer.picture is not None
    assert "No closed bar yet" in answer.picture.caption


async def test_the_caption_counts_what_the_picture_shows(fake: FakeDesk) -> None:
    recent = replace(a_trade(50, "1.5"), opened_at=NOW - timedelta(minutes=6))
    fake.reports.page = replace(answers.a_page(total=2), trades=(recent, a_trade(49)))
    fake.reports.page = replace(fake.reports.page, next_before=None)
    answer = await ask(fake, "/chart price")
    assert answer.picture is not None
    assert "1 entry, 2 exits" in shown(answer.picture.caption)


@pytest.mark.parametrize("name", ["equity", "drawdown"])
async def test_a_curve_ends_where_its_caption_says(fake: FakeDesk, name: str) -> None:
    answer = await ask(fake, f"/chart {name}")
    (_, curve) = fake.pictures.drawn[-1]
    assert answer.picture is not None
    assert curve.equity_quote[-1] == float(Decimal("10123.455"))  # type: ignore[attr-defined]
