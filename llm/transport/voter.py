"""Asks one model, as often as the policy allows, and never past the round's deadline."""

import json
from collections.abc import Callable
from dataclasses import replace

from llm.budget import Budget, Hold, Scope
from llm.checks.reply import Fault, read_reply
from llm.clients.contract import Answer, Client, Dialect, Prompt
from llm.contract import ErrorKind
from llm.transport.breaker import OF_THE_VOTER, Breaker
from llm.transport.policy import (
    MOST_TOKENS_FACTOR,
    RETRIED,
    Tries,
    pause_before_retry_s,
    plainer,
)
from llm.transport.seats import ModelSeat, Open, Wall, Work

NOT_A_TEXT = "\n\nYour last answer could not be used: {why}. Answer again, with the JSON alone."


class ModelVoter:
    """One seat at work. `chance` gives numbers in [0, 1)."""

    def __init__(
        self,
        seat: ModelSeat,
        *,
        client: Open,
        account: Breaker,
        budget: Budget,
        wall: Wall,
        chance: Callable[[], float],
    ) -> None:
        self.seat = seat
        self.account = account
        self.own = Breaker(OF_THE_VOTER, wall.monotonic_s)
        self._open = client
        self._budget = budget
        self._wall = wall
        self._chance = chance
        self._client: Client | None = None
        self._dialect = Dialect()

    def most_usd(self, max_tokens: int) -> float:
        """What one request may cost; the sheet's length is guessed from its usual one."""
        characters = len(self.seat.persona.text) + _USUAL_SHEET
        return self.seat.price.most_usd(characters, max_tokens)

    async def prepare(self) -> None:
        """Makes the client; the first question would otherwise wait for it."""
        await self._ready()

    def admit(self, work: Work) -> Hold | None:
        """The dollars for the first request; None, with the answer in `work`, when none may go."""
        if not self.account.admits():
            work.answer = Answer(kind=ErrorKind.CIRCUIT_OPEN)
            return None
        if not self.own.admits():
            self.account.release()
            work.answer = Answer(kind=ErrorKind.CIRCUIT_OPEN)
            return None
        hold = self._reserve(work, work.prompt)
        if isinstance(hold, Hold):
            return hold
        self.account.release()
        self.own.release()
        work.answer = Answer(kind=ErrorKind.BUDGET, why=f"the budget of the {hold.value} is used")
        return None

    def dismiss(self, work: Work, hold: Hold) -> None:
        """Takes an admission back: no request has left."""
        self._budget.settle(hold, 0.0)
        self.account.release()
        self.own.release()
        work.cost_usd = 0.0

    async def ask(self, work: Work, hold: Hold, deadline_s: float) -> None:
        """Brings `work` its answer. May be cancelled at any moment: what is reserved is spent."""
        prompt = work.prompt
        while True:
            answer = await self._requested(work, prompt, hold, deadline_s)
            tries = Tries(work.requests, work.asked_again)
            left_s = deadline_s - self._wall.monotonic_s()
            pause_s = pause_before_retry_s(answer, tries, left_s, self._chance())
            if pause_s is None:
                break
            if answer.kind not in RETRIED:
                work.asked_again = True
                prompt = _again(work.prompt, answer)
            await self._wall.sleep(pause_s)
            next_hold = self._reserve(work, prompt)
            if not isinstance(next_hold, Hold):
                break  # what went wrong first is the reason
            hold = next_hold
        work.answer = answer
        work.ended_s = self._wall.monotonic_s()

    def close_round(self, work: Work) -> tuple[Breaker, ...]:
        """Tells the breakers how it ended; those that have opened just now."""
        kind = work.kind()
        wait_s = None if work.answer is None else work.answer.wait_s
        of_account, of_own = self.account.note(kind, wait_s), self.own.note(kind, wait_s)
        if of_account:
            return (self.account,)  # one trouble is told once
        return (self.own,) if of_own and not self.account.is_open() else ()

    async def _ready(self) -> Client:
        if self._client is None:
            self._client = await self._open(self.seat.address)
        return self._client

    async def _requested(self, work: Work, prompt: Prompt, hold: Hold, deadline_s: float) -> Answer:
        # one request, and those in plainer words where the endpoint did not understand it
        client = await self._ready()
        dialect: Dialect | None = self._dialect
        spoken = self._dialect
        answer = Answer(kind=ErrorKind.BAD_REQUEST)
        while dialect is not None:
            spoken = dialect
            work.requests += 1
            left_s = max(_SHORTEST_S, deadline_s - self._wall.monotonic_s())
            answer = await client.ask(prompt, spoken, left_s)
            dialect = plainer(spoken, answer)
        if not answer.mendable:
            self._dialect = spoken  # the next question begins with what was understood
        self._settle(work, hold, answer)
        return _read(answer)

    def _reserve(self, work: Work, prompt: Prompt) -> Hold | Scope:
        characters = len(prompt.system) + len(prompt.user) + len(json.dumps(prompt.schema))
        usd = self.seat.price.most_usd(characters, prompt.max_tokens)
        hold = self._budget.reserve(self.seat.name, work.round_id, usd)
        if isinstance(hold, Hold):
            work.cost_usd += usd
        return hold

    def _settle(self, work: Work, hold: Hold, answer: Answer) -> None:
        if answer.tokens is not None:
            usd = self.seat.price.cost_usd(answer.tokens)
            work.add(answer.tokens)
        else:
            usd = hold.usd if answer.billed else 0.0  # a cut request may have been billed
        work.cost_usd += usd - hold.usd
        self._budget.settle(hold, usd)


_USUAL_SHEET = 5000  # characters, with the schema of the answer
_SHORTEST_S = 0.001  # a time-out of zero would mean none


def _read(answer: Answer) -> Answer:
    if answer.kind is not None:
        return answer
    try:
        read_reply(answer.text)
    except Fault as fault:
        return replace(answer, kind=fault.kind, why=str(fault))
    return answer


def _again(prompt: Prompt, answer: Answer) -> Prompt:
    cut = answer.kind is ErrorKind.TRUNCATED
    why = "it was cut off; be brief" if cut else answer.why or "it was empty"
    return replace(
        prompt,
        user=prompt.user + NOT_A_TEXT.format(why=why),
        max_tokens=prompt.max_tokens * (MOST_TOKENS_FACTOR if cut else 1),
    )
