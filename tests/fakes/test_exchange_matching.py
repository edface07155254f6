"""The matching core's own books, whatever is asked of it: nothing made, nothing lost."""

import contextlib
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.exchange.ledger import Ledger
from tests.fakes.exchange.listings import default_listings
from tests.fakes.exchange.matching import Matching
from tests.fakes.exchange.orders import Refused, Wanted
from tests.fakes.exchange.rig import SPOT, SWAP

if TYPE_CHECKING:
    from tests.fakes.exchange.floor import News

D = Decimal
DEPOSIT = D(10_000)
Step = tuple[str, str, str, int, int]  # what, symbol, side, ticks from 50 000, size

steps = st.lists(
    st.tuples(
        st.sampled_from(["market", "limit", "stop", "reduce", "cancel", "price", "fund"]),
        st.sampled_from([SPOT, SWAP]),
        st.sampled_from(["BUY", "SELL"]),
        st.integers(-60, 60),
        st.integers(1, 40),
    ),
    min_size=20,
    max_size=40,
)


class Bench:
    """A matching core at a clock that counts, and all it told."""

    def __init__(self) -> None:
        self.told: list[News] = []
        self._ticks = 0
        self.core = Matching(default_listings(), self._now_ms, self.told.append)
        self.core.floor.spot.free["USDT"] = DEPOSIT
        self.core.floor.swap.wallet_quote = DEPOSIT
        for symbol in (SPOT, SWAP):
            self.price(symbol, D(50_000), 10)

    def _now_ms(self) -> int:
        self._ticks += 1
        return self._ticks

    def price(self, symbol: str, price: Decimal, size: int) -> None:
        depth, volume = D(size) / 50, D(size) / 20
        levels = ([(price - 1, depth)], [(price + 1, depth)])
        self.core.move(symbol, price, levels, volume_base=volume)

    def run(self, steps: list[Step]) -> Ledger:
        for step in steps:
            with contextlib.suppress(Refused):
                self._do(*step)
        return Ledger.of(self.core.floor)

    def _do(self, what: str, symbol: str, side: str, ticks: int, size: int) -> None:
        price, qty = D(50_000 + 50 * ticks), D(size) / 200
        if what == "price":
            self.price(symbol, price + D("0.3"), size)
        elif what == "fund":
            self.core.pay_funding(SWAP, D(ticks) / 100_000)
        elif what == "cancel":
            open_orders = self.core.floor.open_orders(symbol)
            if open_orders:
                self.core.cancel(open_orders[size % len(open_orders)])
        else:
            self.core.submit(self._wanted(what, symbol, side, (price, qty)))

    def _wanted(self, what: str, symbol: str, side: str, size: tuple[Decimal, Decimal]) -> Wanted:
        listing, is_swap = self.core.floor.listings[symbol], symbol == SWAP
        want = Wanted(listing, side, "MARKET", size[1])
        if what == "limit":
            want.kind, want.price = "LIMIT", size[0]
        if what == "stop":
            want.kind, want.trigger_price = "STOP_MARKET" if is_swap else "STOP_LOSS", size[0]
            want.is_algo = is_swap
        want.reduce_only = what == "reduce" and is_swap
        return want


@given(steps)
@settings(max_examples=60)
def test_coins_and_money_are_neither_made_nor_lost(steps: list[Step]) -> None:
    bench = Bench()
    ledger = bench.run(steps)
    expected = {"USDT": DEPOSIT}
    for fill in ledger.fills:
        if fill.symbol == SPOT:
            sign = 1 if fill.side == "BUY" else -1
            expected["BTC"] = expected.get("BTC", D(0)) + sign * fill.qty_base
            expected["USDT"] -= sign * fill.notional_quote
            expected[fill.fee_asset] -= fill.fee
    assert ledger.coins == {name: amount for name, amount in expected.items() if amount}
    spot = bench.core.floor.spot
    resting = sum((order.locked for order in ledger.open_orders), D(0))
    assert sum(spot.locked.values(), D(0)) == resting
    assert min([*spot.free.values(), *spot.locked.values()]) >= 0


@given(steps)
@settings(max_examples=60)
def test_the_wallet_of_perpetuals_is_what_the_fills_say(steps: list[Step]) -> None:
    bench = Bench()
    ledger = bench.run(steps)
    swap = bench.core.floor.swap
    cash = DEPOSIT + sum((row.flow_quote for row in ledger.income), D(0))
    held = D(0)
    for fill in ledger.fills:
        if fill.symbol == SWAP:
            sign = 1 if fill.side == "BUY" else -1
            cash -= sign * fill.notional_quote + fill.fee
            held += sign * fill.qty_base
    cost = sum((position.cost_quote for position in swap.held()), D(0))
    assert ledger.wallet_quote == cash + cost
    assert ledger.positions.get(SWAP, D(0)) == held


@given(steps)
@settings(max_examples=40)
def test_an_order_is_what_its_fills_say_and_every_change_is_told(steps: list[Step]) -> None:
    bench = Bench()
    bench.run(steps)
    for order in bench.core.floor.orders.values():
        assert order.filled_base == sum((fill.qty_base for fill in order.fills), D(0))
        assert order.filled_base <= order.qty_base
        assert (order.status == "FILLED") == (order.filled_base == order.qty_base)
        last = [news for news in bench.told if news.order is order and news.what != "LOCKED"][-1]
        assert order.is_open == (last.what == "NEW" or order.status == "PARTIALLY_FILLED")
    told = [news.fill for news in bench.told if news.fill is not None]
    assert told == bench.core.floor.fills


@given(steps)
@settings(max_examples=20)
def test_the_same_script_gives_the_same_books(steps: list[Step]) -> None:
    assert Bench().run(steps) == Bench().run(steps)
