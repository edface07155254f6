"""The live desk's record of its trades: the same groups as the backtest's."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import Regime
from engine.core.positions import PastTrade
from engine.execution.evidence import Evidence, regime_code
from engine.rules.evidence import NO_TALLY, RegimeCode, Tally

AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
BTC, ETH = "BTC/USDT", "ETH/USDT"


def evidence_of(*past: PastTrade) -> Evidence:
    evidence = Evidence()
    for trade in past:
        evidence.note(trade)
    return evidence


def test_a_trade_counts_for_the_desk_its_regime_its_symbol_and_the_hour_of_its_entry() -> None:
    evidence = evidence_of(
        PastTrade(BTC, Regime.RANGE, AT, 2.0),
        PastTrade(ETH, Regime.RANGE, AT.replace(hour=3), -1.0),
    )
    facts = evidence.facts(BTC, Regime.RANGE, AT.replace(minute=59), 0.6, 1.5)
    assert (facts.confidence_ratio, facts.expansion_ratio) == (0.6, 1.5)
    assert facts.desk == facts.regime == Tally(1.0, 1.0, 2e6, 1e6)
    assert facts.symbol == facts.hour == Tally(1.0, 0.0, 2e6, 0.0)


def test_what_never_happened_has_an_empty_record() -> None:
    facts = Evidence().facts(BTC, Regime.VOLATILE, AT, 0.5, 1.0)
    assert {facts.desk, facts.regime, facts.symbol, facts.hour} == {NO_TALLY}
    assert Evidence().win_ratio(BTC, 30) == 0.5


def test_the_win_rate_is_the_symbols_own_drawn_to_one_half() -> None:
    evidence = evidence_of(*[PastTrade(BTC, Regime.RANGE, AT, 1.0)] * 10)
    assert evidence.win_ratio(BTC, 10) == 0.75
    assert evidence.win_ratio(ETH, 10) == 0.5


def test_every_regime_has_a_code() -> None:
    assert {regime_code(regime) for regime in Regime} == {int(code) for code in RegimeCode}
    assert regime_code(Regime.VOLATILE) == RegimeCode.VOLATILE


@given(results=st.lists(st.floats(-9.0, 9.0), max_size=20))
def test_a_restart_may_read_the_trades_in_any_order(results: list[float]) -> None:
    past = [PastTrade(BTC, Regime.RANGE, AT, result_r) for result_r in results]
    by_result = sorted(past, key=lambda trade: trade.result_r)
    assert evidence_of(*past) == evidence_of(*by_result)
