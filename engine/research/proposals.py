"""What the strategies propose on recorded bars, and what the voters say of it.

A proposal depends on the bars and on the parameters that strategies read, and on nothing else: a
`Memory` keeps proposals for the jobs to come, which differ in exits, sizes or limits only.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.core.advice import Proposal, Verdict
from engine.core.parameters import Parameters
from engine.core.parameters.strategy import StrategyParameters
from engine.market.bars import KEEP_BARS, Bars
from engine.market.features import FEATURES, Setup, over_history
from engine.research.accounts import Decision
from engine.research.job import Job, Series
from engine.research.leading import led_on, may_take, pays
from engine.strategies.propose import propose
from engine.strategies.view import Known, View

if TYPE_CHECKING:
    from engine.market.arrays import Floats

READ = (*StrategyParameters.model_fields, "stop_atr")  # what proposals depend on


class Memory:
    """Proposals by market, span and the parameters that strategies read; for one set of bars."""

    def __init__(self) -> None:
        # the bars are kept beside: as long as they live, nothing else has their id
        self._kept: dict[tuple[object, ...], tuple[Bars, Mapping[int, Proposal]]] = {}
        self.likeness: dict[tuple[int, int], Floats] = {}  # by market and moment, in seconds

    def proposals(self, job: Job, series: Series, first: int, last: int) -> Mapping[int, Proposal]:
        """As `proposed`, at once where it was asked before."""
        read = tuple(getattr(job.parameters, name) for name in READ)
        key = (series.instrument.symbol, id(series.bars), job.timeframe, first, last, read)
        if key not in self._kept:
            self._kept[key] = (series.bars, proposed(job, series, first, last))
        return self._kept[key][1]


class LazyFeatures(Mapping[str, float]):
    """Every row of FEATURES at a bar, each computed when it is asked for: the same numbers.

    Most of them are asked for by nobody, and they are what a proposal costs.
    """

    def __init__(self, view: View, parameters: Parameters) -> None:
        self._view = view
        self._parameters = parameters
        self._known: dict[str, float] = {}

    def __getitem__(self, name: str) -> float:
        if name not in self._known:
            if name not in FEATURES:
                raise KeyError(name)
            self._known[name] = self._view.feature(name, self._parameters)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(FEATURES)

    def __len__(self) -> int:
        return len(FEATURES)


class _Recorded(View):
    """A view whose features wait until they are asked for."""

    __slots__ = ()

    def features(self, parameters: Parameters) -> Mapping[str, float]:
        return LazyFeatures(self, parameters)


def decisions(
    job: Job, series: Series, first: int, last: int
) -> dict[int, tuple[Proposal, Decision | None]]:
    """What was proposed on the bars `first` up to but without `last`, by the bar's position.

    The decision is None where the voters, or a rule that needs no account, said no.
    """
    found: dict[int, tuple[Proposal, Decision | None]] = {}
    chosen, instrument = job.parameters, series.instrument
    config_hash = chosen.config_hash()
    ask = proposed if job.memory is None else job.memory.proposals
    for index, proposal in ask(job, series, first, last).items():
        found[index] = (proposal, None)
        if not may_take(proposal, instrument, chosen):
            continue
        verdict = job.advise(proposal.snapshot)
        if verdict.approved and pays(proposal, verdict, instrument, chosen):
            found[index] = (proposal, _decided(proposal, verdict, chosen, config_hash))
    if chosen.leads:
        columns = _columns(job, series)
        for index in range(first, last):
            lead = None
            if index not in found:
                view = _view(job, series, columns, index)
                lead = led_on(view, instrument, chosen, job.lead)
            if lead is not None:
                found[index] = (lead[0], _decided(*lead, chosen, config_hash))
    return found


def _decided(
    proposal: Proposal, verdict: Verdict, chosen: Parameters, config_hash: str
) -> Decision:
    plan_name = chosen.plan_name_of(proposal.signals[0].strategy)
    return Decision(proposal, verdict, config_hash, plan_name)


def _columns(job: Job, series: Series) -> Mapping[str, "Floats"]:
    return over_history(series.bars, Setup(job.timeframe, job.parameters.atr_window_bars))


def _view(job: Job, series: Series, columns: Mapping[str, "Floats"], index: int) -> View:
    # what the desk would have kept when that bar closed
    seen = series.bars.until(index + 1).tail(KEEP_BARS)
    return _Recorded(series.instrument.symbol, job.timeframe, seen, Known(columns, index))


def proposed(job: Job, series: Series, first: int, last: int) -> Mapping[int, Proposal]:
    """The proposals on the bars `first` up to but without `last`, by the bar's position."""
    found: dict[int, Proposal] = {}
    columns = _columns(job, series)
    may_speak = {
        strategy: strategy.candidates(series.bars, job.parameters)
        for strategy in job.strategies
        if strategy.enabled(job.parameters)
    }
    anywhere = np.zeros(len(series.bars), dtype=np.bool_)
    for flags in may_speak.values():
        anywhere |= flags
    for index in (np.flatnonzero(anywhere[first:last]) + first).tolist():
        # the others would be asked in vain
        speaking = [strategy for strategy, flags in may_speak.items() if flags[index]]
        proposal = propose(_view(job, series, columns, index), job.parameters, speaking)
        if proposal is not None:
            found[index] = proposal
    return found
