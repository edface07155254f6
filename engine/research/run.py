"""From a request and a folder of bars to a result: the backtest as the engine's service.

`read` takes the bars from the folder once; `run_on` may then be asked many times, with other
parameters and other spans (walk-forward, tuning). `answer` does both.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.research import backtest
from engine.research.job import Advise, Job, Lead
from engine.research.material import Material, read
from engine.research.request import Request
from engine.research.results import Backtest, code_version
from engine.strategies.registry import STRATEGIES

__all__ = ["AdviseWith", "LeadWith", "Material", "answer", "job_of", "read", "run_on"]

AdviseWith = Callable[[Parameters], Advise]  # who votes, under these parameters
LeadWith = Callable[[Parameters], Lead]  # who proposes in mode lead


def run_on(
    material: Material,
    parameters: Parameters,
    advise_with: AdviseWith,
    compiled_dir: Path | None,
    *,
    span: tuple[datetime, datetime] | None = None,
    lead_with: LeadWith | None = None,
) -> Backtest:
    """The result on the material, or on a part of its span; raises UserError.

    parameters: as they are, whatever the request says of them. compiled_dir keeps the compiled
    loop; None runs it as plain Python, with the same digits.
    """
    starts_at, ends_at = span or (material.starts_at, material.ends_at)
    request = material.request
    job = job_of(material, parameters, advise_with, (starts_at, ends_at), lead_with)
    done = backtest.run(job, compiled_dir)
    return Backtest(
        request=request,
        symbols=material.symbols,
        quote=material.series[0].instrument.quote,
        starts_at=starts_at,
        ends_at=ends_at,
        values=parameters.model_dump(),
        config_hash=parameters.config_hash(),
        data_hash=material.data_hash,
        code_version=code_version(),
        seed=request.seed,
        start_cash_quote=request.cash_quote,
        cash_quote=done.cash_quote,
        trades=done.trades,
        open_positions=done.open_positions,
        events=done.events,
        curve=done.curve,
        notes=material.notes,
    )


def answer(
    request: Request,
    folder: Path,
    base: Parameters,
    advise_with: AdviseWith,
    compiled_dir: Path | None,
    lead_with: LeadWith | None = None,
) -> Backtest:
    """The result of the request, with `base` for what it does not say; raises UserError."""
    parameters = request.parameters(base)
    material = read(request, folder)
    return run_on(material, parameters, advise_with, compiled_dir, lead_with=lead_with)


def job_of(
    material: Material,
    parameters: Parameters,
    advise_with: AdviseWith,
    span: tuple[datetime, datetime],
    lead_with: LeadWith | None = None,
) -> Job:
    """The loop's job for the span; raises UserError where the history before it is too short."""
    starts_at, ends_at = span
    _require_history(material, parameters, ends_at)
    return Job(
        series=material.series,
        timeframe=material.request.timeframe,
        parameters=parameters,
        advise=advise_with(parameters),
        lead=None if lead_with is None else lead_with(parameters),
        start_cash_quote=material.request.cash_quote,
        starts_at=starts_at,
        ends_at=ends_at,
        detail=material.request.detail,
        memory=material.memory,
    )


def _require_history(material: Material, parameters: Parameters, ends_at: datetime) -> None:
    needed = [one.warmup_bars(parameters) for one in STRATEGIES if one.enabled(parameters)]
    if not needed:
        raise UserError("No strategy is on.", hint="Name one, such as sma_cross.")
    step_s = material.request.timeframe.seconds
    until_s = int(ends_at.timestamp()) - step_s
    for one in material.series:
        have = int(np.searchsorted(one.bars.open_at_s, until_s, side="right"))
        if have <= min(needed):
            raise UserError(
                f"{one.instrument.symbol} has {have} bars up to {ends_at:%Y-%m-%d}, and the "
                f"strategies need {min(needed)} to begin with.",
                hint="Choose a later span or shorter bars.",
            )
