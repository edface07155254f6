"""/why, /why_not, /votes and their pictures: every step of a decision, in text that is safe."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from charts.reliability import ReliabilityStory
from engine.analytics.skill import Reliability, VoteHistory
from engine.core.errors import UserError
from handlers.payloads import ChartTap, VotesTap
from handlers.views.text import CAPTION_LIMIT, TEXT_LIMIT
from handlers.views.votes import history_caption, reliability_caption, votes_text
from handlers.views.why import why_not_text, why_text
from tests.handlers.asking import FakeDesk, ask, labels, tap
from tests.handlers.markup import shown, units, widest_table_line
from tests.handlers.parley_answers import (
    a_decision,
    a_history,
    a_verdict,
    a_why,
    a_why_not,
    some_rounds,
    two_curves,
)
from tests.handlers.samples import HOSTILE, SYMBOL

CARDS: dict[str, Callable[[str], str]] = {
    "why": lambda text: why_text(a_why(text), "PAPER"),
    "why denied": lambda text: why_text(a_why(text, taken=False), "PAPER"),
    "why not": lambda text: why_not_text(a_why_not(text), "PAPER"),
    "votes": lambda text: votes_text(some_rounds(text), "PAPER"),
}


@pytest.mark.parametrize("text", ["", HOSTILE, "a" * 5000], ids=["", "hostile", "long"])
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_well_formed_and_fits_whatever_voters_say(name: str, text: str) -> None:
    card = CARDS[name](text)
    assert 0 < units(shown(card)) <= TEXT_LIMIT
    assert "PAPER" in card.split("\n")[0]
    assert widest_table_line(card) <= 35


def test_why_walks_from_the_signal_to_the_result() -> None:
    text = shown(why_text(a_why(), "PAPER"))
    steps = ["Signals", "Votes", "Pool", "Gate", "Size", "Fills", "Result"]
    places = [text.index(step) for step in steps]
    assert places == sorted(places)
    assert "oak            80%/15%     55%/36%" in text
    assert "elm                        timeout" in text
    assert "⚠ oak: BUY at RSI 74" in text
    assert "stack              70%     55%/36%" in text
    assert "long, lower bound" in text
    assert "Votes for long count half" in text
    assert "It came out: the barrier above was first" in text
    assert "08:01:22 UTC buy 0.0124 at 64,210.5, fee 0.39814" in text
    assert "and 4 more fills" in text
    assert "+12.34 USDT" in text or "+12.35 USDT" in text


def test_why_of_a_denial_names_the_gate_and_its_numbers() -> None:
    text = shown(why_text(a_why(taken=False), "PAPER"))
    assert "⛔ Worth -0.05 R after 0.16 R of costs (expected_value)." in text
    assert "<b>Size</b>" not in text


def test_why_of_counted_votes_says_that_nobody_calibrated_them() -> None:
    why = a_why()
    counted = replace(why, decision=replace(why.decision, verdict=a_verdict()))
    assert "Counted, not calibrated" in why_text(counted, "PAPER")
    alone = replace(why, decision=replace(why.decision, verdict=None), forecast=None)
    assert "Nobody was asked." in why_text(alone, "PAPER")


def test_why_not_tells_the_last_gate_and_what_stands_there_now() -> None:
    text = shown(why_not_text(a_why_not(), "PAPER"))
    assert "Nothing stands in its way now." in text
    assert "Last no: long" in text
    assert "Worth -0.05 R after 0.16 R of costs." in text
    ended = replace(a_why_not(), not_traded="to end on 2026-12-01 08:00 UTC")
    text = shown(why_not_text(ended, "PAPER"))
    assert "At the venue it is to end on 2026-12-01 08:00 UTC: no entry." in text
    assert "Nothing stands in its way" not in text
    taken = replace(a_why_not(), last=a_decision())
    assert "taken as #42" in why_not_text(taken, "PAPER")
    silent = replace(a_why_not(), last=None)
    assert "No strategy has proposed it yet" in why_not_text(silent, "PAPER")


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/why", (None, None)),
        ("/why 42", (42, None)),
        ("/why #42", (42, None)),
        ("/why btc", (None, SYMBOL)),
    ],
)
async def test_why_takes_a_number_a_symbol_or_nothing(
    fake: FakeDesk, line: str, asked: tuple[object, object]
) -> None:
    await ask(fake, line)
    assert fake.parley.asked == [asked]


async def test_a_symbol_that_is_not_traded_is_refused_in_words(fake: FakeDesk) -> None:
    for line in ("/why DOGE", "/why_not DOGE", "/votes DOGE"):
        with pytest.raises(UserError):
            await ask(fake, line)


async def test_votes_shows_so_many_rounds_of_a_symbol_and_turns_in_place(fake: FakeDesk) -> None:
    answer = await ask(fake, "/votes 2 BTC")
    assert fake.parley.asked == [(2, SYMBOL)]
    assert "Last 2 rounds" in answer.text
    assert labels(answer) == ["🔄 Refresh", "Reliability", "Over time"]
    again = await tap(fake, VotesTap(again=True, limit=2, symbol=SYMBOL))
    assert again.edit
    with pytest.raises(UserError):
        await ask(fake, "/votes 9")


@pytest.mark.parametrize("name", ["reliability", "votes"])
async def test_the_pictures_of_the_votes_come_with_their_numbers(fake: FakeDesk, name: str) -> None:
    answer = await ask(fake, f"/chart {name}")
    assert answer.picture is not None
    (drawn,) = fake.pictures.drawn
    assert drawn[0] == name
    assert isinstance(drawn[1], ReliabilityStory | VoteHistory)
    caption = answer.picture.caption
    assert units(shown(caption)) <= CAPTION_LIMIT
    assert (await tap(fake, ChartTap(name=name, again=True))).edit


def test_captions_tell_of_nothing_where_there_is_nothing() -> None:
    nothing = np.zeros(0)
    none = Reliability("as said", nothing, nothing, nothing, float("nan"), 3)
    assert "Too few decided votes: 3" in reliability_caption((none, none), "", "PAPER")
    assert "No vote yet." in history_caption(a_history(0), "PAPER")


def test_captions_carry_the_figures_of_the_picture() -> None:
    text = reliability_caption(two_curves(), "oak", "PAPER")
    assert "As said: off by 12.00%" in text
    assert "Calibrated: off by 2.00%" in text
    assert "leaned right" in history_caption(a_history(), "PAPER")
