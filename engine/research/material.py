"""The bars that a request runs on, read from a folder once, and what is to be said of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from engine.core.clockwork import from_ms
from engine.core.errors import SettingsError, UserError
from engine.core.market import Instrument
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from engine.research.job import Series
from engine.research.proposals import Memory
from engine.research.request import CostTerms, Request
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.replay_files import BarFolder

MOST_MOMENTS = 50_000_000  # markets times moments: some 7 GB of columns
GAP_WARN_RATIO = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a request runs on, read once."""

    request: Request
    series: tuple[Series, ...]
    memory: Memory = field(default_factory=Memory, compare=False)
    starts_at: datetime
    ends_at: datetime
    data_hash: str
    notes: tuple[str, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(series.instrument.symbol for series in self.series)


def read(request: Request, folder: Path) -> Material:
    """The bars of the request; raises UserError with one sentence where they are not enough."""
    bars = _folder(folder)
    symbols = resolved(request.symbols, request.timeframe, bars)
    series = tuple(_series(symbol, request, bars) for symbol in symbols)
    quotes = {one.instrument.quote for one in series}
    if len(quotes) > 1:
        raise UserError(
            f"One account holds one currency, and these markets trade in {_listed(quotes)}.",
            hint="Ask for them one after the other.",
        )
    starts_at, ends_at = _span(request, series)
    for one in series:
        _require_detail(one, request, starts_at, ends_at)
    material = Material(
        request=request,
        series=series,
        starts_at=starts_at,
        ends_at=ends_at,
        data_hash=_hash(series),
        notes=_notes(request, series, starts_at, ends_at),
    )
    _require_room(material)
    return material


def resolved(symbols: Sequence[str], timeframe: Timeframe, folder: BarFolder) -> tuple[str, ...]:
    """The markets of the folder that were meant: BTC is the perpetual where there is one.

    Raises UserError for one that is not there.
    """
    found = [_resolved(symbol, timeframe, folder) for symbol in symbols]
    return tuple(dict.fromkeys(found))


def _resolved(symbol: str, timeframe: Timeframe, folder: BarFolder) -> str:
    if symbol in folder.symbols:
        return symbol
    same_base = [each for each in folder.symbols if each.partition("/")[0] == symbol]
    if not same_base:
        bases = sorted({each.partition("/")[0] for each in folder.symbols})
        raise UserError(
            f"There are no bars of {symbol}.",
            hint=f"There are {_listed(bases)}; parley data download gets more.",
        )

    def preference(each: str) -> tuple[bool, bool, bool, str]:
        stable = "/USDT" in each
        return (not folder.has_file(each, timeframe), ":" not in each, not stable, each)

    return min(same_base, key=preference)


def _folder(folder: Path) -> BarFolder:
    try:
        return BarFolder(folder)
    except SettingsError as error:
        text = error.log_text.removeprefix("MARKET: ")
        raise UserError(text, hint="parley data download BTC 1h gets some.") from error


def _series(symbol: str, request: Request, folder: BarFolder) -> Series:
    try:
        columns = folder.columns(symbol, request.timeframe)
        funding = folder.funding(symbol)
    except SettingsError as error:
        name, _, rest = error.log_text.partition(": ")
        text = rest if name.isupper() else error.log_text
        raise UserError(text, hint=error.hint) from error
    bars = bars_of(columns.open_ms // 1000, *columns[1:])
    detail = None
    if request.detail is not None:
        detail = _detail(symbol, request.detail, folder)
    instrument = _priced(instrument_of(symbol, float(columns.close[0])), request.costs)
    asked = request.costs
    resistance = {
        name: value
        for name, value in asked._asdict().items()
        if name != "fee_ratio" and value is not None
    }
    return Series(instrument, costs_of(instrument, **resistance), bars, funding, detail)


def _detail(symbol: str, timeframe: Timeframe, folder: BarFolder) -> Bars:
    if not folder.has_file(symbol, timeframe):
        raise UserError(
            f"There are no {timeframe} bars of {symbol} for the detail.",
            hint=f"parley data download {symbol} {timeframe} gets them.",
        )
    columns = folder.columns(symbol, timeframe)
    return bars_of(columns.open_ms // 1000, *columns[1:])


def _priced(instrument: Instrument, costs: CostTerms) -> Instrument:
    if costs.fee_ratio is None:
        return instrument
    fee_ratio = Decimal(repr(costs.fee_ratio))
    return replace(instrument, maker_fee_ratio=fee_ratio, taker_fee_ratio=fee_ratio)


def _span(request: Request, series: Sequence[Series]) -> tuple[datetime, datetime]:
    step = request.timeframe.delta
    first_at = min(_first_at(one.bars) for one in series)
    details = [_first_at(one.detail) for one in series if one.detail is not None]
    first_at = max((first_at, *details))
    last_at = max(from_ms(int(one.bars.open_at_s[-1]) * 1000) for one in series) + step
    ends_at = last_at if request.to_at is None else min(last_at, request.to_at)
    if request.from_at is not None:
        starts_at = max(request.from_at, first_at)
    elif request.days is not None:
        starts_at = max(ends_at - timedelta(days=request.days), first_at)
    else:
        starts_at = first_at
    starts_at = request.timeframe.open_at(starts_at)
    if ends_at - starts_at < step:
        raise UserError(
            "There are no bars in that span.",
            hint=f"They go from {first_at:%Y-%m-%d} to {last_at:%Y-%m-%d}.",
        )
    return starts_at, ends_at


def _first_at(bars: Bars) -> datetime:
    return from_ms(int(bars.open_at_s[0]) * 1000)


def _require_detail(one: Series, request: Request, starts_at: datetime, ends_at: datetime) -> None:
    # each long bar ends with its last short one, at the same price: entries are made there
    if one.detail is None or request.detail is None:
        return
    close_at_s = one.bars.open_at_s + request.timeframe.seconds
    within = (close_at_s > starts_at.timestamp()) & (close_at_s <= ends_at.timestamp())
    wanted_s = close_at_s[within] - request.detail.seconds
    places = np.searchsorted(one.detail.open_at_s, wanted_s)
    last = np.minimum(places, len(one.detail) - 1)
    fits = (one.detail.open_at_s[last] == wanted_s) & (
        one.detail.close[last] == one.bars.close[within]
    )
    if not fits.all():
        day = from_ms(int(wanted_s[int(np.argmin(fits))]) * 1000)
        raise UserError(
            f"The {request.detail} bars of {one.instrument.symbol} do not add up to its "
            f"{request.timeframe} bars on {day:%Y-%m-%d}.",
            hint="Leave detail away, or choose another span.",
        )


def _require_room(material: Material) -> None:
    seconds = (material.ends_at - material.starts_at).total_seconds()
    moments = int(seconds // (material.request.detail or material.request.timeframe).seconds)
    if moments * len(material.series) > MOST_MOMENTS:
        raise UserError(
            f"{moments:,} moments of {len(material.series)} markets are too many at once.",
            hint="Choose longer bars, a shorter span or fewer markets.",
        )


def _notes(
    request: Request, series: Sequence[Series], starts_at: datetime, ends_at: datetime
) -> tuple[str, ...]:
    notes = []
    step_s = request.timeframe.seconds
    first_s, last_s = int(starts_at.timestamp()), int(ends_at.timestamp())
    due = (last_s - first_s) // step_s
    for one in series:
        open_at_s = one.bars.open_at_s
        first, last = np.searchsorted(open_at_s, (first_s, last_s), side="left").tolist()
        missing = due - (last - first)
        if missing > GAP_WARN_RATIO * due:
            notes.append(f"{one.instrument.symbol}: {missing:,} of {due:,} bars are missing.")
        if one.instrument.is_margined and not one.funding.at_ms.size:
            notes.append(f"{one.instrument.symbol}: no funding was recorded, so none is paid.")
    if request.from_at is not None and request.from_at < starts_at:
        notes.append(f"The bars begin on {starts_at:%Y-%m-%d}, later than asked for.")
    if request.to_at is not None and request.to_at > ends_at:
        notes.append(f"The bars end on {ends_at:%Y-%m-%d}, earlier than asked for.")
    return tuple(notes)


def _hash(series: Sequence[Series]) -> str:
    digest = hashlib.sha256()
    for one in series:
        digest.update(repr((one.instrument, one.costs)).encode())
        for bars in (one.bars, *(() if one.detail is None else (one.detail,))):
            columns = (bars.open_at_s, bars.open, bars.high, bars.low, bars.close)
            for column in (*columns, bars.volume_base):
                digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(one.funding.at_ms.tobytes() + one.funding.ratio.tobytes())
    return digest.hexdigest()[:12]


def _listed(names: Sequence[str] | set[str]) -> str:
    ordered = sorted(names)
    shown = ", ".join(ordered[:12])
    return shown if len(ordered) <= 12 else f"{shown} and {len(ordered) - 12} more"
