"""What a research worker is sent for, and what it comes back with. JSON between processes."""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from engine.core.research import Kind, Told, Value
from engine.research.trials import Tally, Trial


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class Simulated(_Plain):
    """The simulated market that bars are made of, before anything else."""

    symbols: tuple[str, ...]
    seed: int
    origin_at: datetime
    until_at: datetime  # the market's clock: what comes later has not happened yet


class Errand(_Plain):
    """One job. The words are those a person types: engine/research/request.py."""

    kind: Kind
    words: str
    folder: Path  # of bar files
    values: dict[str, Value]  # of the parameters in force
    voters: str  # the setting VOTERS; only rule voters can be asked here
    compiled_dir: Path | None = None  # keeps the compiled loop; None runs it as plain Python
    tally: Tally = Tally(0, 0.0)  # of all trials made on these markets before
    simulated: Simulated | None = None
    keep_in: Path | None = None  # the data folder in which the result is kept
    keep_as: str = ""  # its name there; empty: it is not kept
    study: str = ""  # of a tuning
    storage: str = ""  # of the study: a journal file or a database's URL
    trials: int = 100  # of a tuning


class Done(_Plain):
    """What came of an errand."""

    told: Told
    noted: tuple[Trial, ...] = ()  # to be stored and counted


def market_name(symbols: tuple[str, ...], timeframe: str) -> str:
    """Under which trials on these markets are counted, whatever bars came since."""
    return f"{','.join(sorted(symbols))} {timeframe}"
