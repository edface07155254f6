"""`parley backtest ... --votes tape`: the recorded parley votes again, or it is refused."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.parley import cast_of
from bot.replaying import contamination_of, tape_advisor
from bot.settings import Settings
from engine.core.advice import Snapshot, Verdict
from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.research import run
from engine.research.job import Advise
from engine.research.request import Request
from engine.research.results import Backtest
from llm.replay import Misses
from storage.database import Database, sqlite_path
from storage.identity import read_identity


def replayed_backtest(
    settings: Settings, request: Request, folder: Path, base: Parameters, compiled_dir: Path
) -> Backtest:
    """The result with the votes of the desk's tape. Raises TapeMissed, UserError, SettingsError."""
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        raise UserError("There is no tape: the desk has no database yet.", hint="parley run")
    return asyncio.run(_replayed(settings, request, folder, base, compiled_dir))


async def _replayed(
    settings: Settings, request: Request, folder: Path, base: Parameters, compiled_dir: Path
) -> Backtest:
    cast = cast_of(settings)
    parameters = request.parameters(base)
    material = run.read(request, folder)
    span = (material.starts_at, material.ends_at)
    job = run.job_of(material, parameters, _nobody, span)
    database = Database(settings.database)
    try:
        identity = await database.read(read_identity)
        salt = "" if identity is None else identity.database_uuid
        advisor = await tape_advisor(cast, job, database, salt, Misses.FAIL, compiled_dir)
    finally:
        await database.close()
    result = run.run_on(
        material,
        parameters,
        lambda _: advisor.advise,
        compiled_dir,
        lead_with=lambda _: advisor.lead,
    )
    seen = contamination_of(cast, job)
    notes = (*result.notes, *([seen.note] if seen.note else []))
    return replace(result, contaminated_bars=seen.contaminated_bars, notes=notes)


def _nobody(_: Parameters) -> Advise:
    def advise(_snapshot: Snapshot) -> Verdict:
        raise UserError("The tape was not asked.")

    return advise
