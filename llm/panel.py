"""The parley: every voter is asked at the same time, then the rule over the votes decides."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.core.advice import Snapshot, Verdict, Vote
from engine.core.parameters import Parameters
from llm.consensus import majority
from llm.voters.contract import Voter


class Panel:
    """An Advisor over voters. `timer` counts seconds; `parameters` gives the present ones."""

    def __init__(
        self,
        voters: Sequence[Voter],
        parameters: Callable[[], Parameters],
        timer: Callable[[], float],
    ) -> None:
        self._voters = tuple(voters)
        self._parameters = parameters
        self._timer = timer

    async def advise(self, snapshot: Snapshot) -> Verdict:
        """The verdict; a voter that fails abstains, with its error as the reason."""
        asked = (self._timed(voter, snapshot) for voter in self._voters)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        votes = [
            _vote_or_abstention(voter, answer)
            for voter, answer in zip(self._voters, answers, strict=True)
        ]
        now = self._parameters()
        return majority(votes, snapshot.side, quorum=now.quorum, majority_ratio=now.majority_ratio)

    async def _timed(self, voter: Voter, snapshot: Snapshot) -> Vote:
        asked_s = self._timer()
        vote = await voter.vote(snapshot)
        return replace(vote, latency_ms=(self._timer() - asked_s) * 1000.0)


def _vote_or_abstention(voter: Voter, answer: Vote | BaseException) -> Vote:
    if isinstance(answer, Vote):
        return answer
    if not isinstance(answer, Exception):
        raise answer  # a cancelled parley is not an opinion
    reason = f"failed: {type(answer).__name__}: {answer}"
    return Vote(voter=voter.name, p_up=0.0, p_down=0.0, reason=reason, abstained=True)
