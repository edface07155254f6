"""One round: every seat is asked at once, and at the deadline what arrived is what counts."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from engine.core.advice import Vote
from engine.core.errors import StorageError
from engine.core.model_calls import CallBook, TapeEntry, TapeMode
from engine.core.parameters import Parameters
from llm.budget import Budget, Hold
from llm.clients.contract import Answer, Prompt
from llm.contract import ErrorKind, Question, Reply
from llm.prompts.personas import user_text
from llm.tape import Tape, reply_of, tape_key
from llm.transport.records import call_of, entry_of, reply, reserved_call
from llm.transport.seats import Wall, Work
from llm.transport.voter import ModelVoter
from llm.transport.watch import Levels, Watch
from llm.voters.rules import Analyst, cast_vote

BAR_SHARE = 0.1  # of a bar, that its parley may take at most
LETTING_GO_S = 0.05  # for requests that are cut off to notice it


@dataclass(frozen=True, slots=True)
class RuleSeat:
    """A seat that needs no model."""

    name: str
    analyst: Analyst


Seat = RuleSeat | ModelVoter
Arrived = Callable[[Reply], None]


class Terms(NamedTuple):
    """Until when a round waits, and who hears of each reply meanwhile."""

    deadline_s: float
    arrived: Arrived | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a round works with."""

    tape: Tape
    book: CallBook
    budget: Budget
    watch: Watch
    wall: Wall
    parameters: Callable[[], Parameters]
    schema: Mapping[str, Any]  # of a vote


class RoundAsker:
    """The Asker over seats. Raises TapeMissed in a replay, and nothing else of the models'."""

    def __init__(self, seats: Sequence[Seat], tools: Tools) -> None:
        self.seats = tuple(seats)
        self._tools = tools
        self._levels = Levels()
        self._late: set[asyncio.Task[None]] = set()
        self._rounds = 0

    @property
    def is_silent(self) -> bool:
        """Whether nothing is ever asked: the tape answers."""
        return self._tools.tape.mode is TapeMode.REPLAY

    @property
    def models(self) -> tuple[ModelVoter, ...]:
        return tuple(seat for seat in self.seats if isinstance(seat, ModelVoter))

    async def ask(
        self, question: Question, arrived: Arrived | None = None
    ) -> Sequence[Reply | Vote]:
        """One answer per seat, in their order, by the deadline; `arrived` hears of each reply."""
        replies = await self._asked(question, arrived) if self.models else {}
        return [
            cast_vote(seat.name, seat.analyst, question.snapshot)
            if isinstance(seat, RuleSeat)
            else replies[seat.seat.name]
            for seat in self.seats
        ]

    async def prepare(self) -> None:
        """Makes every client, so that the first round does not wait for imports."""
        for voter in self.models:
            await voter.prepare()

    async def close(self) -> None:
        """Lets go of requests that did not end with their round."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _asked(self, question: Question, arrived: Arrived | None) -> dict[str, Reply]:
        tools = self._tools
        begun_s = tools.wall.monotonic_s()
        now = tools.parameters()
        bar_s = question.snapshot.timeframe.seconds
        deadline_s = begun_s + min(now.round_s, BAR_SHARE * bar_s)
        self._rounds += 1
        round_id = f"{question.snapshot_id}-{int(tools.wall.now().timestamp())}-{self._rounds}"
        works: dict[str, Work] = {}
        for voter in self.models:
            work = self._work(voter, question, round_id, now.vote_tokens)
            key_of = partial(tape_key, voter.seat.address, work.prompt, question.fence)
            taken = {each.key for each in works.values()}
            work.key = next(key for sample in count() if (key := key_of(sample)) not in taken)
            works[voter.seat.name] = work
        taped = await self._taped([work.key for work in works.values()])
        asked = [voter for voter in self.models if works[voter.seat.name].key not in taped]
        if tools.tape.mode is not TapeMode.REPLAY:
            pairs = [(voter, works[voter.seat.name]) for voter in asked]
            await self._held(pairs, Terms(deadline_s, arrived))
        ended_s = tools.wall.monotonic_s()
        tools.budget.end_round(round_id)
        return {
            name: reply_of(taped[work.key], name) if work.key in taped else reply(work, ended_s)
            for name, work in works.items()
        }

    def _work(self, voter: ModelVoter, question: Question, round_id: str, tokens: int) -> Work:
        seat = voter.seat
        prompt = Prompt(
            system=seat.persona.text,
            user=user_text(question),
            schema=self._tools.schema,
            max_tokens=tokens,
        )
        return Work(
            seat=seat,
            round_id=round_id,
            snapshot_id=question.snapshot_id,
            prompt=prompt,
            begun_s=self._tools.wall.monotonic_s(),
        )

    async def _taped(self, keys: Sequence[str]) -> Mapping[str, TapeEntry]:
        try:
            return await self._tools.tape.find(keys)
        except StorageError as error:
            if self._tools.tape.mode is TapeMode.REPLAY:
                raise
            self._tools.watch.trouble(error.log_text)
            return {}

    async def _held(self, pairs: Sequence[tuple[ModelVoter, Work]], terms: Terms) -> None:
        tools = self._tools
        holds = {work.seat.name: voter.admit(work) for voter, work in pairs}
        going = [(v, w, h) for v, w in pairs if (h := holds[w.seat.name]) is not None]
        at = tools.wall.now()
        try:
            await tools.book.note_calls([reserved_call(work, at) for _, work, _ in going])
        except (StorageError, asyncio.CancelledError) as error:
            for voter, work, hold in going:
                voter.dismiss(work, hold)
                work.answer = Answer(kind=ErrorKind.BUDGET)
            if not isinstance(error, StorageError):
                raise
            # a dollar that the desk would forget is not spent
            tools.watch.trouble(error.log_text)
            going = []
        try:
            await self._run(going, terms)
        finally:
            # also of a round that was cancelled: the requests have left
            for voter, work, hold in going:
                self._ended(voter, work, hold)
        await self._store([work for _, work in pairs], at)
        level = self._levels.risen(tools.budget.used_ratio())
        if level is not None:
            tools.watch.budget_used(level)

    async def _run(self, going: Sequence[tuple[ModelVoter, Work, Hold]], terms: Terms) -> None:
        tasks = [
            asyncio.create_task(self._one(voter, work, hold, terms), name=f"ask {work.seat.name}")
            for voter, work, hold in going
        ]
        if not tasks:
            return
        try:
            left_s = max(0.0, terms.deadline_s - self._tools.wall.monotonic_s())
            _, pending = await asyncio.wait(tasks, timeout=left_s)
            for task in pending:
                task.cancel()
            if pending:
                await asyncio.wait(pending, timeout=LETTING_GO_S)
        finally:
            for task in tasks:
                if not task.done():
                    task.cancel()
                    self._late.add(task)
                    task.add_done_callback(self._late.discard)
        for task, (_, work, _) in zip(tasks, going, strict=True):
            error = task.exception() if task.done() and not task.cancelled() else None
            if error is not None:  # nothing that a provider sends may end a parley
                self._tools.watch.trouble(f"{work.seat.name}: {type(error).__name__}: {error}")
                work.answer = Answer(kind=ErrorKind.BAD_TRANSPORT)

    async def _one(self, voter: ModelVoter, work: Work, hold: Hold, terms: Terms) -> None:
        await voter.ask(work, hold, terms.deadline_s)
        if terms.arrived is not None:
            terms.arrived(reply(work, self._tools.wall.monotonic_s()))

    def _ended(self, voter: ModelVoter, work: Work, hold: Hold) -> None:
        if not work.requests:  # its client was still being made: that is nobody's fault
            voter.dismiss(work, hold)
            return
        for breaker in voter.close_round(work):
            kind = breaker.cause or ErrorKind.SERVER
            self._tools.watch.provider_down(
                work.seat.name, work.seat.account, kind, breaker.opens_in_s()
            )

    async def _store(self, works: Sequence[Work], at: datetime) -> None:
        tools = self._tools
        now_s = tools.wall.monotonic_s()
        try:
            await tools.book.note_calls([call_of(work, at, now_s) for work in works])
            await tools.tape.keep([entry_of(work, at, now_s) for work in works])
        except StorageError as error:
            tools.watch.trouble(error.log_text)  # the round stands; its dollars were stored before
