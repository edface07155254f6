"""The picture room: a process of its own, and the same values are drawn once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import pictures
from bot.pictures import PictureRoom
from engine.analytics.equity import EquityCurve
from engine.core.errors import Temporary
from tests.charts.record_samples import TRADES
from tests.charts.samples import CURVES, a_curve


class CountingRoom(PictureRoom):
    """Counts what really goes to the worker."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges = 0

    async def _exchange(self, body: bytes) -> bytes:
        self.exchanges += 1
        return await super()._exchange(body)


@pytest.fixture
async def room() -> AsyncIterator[CountingRoom]:
    found = CountingRoom()
    yield found
    await found.close()


async def test_the_same_values_are_drawn_once_and_others_anew(room: CountingRoom) -> None:
    curve = a_curve(50)
    copied = EquityCurve(
        curve.at_s.copy(), curve.equity_quote.copy(), curve.drawdown_ratio.copy(), "".join("USDT")
    )
    first = await room.draw("equity", curve)
    assert first.startswith(b"\x89PNG")
    assert await room.draw("equity", copied) is first
    assert room.exchanges == 1
    assert await room.draw("equity", a_curve(50, seed=2)) != first
    assert await room.draw("drawdown", a_curve(50)) != first
    assert room.exchanges == 3


async def test_only_the_last_pictures_are_kept(
    room: CountingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT", 2)
    for name in ("r", "excursions", "r", "confidence"):  # "r" was used since
        await room.draw(name, TRADES["one win"])
    assert room.exchanges == 3
    await room.draw("r", TRADES["one win"])
    assert room.exchanges == 3
    await room.draw("excursions", TRADES["one win"])
    assert room.exchanges == 4


async def test_what_cannot_be_drawn_is_told_and_not_kept(room: CountingRoom) -> None:
    wrong: Any = CURVES["ordinary"]
    for _ in range(2):
        with pytest.raises(Temporary, match="needs TradeColumns"):
            await room.draw("r", wrong)
    assert room.exchanges == 2
    assert await room.draw("r", TRADES["ordinary"])
