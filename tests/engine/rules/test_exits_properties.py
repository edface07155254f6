"""What must hold for every plan and every market."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.core.money import to_decimal
from engine.rules.exits import ExitReason, Plan, Position, advance, exits_of, opened
from engine.rules.fills import apply_fill
from tests.engine.rules.tables import STEP, Bar, mirrored

# multiples of 1/8 are exact doubles: a mirrored market is exactly the same market upside down
PRICES = st.integers(60 * 8, 140 * 8).map(lambda eighths: eighths / 8.0)
OFF_OR_R = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 4.0])
SHARES = st.sampled_from([0.0, 0.25, 0.33, 0.34, 0.5, 1.0])
RATIOS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
BARS = st.tuples(PRICES, PRICES, PRICES, PRICES).map(
    lambda four: (four[0], max(four), min(four), four[3])
)
MARKETS = st.lists(BARS, min_size=1, max_size=12)
QUANTITIES = st.integers(1, 500).map(lambda count: count / 100.0)
PLANS = st.builds(
    Plan,
    *[OFF_OR_R, SHARES] * 3,
    OFF_OR_R,
    OFF_OR_R,
    st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    OFF_OR_R,
    RATIOS,
    st.sampled_from([0.0, 3.0]),
    st.sampled_from([0.0, 0.0625]),
)
RISKS = st.integers(1, 40).map(lambda eighths: eighths / 8.0)


def one_bar(position: Position, plan: Plan, bar: Bar, index: int) -> tuple[Position, list[Bar]]:
    """The position after a bar and its fills, and what left as (reason, qty, price, 0)."""
    after = advance(position, plan, *bar, 1.0, index + 1.0, STEP)
    position = after.position
    for exit_ in exits_of(after):
        position = apply_fill(position, -position.sign, exit_.qty_base, exit_.price, STEP)
    return position, [(float(e.reason), e.qty_base, e.price, 0.0) for e in exits_of(after)]


@given(sign=st.sampled_from([1, -1]), risk=RISKS, plan=PLANS, market=MARKETS)
def test_a_stop_never_loosens(sign: int, risk: float, plan: Plan, market: list[Bar]) -> None:
    position = opened(sign, 1.0, 100.0, 100.0 - sign * risk)
    for index, bar in enumerate(market):
        after, _ = one_bar(position, plan, bar, index)
        assert (after.stop_price - position.stop_price) * sign >= 0.0
        position = after


@given(sign=st.sampled_from([1, -1]), qty_base=QUANTITIES, plan=PLANS, market=MARKETS)
def test_quantities_are_whole_steps_and_sum_to_what_was_bought(
    sign: int, qty_base: float, plan: Plan, market: list[Bar]
) -> None:
    position = opened(sign, qty_base, 100.0, 100.0 - sign * 5.0)
    sold = Decimal(0)
    for index, bar in enumerate(market):
        position, left = one_bar(position, plan, bar, index)
        assert all(qty > 0.0 for _, qty, _, _ in left)
        sold += sum((to_decimal(qty) for _, qty, _, _ in left), Decimal(0))
        assert position.qty_base >= 0.0
        assert sold + to_decimal(position.qty_base) == to_decimal(qty_base)
        assert sold % to_decimal(STEP) == 0


@given(sign=st.sampled_from([1, -1]), plan=PLANS, market=MARKETS)
def test_an_exit_is_at_the_open_or_at_a_price_the_bar_traded(
    sign: int, plan: Plan, market: list[Bar]
) -> None:
    position = opened(sign, 1.0, 100.0, 100.0 - sign * 5.0)
    for index, bar in enumerate(market):
        position, left = one_bar(position, plan, bar, index)
        _, high_price, low_price, _ = bar
        assert all(low_price <= price <= high_price for _, _, price, _ in left)


@given(plan=PLANS, market=MARKETS, qty_base=QUANTITIES)
def test_a_short_is_a_long_upside_down(plan: Plan, market: list[Bar], qty_base: float) -> None:
    long = opened(1, qty_base, 100.0, 96.0)
    short = opened(-1, qty_base, 100.0, 104.0)
    for index, (bar, flipped) in enumerate(zip(market, mirrored(market), strict=True)):
        long, left_long = one_bar(long, plan, bar, index)
        short, left_short = one_bar(short, plan, flipped, index)
        assert [(r, q, 200.0 - p) for r, q, p, _ in left_long] == [
            (r, q, p) for r, q, p, _ in left_short
        ]
        assert 200.0 - long.stop_price == short.stop_price
        assert (long.qty_base, long.targets_done) == (short.qty_base, short.targets_done)


@given(sign=st.sampled_from([1, -1]), plan=PLANS, market=MARKETS)
def test_a_bar_that_touches_the_stop_leaves_nothing_open(
    sign: int, plan: Plan, market: list[Bar]
) -> None:
    position = opened(sign, 1.0, 100.0, 100.0 - sign * 5.0)
    for index, bar in enumerate(market):
        adverse_price = bar[2] if sign > 0 else bar[1]
        is_touched = (adverse_price - position.stop_price) * sign <= 0.0
        position, left = one_bar(position, plan, bar, index)
        if is_touched:
            assert position.qty_base == 0.0
            return
        assert all(reason in {ExitReason.TARGET, ExitReason.TIME} for reason, _, _, _ in left)
        if position.qty_base == 0.0:
            return


@given(plan=PLANS, market=MARKETS, cut=st.integers(0, 12))
def test_what_a_bar_does_does_not_depend_on_later_bars(
    plan: Plan, market: list[Bar], cut: int
) -> None:
    def lives(bars: list[Bar]) -> list[Position]:
        position = opened(1, 1.0, 100.0, 95.0)
        seen = []
        for index, bar in enumerate(bars):
            position, _ = one_bar(position, plan, bar, index)
            seen.append(position)
        return seen

    assert lives(market)[:cut] == lives(market[:cut])
