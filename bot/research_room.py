"""What research works with here: bars, parameters, voters, and a process for each errand."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.research_process import ask_process, end_process, start_process
from bot.settings import REPLAY_PREFIX, SIMULATED, Settings
from engine.core.clockwork import from_ms
from engine.core.errors import SettingsError, UserError
from engine.core.parameters import Parameters
from engine.core.research import Kind
from engine.core.timeframes import Timeframe
from engine.research import compare
from engine.research.material import resolved
from engine.research.request import Request, asked_words, parse_request
from engine.research.trials import Tally
from engine.research.worker_bars import USUAL_DAYS, first_needed_at, meant
from engine.research.worker_errand import Done, Errand, Simulated, market_name
from engine.research.worker_told import ways_of
from engine.services.research_answers import ResearchJob
from engine.services.research_ports import Steps
from engine.venues.replay_files import BarFolder, written
from storage.research_trials import ResearchTrials

FRESH = timedelta(days=1)  # bars that end no longer ago are not fetched again
TAPE_WORD = "votes=tape"
RULES_WORD = "votes=rules"
TERMINAL_ONLY = "Recorded votes are replayed in the terminal only."


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Where bars come from, by the desk's market."""

    settings: Settings
    symbols: tuple[str, ...]  # the desk's
    began_at: datetime  # a simulated market's first moment
    market_now: Callable[[], datetime]

    @property
    def folder(self) -> Path:
        """Of bar files: the replayed one, or one in the data folder."""
        market = self.settings.market
        if market.startswith(REPLAY_PREFIX):
            return Path(market.removeprefix(REPLAY_PREFIX)).absolute()
        name = f"simulated-{self.settings.market_seed}" if market == SIMULATED else "market"
        return self.settings.data_dir.absolute() / name

    @property
    def simulated(self) -> Simulated | None:
        if self.settings.market != SIMULATED:
            return None
        return Simulated(
            symbols=self.symbols,
            seed=self.settings.market_seed,
            origin_at=self.began_at,
            until_at=self.market_now(),
        )

    @property
    def is_remote(self) -> bool:
        """Whether bars are fetched from a venue."""
        market = self.settings.market
        return market != SIMULATED and not market.startswith(REPLAY_PREFIX)


class ResearchRoom:
    """A Workbench."""

    def __init__(
        self, library: Library, parameters: Callable[[], Parameters], trials: ResearchTrials
    ) -> None:
        self._library = library
        self._parameters = parameters
        self._trials = trials

    def check(self, kind: Kind, words: str) -> str:
        """The words as they will be carried out; raises UserError where they cannot be."""
        parts = words.split()
        if TAPE_WORD in parts:
            raise UserError(TERMINAL_ONLY, hint=f"parley {kind.value} ... --votes tape")
        text = " ".join(word for word in parts if word != RULES_WORD)
        if kind is Kind.COMPARE:
            asked = [variant.request for variant in compare.variants(text)]
        else:
            asked = [parse_request(text)]
        for request in asked:
            request.parameters(self._parameters())
        known = self._known(asked[0].symbols)
        if kind is Kind.COMPARE:  # its words name many ways: only the markets are spelt out
            return " ".join((",".join(known), *_without(text, asked[0].symbols)))
        request = self._pinned(asked[0]) if kind is Kind.TUNE else asked[0]
        plain = asked_words(replace(request, symbols=known, strategies=(), exits=None))
        ways = ways_of(asked[0])
        return " ".join((*plain, *([ways] if ways else [])))

    async def prepare(self, job: ResearchJob, steps: Steps) -> Errand:
        """The errand, bars fetched where a venue has them; raises UserError."""
        library, settings = self._library, self._library.settings
        data_dir = settings.data_dir.absolute()  # the process works in another folder
        request = _request(job)
        if library.is_remote:
            await self._fetched(request, steps)
        return Errand(
            kind=job.kind,
            words=job.words,
            folder=library.folder,
            values=self._parameters().model_dump(),
            voters=settings.voters,
            compiled_dir=data_dir / "cache",
            tally=await self._tally(request),
            simulated=library.simulated,
            keep_in=data_dir if job.kind is Kind.BACKTEST else None,
            keep_as=job.study if job.kind is Kind.BACKTEST else "",
            study=job.study,
            storage=str(data_dir / "research" / "tuning.log"),
            trials=self._parameters().tuning_trials,
        )

    async def carry_out(self, errand: Errand, steps: Steps) -> Done:
        """What a process of its own makes of it; raises UserError."""
        return await ask_process(errand, steps)

    def _pinned(self, request: Request) -> Request:
        # a study that is carried on has to find the bars that it began with: no later ones
        library = self._library
        if request.to_at is not None or not (library.is_remote or library.simulated):
            return request
        now = library.market_now()
        to_at = now.replace(hour=0, minute=0, second=0, microsecond=0)
        from_at = request.from_at or to_at - timedelta(days=request.days or USUAL_DAYS)
        return replace(request, from_at=from_at, to_at=to_at, days=None)

    def _known(self, symbols: Sequence[str]) -> tuple[str, ...]:
        # BTC is what the desk trades under that name; of others a recorded folder or venue knows
        found = []
        for symbol in symbols:
            try:
                found.append(meant(symbol, self._library.symbols))
            except UserError:
                if self._library.simulated is not None:
                    raise
                found.append(symbol)
        return tuple(dict.fromkeys(found))

    async def _tally(self, request: Request) -> Tally:
        symbols = await asyncio.to_thread(_symbols_in, self._library.folder, request)
        return await self._trials.tally(market_name(symbols, request.timeframe.value))

    async def _fetched(self, request: Request, steps: Steps) -> None:
        frames = (request.timeframe, *(() if request.detail is None else (request.detail,)))
        until_at = datetime.now(UTC)
        from_at = first_needed_at(request, until_at)
        for symbol in request.symbols:
            for frame in frames:
                folder = self._library.folder
                if not await asyncio.to_thread(_lacks, folder, symbol, frame, from_at, until_at):
                    continue
                steps(0, 1, f"downloading {frame.value} bars of {symbol.partition('/')[0]}")
                await self._download(symbol, frame, from_at)

    async def _download(self, symbol: str, frame: Timeframe, from_at: datetime) -> None:
        settings = self._library.settings
        words = ["-m", "bot", "data", "download", symbol, frame.value, "--json"]
        words += ["--market", settings.market, "--data-dir", str(settings.data_dir.absolute())]
        words += ["--from", f"{from_at:%Y-%m-%d}"]
        if settings.exchange_api_base:
            words += ["--exchange-api-base", settings.exchange_api_base]
        process = await start_process(words)
        try:
            await process.communicate()
        finally:
            await end_process(process)
        if process.returncode != 0:
            raise UserError(
                f"The bars of {symbol} could not be fetched from {settings.market}.",
                hint=f"parley data download {symbol} {frame.value} says why.",
            )


def _request(job: ResearchJob) -> Request:
    if job.kind is Kind.COMPARE:
        return compare.variants(job.words)[0].request
    return parse_request(job.words)


def _without(text: str, symbols: Sequence[str]) -> list[str]:
    # the words that are no market
    known = set(symbols)
    words = text.replace(", ", ",").split()
    return [word for word in words if not {part.upper() for part in word.split(",")} & known]


def _symbols_in(folder: Path, request: Request) -> tuple[str, ...]:
    # before there are any bars, nothing was tried on them
    try:
        return resolved(request.symbols, request.timeframe, BarFolder(folder))
    except (SettingsError, UserError):
        return request.symbols


def _lacks(
    folder: Path, symbol: str, frame: Timeframe, from_at: datetime, until_at: datetime
) -> bool:
    """Whether the folder's bars of the market end too early, or begin too late."""
    try:
        bars = BarFolder(folder)
        (found,) = resolved((symbol,), frame, bars)
        if not bars.has_file(found, frame):
            return True
        columns = written(bars.path(found, frame), frame)
    except (SettingsError, UserError):
        return True
    ends_at = from_ms(int(columns.open_ms[-1])) + frame.delta
    begins_at = from_ms(int(columns.open_ms[0]))
    return until_at - ends_at > FRESH + frame.delta or begins_at > from_at + FRESH
