"""Every card that only reads, over the wire: it arrives whole, and its buttons redraw it."""

from dataclasses import replace

import pytest

from handlers.commands import BUTTONS, COMMANDS
from tests.bot.telegram.rig import OWNER, Rig
from tests.handlers import answers
from tests.handlers.asking import FakeDesk
from tests.handlers.samples import HOSTILE

LINES = {
    "/positions": "open positions",
    "/trades lost 7d": "Only lost",
    "/daily": "Day by day",
    "/weekly 3": "Week by week",
    "/monthly": "Month by month",
    "/performance hour": "By hour",
    "/stats": "The record in figures",
    "/risk": "Risk in",
    "/exposure": "Exposure in",
    "/logs": "Log",
    "/version": "Parley",
    "/status": "ACTIVE",
}


@pytest.fixture
def fake(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """The desk behind the rig's link, with all of the desk's own commands."""
    fake = FakeDesk()
    fake.reports.card = answers.a_status(rows=100)
    monkeypatch.setattr(
        "tests.bot.telegram.rig.a_desk",
        lambda pairing, now: replace(fake.desk, pairing=pairing, now=now),
    )
    rig.commands, rig.buttons = COMMANDS, BUTTONS
    return fake


async def test_every_reading_card_arrives(rig: Rig, fake: FakeDesk) -> None:
    async with rig.running():
        for line, words in LINES.items():
            assert words in await rig.asks(line), line
    assert rig.refused(400) == 0


async def test_hostile_texts_arrive_as_text(
    rig: Rig, fake: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = FakeDesk(HOSTILE)
    monkeypatch.setattr(
        "tests.bot.telegram.rig.a_desk",
        lambda pairing, now: replace(hostile.desk, pairing=pairing, now=now),
    )
    async with rig.running():
        for line in ("/positions", "/exposure", "/stats", "/performance", "/logs", "/version"):
            assert "PAPER" in await rig.asks(line), line
    assert rig.refused(400) == 0


async def test_a_position_opens_and_leads_to_its_decision(rig: Rig, fake: FakeDesk) -> None:
    async with rig.running():
        await rig.asks("/positions")
        card = await rig.last_message(OWNER)
        since = await rig.taps(card["message_id"], label="↗ BTC")
        (detail,) = await rig.texts(1, since)
        assert "In R, after fees" in detail
        opened = await rig.last_message(OWNER)
        since = await rig.taps(opened["message_id"], label="🔄 Refresh")
        assert (await rig.calls("editMessageText", 1, since))[0]["params"]["text"] == detail


async def test_trades_turn_and_filter_in_place(rig: Rig, fake: FakeDesk) -> None:
    async with rig.running():
        await rig.asks("/trades BTC")
        card = await rig.last_message(OWNER)
        since = await rig.taps(card["message_id"], label="lost")
        (edit,) = await rig.calls("editMessageText", 1, since)
    assert edit["ok"]
    assert "Only BTC, lost" in edit["params"]["text"]
