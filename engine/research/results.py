"""A backtest's result as it is kept: what was asked, what came of it, and what it was made with.

`save` writes `<name>.json` and, beside it, the curve's points as `<name>.npz`; both are whole or
not there at all. A number is read back as the very number that was written.
"""

import hashlib
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from engine.analytics.equity import EquityCurve, measured
from engine.analytics.summary import Summary, summarise
from engine.core import events as journal
from engine.core.errors import UserError
from engine.core.events import Event
from engine.core.parameters import Parameters
from engine.core.positions import Position, Trade
from engine.research.request import Request, Value

FORMAT = 1  # of the files; a result of another format is refused
FOLDER = "research"  # in the data folder
PRIVATE = 0o600
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """One answered request."""

    request: Request
    symbols: tuple[str, ...]  # as they were found in the folder
    quote: str
    starts_at: datetime  # the bars up to here were history
    ends_at: datetime
    values: Mapping[str, Value]  # of every parameter that was in force
    config_hash: str  # of these
    data_hash: str  # of the bars, funding and instruments
    code_version: str
    seed: int
    start_cash_quote: Decimal
    cash_quote: Decimal
    trades: tuple[Trade, ...]  # in the order of their closing
    open_positions: tuple[Position, ...]
    events: tuple[Event, ...]  # as the journal of the desk would have them
    curve: EquityCurve  # one point a moment
    notes: tuple[str, ...] = ()  # what the person has to know before they trust it
    contaminated_bars: int = 0  # voted on by models that may know how it went on

    @property
    def measures(self) -> Summary:
        """The record of the closed trades."""
        return summarise(self.trades, self.start_cash_quote)

    @property
    def parameters(self) -> Parameters:
        return Parameters.model_validate(dict(self.values))

    @property
    def return_ratio(self) -> float:
        """Last equity over the start, less 1; open positions at their last price."""
        return float(self.curve.equity_quote[-1]) / float(self.start_cash_quote) - 1.0


def code_version() -> str:
    """The release, and a hash of what computes results."""
    try:
        release = metadata.version("parley")
    except metadata.PackageNotFoundError:
        release = "source"
    return f"{release}+{_sources_hash()}"


def named_path(data_dir: Path, name: str) -> Path:
    """Where the result `name` is kept; raises UserError for a name that is none."""
    if not _NAME.fullmatch(name):
        raise UserError(
            "A result's name has letters, digits, - and _.", hint="Such as btc-averages."
        )
    return data_dir / FOLDER / f"{name}.json"


def save(result: Backtest, data_dir: Path, name: str) -> Path:
    """The path of the JSON file, written; an older result of that name is replaced."""
    path = named_path(data_dir, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    points = io.BytesIO()
    np.savez_compressed(points, at_s=result.curve.at_s, equity_quote=result.curve.equity_quote)
    body = as_json(result) | {"points": hashlib.sha256(points.getvalue()).hexdigest()}
    _write(path.with_suffix(".npz"), points.getvalue())
    _write(path, json.dumps(body, indent=1).encode())
    return path


def load(data_dir: Path, name: str) -> Backtest:
    """The result of that name; raises UserError with one sentence where it cannot be used."""
    path = named_path(data_dir, name)
    try:
        body = json.loads(path.read_bytes())
        points = path.with_suffix(".npz").read_bytes()
    except FileNotFoundError:
        raise UserError(f"There is no result named {name}.", hint=_kept(data_dir)) from None
    except (OSError, ValueError):
        raise UserError(f"The result {name} cannot be read.", hint="Run it again.") from None
    found = body.get("format") if isinstance(body, dict) else None
    if found != FORMAT:
        raise UserError(
            f"The result {name} was kept by another version of Parley (format {found}, here "
            f"{FORMAT}).",
            hint="Run it again.",
        )
    if body.get("points") != hashlib.sha256(points).hexdigest():
        raise UserError(f"The two files of the result {name} differ.", hint="Run it again.")
    with np.load(io.BytesIO(points)) as curve:
        at_s, equity_quote = curve["at_s"], curve["equity_quote"]
    try:
        values = {key: _ADAPTERS[key].validate_python(body[key]) for key in _ADAPTERS}
        events = tuple(_event_of(row) for row in body["events"])
    except (ValidationError, KeyError, AttributeError, TypeError):
        raise UserError(
            f"The result {name} was kept by another version of Parley, {body.get('code_version')}.",
            hint="Run it again.",
        ) from None
    return Backtest(events=events, curve=measured(at_s, equity_quote, values["quote"]), **values)


def kept_names(data_dir: Path) -> tuple[str, ...]:
    """The names of the results that are kept, in order."""
    return tuple(sorted(path.stem for path in (data_dir / FOLDER).glob("*.json")))


def as_json(result: Backtest) -> dict[str, Any]:
    """The result as plain JSON values, without the curve's points."""
    body: dict[str, Any] = {"format": FORMAT}
    for key, adapter in _ADAPTERS.items():
        body[key] = adapter.dump_python(getattr(result, key), mode="json")
    body["events"] = [_row_of(event) for event in result.events]
    body["measures"] = TypeAdapter(Summary).dump_python(result.measures, mode="json")
    body["return_ratio"] = result.return_ratio
    return body


def _row_of(event: Event) -> dict[str, Any]:
    # the columns of the journal's table
    return {
        "key": event.key(),
        "kind": type(event).__name__,
        "at": event.at.isoformat(),
        "body": _adapter(type(event).__name__).dump_python(
            event, mode="json", fallback=dict, warnings=False
        ),
    }


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(journal, kind))  # milliseconds each


def _event_of(row: Mapping[str, Any]) -> Event:
    event: Event = _adapter(row["kind"]).validate_python(row["body"])
    return event


def _write(path: Path, content: bytes) -> None:
    # whole or not at all
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _kept(data_dir: Path) -> str:
    names: Sequence[str] = kept_names(data_dir)
    return f"Kept are {', '.join(names)}." if names else "None is kept yet: --save NAME keeps one."


def _sources_hash() -> str:
    digest = hashlib.sha256()
    engine_folder = Path(__file__).parents[1]
    for room in ("core", "rules", "market", "strategies", "risk", "research"):
        for path in sorted((engine_folder / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "request": TypeAdapter(Request),
    "symbols": TypeAdapter(tuple[str, ...]),
    "quote": TypeAdapter(str),
    "starts_at": TypeAdapter(datetime),
    "ends_at": TypeAdapter(datetime),
    "values": TypeAdapter(dict[str, Value]),
    "config_hash": TypeAdapter(str),
    "data_hash": TypeAdapter(str),
    "code_version": TypeAdapter(str),
    "seed": TypeAdapter(int),
    "start_cash_quote": TypeAdapter(Decimal),
    "cash_quote": TypeAdapter(Decimal),
    "trades": TypeAdapter(tuple[Trade, ...]),
    "open_positions": TypeAdapter(tuple[Position, ...]),
    "notes": TypeAdapter(tuple[str, ...]),
    "contaminated_bars": TypeAdapter(int),
}
