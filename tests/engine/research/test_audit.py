"""The auditor of the four years can object: each thing that it asks is broken once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.core.events import TradingStateChanged
from engine.core.kinds import Purpose, TradingState
from engine.core.parameters import Parameters
from engine.core.ports import Record
from engine.core.state import Cause
from engine.execution.clocks import MarketClock
from tests.engine.research.audit import Audit
from tests.engine.research.audited import played
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import WARMUP, three_markets
from tests.fakes.scripted_market import BTC, ETH, ScriptedFeed, drawn_funding

COUNT = 420
TWIN = "LINK/USDT:USDT"
WILD = Parameters().model_copy(
    update={
        "risk_per_trade_ratio": 0.02,
        "max_position_ratio": 0.5,
        "max_exposure_ratio": 1.5,
        "max_heat_ratio": 0.1,
        "max_net_ratio": 1.5,
        "max_sector_ratio": 1.5,
        "max_beta_ratio": 2.0,
        "daily_loss_reduce_ratio": 0.008,
        "max_correlation_ratio": 1.0,
        "losing_streak": 2,
        "exit_on_opposite": True,
        "pyramid_from_r": 0.5,
    }
)
Tamper = Callable[[Record], Record]


class Taped(Audit):
    """An auditor whose whole day can be told again, to another one."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tape: list[tuple[str, tuple[Any, ...]]] = []

    def knew(self, *told: Any) -> None:
        self._hear("knew", told)

    def told(self, *told: Any) -> None:
        self._hear("told", told)

    def digested(self, *told: Any) -> None:
        self._hear("digested", told)

    def moment_over(self, *told: Any) -> None:
        self._hear("moment_over", told)

    def read(self, *told: Any) -> None:
        self._hear("read", told)

    def _hear(self, method: str, told: tuple[Any, ...]) -> None:
        self.tape.append((method, told))
        getattr(Audit, method)(self, *told)


@pytest.fixture(scope="module")
def taped() -> Taped:
    """A desk that kept its word, audited."""
    markets = three_markets(COUNT)
    feed = ScriptedFeed(
        markets | {TWIN: markets[ETH]},  # two entries at the same moment
        MarketClock(NOON),
        warmup=WARMUP,
        funding={symbol: drawn_funding(7, COUNT) for symbol in (BTC, ETH)},
    )
    audit = asyncio.run(played(feed, NOON, WILD, auditor=Taped)).audit
    assert isinstance(audit, Taped)
    return audit


def faults_of(
    taped: Taped, judged_by: Parameters = WILD, tamper: Tamper = lambda record: record
) -> list[str]:
    """What another auditor finds in the same day, with other limits or a tampered journal."""
    audit = Audit(taped.instruments, judged_by, taped.start_quote)
    for method, told in taped.tape:
        getattr(audit, method)(*(tamper(told[0]),) if method == "read" else told)
    return audit.faults


def test_a_desk_that_keeps_its_word_has_no_faults(taped: Taped) -> None:
    assert taped.faults == faults_of(taped) == []
    assert taped.counts["entries"] > 15
    assert taped.counts["additions"] > 0
    assert len(taped.trades) > 15
    assert taped.counts["funding payments"] > 5
    assert taped.counts["reducing by breaker"] > 0
    assert taped.counts["reducing by streak"] > 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("max_positions", 1, "positions would be 2"),
        ("max_position_ratio", 0.2, "notional would be"),
        ("max_exposure_ratio", 0.4, "gross would be"),
        ("max_net_ratio", 0.3, "net would be"),
        ("max_leverage", 0.4, "leverage would be"),
        ("max_heat_ratio", 0.01, "heat would be"),
        ("risk_per_trade_ratio", 0.01, "risk would be"),
        ("max_sector_ratio", 0.1, "sector would be"),
        ("max_beta_ratio", 0.01, "beta would be"),
        ("max_correlation_ratio", -0.9, "correlation with"),
        ("max_funding_ratio", -0.1, "funding would be"),
        ("trades_per_hour", 1, "2 entries in an hour"),
        ("daily_loss_reduce_ratio", 0.002, "active by none, wanted: "),
        ("daily_loss_reduce_ratio", 0.06, "reducing by breaker, wanted: "),
        ("drawdown_halt_ratio", 0.001, "an entry while active"),
        ("losing_streak", 1, "wanted: (<TradingState.REDUCING"),
    ],
)
def test_a_limit_that_was_broken_is_named(
    taped: Taped, name: str, value: float, words: str
) -> None:
    found = faults_of(taped, judged_by=WILD.model_copy(update={name: value}))
    assert any(words in fault for fault in found), found[:3]


def loosened(record: Record) -> Record:
    """Stops that drift away, a little with every word."""
    return replace(
        record,
        positions=tuple(
            replace(p, stop_price=p.stop_price - p.side.sign * 0.01 * p.stop_price)
            for p in record.positions
        ),
    )


def unguarded(record: Record) -> Record:
    """Positions that lose their stop."""
    return replace(record, positions=tuple(replace(p, stop_price=0.0) for p in record.positions))


def dearer(record: Record) -> Record:
    """Fills a cent of fee dearer than they were."""
    cent = Decimal("0.00000001")
    return replace(
        record, fills=tuple(replace(f, fee_quote=f.fee_quote + cent) for f in record.fills)
    )


def unpaid(record: Record) -> Record:
    """Funding that was not paid."""
    return replace(record, payments=())


def overpaid(record: Record) -> Record:
    """Funding twice as dear."""
    doubled = (replace(p, flow_quote=p.flow_quote * 2) for p in record.payments)
    return replace(record, payments=tuple(doubled))


def kept(record: Record) -> Record:
    """Stops that were not filled."""
    names = {order.client_order_id for order in record.orders if order.purpose is Purpose.STOP}
    return replace(record, fills=tuple(f for f in record.fills if f.client_order_id not in names))


def repeated(record: Record) -> Record:
    """Fills written twice."""
    return replace(record, fills=record.fills * 2)


def richer(record: Record) -> Record:
    """An equity curve above what is there."""
    raised = (replace(point, equity_quote=point.equity_quote + 1) for point in record.equity)
    return replace(record, equity=tuple(raised))


def smaller(record: Record) -> Record:
    """Positions smaller than their fills."""
    halves = (replace(p, qty_base=p.qty_base / 2) for p in record.positions)
    return replace(record, positions=tuple(halves))


def greedy(record: Record) -> Record:
    """Additions four times as large."""
    return replace(
        record,
        orders=tuple(
            replace(order, request=replace(order.request, qty_base=order.request.qty_base * 4))
            if order.purpose is Purpose.ADD
            else order
            for order in record.orders
        ),
    )


def halted(record: Record) -> Record:
    """A desk that should not have entered."""
    assert record.state is not None
    closed = replace(record.state, trading=TradingState.HALTED, cause=Cause.PERSON)
    events = tuple(e for e in record.events if not isinstance(e, TradingStateChanged))
    return replace(record, state=closed, events=events)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (loosened, "its stop loosened"),
        (unguarded, "has no stop"),
        (dearer, "its flows sum to"),
        (dearer, "the venue has"),
        (unpaid, "funding [], reckoned"),
        (overpaid, "funding ["),
        (kept, "went through its stop and is still open"),
        (repeated, "is written twice"),
        (richer, "equity "),
        (smaller, "its fills sum to"),
        (greedy, "risk would be"),
        (halted, "an entry while halted"),
    ],
)
def test_a_journal_that_was_tampered_with_is_found_out(
    taped: Taped, tamper: Tamper, words: str
) -> None:
    found = faults_of(taped, tamper=tamper)
    assert any(words in fault for fault in found), found[:3]
