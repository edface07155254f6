"""A round of models on loopback: how late it ends, and for how long it holds up the loop.

Run from the repository: `.venv/bin/python -m benchmarks.parley_round [rounds]`. The real SDKs speak
to a server on this machine. A task beside the round asks for a millisecond's sleep again and
again; what it gets on top is a stall. The goals: a round of 16 voters, 13 of which fail, ends
within 100 ms of its deadline; no stall over 50 ms while the SDKs load or 8 voters answer.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable
from datetime import UTC, datetime

from benchmarks.tables import row, spread, table
from engine.core.parameters import Parameters
from engine.execution.clocks import SystemClock
from llm.clients.vendors import Vendors
from tests.llm.endpoints import Endpoint, serving
from tests.llm.rounds import Table, a_question, a_seat, a_table

ROUNDS = 20
TICK_S = 0.001
DEADLINE_S = 1.0
FAILURES = (
    "hang", "drip", "401", "429_3600", "no_credit", "html", "cut", "other_shape", "refusal",
    "truncated", "bad_json", "duplicate", "529",
)  # fmt: skip
MIXED = (*FAILURES, "good", "fenced", "good")
EIGHT = ("good", "good", "fenced", "fenced") * 2
PROVIDERS = ("openai", "anthropic")


def report(rounds: int = ROUNDS) -> str:
    """The table of this benchmark, as markdown."""
    return asyncio.run(_report(rounds))


async def _report(rounds: int) -> str:
    logging.getLogger("aiohttp.server").disabled = True  # the server is cut off on purpose
    wall = SystemClock(_failed)
    vendors = Vendors(lambda: datetime.now(UTC))
    async with serving() as endpoint:
        eight = _seated(EIGHT, endpoint, vendors, wall)
        loading_ms = await _stalls(eight.asker.prepare())
        await eight.asker.ask(a_question("first"))
        answering_ms = [max(await _stalls(_round(eight, number))) for number in range(rounds)]
        late_ms: list[float] = []
        for number in range(rounds):
            mixed = _seated(MIXED, endpoint, vendors, wall)  # breakers of their own: all are asked
            begun_s = time.perf_counter()
            await _round(mixed, number)
            late_ms.append((time.perf_counter() - begun_s - DEADLINE_S) * 1e3)
            await mixed.asker.close()
        await vendors.close()
    await wall.close()
    rows = [
        row("stall while both SDKs load", *spread(loading_ms, "ms", 1)),
        row("longest stall of a round of 8 that answer", *spread(answering_ms, "ms", 1)),
        row("end of a round of 16, 13 failing, after its deadline", *spread(late_ms, "ms", 1)),
    ]
    head = f"{rounds} rounds with the real SDKs on loopback"
    return table(head, "p50", "p99", "worst", rows=rows)


def _seated(
    scenarios: tuple[str, ...], endpoint: Endpoint, vendors: Vendors, wall: SystemClock
) -> Table:
    seats = []
    for number, scenario in enumerate(scenarios):
        provider = PROVIDERS[number % 2]
        name = f"voter{number}"
        seat = a_seat(name, url=endpoint.url(scenario, provider), provider=provider, account=name)
        seats.append((seat, vendors.open))
    return a_table(seats, wall=wall, parameters=Parameters(round_s=DEADLINE_S), now=wall.now)


async def _round(asked: Table, number: int) -> None:
    await asked.asker.ask(a_question(f"round{number:07d}"))


async def _stalls(work: Awaitable[None]) -> list[float]:
    # what each millisecond's sleep beside the work took too long
    task = asyncio.ensure_future(work)
    stalls_ms = [0.0]
    while not task.done():
        asked_s = time.perf_counter()
        await asyncio.sleep(TICK_S)
        stalls_ms.append(max(0.0, time.perf_counter() - asked_s - TICK_S) * 1e3)
    await task
    return stalls_ms


def _failed(error: BaseException) -> None:
    raise SystemExit(f"a round failed: {error!r}")


if __name__ == "__main__":
    print(report(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
