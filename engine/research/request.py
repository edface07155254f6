"""What was asked of a backtest, and its typed short form: `BTC 1h 180d sma_cross percent`.

Words stand in any order: markets, a bar length, a span (`180d`, `2y`, `2021`,
`2021-01-01..2021-07-01`), strategies, an exit plan, and `name=value` for everything else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from pydantic import ValidationError

from engine.core.errors import UserError
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.exit_plans import EXIT_PLANS, NO_EXCEPTIONS
from engine.core.parameters.parse import closest, parse_value, quoted
from engine.core.timeframes import Timeframe
from engine.strategies.registry import MODULES, STRATEGIES

Value = bool | int | float | str

EXAMPLE = "BTC 1h 180d sma_cross percent"
START_CASH_QUOTE = Decimal(10_000)
LEAST_CASH_QUOTE, MOST_CASH_QUOTE = Decimal(10), Decimal(1_000_000_000)
MOST_SYMBOLS = 64
EVERY = "all"
STRATEGY_NAMES = tuple(strategy.name for strategy in STRATEGIES)
FAMILIES: dict[str, tuple[str, ...]] = {  # a family is called as its file is
    module.__name__.rpartition(".")[2]: tuple(strategy.name for strategy in module.STRATEGIES)
    for module in MODULES
} | {EVERY: STRATEGY_NAMES}
_DECLARED = declarations(Parameters)
_SYMBOL = re.compile(r"[A-Z0-9]{1,20}(?:/[A-Z0-9]{1,10}(?::[A-Z0-9]{1,10})?)?")
_LAST = re.compile(r"([0-9]{1,5})(d|w|y)")
_DAYS = {"d": 1, "w": 7, "y": 365}
_PAIR = re.compile(r"([a-z][a-z0-9_]*)=(.+)")


class CostTerms(NamedTuple):
    """What trading costs instead of the catalogue's figures; None leaves a figure as it is."""

    fee_ratio: float | None = None  # of the notional, on every fill
    spread_bps: float | None = None
    slippage_bps: float | None = None
    impact_bps: float | None = None


AS_LISTED = CostTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One backtest as it was asked for. The same request on the same bars has one answer."""

    symbols: tuple[str, ...]  # as typed: BTC, or BTC/USDT:USDT
    timeframe: Timeframe = Timeframe.H1
    from_at: datetime | None = None  # None: `days` before the end, or where the bars begin
    to_at: datetime | None = None  # None: where the bars end
    days: int | None = None
    strategies: tuple[str, ...] = ()  # these alone are on; none: as the parameters have it
    exits: str | None = None  # the exit plan of them all; None: as the parameters have it
    changes: tuple[tuple[str, Value], ...] = ()  # of parameters
    costs: CostTerms = AS_LISTED
    cash_quote: Decimal = START_CASH_QUOTE
    detail: Timeframe | None = None  # shorter bars that say what came first inside a bar
    seed: int = 0  # of whatever draws: kept with the result

    def parameters(self, base: Parameters) -> Parameters:
        """`base` with what was asked for; raises UserError where that does not fit together."""
        wanted: dict[str, Value] = {**base.model_dump(), **dict(self.changes)}
        if self.strategies:
            wanted.update({name: name in self.strategies for name in STRATEGY_NAMES})
        if self.exits is not None:
            wanted.update(exit_plan=self.exits, exit_plan_exceptions=NO_EXCEPTIONS)
        try:
            return Parameters.model_validate(wanted)
        except ValidationError as error:
            text = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
            raise UserError(f"These parameters do not fit together: {text}.") from None


def parse_request(text: str, base: Request | None = None) -> Request:
    """The request that the words of `text` mean, on top of `base`; raises UserError.

    Every error is one sentence that says which word was not understood, and what would be.
    """
    words = text.replace(", ", ",").split()
    asked = Request(symbols=()) if base is None else base
    reader = _Reader(asked)
    for word in words:
        reader.take(word)
    return reader.done()


def strategies_of(word: str) -> tuple[str, ...] | None:
    """The strategies of `sma_5_15`, `sma_cross` or `sma_5_15+squeeze`; None where it is no such."""
    found: list[str] = []
    for part in word.lower().split("+"):
        if part not in FAMILIES and part not in STRATEGY_NAMES:
            return None
        found += FAMILIES.get(part, (part,))
    return tuple(dict.fromkeys(found))


class _Reader:
    """Takes words one by one."""

    def __init__(self, base: Request) -> None:
        self._asked = replace(base, symbols=())
        self._base_symbols = base.symbols
        self._frame_given = False
        self._strategies: list[str] = []
        self._costs = base.costs._asdict()
        self._changes = dict(base.changes)

    def take(self, word: str) -> None:
        pair = _PAIR.fullmatch(word)
        lowered = word.lower()
        if pair is not None:
            self._take_pair(pair[1], pair[2])
        elif lowered in set(Timeframe) and not self._frame_given:
            self._frame_given = True
            self._asked = replace(self._asked, timeframe=Timeframe(lowered))
        elif (named := strategies_of(word)) is not None:
            self._strategies += named
        elif lowered in EXIT_PLANS:
            self._asked = replace(self._asked, exits=lowered)
        elif (spanned := _spanned(self._asked, lowered)) is not None:
            self._asked = spanned
        else:
            self._take_symbols(word)

    def done(self) -> Request:
        symbols = tuple(dict.fromkeys(self._asked.symbols)) or self._base_symbols
        if not symbols:
            raise UserError("Which market?", hint=f"Such as {EXAMPLE}.")
        if len(symbols) > MOST_SYMBOLS:
            raise UserError(f"{len(symbols)} markets at once are too many: {MOST_SYMBOLS} at most.")
        detail, timeframe = self._asked.detail, self._asked.timeframe
        if detail is not None and (
            timeframe.seconds % detail.seconds or detail.seconds >= timeframe.seconds
        ):
            raise UserError(
                f"detail={detail} does not divide bars of {timeframe}.",
                hint="Choose a shorter length, such as detail=5m.",
            )
        return replace(
            self._asked,
            symbols=symbols,
            strategies=tuple(dict.fromkeys(self._strategies)) or self._asked.strategies,
            costs=CostTerms(**self._costs),
            changes=tuple(self._changes.items()),
        )

    def _take_pair(self, name: str, text: str) -> None:
        if name == "cash":
            self._asked = replace(self._asked, cash_quote=_cash(text))
        elif name == "seed":
            self._asked = replace(self._asked, seed=_seed(text))
        elif name == "detail":
            if text not in set(Timeframe):
                raise UserError(f"There are no bars of {quoted(text)}.", hint=_frames())
            self._asked = replace(self._asked, detail=Timeframe(text))
        elif name == "fee":
            self._costs["fee_ratio"] = float(_percent("fee", text))
        elif name in {"spread", "slippage", "impact"}:
            self._costs[f"{name}_bps"] = float(_percent(name, text) * 10_000)
        elif name in _DECLARED:
            self._changes[name] = parse_value(_DECLARED[name], text)
        else:
            near = closest(name, (*_DECLARED, "cash", "seed", "detail", "fee", "spread"))
            hint = f"Did you mean {', '.join(near)}?" if near else "/params lists parameters."
            raise UserError(f"There is nothing called {quoted(name)} to set.", hint=hint)

    def _take_symbols(self, word: str) -> None:
        if (near := _near_word(word)) and word == word.lower():
            raise UserError(f"There is no {quoted(word)}.", hint=f"Did you mean {near}?")
        found = []
        for part in word.upper().split(","):
            if part and not _SYMBOL.fullmatch(part):
                raise UserError(f"{quoted(word)} is not understood.", hint=f"Such as {EXAMPLE}.")
            found += [part] if part else []
        self._asked = replace(self._asked, symbols=(*self._asked.symbols, *found))


def _near_word(word: str) -> str:
    # a small word with a dash below is a misspelt strategy or plan, and no market
    if "_" not in word and not any(char.isdigit() for char in word):
        return ""
    near = closest(word, (*FAMILIES, *STRATEGY_NAMES, *EXIT_PLANS), 1)
    return near[0] if near else ""


def _spanned(asked: Request, word: str) -> Request | None:
    # the request with the span that the word means; None where it means none
    last = _LAST.fullmatch(word)
    if last is not None:
        days = int(last[1]) * _DAYS[last[2]]
        if not 1 <= days <= 36_500:
            raise UserError(f"{quoted(word)} is no span.", hint="Such as 180d, 26w or 2y.")
        return replace(asked, days=days, from_at=None)
    if re.fullmatch(r"(19|20)[0-9]{2}", word):
        year = int(word)
        from_at, to_at = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        return replace(asked, from_at=from_at, to_at=to_at, days=None)
    if ".." not in word:
        return None
    first, _, last_day = word.partition("..")
    start_at, end_at = _day(first), _day(last_day) if last_day else None
    if end_at is not None and end_at <= start_at:
        raise UserError("The span ends before it begins.", hint="Such as 2021-01-01..2021-07-01.")
    return replace(asked, from_at=start_at, to_at=end_at, days=None)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UserError(
            f"{quoted(text)} is no day.", hint="Such as 2021-01-01..2021-07-01."
        ) from None


def _cash(text: str) -> Decimal:
    try:
        cash_quote = Decimal(text)
    except InvalidOperation:
        raise UserError(f"cash cannot be {quoted(text)}.", hint="Such as cash=10000.") from None
    if not LEAST_CASH_QUOTE <= cash_quote <= MOST_CASH_QUOTE:
        raise UserError(f"cash is from {LEAST_CASH_QUOTE} to {MOST_CASH_QUOTE:,}.")
    return cash_quote


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UserError(f"seed cannot be {quoted(text)}.", hint="Such as seed=7.")
    return int(text)


def _percent(name: str, text: str) -> Decimal:
    match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)(%|bps)", text)
    if match is None:
        raise UserError(f"{name} cannot be {quoted(text)}.", hint=f"Such as {name}=0.1% or 10bps.")
    ratio = Decimal(match[1]) * (Decimal("0.01") if match[2] == "%" else Decimal("0.0001"))
    if ratio > Decimal("0.1"):
        raise UserError(f"{name}={text} is over 10%, which no market asks.")
    return ratio


def _frames() -> str:
    return f"Known: {', '.join(frame.value for frame in Timeframe)}."


def asked_words(request: Request) -> Sequence[str]:
    """The request as the words that would ask for it again."""
    words = [",".join(request.symbols), request.timeframe.value]
    if request.days is not None:
        words.append(f"{request.days}d")
    if request.from_at is not None:
        to_day = "" if request.to_at is None else f"{request.to_at:%Y-%m-%d}"
        words.append(f"{request.from_at:%Y-%m-%d}..{to_day}")
    words += [*request.strategies, *([request.exits] if request.exits else [])]
    words += [f"detail={request.detail}"] if request.detail else []
    words += [f"{name}={value}" for name, value in request.changes]
    return words
