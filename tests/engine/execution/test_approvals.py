"""Trades that wait for a person: parked, granted, refused, expired, taken back."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core import events
from engine.core.approvals import ApprovalState, AskedFor, Deaf, Word
from engine.core.errors import StorageError
from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.core.state import Cause
from engine.execution.approvals import OFFER_STANDS_S
from engine.execution.confirmers import ApproveAll, VetoAll
from tests.engine.execution.approval_stage import ANN, ASKS_ALL, BOB, CEM, NEVER_ASKS, Stage
from tests.fakes.desk_rig import DeskRig
from tests.fakes.memory_journal import MemoryJournal

GRANTED = ApprovalState.APPROVED


async def a_stage(parameters: Parameters = ASKS_ALL) -> Stage:
    return await Stage(parameters).boot()


async def test_a_parked_trade_sends_nothing_and_other_symbols_go_on() -> None:
    stage = await a_stage()
    first = await stage.asked()
    assert first.causes[0].asked_for is AskedFor.SHARE
    assert (first.people, first.offer.version) == (1, 1)
    await stage.move_until(lambda desk: len(desk.books.approvals) >= 2)
    symbols = [each.symbol for each in stage.desk.books.approvals.values()]
    assert len(symbols) == len(set(symbols))  # one question per symbol
    assert not stage.rig.journal.orders  # type: ignore[attr-defined]
    assert len(stage.rig.told(events.ApprovalAsked)) == len(symbols)


async def test_a_yes_sends_the_entry_once_with_the_end_of_the_question() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    found = await stage.says(approval)
    assert found is not None
    assert found.deaf is None
    (order,) = stage.entries(approval)
    assert order.request.qty_base == approval.offer.qty_base
    row = stage.stored(approval.number)
    assert (row.state, row.is_settled, row.position_id) == (GRANTED, True, order.position_id)
    assert not stage.desk.books.approvals
    assert stage.rig.told(events.ApprovalSettled)
    again = await stage.says(approval)  # a double tap
    assert again is None
    assert len(stage.entries(approval)) == 1


async def test_half_is_half_on_the_step_and_never_more_than_was_shown() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    await stage.says(approval, Word.HALVE)
    (order,) = stage.entries(approval)
    step = stage.desk.books.instruments[approval.symbol].qty_step
    assert order.request.qty_base == approval.offer.qty_base / 2 // step * step
    assert stage.stored(approval.number).state is ApprovalState.HALVED


async def test_half_that_is_too_small_is_said_before_it_is_taken() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    books = stage.desk.books
    instrument = books.instruments[approval.symbol]
    books.instruments[approval.symbol] = replace(
        instrument, min_qty_base=approval.offer.qty_base * Decimal("0.9")
    )
    found = await stage.says(approval, Word.HALVE)
    assert found is not None
    assert found.deaf is Deaf.TOO_SMALL
    assert stage.stored(approval.number).is_pending


async def test_a_veto_is_a_denial_that_is_followed_as_a_shadow() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    await stage.says(approval, Word.VETO, BOB)
    assert not stage.entries(approval)
    decided = stage.rig.told(events.ProposalDecided)[-1]
    assert isinstance(decided, events.ProposalDecided)
    assert (decided.reason, decided.text) == (Reason.VETOED, "vetoed by Bob")
    (shadow,) = stage.desk.books.shadows.values()
    assert shadow.position.qty_base == approval.offer.qty_base
    assert stage.desk.books.state.cash_quote == stage.desk.books.state.start_cash_quote


async def test_of_forty_racing_words_of_three_people_one_counts() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    words = [(word, actor) for word in Word for actor in (ANN, BOB, CEM)] * 5
    answer = stage.desk.approvals.answer
    found = await asyncio.gather(
        *(answer(approval.number, 1, word, actor) for word, actor in words[:40])
    )
    await stage.desk.approvals.settled()
    assert sum(each is not None and each.deaf is None for each in found) == 1
    assert len(stage.stored(approval.number).said) == 1
    assert len(stage.entries(approval)) <= 1
    assert len(stage.rig.told(events.ApprovalDecided)) == 1


async def test_two_people_must_agree_and_one_is_enough_to_refuse() -> None:
    stage = await a_stage(
        Parameters(approve_two_over_ratio=0.0, approval_drift_r=100.0, approval_new_bar=False)
    )
    approval = await stage.asked()
    assert approval.people == 2
    assert approval.causes[-1].asked_for is AskedFor.TWO_PEOPLE
    await stage.says(approval, Word.APPROVE, ANN)
    repeated = await stage.says(approval, Word.APPROVE, ANN)
    assert repeated is not None
    assert repeated.deaf is Deaf.SAID_BEFORE
    assert not stage.entries(approval)
    await stage.says(approval, Word.HALVE, BOB)
    assert stage.stored(approval.number).state is ApprovalState.HALVED
    assert len(stage.entries(approval)) == 1


@pytest.mark.parametrize(
    ("policy", "late_s", "state", "entries"),
    [
        ("veto", 0.0, ApprovalState.EXPIRED, 0),
        ("halve", 0.0, ApprovalState.HALVED, 1),
        ("execute", 0.0, ApprovalState.APPROVED, 1),
        ("execute", 3600.0, ApprovalState.EXPIRED, 0),  # the desk was away: no stale order
    ],
)
async def test_silence_means_what_the_policy_says(
    policy: str, late_s: float, state: ApprovalState, entries: int
) -> None:
    stage = await a_stage(ASKS_ALL.with_value("approval_expiry", policy))
    approval = await stage.asked()
    stage.pass_s(119.0)
    await stage.sweep()
    assert stage.stored(approval.number).is_pending
    stage.pass_s(1.0 + late_s)
    await stage.sweep()
    row = stage.stored(approval.number)
    assert (row.state, row.is_settled, len(stage.entries(approval))) == (state, True, entries)
    assert len(stage.rig.told(events.ApprovalExpired)) == 1


async def test_no_policy_stands_in_for_a_second_person() -> None:
    stage = await a_stage(
        Parameters(approve_two_over_ratio=0.0, approval_expiry="execute", approval_drift_r=100.0)
    )
    approval = await stage.asked()
    stage.pass_s(121.0)
    await stage.sweep()
    assert stage.stored(approval.number).state is ApprovalState.EXPIRED


async def test_a_word_after_the_deadline_is_not_taken_before_the_sweep_either() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    stage.pass_s(120.0)
    found = await stage.says(approval)
    assert found is not None
    assert found.deaf is Deaf.EXPIRED
    assert stage.stored(approval.number).is_pending


async def test_a_price_that_ran_away_makes_a_new_offer_of_a_yes() -> None:
    stage = await a_stage(ASKS_ALL.with_value("approval_drift_r", 0.01))
    approval = await stage.asked()
    symbol = approval.symbol
    await stage.move_until(lambda desk: desk.books.mark_price(symbol) != approval.offer.price)
    found = await stage.says(approval)
    assert found is not None
    assert found.deaf is Deaf.REQUOTED
    assert not stage.entries(approval)
    row = stage.stored(approval.number)
    if row.is_pending:  # the rules may say no at the new price
        assert row.offer.version == 2
        assert row.offer.price == stage.desk.books.mark_price(symbol)
        old = await stage.desk.approvals.answer(approval.number, 1, Word.APPROVE, ANN)
        assert old is not None
        assert old.deaf is Deaf.OLD_OFFER


async def test_a_closed_bar_makes_a_new_offer_that_voids_the_words_so_far() -> None:
    stage = await a_stage(
        Parameters(approve_two_over_ratio=0.0, approval_drift_r=100.0, approval_life_s=600.0)
    )
    approval = await stage.asked()
    await stage.says(approval)
    await stage.move(12)
    await stage.sweep()
    assert stage.stored(approval.number).offer.version == 1  # people need time to read
    stage.pass_s(OFFER_STANDS_S)
    await stage.sweep()
    row = stage.stored(approval.number)
    assert row.offer.version == 2 or row.state is ApprovalState.WITHDRAWN
    assert not row.said or not row.is_pending


@pytest.mark.parametrize("state", [TradingState.REDUCING, TradingState.HALTED])
async def test_a_stop_of_trading_takes_every_question_back(state: TradingState) -> None:
    stage = await a_stage()
    await stage.move_until(lambda desk: len(desk.books.approvals) >= 2)
    waiting = tuple(stage.desk.books.approvals.values())
    await stage.desk.switch.move(state, Cause.PERSON, "paused by Ann", ANN)
    found = await stage.says(waiting[0])
    assert found is not None
    assert found.deaf is Deaf.STOPPED
    await stage.sweep()
    assert not stage.desk.books.approvals
    for each in waiting:
        row = stage.stored(each.number)
        assert (row.state, row.why) == (
            ApprovalState.WITHDRAWN, "trading stopped: paused by Ann",
        )  # fmt: skip
        assert not stage.entries(each)
    assert not stage.desk.books.shadows  # nobody refused them


async def test_a_veto_is_heard_while_trading_is_stopped() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    await stage.desk.switch.move(TradingState.HALTED, Cause.PANIC, "panic", ANN)
    found = await stage.says(approval, Word.VETO)
    assert found is not None
    assert found.deaf is None


async def test_the_rules_look_again_before_a_granted_trade_is_sent() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    stage.rig.dial.turn(ASKS_ALL.with_value("blocked_symbols", approval.symbol.split("/")[0]))
    await stage.says(approval)
    row = stage.stored(approval.number)
    assert (row.state, row.position_id, row.is_settled) == (GRANTED, None, True)
    assert row.outcome
    assert not stage.entries(approval)
    decided = stage.rig.told(events.ProposalDecided)[-1]
    assert isinstance(decided, events.ProposalDecided)
    assert decided.reason is Reason.BLOCKED_SYMBOL


async def test_a_question_that_cannot_be_stored_is_a_denial() -> None:
    stage = await a_stage()
    journal = stage.rig.journal
    assert isinstance(journal, MemoryJournal)
    journal.is_refusing = True
    await stage.move(200)
    assert not stage.desk.books.approvals
    journal.is_refusing = False


async def test_a_word_that_cannot_be_stored_was_not_said() -> None:
    stage = await a_stage()
    approval = await stage.asked()
    journal = stage.rig.journal
    assert isinstance(journal, MemoryJournal)
    journal.is_refusing = True
    with pytest.raises(StorageError):
        await stage.says(approval)
    journal.is_refusing = False
    assert stage.desk.books.approvals[approval.number].is_pending
    assert (await stage.says(approval)) is not None
    assert len(stage.entries(approval)) == 1


async def test_with_nothing_to_ask_or_a_policy_that_agrees_the_trades_are_the_same() -> None:
    results = []
    for parameters, confirmer in (
        (NEVER_ASKS, VetoAll()),
        (replace_all(NEVER_ASKS, approve_over_ratio=0.0), ApproveAll()),
    ):
        rig = DeskRig(parameters=parameters, confirmer=confirmer)
        await rig.run()
        journal = rig.journal
        assert isinstance(journal, MemoryJournal)
        results.append([
            (trade.trade_id, trade.opened_at, trade.closed_at, trade.net_pnl_quote)
            for trade in journal.trades.values()
        ])  # fmt: skip
    assert results[0] == results[1]
    assert results[0]


async def test_a_policy_that_refuses_leaves_what_needs_no_word() -> None:
    rig = DeskRig(parameters=replace_all(NEVER_ASKS, approve_over_ratio=0.0), confirmer=VetoAll())
    await rig.run()
    assert not rig.journal.trades  # type: ignore[attr-defined]
    reasons = {each.reason for each in rig.told(events.ProposalDecided)}  # type: ignore[attr-defined]
    assert reasons == {Reason.VETOED}


def replace_all(parameters: Parameters, **values: float) -> Parameters:
    return Parameters.model_validate({**parameters.model_dump(), **values})
