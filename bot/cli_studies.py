"""walkforward, montecarlo, tune, bias, stress, jobs from the terminal: the chat's research here.

The same work as the desk's research process does, in this one; trials are counted where the desk
has a database.
"""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli_research import data_folder, desk_parameters
from bot.research_worker import rule_votes
from bot.settings import Settings
from engine.core.errors import SettingsError, UserError
from engine.core.research import Kind, Told
from engine.research.material import resolved
from engine.research.outcome import Watch
from engine.research.request import parse_request
from engine.research.trials import Tally
from engine.research.worker_errand import Done, Errand, market_name
from engine.research.worker_runs import carry_out
from engine.services.research_answers import ResearchJob
from engine.venues.replay_files import BarFolder
from handlers.views.research import STATES, result_lines
from handlers.views.text import plain_text
from storage.database import Database, sqlite_path
from storage.research_jobs import ResearchJobs
from storage.research_trials import ResearchTrials

SHOWN_JOBS = 20


def studied(settings: Settings, options: argparse.Namespace) -> int:
    """Prints what came of the job, in words or as JSON."""
    errand = _errand(settings, options)
    done = carry_out(errand, rule_votes(settings.voters), Watch(told=_told_step))
    asyncio.run(_keep(settings, done))
    if options.json:
        _print_json(done.told.model_dump(mode="json"))
    else:
        sys.stdout.write("\n".join(_lines(done.told)) + "\n")
    return 0


def jobs(settings: Settings, options: argparse.Namespace) -> int:
    """Prints the desk's last research jobs, newest first; with a number, that one's result."""
    if not _has_database(settings):
        raise UserError("There is no database yet.", hint="The desk makes it: parley run.")
    found = asyncio.run(_jobs(settings, options.words))
    if options.json:
        _print_json([_plain(job) for job in found])
        return 0
    for job in found:
        head = f"{job.number:>4}  {job.kind.value:<12} {STATES[job.state]:<14} {job.words}"
        sys.stdout.write(f"{head}\n")
        if options.words and job.told:
            lines = _lines(Told.model_validate_json(job.told))
            sys.stdout.write("\n".join(lines) + "\n")
        elif job.sentence:
            sys.stdout.write(f"      {job.sentence}\n")
    return 0


def _errand(settings: Settings, options: argparse.Namespace) -> Errand:
    words = " ".join(options.words)
    kind = Kind(options.command)
    folder = data_folder(settings, options)
    parameters = asyncio.run(desk_parameters(settings))
    return Errand(
        kind=kind,
        words=words,
        folder=folder,
        values=parameters.model_dump(),
        voters=settings.voters,
        compiled_dir=settings.data_dir / "cache",
        tally=asyncio.run(_tally(settings, _market(words, folder))),
        study=getattr(options, "study", None) or f"terminal-{datetime.now(UTC):%Y%m%d-%H%M%S}",
        storage=str(settings.data_dir / "research" / "tuning.log"),
        trials=getattr(options, "trials", None) or parameters.tuning_trials,
    )


def _market(words: str, folder: Path) -> str:
    request = parse_request(words)
    try:
        symbols = resolved(request.symbols, request.timeframe, BarFolder(folder))
    except (SettingsError, UserError):  # the job says it better
        symbols = request.symbols
    return market_name(symbols, request.timeframe.value)


def _has_database(settings: Settings) -> bool:
    path = sqlite_path(settings.database)
    return path is None or path.exists()


async def _tally(settings: Settings, market: str) -> Tally:
    if not _has_database(settings):
        return Tally(0, 0.0)
    database = Database(settings.database)
    try:
        return await ResearchTrials(database).tally(market)
    finally:
        await database.close()


async def _keep(settings: Settings, done: Done) -> None:
    if not _has_database(settings) or not done.noted:
        return
    database = Database(settings.database)
    try:
        await ResearchTrials(database).keep(done.noted, datetime.now(UTC))
    finally:
        await database.close()


async def _jobs(settings: Settings, words: list[str]) -> tuple[ResearchJob, ...]:
    database = Database(settings.database)
    try:
        store = ResearchJobs(database)
        if not words:
            return await store.newest(SHOWN_JOBS)
        found = await store.find(int(words[0])) if words[0].isdecimal() else None
    finally:
        await database.close()
    if found is None:
        raise UserError(f"There is no job {words[0][:20]}.", hint="parley jobs lists them.")
    return (found,)


def _plain(job: ResearchJob) -> dict[str, object]:
    told = json.loads(job.told) if job.told else None
    return {
        "number": job.number,
        "kind": job.kind.value,
        "words": job.words,
        "state": job.state.value,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at,
        "ended_at": job.ended_at,
        "sentence": job.sentence,
        "told": told,
    }


def _lines(told: Told) -> list[str]:
    span = f"{told.from_at:%Y-%m-%d} to {told.to_at:%Y-%m-%d}"
    lines = [f"{told.kind.value}: {told.title}, {span}", *map(plain_text, result_lines(told))]
    lines += [told.judgement] if told.judgement else []
    return [*lines, *(f"note: {note}" for note in told.notes)]


def _told_step(done: int, of: int, text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{done} of {of}: {text}"[:100])


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=1, default=str)
    sys.stdout.write("\n")
