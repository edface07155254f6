"""What a research job works on: bars read once, parameters, voters, and whom to tell and ask."""

from dataclasses import dataclass
from datetime import datetime

from engine.core.advice import Snapshot, Verdict
from engine.core.parameters import Parameters
from engine.core.research import Told
from engine.research import backtest, run
from engine.research.job import Advise, Job
from engine.research.outcome import Stop, Stopped, Watch
from engine.research.request import Request, asked_words
from engine.research.results import Backtest
from engine.research.run import AdviseWith, LeadWith, Material
from engine.research.worker_bars import make_bars
from engine.research.worker_errand import Errand
from engine.research.worker_told import begun, title_of


@dataclass(frozen=True, slots=True)
class Votes:
    """Who votes, and who proposes in mode lead, under given parameters."""

    advise_with: AdviseWith
    lead_with: LeadWith | None = None

    def heeding(self, stop: Stop) -> "Votes":
        """The same, raising Stopped soon after `stop` says so: most of a run is spent here."""

        def asking(parameters: Parameters) -> Advise:
            advise = self.advise_with(parameters)

            def ask(snapshot: Snapshot) -> Verdict:
                if stop():
                    raise Stopped
                return advise(snapshot)

            return ask

        return Votes(asking, self.lead_with)


@dataclass(frozen=True, slots=True)
class Bench:
    """One errand with all that its kind works on."""

    errand: Errand
    request: Request
    material: Material
    parameters: Parameters
    votes: Votes
    watch: Watch

    def run(self, parameters: Parameters, from_at: datetime, to_at: datetime) -> Backtest:
        """A Run."""
        return run.run_on(
            self.material,
            parameters,
            self.votes.advise_with,
            self.errand.compiled_dir,
            span=(from_at, to_at),
            lead_with=self.votes.lead_with,
        )

    def whole(self) -> Backtest:
        """The request's own result."""
        return self.run(self.parameters, self.material.starts_at, self.material.ends_at)

    def job(self) -> Job:
        span = (self.material.starts_at, self.material.ends_at)
        votes = self.votes
        return run.job_of(self.material, self.parameters, votes.advise_with, span, votes.lead_with)

    def told(self, **parts: object) -> Told:
        """What is to be said of any job here, and these parts."""
        return self._begun().model_copy(update=parts)

    def _begun(self) -> Told:
        words = " ".join(asked_words(self.request))
        return begun(self.errand.kind, self.material, title_of(self.request), words)


def bench_of(errand: Errand, request: Request, votes: Votes, watch: Watch) -> Bench:
    """The bench, its bars read (and made, on a simulated market). Raises UserError, Stopped."""
    base = Parameters.model_validate(errand.values)
    parameters = request.parameters(base)
    if errand.simulated is not None:
        make_bars(errand.simulated, request, errand.folder, watch)
    watch.at(0, 1, "reading bars")
    material = run.read(request, errand.folder)
    compiling = errand.compiled_dir is not None and not backtest.is_compiled(errand.compiled_dir)
    watch.at(0, 1, "compiling the loop, once for this version" if compiling else "trading")
    return Bench(errand, request, material, parameters, votes, watch)
