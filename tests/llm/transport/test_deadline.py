"""A round of sixteen ends within 100 ms of its deadline, on a loop whose time is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from engine.core.parameters import Parameters
from llm.clients.contract import Answer, Dialect, Prompt
from llm.contract import ErrorKind, Reply
from tests.llm.endpoints import a_vote_text
from tests.llm.rounds import NOW, a_question, a_seat, a_table, opener

DEADLINE_S, LATEST_S = 3.0, 0.1
GOOD = Answer(text=a_vote_text())


class CountedLoop(asyncio.SelectorEventLoop):
    """A loop that never waits: where all of it sleeps, its time jumps to the next alarm."""

    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__()

    def time(self) -> float:
        return self.now_s

    def _run_once(self) -> None:
        alarms = [each for each in self._scheduled if not each.cancelled()]  # type: ignore[attr-defined]
        if not self._ready and alarms:  # type: ignore[attr-defined]
            self.now_s = max(self.now_s, min(each.when() for each in alarms))
        super()._run_once()  # type: ignore[misc]


class LoopWall:
    """The wall of a counted loop."""

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.monotonic_s())

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Behaving:
    """A client that does what it is told to."""

    def __init__(self, answer: Callable[[], Awaitable[Answer]]) -> None:
        self._answer = answer

    async def ask(self, prompt: Prompt, dialect: Dialect, timeout_s: float) -> Answer:
        return await self._answer()


def after(seconds: float, answer: Answer) -> Callable[[], Awaitable[Answer]]:
    async def answered() -> Answer:
        await asyncio.sleep(seconds)
        return answer

    return answered


async def hang() -> Answer:
    await asyncio.get_running_loop().create_future()
    return GOOD


async def drip() -> Answer:
    for _ in range(10_000):
        await asyncio.sleep(0.2)
    return GOOD


async def deaf() -> Answer:
    for _ in range(50):  # it is told to stop, and goes on
        try:
            await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            continue
    return GOOD


async def broken() -> Answer:
    raise KeyError("choices")


def failing(kind: ErrorKind, wait_s: float | None = None) -> Callable[[], Awaitable[Answer]]:
    return after(0.01, Answer(kind=kind, wait_s=wait_s, billed=False))


VOTERS: dict[str, Callable[[], Awaitable[Answer]]] = {
    "hang": hang,
    "drip": drip,
    "deaf": deaf,
    "broken": broken,
    "late": after(DEADLINE_S + 0.001, GOOD),
    "auth": failing(ErrorKind.AUTH),
    "quota": failing(ErrorKind.QUOTA),
    "limit-1": failing(ErrorKind.RATE_LIMIT, 1.0),
    "limit-3600": failing(ErrorKind.RATE_LIMIT, 3600.0),
    "overloaded": failing(ErrorKind.OVERLOADED),
    "server": failing(ErrorKind.SERVER),
    "no-json": after(0.5, Answer(text="BUY")),
    "refusal": failing(ErrorKind.REFUSAL),
    "quick": after(0.0, GOOD),
    "usual": after(1.5, GOOD),
    "just": after(DEADLINE_S - 0.05, GOOD),
}


async def the_round() -> tuple[dict[str, str], float, bool]:
    wall = LoopWall()
    seats = [(a_seat(name, account=name), opener(Behaving(do))) for name, do in VOTERS.items()]
    table = a_table(
        seats, wall=wall, parameters=Parameters(round_s=DEADLINE_S, horizon_bars=2), now=wall.now
    )
    begun_s = wall.monotonic_s()
    answers = await table.asker.ask(a_question())
    took_s = wall.monotonic_s() - begun_s
    replies = [reply for reply in answers if isinstance(reply, Reply)]
    told = {reply.voter: getattr(reply.error_kind, "value", "ok") for reply in replies}
    settled = all(call.is_settled for call in table.notebook.calls.values())
    await table.asker.close()
    return told, took_s, settled


def test_sixteen_voters_of_which_thirteen_fail_end_within_100_ms_of_the_deadline() -> None:
    with asyncio.Runner(loop_factory=CountedLoop) as runner:
        told, took_s, settled = runner.run(the_round())
    assert [name for name, kind in told.items() if kind == "ok" and name != "no-json"] == [
        "quick",
        "usual",
        "just",
    ]
    assert len(told) == 16
    assert {told[name] for name in ("hang", "drip", "deaf", "late")} == {"timeout"}
    assert DEADLINE_S <= took_s <= DEADLINE_S + LATEST_S
    assert settled


def test_the_counted_loop_counts() -> None:
    async def slept() -> float:
        await asyncio.sleep(1000.0)
        return asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=CountedLoop) as runner:
        assert runner.run(slept()) == pytest.approx(1000.0)
