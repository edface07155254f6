"""The gate: a size with its arithmetic, or the first denial."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import PositionSide, TradingState
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.gate import Sized, judge
from engine.rules.evidence import Tally
from engine.rules.sizing import SizeBound
from engine.rules.stakes import UNKNOWN
from tests.engine.risk.desks import PERPETUAL, SPOT, a_desk, an_entry

WIDE = Parameters(max_position_ratio=0.6)  # so that the stop decides


def sized(entry: Entry, desk: DeskView, parameters: Parameters) -> Sized:
    """The gate's size; fails on a denial."""
    answer = judge(entry, desk, parameters)
    assert isinstance(answer, Sized), answer
    return answer


def denial(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial:
    """The gate's denial; fails on a size."""
    answer = judge(entry, desk, parameters)
    assert isinstance(answer, Denial), answer
    return answer


def test_the_stop_costs_the_risked_share_of_equity() -> None:
    answer = sized(an_entry(), a_desk(), WIDE)
    assert answer.qty_base == Decimal(25)  # 0.5 % of 10,000 over 2 a piece
    assert answer.risk_quote == Decimal(50)
    assert answer.notional_quote == Decimal(2500)
    assert answer.bound_by is SizeBound.RISK


def test_the_largest_position_cuts_the_size() -> None:
    answer = sized(an_entry(), a_desk(), Parameters())
    assert (answer.qty_base, answer.bound_by) == (Decimal(10), SizeBound.POSITION)


def test_the_exposure_still_allowed_cuts_the_size() -> None:
    answer = sized(an_entry(), a_desk(gross_quote=5250.0), WIDE)
    assert (answer.notional_quote, answer.bound_by) == (Decimal(750), SizeBound.ROOM)


def test_cash_bounds_spot_purchases_and_no_perpetuals() -> None:
    poor = a_desk(cash_quote=507.0)
    answer = sized(an_entry(instrument=SPOT), poor, Parameters())
    assert answer.bound_by is SizeBound.CASH
    assert answer.notional_quote <= Decimal(506)
    assert sized(an_entry(), poor, Parameters()).bound_by is SizeBound.POSITION


def test_the_arithmetic_is_told_step_by_step() -> None:
    steps = {step.text: step.value for step in sized(an_entry(), a_desk(), Parameters()).steps}
    assert steps["equity"] == 10_000.0
    assert steps["risk 0.50% of it"] == 50.0
    assert steps["distance to the stop"] == 2.0
    assert steps["quantity by risk"] == 25.0
    assert steps["decided by the largest position allowed, on the step"] == 10.0
    assert steps["notional"] == 1000.0
    assert steps["lost at the stop"] == 20.0


def test_the_first_broken_rule_of_the_table_answers() -> None:
    desk = a_desk(trading=TradingState.HALTED, equity_quote=5000.0)
    assert denial(an_entry(stop_price=101.0), desk, WIDE).reason is Reason.NOT_ACTIVE


def test_the_entry_itself_counts_into_exposure_and_heat() -> None:
    hot = a_desk(open_risk_quote=285.0)
    assert denial(an_entry(), hot, Parameters()).reason is Reason.HEAT  # 285 + 20 > 300
    assert sized(an_entry(), a_desk(open_risk_quote=280.0), Parameters()).risk_quote == 20


@pytest.mark.parametrize(
    ("entry", "desk", "reason", "words"),
    [
        (an_entry(), a_desk(gross_quote=5999.0), Reason.EXPOSURE, "by the exposure still"),
        (
            an_entry(instrument=SPOT),
            a_desk(cash_quote=3.0),
            Reason.INSUFFICIENT_FUNDS,
            "by the cash at hand",
        ),
        (
            an_entry(entry_price=100.0, stop_price=1.0),
            a_desk(equity_quote=10.0, day_start_quote=10.0, peak_quote=10.0),
            Reason.TOO_SMALL,
            "under the minimum of BTC/USDT:USDT: 5 USDT and 0.001 BTC",
        ),
    ],
)
def test_a_size_of_nothing_is_a_denial_that_says_what_cut_it(
    entry: Entry, desk: DeskView, reason: Reason, words: str
) -> None:
    answer = denial(entry, desk, Parameters())
    assert answer.reason is reason
    assert words in answer.text


prices = st.floats(0.01, 100_000.0)


@given(
    entry_price=prices,
    stop_ratio=st.floats(0.3, 1.7),
    equity=st.floats(1.0, 1e7),
    gross_ratio=st.floats(0.0, 1.0),
    heat_ratio=st.floats(0.0, 0.05),
    side=st.sampled_from(PositionSide),
)
def test_no_size_ever_breaks_a_limit(
    entry_price: float,
    stop_ratio: float,
    equity: float,
    gross_ratio: float,
    heat_ratio: float,
    side: PositionSide,
) -> None:
    parameters = Parameters()
    desk = a_desk(
        equity_quote=equity,
        day_start_quote=equity,
        peak_quote=equity,
        gross_quote=gross_ratio * equity,
        open_risk_quote=heat_ratio * equity,
    )
    entry = an_entry(entry_price=entry_price, stop_price=entry_price * stop_ratio, side=side)
    answer = judge(entry, desk, parameters)
    if isinstance(answer, Denial):
        assert answer.text
        return
    slack = 1.0 + 1e-9
    notional, risk = float(answer.notional_quote), float(answer.risk_quote)
    assert answer.qty_base > 0
    assert answer.qty_base % PERPETUAL.qty_step == 0
    assert notional <= parameters.max_position_ratio * equity * slack
    assert notional + desk.gross_quote <= parameters.max_exposure_ratio * equity * slack
    assert risk <= parameters.risk_per_trade_ratio * equity * slack + 1e-8
    assert risk + desk.open_risk_quote <= parameters.max_heat_ratio * equity * slack
    assert (entry.entry_price - entry.stop_price) * side.sign > 0.0


@given(st.sampled_from([0.0, -5.0, float("nan"), float("inf")]))
def test_absurd_prices_and_equity_are_denied_not_sized(absurd: float) -> None:
    assert isinstance(judge(an_entry(entry_price=absurd), a_desk(), WIDE), Denial)
    assert isinstance(judge(an_entry(stop_price=absurd), a_desk(), WIDE), Denial)
    poor = replace(a_desk(), equity_quote=absurd)
    if absurd != float("inf"):
        assert isinstance(judge(an_entry(), poor, WIDE), Denial)


LOSERS = Tally(0.0, 30.0, 0.0, 30e6)


def test_what_evidence_wanted_is_told_step_by_step_and_only_where_it_is_on() -> None:
    quiet = {step.text for step in sized(an_entry(), a_desk(), WIDE).steps}
    assert not {text for text in quiet if "Kelly" in text or "volatility" in text}
    sure = UNKNOWN._replace(confidence_ratio=1.0, symbol=LOSERS, expansion_ratio=2.0)
    parameters = WIDE.model_copy(
        update={
            "kelly_share_ratio": 0.5,
            "volatility_position_ratio": 0.5,
            "adaptive_size": True,
        }
    )
    answer = sized(an_entry(stake=sure), a_desk(), parameters)
    assert (answer.bound_by, answer.qty_base) == (SizeBound.ADAPTIVE, Decimal("12.5"))
    steps = {step.text: step.value for step in answer.steps}
    assert steps["quantity by risk"] == 25.0
    assert steps["chance of a win, its lower bound"] == 1.0
    assert steps["mean gain over mean loss"] == 1.0
    assert (steps["risk by 50% Kelly"], steps["quantity by Kelly"]) == (0.5, 2500.0)
    assert steps["usual over present volatility"] == 0.5
    assert steps["quantity by volatility"] == 25.0
    assert steps["record of regime, symbol and hour"] == 0.5
    assert steps["quantity by record"] == 12.5
    assert steps["decided by the record of its regime, symbol and hour, on the step"] == 12.5


def test_without_an_edge_kelly_denies_in_so_many_words() -> None:
    answer = denial(an_entry(), a_desk(), Parameters(kelly_share_ratio=0.5))
    assert answer.reason is Reason.NO_EDGE
    assert "the edge that the trades so far show" in answer.text


def test_our_own_notionals_cut_and_deny_beside_the_venues() -> None:
    capped = sized(an_entry(), a_desk(), Parameters(max_notional_quote=700.0))
    assert (capped.notional_quote, capped.bound_by) == (Decimal(700), SizeBound.NOTIONAL)
    small = denial(an_entry(), a_desk(), Parameters(min_notional_quote=1001.0))
    assert small.reason is Reason.TOO_SMALL
    assert "1001 USDT" in small.text
    assert sized(an_entry(), a_desk(), Parameters(min_notional_quote=1.0)).notional_quote > 0


def test_the_size_carries_the_stop_it_was_reckoned_with_and_the_plan_behind_it() -> None:
    answer = sized(an_entry(stop_price=97.0, plan_name="regime"), a_desk(), WIDE)
    assert (answer.stop_price, answer.plan_name) == (97.0, "regime")
