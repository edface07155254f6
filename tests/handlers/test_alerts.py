"""Every event is told in plain words, or a row says why not."""

import inspect
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core import events
from engine.core.kinds import Role, Severity, TradingState
from engine.core.state import Cause
from handlers import alerts
from handlers.alerts import ALERTS, MODULES
from handlers.announce import alert_for
from handlers.views.text import TEXT_LIMIT
from tests.handlers.happenings import one_of_each, state_change
from tests.handlers.markup import shown, units
from tests.handlers.samples import HOSTILE

KINDS = {
    kind
    for _, kind in inspect.getmembers(events, inspect.isclass)
    if issubclass(kind, events.Event) and kind is not events.Event
}


def told(event: events.Event) -> str:
    alert = alert_for(event)
    assert alert is not None
    assert alert.text is not None
    return shown(alert.text(event))


def test_every_alert_file_is_in_the_table() -> None:
    folder = Path(inspect.getfile(alerts)).parent
    on_disk = {path.stem for path in folder.glob("[!_]*.py")}
    assert on_disk == {module.__name__.rpartition(".")[2] for module in MODULES}


def test_every_kind_of_event_has_a_row_and_the_samples_show_each() -> None:
    assert {alert.event for alert in ALERTS} == KINDS
    assert {type(event) for event in one_of_each()} == KINDS


def test_a_silent_row_says_why_and_a_spoken_one_does_not() -> None:
    for alert in ALERTS:
        assert (alert.text is None) == bool(alert.silent_because)


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["plain", "hostile"])
def test_every_alert_is_well_formed_short_and_names_what_happened(text: str) -> None:
    for event in one_of_each(text):
        alert = alert_for(event)
        assert alert is not None
        if alert.text is not None:
            words = shown(alert.text(event))
            assert units(words) <= TEXT_LIMIT // 2
            assert words.count("\n") < 12
            assert all(line.strip() for line in words.split("\n"))


def test_every_change_of_state_is_told_once_and_a_halt_is_critical() -> None:
    for after in TradingState:
        event = state_change(after)
        rows = [row for row in ALERTS if row.event is type(event) and row.when and row.when(event)]
        assert len(rows) == 1
        assert (rows[0].severity is Severity.CRITICAL) == (after is TradingState.HALTED)


def test_strangers_and_twins_are_the_owners_business_only() -> None:
    for alert in ALERTS:
        private = alert.event in {events.StrangerSeen, events.TwinSeen}
        assert (alert.roles == {Role.OWNER}) == private
        assert Role.OWNER in alert.roles


def test_an_opened_trade_reads_so() -> None:
    event = next(each for each in one_of_each() if isinstance(each, events.TradeOpened))
    assert told(event) == (
        "↗ BTC long opened #42\n0.0124 at 64,210.5 = 796.21 USDT\nStop 63,800.25, risk 5.09"
    )


def test_a_closed_trade_reads_so() -> None:
    event = next(each for each in one_of_each() if isinstance(each, events.TradeClosed))
    assert told(event) == (
        "✅ BTC long closed #41\n"
        "+12.34 USDT = +2.43 R\n"
        "Target after 2 h 5 min\n"
        "64,210.5 → 65,273.125\n"
        "Fees 0.83: already counted"
    )
    paid = replace(event, trade=replace(event.trade, funding_quote=Decimal("-0.4")))
    assert told(paid).endswith("Fees 0.83, funding -0.40: already counted")


def test_a_breaker_and_a_halt_read_so() -> None:
    assert told(state_change(TradingState.REDUCING)) == (
        "🟡 Breaker: REDUCING 08:01:22 UTC\n"
        "No new trades, exits go on.\n"
        "Lost 3.1% of the day's equity, 3% allowed\n"
        "A new day within limits, or /resume.\n"
        "Was ACTIVE; changed by desk."
    )
    assert told(state_change(TradingState.HALTED)) == (
        "🔴 HALTED 08:01:22 UTC\n"
        "Cause: a loss limit, by desk.\n"
        "Lost 3.1% of the day's equity, 3% allowed\n"
        "No new trades. Stops stay in place.\n"
        "A new day within limits, or /resume."
    )


def test_a_losing_streak_and_the_kill_file_say_the_way_back() -> None:
    streak = state_change(TradingState.REDUCING, cause=Cause.STREAK)
    assert told(streak).startswith("🟡 Breaker: REDUCING")
    assert "By itself after the pause, or /resume." in told(streak)
    kill = told(state_change(TradingState.HALTED, cause=Cause.KILL_FILE))
    assert "Cause: the file KILL, by desk." in kill
    assert kill.endswith("Remove the file, then /resume.")


def test_a_refused_and_an_unanswered_order_read_so() -> None:
    told_of = {type(event): event for event in one_of_each()}
    assert told(told_of[events.OrderRefused]) == (
        "⛔ BTC order refused\n"
        "Buy 0.0124 (entry)\n"
        "Under the venue's minimum notional.\n"
        "-1013 NOTIONAL"
    )
    assert told(told_of[events.OrderUnknown]).startswith(
        "❓ BTC order: no answer\nBuy 0.0124 (entry)\nThe desk asks the venue by its id"
    )


def test_panic_reports_every_symbol_by_what_the_venue_said() -> None:
    report = events.PanicReported(
        at=state_change(TradingState.HALTED).at,
        incident_id="panic-1",
        flat=("BTC/USDT:USDT",),
        still_open=("ETH/USDT:USDT",),
        unknown=("SOL/USDT:USDT",),
    )
    assert told(report).startswith(
        "🛑 Panic: not flat yet\nStill open: ETH\nUnknown: SOL\nFlat: BTC\n"
    )
    done = events.PanicReported(
        at=report.at, incident_id="panic-1", flat=report.flat, still_open=(), unknown=()
    )
    assert told(done) == "✅ Panic: all flat\nFlat: BTC"


def test_a_position_without_a_stop_can_still_be_told() -> None:
    opened = next(each for each in one_of_each() if isinstance(each, events.TradeOpened))
    bare = replace(opened, position=replace(opened.position, stop_price=float("nan")))
    assert told(bare).endswith("Stop -, risk 0.00")
