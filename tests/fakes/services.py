"""The services in memory: they keep what they were asked and answer with values."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from charts.registry import CHARTS
from engine.core.commands import Panic, Pause, Resume, SetParameter, SetProfile, UndoParameters
from engine.core.errors import UserError
from engine.core.kinds import Role, TradingState
from engine.core.parameters.profiles import PROFILES
from engine.core.people import Actor
from engine.core.positions import Trade
from engine.core.queries import EVERY_TRADE, TradeFilter
from engine.core.state import Cause, EquityPoint
from engine.services.answers import (
    About,
    Balance,
    Comparison,
    Control,
    Gauge,
    Light,
    OpenOrders,
    PanicStep,
    ParameterChange,
    ParameterRow,
    PositionRow,
    PriceView,
    ReloadPlan,
    Status,
    TradePage,
    VersionRow,
)
from engine.services.risk_answers import Exposure, Glance, MarketState, Risk, Signals
from tests.fakes.clocks import NOON


@dataclass(slots=True)
class FakeControls:
    """Does a command once by its id, as the desk does."""

    step: PanicStep
    control: Control
    asked: list[Pause | Resume | Panic] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def now(self) -> Control:
        return replace(self.control, before=self.control.after, changed=False)

    async def pause(self, command: Pause) -> Control:
        return self._move(command, TradingState.REDUCING, Cause.PERSON, command.why)

    async def resume(self, command: Resume) -> Control:
        return self._move(command, TradingState.ACTIVE, Cause.NONE, "")

    async def panic(self, command: Panic) -> PanicStep:
        self._move(command, TradingState.HALTED, Cause.PANIC, "")
        return replace(self.step, closing=self.step.closing or command.close_all)

    def _move(
        self, command: Pause | Resume | Panic, state: TradingState, cause: Cause, why: str
    ) -> Control:
        self.asked.append(command)
        before = self.control.after
        fresh = command.command_id not in self.done
        self.done.add(command.command_id)
        if fresh:
            self.control = replace(
                self.control,
                before=before,
                after=state,
                cause=cause,
                why=why,
                changed=before is not state,
            )
            return self.control
        return self.now()


@dataclass(slots=True)
class FakeReports:
    card: Status
    page: TradePage
    books: Balance
    points: tuple[EquityPoint, ...]
    view: PriceView
    asked: list[tuple[object, object]] = field(default_factory=list)
    wanted: list[TradeFilter] = field(default_factory=list)

    async def status(self) -> Status:
        return self.card

    async def positions(self) -> tuple[PositionRow, ...]:
        return self.card.open_positions

    async def position(self, position_id: int) -> PositionRow | None:
        rows = self.card.open_positions
        return next((row for row in rows if row.position.position_id == position_id), None)

    def as_of(self) -> datetime | None:
        return self.card.market_at

    async def trades(
        self, wanted: TradeFilter = EVERY_TRADE, *, before: int | None = None, limit: int = 8
    ) -> TradePage:
        self.asked.append((before, limit))
        self.wanted.append(wanted)
        page = replace(self.page, wanted=wanted)
        return page if before is None else replace(page, next_before=None)

    async def trade(self, trade_id: int) -> Trade | None:
        return next((each for each in self.page.trades if each.trade_id == trade_id), None)

    async def strategies(self) -> tuple[str, ...]:
        return ("sma_5_15", "squeeze")

    def today(self) -> datetime:
        return NOON

    async def balance(self) -> Balance:
        return self.books

    async def equity(self, *, points: int = 600) -> tuple[EquityPoint, ...]:
        return self.points

    async def price(self, symbol: str, timeframe: str | None = None) -> PriceView:
        self.asked.append((symbol, timeframe))
        return self.view

    async def span(self, symbol: str, opened_at: datetime, closed_at: datetime) -> PriceView:
        self.asked.append((symbol, closed_at - opened_at))
        return replace(self.view, position=None)

    async def symbol(self, text: str) -> str:
        if text.upper() not in {"BTC", self.view.symbol}:
            raise UserError("That symbol is not traded here.", hint="Try one of: BTC.")
        return self.view.symbol


@dataclass(slots=True)
class FakeRisks:
    danger: Risk
    state: MarketState
    last: Signals
    held: Exposure
    glanced: Glance
    asked: list[int] = field(default_factory=list)

    async def risk(self) -> Risk:
        return self.danger

    async def market(self) -> MarketState:
        return self.state

    async def exposure(self) -> Exposure:
        return self.held

    async def glance(self) -> Glance:
        return self.glanced

    async def signals(self, limit: int = 8) -> Signals:
        self.asked.append(limit)
        return replace(self.last, decisions=self.last.decisions[:limit])


@dataclass(slots=True)
class FakeTuning:
    """One change waits; `raises` says whether it needs the second tap."""

    listed: tuple[ParameterRow, ...]
    change: ParameterChange
    plan: ReloadPlan
    version: int = 7
    raises: bool = False
    asked: list[object] = field(default_factory=list)

    def rows(self) -> tuple[ParameterRow, ...]:
        return self.listed

    async def set(self, command: SetParameter) -> ParameterChange:
        self.asked.append(command)
        return self._result(self.change, confirmed=command.confirmed)

    async def undo(self, command: UndoParameters) -> tuple[ParameterChange, ...]:
        self.asked.append(command)
        return (self._result(self.change, confirmed=command.confirmed),)

    async def history(self, limit: int = 10) -> tuple[VersionRow, ...]:
        row = VersionRow(
            version=self.version,
            at=datetime.fromisoformat("2026-11-21T08:00:00+00:00"),
            author="Ann",
            why="less risk",
            config_hash="abc123abc123",
            changes=((self.change.name, self.change.old, self.change.new),),
        )
        return (row,)[:limit]

    async def plan_profile(self, name: str) -> tuple[ParameterChange, ...]:
        if name not in PROFILES:
            raise UserError("There is no such profile.")
        return (replace(self.change, raises_risk=self.raises, version=self.version),)

    async def set_profile(self, command: SetProfile) -> tuple[ParameterChange, ...]:
        self.asked.append(command)
        return (self._result(self.change, confirmed=command.confirmed),)

    async def difference(self, config_hash: str) -> tuple[ParameterChange, ...]:
        return (self.change,)

    async def plan_reload(self) -> ReloadPlan:
        return self.plan

    async def apply_reload(self, command_id: str, actor: Actor, digest: str) -> ReloadPlan:
        self.asked.append((command_id, actor, digest))
        if digest != self.plan.digest:
            raise UserError("The file or the parameters changed meanwhile.")
        return self.plan

    def _result(self, change: ParameterChange, *, confirmed: bool) -> ParameterChange:
        waits = self.raises and not confirmed
        if not waits:
            self.version += 1
        return replace(
            change, needs_confirmation=waits, raises_risk=self.raises, version=self.version
        )


@dataclass(slots=True)
class FakeOrders:
    found: OpenOrders
    compared: Comparison

    async def open_orders(self) -> OpenOrders:
        return self.found

    async def reconcile(self) -> Comparison:
        return self.compared


@dataclass(slots=True)
class FakePictures:
    """Takes only what the chart of that name draws, as the real one does."""

    drawn: list[tuple[str, object]] = field(default_factory=list)

    async def draw(self, name: str, values: object) -> bytes:
        if not isinstance(values, CHARTS[name].needs):
            raise TypeError(f"chart {name} needs {CHARTS[name].needs}, got {type(values)}")
        self.drawn.append((name, values))
        return b"\x89PNG " + name.encode()


@dataclass(slots=True)
class FakeHealth:
    readings: tuple[Gauge, ...] = (Gauge(name="prices", value="0.4 s old", good=True),)

    lines: tuple[str, ...] = ()
    asked: list[tuple[int, str]] = field(default_factory=list)

    async def gauges(self) -> tuple[Gauge, ...]:
        return self.readings

    def lights(self) -> tuple[Light, ...]:
        return (Light("engine", True), Light("Telegram", False))

    async def about(self) -> About:
        return About(
            version="0.1.0",
            python="3.11.7",
            schema="0007",
            database="SQLite",
            config_hash="abc123abc123",
            boot_id="0123abcd",
            started_at=datetime(2026, 11, 21, 6, 1, tzinfo=UTC),
        )

    def log_lines(self, count: int, level: str = "") -> tuple[str, ...]:
        self.asked.append((count, level))
        return self.lines[-count:]


@dataclass(slots=True)
class FakePairing:
    code: str = "K7QX-2M4P"

    async def redeem(self, code: str, person_id: int, name: str, chat_id: int) -> Role | None:
        return Role.OWNER if code == self.code else None
