"""A process that dies at any write between the question and its end; the next one finishes it."""

from contextlib import suppress
from datetime import timedelta

import pytest

from engine.core import events
from engine.core.approvals import GRANTED, ApprovalState, Word
from engine.core.kinds import OrderState
from engine.core.ports import Record
from tests.engine.execution.approval_stage import ANN, ASKS_ALL, Stage
from tests.fakes.memory_journal import MemoryJournal


class Killed(Exception):
    """The process is gone."""


class MortalJournal(MemoryJournal):
    """Dies before (`after` False) or after its write number `dies_at`, and stays dead."""

    def __init__(self) -> None:
        super().__init__()
        self.dies_at: int | None = None
        self.after = False
        self.writes = 0

    async def append(self, record: Record) -> None:
        self.writes += 1
        due = self.dies_at is not None and self.writes >= self.dies_at
        if due and not (self.after and self.writes == self.dies_at):
            raise Killed
        await super().append(record)
        if due:
            raise Killed

    def revive(self) -> None:
        self.dies_at, self.writes = None, 0


async def a_stage() -> tuple[Stage, MortalJournal]:
    stage, journal = Stage(ASKS_ALL), MortalJournal()
    stage.rig.journal = journal
    return await stage.boot(), journal


async def die(stage: Stage) -> None:
    """What ran beside the loop ends; nothing is written any more."""
    journal = stage.rig.journal
    assert isinstance(journal, MortalJournal)
    journal.dies_at, journal.after = 0, False
    await stage.desk.approvals.close()
    await stage.desk.protector.close()
    await stage.desk.executor.close()
    journal.revive()


@pytest.mark.parametrize("word", Word)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
async def test_a_death_at_any_write_neither_loses_nor_doubles_the_word(
    dies_at: int, after: bool, word: Word
) -> None:
    stage, journal = await a_stage()
    approval = await stage.asked()
    journal.writes, journal.dies_at, journal.after = 0, dies_at, after
    with suppress(Killed):
        await stage.says(approval, word)
    await die(stage)
    before = journal.approvals[approval.number]

    await stage.boot()
    await stage.sweep()
    row = journal.approvals[approval.number]
    entered = [
        order for order in stage.entries(approval) if order.state is not OrderState.NEVER_ARRIVED
    ]
    assert len(entered) <= 1
    if entered:
        assert row.state in GRANTED
        assert row.position_id == entered[0].position_id
    if before.is_pending:  # the word died with the process: the question stands, as a new offer
        assert row.is_pending or row.state is ApprovalState.WITHDRAWN
        assert row.offer.version > before.offer.version or not row.is_pending
    else:
        assert row.is_settled
        assert row.state is before.state
    if row.is_pending:
        await stage.says(row, word)
        assert journal.approvals[approval.number].is_settled
    kinds = [type(event) for event in journal.events.values()]
    assert kinds.count(events.ApprovalDecided) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_at_the_question_asks_once(after: bool) -> None:
    stage, journal = await a_stage()
    with suppress(Killed):
        await stage.move_until(lambda desk: _arm_before(desk.books.last_approval, journal, after))
        await stage.asked()
    await die(stage)
    stored = len(journal.approvals)
    await stage.boot()
    approval = await stage.asked()
    assert len(journal.approvals) in {stored, stored + 1}
    assert approval.number == max(journal.approvals)
    keys = [each.proposal.key for each in journal.approvals.values()]
    assert len(keys) == len(set(keys))


def _arm_before(asked: int, journal: MortalJournal, after: bool) -> bool:
    # lets the market come near its first question: the next write is the question's, or close
    if len(journal.equity) >= 3 or asked:
        journal.writes, journal.dies_at, journal.after = 0, 1, after
        return True
    return False


async def test_what_expired_while_the_desk_was_down_is_no_trade_and_no_shadow() -> None:
    stage, journal = await a_stage()
    stage.rig.dial.turn(ASKS_ALL.with_value("approval_expiry", "execute"))
    approval = await stage.asked()
    await die(stage)
    stage.pass_s(3600.0)
    await stage.boot()
    await stage.sweep()
    row = journal.approvals[approval.number]
    assert (row.state, row.is_settled) == (ApprovalState.EXPIRED, True)
    assert not stage.entries(approval)
    assert not stage.desk.books.shadows  # today's price is not the one that was refused


async def test_what_lives_gets_a_new_offer_and_its_old_buttons_are_dead() -> None:
    stage, _journal = await a_stage()
    approval = await stage.asked()
    await die(stage)
    stage.pass_s(30.0)
    await stage.boot()
    row = stage.stored(approval.number)
    assert (row.is_pending, row.offer.version) == (True, 2)
    assert row.expires_at == approval.asked_at + timedelta(seconds=120)
    old = await stage.desk.approvals.answer(approval.number, 1, Word.APPROVE, ANN)
    assert old is not None
    assert old.deaf is not None
    await stage.says(row)
    assert len(stage.entries(approval)) == 1
