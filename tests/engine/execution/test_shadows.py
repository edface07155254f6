"""Refused trades are followed by the same rules as positions, and never count."""

import pytest

from engine.core.approvals import ApprovalState, Word
from engine.core.positions import Trade
from engine.execution.desk import Desk
from tests.engine.execution.approval_stage import BOB, Stage
from tests.fakes.memory_journal import MemoryJournal


async def followed(word: Word) -> tuple[Stage, Trade]:
    """The first trade, taken or refused, followed to its end."""
    stage = await Stage().boot()
    approval = await stage.asked()
    await stage.says(approval, word, BOB)

    def ended(desk: Desk) -> bool:
        return not (desk.books.positions or desk.books.shadows)

    await stage.move_until(ended)
    await stage.move(40)  # a bar of its symbol makes it durable
    journal = stage.rig.journal
    assert isinstance(journal, MemoryJournal)
    if word is Word.VETO:
        found = journal.shadows[approval.number]
        assert (found.fate, found.decided_by) == (ApprovalState.VETOED, "Bob")
        assert found.trade is not None
        return stage, found.trade
    (trade,) = journal.trades.values()
    return stage, trade


async def test_a_shadow_ends_as_the_trade_would_have_but_costs_nothing() -> None:
    _, real = await followed(Word.APPROVE)
    stage, shadow = await followed(Word.VETO)
    assert (shadow.symbol, shadow.side, shadow.qty_base) == (real.symbol, real.side, real.qty_base)
    assert (shadow.closed_at, shadow.exit_reason) == (real.closed_at, real.exit_reason)
    assert shadow.result_r == pytest.approx(real.result_r, abs=0.15)  # without market impact
    assert shadow.commission_quote > 0
    state = stage.desk.books.state
    assert state.cash_quote == state.start_cash_quote
    assert all(
        point.equity_quote == state.start_cash_quote
        for point in stage.rig.journal.equity.values()  # type: ignore[attr-defined]
    )
    assert state.losing_streak == 0


async def test_a_shadow_outlives_the_process_and_ends_the_same() -> None:
    _, whole = await followed(Word.VETO)
    stage = await Stage().boot()
    approval = await stage.asked()
    await stage.says(approval, Word.VETO, BOB)
    for _ in range(6):
        await stage.move(7)
        await stage.boot()  # nothing was said to the old one: it is gone
        if not stage.desk.books.shadows:
            break
    while stage.desk.books.shadows:
        await stage.move(1)
    await stage.move(40)
    journal = stage.rig.journal
    assert isinstance(journal, MemoryJournal)
    found = journal.shadows[approval.number].trade
    assert found is not None
    assert (found.closed_at, found.exit_reason) == (whole.closed_at, whole.exit_reason)
    assert found.net_pnl_quote == whole.net_pnl_quote
