"""Killed at any step and started again, the desk ends exactly where it would have ended.

The process dies (a BaseException that nothing catches) right before or right after the k-th
write of the journal or the paper venue's books, for every k of a run; then it is started again.
A naive desk that records after the reply and retries on doubt must fail the same comparison.
"""

from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from engine.core.kinds import Purpose
from engine.core.market import Bar
from engine.core.orders import OPEN
from engine.core.parameters import Parameters
from engine.core.ports import Record
from engine.rules.plans import LIQUIDATION, SIGNAL
from engine.venues.books import BooksChange, MemoryBooks
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.reckless import RECKLESS
from tests.fakes.scripted_market import drawn_funding

BARS = three_markets(214)
FUNDING = {symbol: drawn_funding(seed, 214) for seed, symbol in enumerate(BARS)}
DEFAULTS = Parameters()
TURNING = Parameters(  # what else may happen at the close of a bar
    exit_on_opposite=True,
    exit_plan="adaptive",
    exit_plan_exceptions="sma_5_15:percent",
    adaptive_size=True,
    prior_trades=2,
)


ADDING = Parameters(
    pyramid_from_r=0.2,
    donchian_breakout=True,
    trend_pullback=True,
    breakeven_from_r=0.2,
    trail_from_r=0.3,
    target_1_r=4.0,
    target_2_r=8.0,
    max_position_ratio=0.3,
    max_net_ratio=2.0,
)
WAITING = Parameters(  # limit entries that live for two bars and are priced anew
    entry_order="limit",
    entry_offset_ratio=0.003,
    entry_life_s=7200.0,
    entry_reprices=2,
    donchian_breakout=True,
    trend_pullback=True,
    exit_on_opposite=True,
)


class Killed(BaseException):
    """SIGKILL, as far as a test can have it."""


@dataclass
class Fuse:
    """Burns down with every write; at zero the process dies, before or after it."""

    left: int
    after: bool = False

    def before_write(self) -> None:
        if not self.after and self.left == 0:
            raise Killed
        self.left -= 1

    def after_write(self) -> None:
        if self.after and self.left == -1:
            raise Killed


class MortalJournal(MemoryJournal):
    fuse = Fuse(10**9)

    async def append(self, record: Record) -> None:
        self.fuse.before_write()
        await super().append(record)
        self.fuse.after_write()


class MortalBooks(MemoryBooks):
    def __init__(self, journal: MortalJournal) -> None:
        super().__init__()
        self._journal = journal

    async def save(self, change: BooksChange) -> None:
        self._journal.fuse.before_write()
        await super().save(change)
        self._journal.fuse.after_write()


def squeezed(bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """The same market, but from its 190th bar on prices rise by 4 % an hour: shorts are lost."""
    return tuple(raised(bar, 1.04 ** max(0, index - 190)) for index, bar in enumerate(bars))


def raised(bar: Bar, times: float) -> Bar:
    prices = (bar.open * times, bar.high * times, bar.low * times, bar.close * times)
    return Bar(bar.open_at, *prices, bar.volume_base)


def a_rig(parameters: Parameters = DEFAULTS) -> tuple[DeskRig, MortalJournal]:
    journal = MortalJournal()
    books = MortalBooks(journal)
    bars = SQUEEZE if parameters is RECKLESS else BARS
    rig = DeskRig(
        bars=bars, journal=journal, paper_books=books, parameters=parameters, funding=FUNDING
    )
    return rig, journal


def what_matters(journal: MemoryJournal) -> dict[str, Any]:
    """All that must not depend on being killed: ids of attempts and doubts aside."""
    assert journal.state is not None
    return {
        "trades": sorted(
            (t.symbol, t.opened_at, t.closed_at, t.qty_base, t.net_pnl_quote, t.exit_reason)
            for t in journal.trades.values()
        ),
        "cash": journal.state.cash_quote,
        "paid": sorted((p.symbol, p.paid_at, p.flow_quote) for p in journal.payments.values()),
        "open": sorted(
            (p.symbol, p.qty_base, p.stop_price, p.targets_done)
            for p in journal.positions.values()
            if p.is_open
        ),
        "equity": [(at, point.equity_quote) for at, point in sorted(journal.equity.items())],
        "state": (journal.state.trading, journal.state.cause),
        "opened": sum(key.startswith("TradeOpened") for key in journal.events),
        "closed": sum(key.startswith("TradeClosed") for key in journal.events),
        "added": sum(key.startswith("PositionIncreased") for key in journal.events),
        "lapsed": sum(key.startswith("EntryLapsed") for key in journal.events),
        "anew": sum(
            order.attempt > 1 and order.purpose is Purpose.ENTRY and order.terms is not None
            for order in journal.orders.values()
            if order.request.limit_price is not None
        ),
        "reduced": sum(key.startswith("PositionReduced") for key in journal.events),
    }


SQUEEZE = {symbol: squeezed(bars) for symbol, bars in BARS.items()}


async def uninterrupted(parameters: Parameters = DEFAULTS) -> tuple[dict[str, Any], int]:
    rig, journal = a_rig(parameters)
    journal.fuse = Fuse(10**6)
    await rig.run()
    return what_matters(journal), 10**6 - journal.fuse.left


async def killed_at(
    step: int, *, after: bool, parameters: Parameters = DEFAULTS
) -> tuple[DeskRig, MortalJournal, int]:
    rig, journal = a_rig(parameters)
    journal.fuse = Fuse(step, after)
    kills = 0
    while True:
        try:
            await rig.run()
        except Killed:
            kills += 1
            journal.fuse = Fuse(10**9)
        else:
            return rig, journal, kills


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
async def test_a_kill_at_every_write_changes_nothing_that_matters(after: bool) -> None:
    wanted, writes = await uninterrupted()
    assert len(wanted["trades"]) >= 5, "the market of this test must trade"
    assert len(wanted["paid"]) >= 5, "and pay funding"
    for step in range(writes):
        rig, journal, kills = await killed_at(step, after=after)
        assert kills == 1
        assert what_matters(journal) == wanted, f"killed at write {step}"
        await books_agree(rig, journal)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
async def test_a_kill_at_every_third_write_of_a_desk_that_turns_round(after: bool) -> None:
    wanted, writes = await uninterrupted(TURNING)
    assert any(trade[-1] == SIGNAL for trade in wanted["trades"])
    for step in range(int(after), writes, 3):
        rig, journal, kills = await killed_at(step, after=after, parameters=TURNING)
        assert kills == 1
        assert what_matters(journal) == wanted, f"killed at write {step}"
        await books_agree(rig, journal)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
async def test_a_kill_at_every_third_write_of_a_desk_that_adds_to_winners(after: bool) -> None:
    wanted, writes = await uninterrupted(ADDING)
    assert wanted["added"] >= 2
    for step in range(int(after), writes, 3):
        rig, journal, kills = await killed_at(step, after=after, parameters=ADDING)
        assert kills == 1
        assert what_matters(journal) == wanted, f"killed at write {step}"
        await books_agree(rig, journal)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
async def test_a_kill_at_every_fourth_write_of_a_desk_whose_entries_wait(after: bool) -> None:
    wanted, writes = await uninterrupted(WAITING)
    assert len(wanted["trades"]) >= 3
    assert wanted["lapsed"] >= 3
    assert wanted["anew"] >= 2
    for step in range(2 * int(after), writes, 4):
        rig, journal, kills = await killed_at(step, after=after, parameters=WAITING)
        assert kills == 1
        assert what_matters(journal) == wanted, f"killed at write {step}"
        await books_agree(rig, journal)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
async def test_a_kill_at_every_write_of_a_desk_that_is_liquidated(after: bool) -> None:
    wanted, writes = await uninterrupted(RECKLESS)
    assert any(trade[-1] == LIQUIDATION for trade in wanted["trades"])
    for step in range(writes):
        rig, journal, kills = await killed_at(step, after=after, parameters=RECKLESS)
        assert kills == 1
        assert what_matters(journal) == wanted, f"killed at write {step}"
        await books_agree(rig, journal)


async def test_killed_again_and_again_it_still_arrives() -> None:
    wanted, _ = await uninterrupted()
    rig, journal = a_rig()
    steps = count(3, 5)
    for _ in range(60):
        journal.fuse = Fuse(next(steps) % 11, after=bool(next(steps) % 2))
        try:
            await rig.run()
            break
        except Killed:
            continue
    journal.fuse = Fuse(10**9)
    await rig.run()
    assert what_matters(journal) == wanted
    await books_agree(rig, journal)


async def books_agree(rig: DeskRig, journal: MemoryJournal) -> None:
    """Ours and the paper venue's, to the last digit; no order open, none twice."""
    assert journal.state is not None
    holdings = await rig.paper.holdings()
    assert holdings.cash_quote == journal.state.cash_quote
    open_ = (position for position in journal.positions.values() if position.is_open)
    held = {p.symbol: p.qty_base * p.side.sign for p in open_}
    assert dict(holdings.base_by_symbol) == held
    assert not [order for order in journal.orders.values() if order.state in OPEN]


class ForgetfulJournal(MortalJournal):
    """The naive control: an order is recorded only after the venue's reply."""

    async def append(self, record: Record) -> None:
        sent = tuple(order for order in record.orders if order.state.value == "sent")
        if sent:
            return
        await super().append(record)


async def test_the_naive_desk_fails_the_same_comparison() -> None:
    wanted, writes = await uninterrupted()
    wrong = 0
    for step in range(0, writes, 7):
        journal = ForgetfulJournal()
        rig = DeskRig(bars=BARS, journal=journal, paper_books=MortalBooks(journal))
        journal.fuse = Fuse(step, after=True)
        with suppress(Killed):  # it writes less often: the last fuses never burn down
            await rig.run()
        journal.fuse = Fuse(10**9)
        await rig.run()
        wrong += what_matters(journal) != wanted
    assert wrong > 0, "the comparison does not notice a desk that forgets"
