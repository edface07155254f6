"""The database decides who was first, and remembers what waits and what was refused."""

import asyncio
from dataclasses import replace

from sqlalchemy import func, select

from engine.core.approvals import (
    Approval,
    ApprovalState,
    Deaf,
    Word,
    heard,
    requoted,
    settled,
    withdrawn,
)
from engine.core.events import ApprovalAsked, ApprovalDecided
from engine.core.ports import Record
from storage.approvals import Approvals
from storage.database import Database
from storage.journal import DatabaseJournal
from storage.live_messages import LiveMessages
from storage.outbox import Outbox
from storage.tables.events import EVENTS
from tests.engine.execution.approval_stage import ANN, BOB, CEM, Stage
from tests.handlers.approval_answers import a_shadow, an_approval
from tests.handlers.samples import NOW
from tests.storage.conftest import FakeNow


def a_journal(database: Database) -> DatabaseJournal:
    return DatabaseJournal(database, Outbox(database))


async def asked(journal: DatabaseJournal) -> Approval:
    approval = an_approval()
    event = ApprovalAsked(at=NOW, approval=approval)
    await journal.append(Record(approvals=(approval,), events=(event,)))
    return approval


async def test_what_waits_and_what_is_followed_comes_back_to_the_last_digit(
    database: Database,
) -> None:
    journal = a_journal(database)
    approval = await asked(journal)
    shadows = (a_shadow(number=3), a_shadow(number=4, net_quote="-43.2"))
    await journal.append(Record(shadows=shadows))
    memory = await journal.load()
    assert memory.approvals == (approval,)
    assert memory.shadows == shadows[:1]
    assert memory.last_approval == 17
    assert await Approvals(database).shadows() == (shadows[1], shadows[0])
    await journal.append(Record(approvals=(settled(approval, 5),)))
    memory = await journal.load()
    assert (memory.approvals, memory.last_approval) == ((), 17)
    assert await Approvals(database).approval(17) == settled(approval, 5)
    assert await Approvals(database).approval(18) is None


async def test_an_older_row_never_takes_the_place_of_a_later_one(database: Database) -> None:
    journal = a_journal(database)
    approval = await asked(journal)
    later = withdrawn(approval, "trading stopped", NOW)
    await journal.append(Record(approvals=(later,)))
    await journal.append(Record(approvals=(approval,)))
    assert await Approvals(database).approval(17) == later


async def test_a_swap_counts_only_from_the_row_before_it(database: Database) -> None:
    journal = a_journal(database)
    approval = await asked(journal)
    first = heard(approval, Word.APPROVE, ANN, 1, NOW).approval
    second = heard(approval, Word.VETO, BOB, 1, NOW).approval
    assert await journal.swap(first, (ApprovalDecided(at=NOW, approval=first),)) is first
    stands = await journal.swap(second, (ApprovalDecided(at=NOW, approval=second),))
    assert stands == first
    offer = requoted(first, first.offer, (), 1)
    assert await journal.swap(offer, ()) is offer
    assert await journal.swap(replace(offer, revision=9), ()) == offer  # a hole: not the next one
    decided = select(func.count()).where(EVENTS.c.kind == "ApprovalDecided")
    assert await database.read(lambda db: db.execute(decided).scalar_one()) == 1


async def test_of_forty_racing_rows_one_is_stored(database: Database) -> None:
    journal = a_journal(database)
    approval = await asked(journal)
    wanted = [
        heard(approval, word, actor, 1, NOW).approval
        for word in Word
        for actor in (ANN, BOB, CEM)
        for _ in range(5)
    ][:40]
    stands = await asyncio.gather(
        *(journal.swap(each, (ApprovalDecided(at=NOW, approval=each),)) for each in wanted)
    )
    winners = [mine for mine, stood in zip(wanted, stands, strict=True) if stood is mine]
    assert len(winners) == 1
    assert await Approvals(database).approval(17) == winners[0]
    assert all(stood == winners[0] for stood in stands)


async def test_forty_taps_of_three_people_on_two_desks_of_one_database_make_one_entry(
    database: Database, now: FakeNow
) -> None:
    stages = (Stage(), Stage())
    for stage in stages:
        stage.rig.journal = a_journal(database)
    first, second = stages
    await first.boot()
    approval = await first.asked()
    await second.boot()  # a standby that believes to be alone: it knows the question, too
    number, version = approval.number, second.desk.books.approvals[approval.number].offer.version
    first.desk.books.approvals.update(second.desk.books.approvals)
    turns = [
        (stage, word, actor)
        for word in (Word.APPROVE, Word.HALVE)
        for actor in (ANN, BOB, CEM)
        for stage in (*stages, *stages, *stages, *stages)
    ]
    taps = [
        stage.desk.approvals.answer(number, version, word, actor)
        for stage, word, actor in turns[:40]
    ]
    found = await asyncio.gather(*taps)
    for stage in stages:
        await stage.desk.approvals.settled()
    counted = [each for each in found if each is not None and each.deaf is None]
    assert len(counted) == 1
    assert {each.deaf for each in found if each is not None} <= {None, Deaf.DECIDED}
    row = await Approvals(database).approval(number)
    assert row is not None
    assert len(row.said) == 1
    assert row.state in {ApprovalState.APPROVED, ApprovalState.HALVED}
    entries = [
        order
        for order in (await a_journal(database).load()).orders
        if order.terms is not None and order.terms.facts.proposal_key == approval.proposal.key
    ]
    assert len(entries) == 1


async def test_cards_are_found_by_the_beginning_of_their_name(database: Database) -> None:
    live = LiveMessages(database)
    await live.put(1001, "approval:17:photo", 5)
    await live.put(1002, "approval:17:text", 6)
    await live.put(1001, "approval:171:photo", 7)
    await live.put(1001, "status", 8)
    assert set(await live.named("approval:17:")) == {
        (1001, "approval:17:photo", 5),
        (1002, "approval:17:text", 6),
    }
    assert len(await live.named("approval:")) == 3
