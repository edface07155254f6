"""Why and why not, from a desk that really ran on real books and a real database."""

from pathlib import Path

import pytest

from engine.core.errors import UserError
from engine.core.events import ProposalDecided
from engine.core.market import Bar
from engine.services.parley_reports import ParleyReports, history_of
from llm.panel import Chamber, Panel, RuleAsker
from llm.record import VoteRecord
from llm.roster import DEFAULT_VOTERS, parse_voters, seat
from storage.forecasts import Forecasts
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from storage.reports import Reports as StoredReports
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.scripted_market import BTC


async def test_a_desk_that_ran_can_tell_every_decision_and_what_votes_were_worth(
    tmp_path: Path,
) -> None:
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'p.db'}", tmp_path / "backups")
    try:
        rig = DeskRig(
            bars={symbol: tuple(map(_plain, bars)) for symbol, bars in three_markets().items()},
            journal=DatabaseJournal(opened.database, Outbox(opened.database)),
        )
        book, troubles = Forecasts(opened.database), list[str]()
        record = VoteRecord(
            book,
            lambda symbol, timeframe: rig.desk.bars.view(symbol, timeframe),
            lambda: rig.parameters,
            lambda _: None,
            troubles.append,
        )
        rig.advisor = Panel(
            Chamber(
                asker=RuleAsker(seat(parse_voters(DEFAULT_VOTERS))),
                record=record,
                bars=lambda symbol, timeframe: rig.desk.bars.view(symbol, timeframe),
                parameters=lambda: rig.parameters,
                tell=lambda _: None,
            )
        )
        desk = await rig.run()
        assert not troubles
        cursor_at = desk.books.state.cursor_at
        assert cursor_at is not None
        record.catch_up(cursor_at)
        await record.save()
        reports = ParleyReports(desk, StoredReports(opened.database), book)
        await _tell(reports, rig)
    finally:
        await opened.database.close()


def _plain(bar: Bar) -> Bar:
    return Bar(bar.open_at, *(float(value) for value in bar[1:]))  # a wire brings no numpy


async def _tell(reports: ParleyReports, rig: DeskRig) -> None:
    decided = [e for e in rig.told(ProposalDecided) if isinstance(e, ProposalDecided)]
    taken = [each for each in decided if each.position_id is not None]
    assert taken
    first = await reports.why(taken[0].position_id, None)
    assert first.decision == taken[0]
    assert first.forecast is not None
    assert first.forecast.outcome is not None
    assert first.fills
    assert first.trade is not None
    newest = await reports.why(None, BTC)
    assert newest.decision.proposal.symbol == BTC
    with pytest.raises(UserError):
        await reports.why(99_999, None)
    obstacle = await reports.why_not(BTC)
    assert obstacle.symbol == BTC
    rounds = await reports.rounds(5)
    assert len(rounds.forecasts) == 5
    history = history_of(rounds.forecasts)
    assert len(history.voter) == history.lean.size > 0
    skills = await reports.skills()
    assert set(skills) <= {"trend", "reversion", "volatility"}
    assert sum(each.labelled for each in skills.values()) > 30
    said, calibrated = await reports.reliability()
    assert said.labelled > 30
    assert calibrated.count.size > 0
