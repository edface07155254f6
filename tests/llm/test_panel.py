"""The parley: all voters at once, failures as abstentions, parameters as they are now."""

import asyncio
from dataclasses import dataclass

import pytest

from engine.core.advice import Snapshot, Vote
from engine.core.parameters import Parameters
from llm.panel import Panel
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice, seat
from tests.llm.snapshots import a_snapshot, a_vote


@dataclass
class Scripted:
    """A voter that says what it was told to, or fails."""

    name: str
    answer: Vote | BaseException

    async def vote(self, snapshot: Snapshot) -> Vote:
        if isinstance(self.answer, Vote):
            return self.answer
        raise self.answer


class Rendezvous:
    """A voter that answers only once all of its party are being asked."""

    name = "together"

    def __init__(self, barrier: asyncio.Barrier) -> None:
        self._barrier = barrier

    async def vote(self, snapshot: Snapshot) -> Vote:
        await self._barrier.wait()
        return a_vote(0.7)


class Silent:
    """A voter that never answers."""

    name = "silent"

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def vote(self, snapshot: Snapshot) -> Vote:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")


class Stopwatch:
    """A timer that goes on by a quarter of a second whenever it is read."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 0.25
        return self.now_s


def a_panel(*voters: Scripted | Rendezvous, parameters: Parameters | None = None) -> Panel:
    return Panel(voters, lambda: parameters or Parameters(), lambda: 0.0)


async def test_the_votes_come_in_the_order_of_the_voters_with_their_latency() -> None:
    voters = [Scripted("a", a_vote(0.7, "a")), Scripted("b", a_vote(0.6, "b"))]
    verdict = await Panel(voters, Parameters, Stopwatch()).advise(a_snapshot())
    assert [vote.voter for vote in verdict.votes] == ["a", "b"]
    assert all(vote.latency_ms > 0.0 for vote in verdict.votes)
    assert verdict.approved


async def test_a_voter_that_fails_abstains_with_its_error_as_the_reason() -> None:
    panel = a_panel(
        Scripted("a", a_vote(0.7)),
        Scripted("b", ConnectionError("no route")),
        Scripted("c", a_vote(0.8)),
    )
    verdict = await panel.advise(a_snapshot())
    assert verdict.approved
    assert verdict.votes[1].abstained
    assert verdict.votes[1].voter == "b"
    assert verdict.votes[1].reason == "failed: ConnectionError: no route"


async def test_when_all_fail_there_is_no_quorum_and_no_exception() -> None:
    verdict = await a_panel(*(Scripted(name, ValueError("x")) for name in "abc")).advise(
        a_snapshot()
    )
    assert (verdict.approved, verdict.quorum_met) == (False, False)


async def test_the_voters_are_asked_at_the_same_time() -> None:
    barrier = asyncio.Barrier(3)
    panel = a_panel(*(Rendezvous(barrier) for _ in range(3)))
    async with asyncio.timeout(5):
        assert (await panel.advise(a_snapshot())).approved


async def test_a_cancelled_parley_is_no_verdict() -> None:
    voter = Silent()
    parley = asyncio.create_task(Panel([voter], Parameters, lambda: 0.0).advise(a_snapshot()))
    await voter.asked.wait()
    parley.cancel()
    with pytest.raises(asyncio.CancelledError):
        await parley


async def test_a_voter_that_was_cancelled_from_outside_ends_the_parley() -> None:
    with pytest.raises(asyncio.CancelledError):
        await a_panel(Scripted("a", asyncio.CancelledError())).advise(a_snapshot())


async def test_the_parameters_of_the_moment_decide() -> None:
    present = [Parameters()]
    voters = [Scripted("a", a_vote(0.7)), Scripted("b", a_vote(0.6)), Scripted("c", a_vote(0.3))]
    panel = Panel(voters, lambda: present[0], lambda: 0.0)
    assert (await panel.advise(a_snapshot())).approved
    present[0] = Parameters(majority_ratio=0.8)
    assert not (await panel.advise(a_snapshot())).approved
    present[0] = Parameters(quorum=4)
    assert not (await panel.advise(a_snapshot())).quorum_met


async def test_a_panel_of_rule_voters_says_what_the_pure_function_says() -> None:
    specs = parse_voters(DEFAULT_VOTERS)
    snapshot = a_snapshot({"trend_strength": 0.4, "momentum_ratio": 0.02})
    verdict = await Panel(seat(specs), Parameters, lambda: 0.0).advise(snapshot)
    assert verdict == rule_advice(specs, Parameters())(snapshot)
    assert verdict.approved
