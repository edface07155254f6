"""2020 to 2023 with everything on: the live desk keeps its word at every moment of four crashes.

The whole span takes minutes: `python -m benchmarks.years` plays and audits it.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import KEEP_BARS
from engine.research.backtest import Job, Series, run
from engine.rules.plans import LIQUIDATION
from engine.venues.catalogue import costs_of
from engine.venues.replay import ReplayFeed
from engine.venues.replay_files import BarFolder
from tests.engine.research.audit import Audit
from tests.engine.research.audited import START_CASH, agree, played
from tests.engine.research.desk_run import desk_run
from tests.engine.research.recorded_years import (
    ALL_ON,
    BOLD,
    DATA,
    STRATEGIES,
    a_feed,
    day,
    eight_perpetuals,
)
from tests.engine.research.test_backtest import CACHE
from tests.engine.research.test_recorded import columns_of
from tests.fakes.reckless import RECKLESS

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not DATA.is_dir(), reason="no market data folder"),
]


class Window(NamedTuple):
    """Three weeks around something that happened."""

    from_day: str
    to_day: str


WINDOWS = {
    "covid": Window("2020-03-02", "2020-03-23"),
    "may 2021": Window("2021-05-08", "2021-05-29"),
    "terra": Window("2022-04-29", "2022-05-20"),
    "ftx": Window("2022-10-31", "2022-11-21"),
}
LIQUIDATED = Window("2022-05-02", "2022-05-13")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The eight perpetuals with their funding."""
    return eight_perpetuals(tmp_path_factory.mktemp("years"))


def feed_of(folder: Path, window: Window) -> ReplayFeed:
    return a_feed(folder, day(window.from_day), day(window.to_day))


async def audited(folder: Path, window: Window, parameters: Parameters) -> Audit:
    done = await played(feed_of(folder, window), day(window.from_day), parameters, agree)
    open_quote = sum(p.cash_quote for p in done.desk.books.positions.values())
    open_funding_quote = sum(p.funding_quote for p in done.desk.books.positions.values())
    audit = done.audit
    gained_quote = sum(trade.net_pnl_quote for trade in audit.trades) + open_quote
    assert audit.books.cash_quote == START_CASH + gained_quote
    paid_quote = sum(trade.funding_quote for trade in audit.trades) + open_funding_quote
    assert audit.paid_quote == paid_quote
    return audit


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
async def test_a_bold_desk_keeps_every_limit_and_breaker_through_a_crash(
    folder: Path, window: Window
) -> None:
    audit = await audited(folder, window, BOLD)
    assert audit.faults == []
    counts = audit.counts
    assert counts["entries"] > 30
    assert counts["additions"] > 5
    assert counts["resumed by a person"] > 0
    assert len(audit.trades) > 30
    assert counts["funding payments"] > 50
    assert counts["reducing by breaker"] + counts["halted by breaker"] >= 5
    assert counts["active by none"] >= 5  # a new day, the end of a pause, or a person
    assert counts["moments reducing"] > 0
    assert counts["moments halted"] > 0
    assert 0.9 < audit.largest["gross"] / BOLD.max_exposure_ratio <= 1.0 + 1e-9  # it was reached


@pytest.mark.parametrize("window", [WINDOWS["may 2021"]], ids=["may 2021"])
async def test_the_usual_limits_with_every_strategy_and_filter_are_kept(
    folder: Path, window: Window
) -> None:
    audit = await audited(folder, window, ALL_ON)
    assert audit.faults == []
    assert audit.counts["entries"] > 10
    assert audit.counts["funding payments"] > 20


async def test_a_desk_beyond_all_bounds_is_liquidated_exactly_where_its_margin_ends(
    folder: Path,
) -> None:
    audit = await audited(folder, LIQUIDATED, RECKLESS.model_copy(update=STRATEGIES))
    assert audit.faults == []
    assert audit.counts["liquidations"] > 2
    assert audit.counts["reducing by liquidation"] > 0
    assert any(trade.exit_reason == LIQUIDATION for trade in audit.trades)


async def test_desk_plain_loop_and_compiled_loop_agree_with_every_strategy_on(
    folder: Path,
) -> None:
    window = Window("2022-11-04", "2022-11-14")
    feed = feed_of(folder, window)
    funding = BarFolder(folder)
    series = []
    for item in await feed.instruments():
        told = await feed.history(
            item.symbol, Timeframe.H1, before=day(window.to_day), bars=KEEP_BARS + 10 * 24
        )
        series.append(Series(item, costs_of(item), columns_of(told), funding.funding(item.symbol)))
    job = Job(
        series=series,
        timeframe=Timeframe.H1,
        parameters=BOLD,
        advise=agree,
        start_cash_quote=START_CASH,
        starts_at=day(window.from_day),
        ends_at=day(window.to_day),
    )
    plain, compiled = run(job, None), run(job, CACHE)
    trades, cash_quote = await desk_run(job, feed)
    assert len(trades) > 20
    assert trades == plain.trades == compiled.trades
    assert cash_quote == plain.cash_quote == compiled.cash_quote
    assert plain.open_positions == compiled.open_positions
