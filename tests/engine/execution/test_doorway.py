"""A print that stands alone moves nothing; a market that really leapt is believed."""

from datetime import timedelta

from engine.core.events import PriceRefused
from engine.core.market import PriceMoved
from engine.execution.desk import Desk
from tests.fakes.desk_rig import DeskRig
from tests.fakes.scripted_market import BTC


def printed(desk: Desk, price: float, seconds: float) -> PriceMoved:
    """One print after the last event of the symbol."""
    return PriceMoved(
        at=desk.books.last_price[BTC].at + timedelta(seconds=seconds),
        symbol=BTC,
        open_price=price,
        high_price=price,
        low_price=price,
        close_price=price,
    )


async def with_a_position() -> tuple[DeskRig, Desk, float]:
    rig = DeskRig()
    desk = await rig.run_until(lambda desk: desk.books.position_on(BTC) is not None)
    return rig, desk, desk.books.last_price[BTC].close_price


async def test_a_lone_leap_is_told_once_and_moves_neither_mark_nor_position() -> None:
    rig, desk, price = await with_a_position()
    before = desk.books.position_on(BTC)
    for seconds, wild in ((1.0, price * 0.1), (2.0, price * 10.0)):
        await desk.digest(printed(desk, wild, seconds))
    assert desk.books.mark_price(BTC) == price
    assert desk.books.position_on(BTC) == before
    assert len(rig.told(PriceRefused)) == 1
    await desk.digest(printed(desk, price, 3.0))  # the trouble is over
    await desk.digest(printed(desk, price * 0.1, 1.0))
    assert len(rig.told(PriceRefused)) == 2


async def test_a_leap_that_a_second_print_confirms_is_taken_and_the_stop_is_hit() -> None:
    _, desk, price = await with_a_position()
    held = desk.books.position_on(BTC)
    assert held is not None
    crash = price * (0.3 if held.side.sign > 0 else 3.0)
    await desk.digest(printed(desk, crash, 1.0))
    assert desk.books.position_on(BTC) is not None
    await desk.digest(printed(desk, crash * 1.01, 2.0))
    assert desk.books.position_on(BTC) is None
