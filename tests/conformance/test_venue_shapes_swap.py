"""Perpetuals elsewhere: funding, forced orders, triggered stops, and how an account is set."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.clockwork import from_ms
from engine.core.errors import SettingsError, Temporary
from engine.core.kinds import OrderState
from engine.core.orders import Payment, VenueOrder
from engine.venues.ccxt_modes import set_modes
from tests.engine.venues.live_bench import LiveBench, live_bench, row_named
from tests.fixtures.venues import bybit, okx
from tests.fixtures.venues.shapes import AT_MS, FILLS, QTY, STOP_CID

SINCE = from_ms(AT_MS) - timedelta(hours=1)
BYBIT = bybit.Bybit("Bybit perpetuals", is_swap=True)
OKX = okx.Okx("OKX perpetuals", is_swap=True)


@pytest.fixture
async def at_bybit() -> AsyncIterator[LiveBench]:
    async with live_bench(row_named("Bybit perpetuals")) as bench:
        yield bench


@pytest.fixture
async def at_okx() -> AsyncIterator[LiveBench]:
    async with live_bench(row_named("OKX perpetuals")) as bench:
        yield bench


async def test_bybit_tells_funding_and_a_liquidation(at_bybit: LiveBench) -> None:
    funding = BYBIT.trades(("f1", QTY, "50000"), execType="Funding", execFee="0.5")
    bust = BYBIT.trades(("x1", QTY, "40000"), execType="BustTrade", orderId="b-9", side="Sell")
    at_bybit.rest.on(bybit.TRADES, funding, bust, BYBIT.trades())
    payment, forced = await at_bybit.venue.reports_since(SINCE)
    assert isinstance(payment, Payment)
    assert (payment.symbol, payment.paid_at) == (at_bybit.symbol, from_ms(AT_MS))
    assert abs(payment.flow_quote) == Decimal("0.5")
    assert isinstance(forced, VenueOrder)
    assert (forced.is_forced, forced.venue_order_id, forced.state) == (
        True,
        "b-9",
        OrderState.FILLED,
    )
    assert forced.fills[0].price == Decimal(40_000)
    asked = [each.words.get("execType") for each in at_bybit.rest.asked]
    assert asked == ["Funding", "BustTrade", "AdlTrade"]


async def test_okx_tells_funding_and_a_liquidation(at_okx: LiveBench) -> None:
    bill = OKX.inst | {
        "billId": "77", "type": "8", "subType": "173", "ccy": "USDT", "balChg": "-0.5",
        "pnl": "-0.5", "ts": str(AT_MS), "sz": "10", "fee": "0", "ordId": "", "mgnMode": "isolated",
    }  # fmt: skip
    at_okx.rest.on("/api/v5/account/bills-archive", okx.answered(bill))
    forced = OKX.order("filled", QTY, category="full_liquidation", clOrdId="", side="sell")
    at_okx.rest.on("/api/v5/trade/orders-history", okx.answered(forced), okx.answered())
    at_okx.rest.on(okx.FILLS_OF, OKX.trades(*FILLS, side="sell"))
    reports = await at_okx.venue.reports_since(SINCE)
    payments = [each for each in reports if isinstance(each, Payment)]
    orders = [each for each in reports if isinstance(each, VenueOrder)]
    assert [(p.flow_quote, p.symbol) for p in payments] == [(Decimal("-0.5"), at_okx.symbol)]
    assert [(o.is_forced, len(o.fills)) for o in orders] == [(True, 2)]


async def test_what_is_older_than_asked_for_is_left_out(at_okx: LiveBench) -> None:
    at_okx.rest.on("/api/v5/account/bills-archive", okx.answered())
    forced = OKX.order("filled", QTY, category="adl", clOrdId="", side="sell")
    at_okx.rest.on("/api/v5/trade/orders-history", okx.answered(forced), okx.answered())
    at_okx.rest.on(okx.FILLS_OF, OKX.trades(*FILLS, side="sell"))
    assert await at_okx.venue.reports_since(from_ms(AT_MS) + timedelta(hours=1)) == ()


async def test_a_triggered_okx_stop_is_told_with_the_fills_of_what_it_became(
    at_okx: LiveBench,
) -> None:
    at_okx.rest.on(okx.ORDER, okx.answered(OKX.order("filled", QTY, clOrdId="", side="sell")))
    at_okx.rest.on(okx.ALGO, okx.answered(OKX.algo("effective", ordId="o-1", ordIdList=["o-1"])))
    at_okx.rest.on(okx.FILLS_OF, OKX.trades(*FILLS, side="sell"))
    order = await at_okx.venue.find(at_okx.symbol, STOP_CID)
    assert order is not None
    assert (order.client_order_id, order.venue_order_id, order.state) == (
        STOP_CID,
        "o-1",
        OrderState.FILLED,
    )
    assert sum(fill.qty_base for fill in order.fills) == Decimal(QTY)


async def test_a_stop_between_trigger_and_order_is_not_told(at_okx: LiveBench) -> None:
    at_okx.rest.on(okx.ORDER, okx.NOBODY)
    at_okx.rest.on(okx.ALGO, okx.answered(OKX.algo("effective")))
    with pytest.raises(Temporary):
        await at_okx.venue.find(at_okx.symbol, STOP_CID)


def bybit_is_set(
    bench: LiveBench, *leverages: str, margin: str = "ISOLATED_MARGIN", size: str = "0"
) -> None:
    rows = []
    for leverage in leverages:
        BYBIT.money(bench.rest)
        (told,) = bench.rest.answers["/v5/position/list"]
        told["result"]["list"][0] |= {"leverage": leverage, "size": size}  # type: ignore[index]
        rows.append(told)
    # read before, looked through for positions, read after
    bench.rest.on("/v5/position/list", rows[0], rows[0], rows[-1])
    bench.rest.on("/v5/account/info", bybit.answered({"marginMode": margin}))
    bench.rest.on("/v5/position/switch-mode", bybit.answered({}, 110025, "not modified"))
    bench.rest.on("/v5/position/set-leverage", bybit.answered({}))
    bench.rest.on("/v5/account/set-margin-mode", bybit.answered({"reasons": []}))


async def test_leverage_is_set_where_it_differs_and_read_back(at_bybit: LiveBench) -> None:
    bybit_is_set(at_bybit, "10", "3")
    await set_modes(at_bybit.venue.account, [at_bybit.symbol], 3)
    (sent,) = at_bybit.rest.posted("set-leverage")
    assert '"buyLeverage":"3"' in sent.text
    assert at_bybit.rest.posted("set-margin-mode") == []


@pytest.mark.parametrize(
    ("leverages", "margin", "said"),
    [(("10", "10"), "ISOLATED_MARGIN", "10 times"), (("3",), "REGULAR_MARGIN", "cross margin")],
)
async def test_a_venue_that_says_done_and_keeps_its_own_is_not_traded_on(
    at_bybit: LiveBench, leverages: tuple[str, ...], margin: str, said: str
) -> None:
    bybit_is_set(at_bybit, *leverages, margin=margin)
    with pytest.raises(SettingsError, match=said):
        await set_modes(at_bybit.venue.account, [at_bybit.symbol], 3)


async def test_a_symbol_that_holds_a_position_is_left_as_it_is(at_bybit: LiveBench) -> None:
    bybit_is_set(at_bybit, "10", size="0.1")
    await set_modes(at_bybit.venue.account, [at_bybit.symbol], 3)
    assert at_bybit.rest.posted("set-leverage") == []


async def test_okx_is_asked_for_its_position_mode_and_leverage(at_okx: LiveBench) -> None:
    at_okx.rest.on(
        "/api/v5/account/config",
        okx.answered({"posMode": "long_short_mode"}),
        okx.answered({"posMode": "net_mode"}),
    )
    lever = OKX.inst | {"lever": "3", "mgnMode": "isolated", "posSide": "net"}
    at_okx.rest.on("/api/v5/account/leverage-info", okx.answered(lever))
    at_okx.rest.on("/api/v5/account/set-position-mode", okx.answered({"posMode": "net_mode"}))
    at_okx.rest.on("/api/v5/account/positions", okx.answered())
    await set_modes(at_okx.venue.account, [at_okx.symbol], 3)
    assert len(at_okx.rest.posted("set-position-mode")) == 1
    assert at_okx.rest.posted("set-leverage") == []
