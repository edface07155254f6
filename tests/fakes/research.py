"""Research in memory: jobs that begin and end when a test says so, and results with figures."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from engine.core.errors import UserError
from engine.core.people import Actor
from engine.core.research import (
    CurveTold,
    FanTold,
    Kind,
    RowTold,
    SideTold,
    Told,
    TunedTold,
    WalkTold,
    WindowTold,
)
from engine.research.worker_errand import Done, Errand
from engine.services.answers import ParameterChange
from engine.services.research_answers import JobState, JobWish, ResearchJob
from engine.services.research_ports import Steps

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC)


def a_row(name: str = "sma_cross percent", return_ratio: float = 0.0321) -> RowTold:
    return RowTold(
        name=name, trades=42, return_ratio=return_ratio, max_drawdown_ratio=0.042, sharpe=1.23,
        win_rate_ratio=0.45, expectancy_r=0.12, profit_factor=1.3, fee_quote=12.3,
    )  # fmt: skip


def a_side(sharpe: float) -> SideTold:
    return SideTold(
        trades=60, net_ratio=0.1, max_drawdown_ratio=0.05, sharpe=sharpe, sharpe_low=sharpe - 1,
        sharpe_high=sharpe + 1,
    )  # fmt: skip


def a_tuning(*, allowed: bool = True) -> TunedTold:
    return TunedTold(
        study="job-7", changes=(("stop_atr", 2.0, 2.5),), held_from_at=START, held_to_at=END,
        old=a_side(0.5), new=a_side(2.0), better=1.5, better_low=0.2, better_high=2.8,
        allowed=allowed, why="on unseen bars it is not clearly better than the old",
        trials_made=10, pruned=2, overfit_ratio=0.3, importance=(("stop_atr", 1.0),),
        scores=(0.5, None, 1.0, 2.0),
    )  # fmt: skip


def a_told(kind: Kind = Kind.BACKTEST, *, allowed: bool = True) -> Told:
    """A result of that kind."""
    at_s = tuple(START.timestamp() + 86_400.0 * day for day in range(5))
    window = WindowTold(
        train_from_at=START, test_from_at=datetime(2026, 4, 1, tzinfo=UTC), test_to_at=END,
        in_sharpe=1.5, out_sharpe=0.7, in_trades=30, out_trades=12,
    )  # fmt: skip
    curves = tuple(
        CurveTold(name=name, at_s=at_s, equity_quote=(1e4, 10_100.0, 10_050.0, last, last))
        for name, last in (("sma_cross percent", 10_321.0), ("buy and hold", 10_900.0))
    )
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    return Told(
        kind=kind,
        title="BTC 1h 180d sma_cross percent",
        words="BTC/USDT:USDT 1h 180d sma_5_15 sma_10_30 sma_20_50 percent",
        symbols=("BTC/USDT:USDT",),
        timeframe="1h",
        quote="USDT",
        start_cash_quote=10_000.0,
        from_at=START,
        to_at=END,
        rows=(a_row(), *((a_row("breakout", -0.02),) if kind is Kind.COMPARE else ())),
        curves=curves,
        walk=WalkTold(
            windows=(window, window), in_sharpe=1.5, out_sharpe=0.7, kept_ratio=0.47,
            gaining_ratio=0.5, stability=(("stop_atr", 0.6),), trades=24,
        ),
        fan=FanTold(
            levels=levels, step=(1, 2, 3),
            bands=tuple((1.0 + each / 10, 1.0 + each / 9, 1.0 + each / 8) for each in levels),
            seen=(1.0, 1.01, 1.03), runs=2000, low_ratio=-0.1, high_ratio=0.2,
            drawdown_ratio=0.15, ruin_drawdown_ratio=0.5, ruin_ratio=0.001, loss_ratio=0.3,
        ),
        tuned=a_tuning(allowed=allowed) if kind is Kind.TUNE else None,
        judgement="Weak: 42 trades <are> few. At most 4 of 20 strategies without any edge get "
        "this far.",
        notes=("BTC/USDT:USDT: no funding was recorded, so none is paid.",),
    )  # fmt: skip


def a_job(number: int = 7, **changes: object) -> ResearchJob:
    job = ResearchJob(
        number=number, command_id=f"tg:1:{number}", kind=Kind.BACKTEST,
        words="BTC/USDT:USDT 1h 180d sma_5_15 percent", chat_id=1001, message_id=5,
        reply_to=f"tg:1:{number}", person_id=1001, asked_by="Ann", asked_at=NOW,
    )  # fmt: skip
    return replace(job, **changes)  # type: ignore[arg-type]  # the test names the fields


@dataclass(slots=True)
class FakeResearch:
    """What handlers ask; nothing runs."""

    changes: tuple[ParameterChange, ...] = ()
    wishes: list[JobWish] = field(default_factory=list)
    kept: dict[int, ResearchJob] = field(default_factory=dict)
    results: dict[int, Told] = field(default_factory=dict)
    adopted: list[tuple[int, str, bool]] = field(default_factory=list)

    async def ask(self, wish: JobWish) -> ResearchJob:
        before = await self.asked_before(wish.command_id)
        if before is not None:
            return before
        self.wishes.append(wish)
        job = a_job(
            len(self.kept) + 1, command_id=wish.command_id, kind=wish.kind, words=wish.words
        )
        self.kept[job.number] = job
        return job

    async def asked_before(self, command_id: str) -> ResearchJob | None:
        return next((job for job in self.kept.values() if job.command_id == command_id), None)

    async def stop(self, number: int) -> ResearchJob:
        self.kept[number] = replace(await self.job(number), state=JobState.STOPPED)
        return self.kept[number]

    async def job(self, number: int) -> ResearchJob:
        if number not in self.kept:
            raise UserError(f"There is no job {number}.")
        return self.kept[number]

    async def jobs(self) -> tuple[ResearchJob, ...]:
        return tuple(reversed(self.kept.values()))

    async def told(self, number: int) -> Told:
        return self.results[number]

    async def adopt(
        self, number: int, command_id: str, actor: Actor, *, confirmed: bool = False
    ) -> tuple[ParameterChange, ...]:
        self.adopted.append((number, command_id, confirmed))
        tuned = self.results[number].tuned
        if tuned is not None and not tuned.allowed:
            raise UserError(f"Not adopted: {tuned.why}.", hint="What is in force stays.")
        return self.changes


class HeldBench:
    """A Workbench whose work ends when the test lets it; the last word of a kind is its answer."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.began = asyncio.Event()
        self.let_go = asyncio.Event()
        self.ended: list[str] = []  # "done" or "stopped"
        self.steps: Steps | None = None
        self.fails_with: Exception | None = None

    def check(self, kind: Kind, words: str) -> str:
        if "XYZ" in words:
            raise UserError("There is no market XYZ here.", hint="There are BTC.")
        return words

    async def prepare(self, job: ResearchJob, steps: Steps) -> Errand:
        return Errand(
            kind=job.kind, words=job.words, folder=Path("bars"), values={}, voters="",
            study=job.study,
        )  # fmt: skip

    async def carry_out(self, errand: Errand, steps: Steps) -> Done:
        self.begun.append(errand.words)
        self.steps = steps
        self.began.set()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.ended.append("stopped")
            raise
        if self.fails_with is not None:
            raise self.fails_with
        self.ended.append("done")
        return Done(told=a_told(errand.kind))
