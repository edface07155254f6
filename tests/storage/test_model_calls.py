"""What models were asked and said: kept, summed up, and never forgotten half way."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.model_calls import ModelCall, ParleyRound, TapeEntry
from storage.database import Database
from storage.model_calls import ModelCalls
from storage.tape import DatabaseTape
from tests.storage.samples import AT, at

ENTRY = TapeEntry(
    key="k1",
    voter="oak",
    snapshot_id="abc",
    model="m",
    served_model="m-7",
    prompt_hash="p",
    kind="",
    raw_text='{"p_up": 0.5}',
    input_tokens=10,
    cached_tokens=5,
    output_tokens=3,
    cost_usd=0.25,
    latency_ms=812.5,
    at=AT,
)
CALL = ModelCall(round_id="r1", voter="oak", model="m", at=AT, cost_usd=0.5)
DONE = replace(CALL, cost_usd=0.2, is_settled=True, requests=1, latency_ms=800.0, input_tokens=7)


@pytest.fixture
def calls(database: Database) -> ModelCalls:
    return ModelCalls(database)


async def test_the_tape_gives_back_what_it_was_given(database: Database) -> None:
    tape = DatabaseTape(database)
    odd = replace(
        ENTRY, key="k2", raw_text="half \ud83d a pair, a \x00 and \u202e", kind="bad_json"
    )
    await tape.keep([ENTRY, odd])
    found = await tape.find(["k1", "k2", "k3"])
    assert found["k1"] == ENTRY
    assert found["k2"].raw_text == "half ? a pair, a  and \u202e"
    assert set(found) == {"k1", "k2"}


async def test_a_later_failure_does_not_overwrite_what_was_said(database: Database) -> None:
    tape = DatabaseTape(database)
    failed = replace(ENTRY, kind="timeout", raw_text="")
    await tape.keep([failed])
    await tape.keep([ENTRY])
    await tape.keep([failed])
    assert (await tape.find(["k1"]))["k1"] == ENTRY
    refused = replace(ENTRY, key="k2", kind="refusal", raw_text="no")
    await tape.keep([refused])
    await tape.keep([replace(failed, key="k2")])
    assert (await tape.find(["k2"]))["k2"] == refused


async def test_an_unsettled_call_counts_at_what_was_reserved_until_it_is_settled(
    calls: ModelCalls,
) -> None:
    await calls.note_calls([CALL, replace(CALL, voter="elm", cost_usd=0.3)])
    assert (await calls.spending(AT)).by_voter == {"oak": 0.5, "elm": 0.3}
    await calls.note_calls([DONE])
    spent = await calls.spending(AT)
    assert spent.total_usd == pytest.approx(0.5)
    assert (await calls.spending(at(1))).total_usd == 0.0


async def test_a_voters_record_counts_answers_failures_and_their_speed(calls: ModelCalls) -> None:
    later = AT + timedelta(minutes=5)
    await calls.note_calls(
        [
            DONE,
            replace(DONE, round_id="r2", latency_ms=200.0),
            replace(DONE, round_id="r3", kind="timeout", latency_ms=9000.0, at=later),
            replace(DONE, round_id="r4", voter="elm", kind="auth"),
            replace(CALL, round_id="r5"),
        ]
    )
    elm, oak = await calls.records(AT)
    assert (oak.asked, oak.answered, dict(oak.failures)) == (3, 2, {"timeout": 1})
    assert (oak.latency_ms, oak.slowest_ms, oak.last_at) == (500.0, 800.0, later)
    assert oak.cost_usd == pytest.approx(0.6)
    assert elm.answered == 0
    assert math.isnan(elm.latency_ms)


async def test_rounds_below_the_quorum_are_counted(calls: ModelCalls) -> None:
    held = ParleyRound(
        round_id="r1", symbol="BTC/USDT", at=AT, rung="all", seats=2, answered=2, took_ms=10.0
    )
    for number, rung in enumerate(("all", "quorum", "rules", "none")):
        await calls.note_round(replace(held, round_id=f"r{number}", rung=rung))
    spent = await calls.spending(AT)
    assert (spent.rounds, spent.fallen_rounds) == (4, 2)
