"""The card of a waiting trade, the word on it, and what refusing was worth."""

from datetime import timedelta

import pytest

from engine.core.approvals import ApprovalState, AskedFor, Deaf, Expiry, Heard, Word
from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.act_payloads import ApprovalTap, ApprovalWhy, ApproveTap
from handlers.commands.approve import approval_answer
from handlers.views.approval_why import approval_why
from handlers.views.approvals import (
    cause_words,
    deaf_text,
    decided_card,
    decided_label,
    heard_text,
    vetoes_text,
    waiting_card,
)
from tests.handlers.approval_answers import CAUSES, an_approval, an_offer, ended, said, some_vetoes
from tests.handlers.asking import FakeDesk, ask, labels, tap
from tests.handlers.markup import shown, units
from tests.handlers.samples import HOSTILE, NOW

CAPTION = 1024


def taps(fake: FakeDesk, person_id: int = 1001) -> dict[str, ApprovalTap]:
    """The word buttons of the card of number 17, by what stands on them."""
    answer = approval_answer(fake.desk, fake.approvals.rows[17], person_id)
    return {
        key.label: key.payload
        for row in answer.keys
        for key in row
        if isinstance(key.payload, ApprovalTap)
    }


def test_the_card_says_all_that_a_word_needs() -> None:
    assert shown(waiting_card(an_approval(), "PAPER", Expiry.VETO)) == (
        "✋ BTC long: your word? #17 · PAPER\n"
        "796.21 USDT = 7.96% of equity\n"
        "0.0124 at 64,210.5\n"
        "Stop 63,800.25 · targets 64,620.75, 65,441.25\n"
        "Worst case -5.09 USDT (1 R), before fees and gaps\n"
        "Votes 2 of 3 for it; not for it: reversion\n"
        "Asked because leverage would be 0.6, over 0.5.\n"
        "Ends 08:03:22 UTC; without an answer it is not made."
    )


def test_a_card_for_two_says_who_has_agreed_and_that_silence_is_a_veto() -> None:
    text = waiting_card(an_approval(people=2, said=(said(),)), "PAPER", Expiry.EXECUTE)
    assert "2 people must agree; 1 so far: Ann." in shown(text)
    assert "without an answer it is not made" in shown(text)


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["plain", "hostile"])
def test_every_card_fits_under_a_picture(text: str) -> None:
    causes = tuple(CAUSES.values())
    worst = an_approval(text, causes=causes, people=2, said=(said(name=text or "Ann"),))
    for approval in (worst, *(ended(state, text, outcome=text) for state in ApprovalState)):
        card = (
            waiting_card(approval, "PAPER", Expiry.EXECUTE)
            if approval.is_pending
            else decided_card(approval, "PAPER")
        )
        assert 0 < units(shown(card)) <= CAPTION
        assert 0 < len(decided_label(approval)) <= 40
    assert units(shown(approval_why(worst, "PAPER"))) <= 4096


def test_every_cause_has_words() -> None:
    assert set(CAUSES) == set(AskedFor)
    assert all(cause_words(cause) for cause in CAUSES.values())


def test_every_end_says_who_or_why() -> None:
    lines = {
        state: shown(decided_card(ended(state, why="nobody answered in time"), "PAPER"))
        for state in ApprovalState
        if state is not ApprovalState.PENDING
    }
    assert "Approved by Ann, " in lines[ApprovalState.APPROVED]
    assert "BTC long approved at half size" in lines[ApprovalState.HALVED]
    assert "Vetoed by Ann, " in lines[ApprovalState.VETOED]
    assert "Nobody answered in time, " in lines[ApprovalState.EXPIRED]
    assert "/vetoes" in lines[ApprovalState.EXPIRED]
    assert decided_label(ended(ApprovalState.APPROVED)) == "Approved · Ann"


def test_a_granted_trade_that_a_rule_refused_says_so() -> None:
    text = decided_card(ended(ApprovalState.APPROVED, outcome="the spread is too wide"), "PAPER")
    assert "Not entered: The spread is too wide." in shown(text)


@pytest.mark.parametrize("deaf", Deaf)
def test_a_word_that_changed_nothing_is_told_politely(deaf: Deaf) -> None:
    text, hint = deaf_text(Heard(ended(ApprovalState.APPROVED), deaf), NOW)
    assert 0 < len(f"{text} {hint}") <= 200
    if deaf is Deaf.DECIDED:
        assert text == "It is over: approved by Ann 12 s ago."


async def test_a_tap_is_the_word_of_the_person_whose_button_it_is(fake: FakeDesk) -> None:
    answer = await tap(fake, taps(fake)["Approve"])
    assert fake.approvals.asked == [(17, 1, Word.APPROVE, "Ann")]
    assert answer.toast == "Approved. It is sent once the rules have looked again."
    assert not answer.text  # the desk redraws every copy, this one too


@pytest.mark.parametrize(
    ("label", "word", "state"),
    [
        ("Approve", Word.APPROVE, ApprovalState.APPROVED),
        ("½", Word.HALVE, ApprovalState.HALVED),
        ("Veto", Word.VETO, ApprovalState.VETOED),
    ],
)
async def test_each_button_says_its_word(
    fake: FakeDesk, label: str, word: Word, state: ApprovalState
) -> None:
    payload = taps(fake)[label]
    await tap(fake, payload)
    assert fake.approvals.asked[0][2] is word
    assert fake.approvals.rows[17].state is state
    with pytest.raises(UserError, match="It is over"):  # a double tap
        await tap(fake, payload)


async def test_another_persons_button_does_nothing(fake: FakeDesk) -> None:
    payload = taps(fake, person_id=1001)["Approve"]
    with pytest.raises(UserError, match="not yours"):
        await tap(fake, payload, person_id=1002)
    assert fake.approvals.asked == []


async def test_a_changed_button_does_nothing(fake: FakeDesk) -> None:
    payload = taps(fake)["Veto"]
    for subject in ("17-1-y", "18-1-n", "17-2-n"):
        with pytest.raises(UserError, match="not yours"):
            await tap(fake, payload.model_copy(update={"subject": subject}))
    assert fake.approvals.asked == []


async def test_a_button_of_an_older_offer_is_dead(fake: FakeDesk) -> None:
    payload = taps(fake)["Approve"]
    fake.approvals.rows[17] = an_approval(offer=an_offer(version=2))
    with pytest.raises(UserError, match="This offer is old"):
        await tap(fake, payload)
    assert fake.approvals.rows[17].is_pending


async def test_a_button_answers_for_days_how_it_ended_and_then_no_more(fake: FakeDesk) -> None:
    payload = taps(fake)["Approve"]
    fake.approvals.rows[17] = ended(ApprovalState.VETOED)
    fake.now_at = NOW + timedelta(days=1)
    with pytest.raises(UserError, match="It is over: vetoed by Ann"):
        await tap(fake, payload)
    fake.now_at = NOW + timedelta(days=3)
    with pytest.raises(UserError, match="expired"):
        await tap(fake, payload)


async def test_the_first_of_two_words_is_noted_and_does_not_count_twice(fake: FakeDesk) -> None:
    fake.approvals.rows[17] = an_approval(people=2)
    mine, other = taps(fake)["Approve"], taps(fake, person_id=1002)["½"]
    assert (await tap(fake, mine)).toast == "Noted. 1 more person must agree."
    with pytest.raises(UserError, match="agreed already"):
        await tap(fake, mine)
    toast = (await tap(fake, other, person_id=1002)).toast
    assert toast == "Approved. Half of it is sent once the rules have looked again."


async def test_the_list_has_a_row_of_buttons_for_each_and_is_redrawn_in_place(
    fake: FakeDesk,
) -> None:
    answer = await ask(fake, "/approve")
    assert labels(answer) == [
        "Approve #17", "½", "Veto", "Approve #18", "½", "Veto", "🔄 Refresh",
    ]  # fmt: skip
    assert (await tap(fake, ApproveTap(again=True))).edit
    for approval in tuple(fake.approvals.rows.values()):
        fake.approvals.rows[approval.number] = ended(ApprovalState.VETOED, number=approval.number)
    assert "Nothing waits." in shown((await ask(fake, "/approve")).text)


async def test_one_by_its_number_and_none_by_a_wrong_one(fake: FakeDesk) -> None:
    assert "BTC long: your word? #17" in shown((await ask(fake, "/approve 17")).text)
    assert "#18" in shown((await ask(fake, "/approve #18")).text)
    for wrong in ("99", "-1", "x", "1e9", "9" * 40, "¹"):
        with pytest.raises(UserError):
            await ask(fake, f"/approve {wrong}")


async def test_why_shows_signals_votes_causes_and_the_size(fake: FakeDesk) -> None:
    text = shown((await tap(fake, ApprovalWhy(number=17), role=Role.TRADER)).text)
    for part in ("Why #17 BTC long", "sma_5_15", "reversion", "Leverage would be", "equity"):
        assert part in text


def test_what_refusing_was_worth_counts_closed_ones_only() -> None:
    text = shown(vetoes_text(some_vetoes(), "PAPER"))
    # -43.20 + 12.50: refusing saved the difference; the open one is shown, not counted
    assert "Refusing 2 trades that would be over saved 30.70 USDT" in text
    assert "would be open" in text
    cost = shown(vetoes_text(some_vetoes(nets=("50", "-10")), "PAPER"))
    assert "cost 40.00 USDT" in cost
    assert "All would still be open" in shown(vetoes_text(some_vetoes(nets=(None,)), "PAPER"))
    assert "Nobody has refused one yet" in shown(vetoes_text(some_vetoes(nets=()), "PAPER"))


def test_the_toast_of_a_veto() -> None:
    assert heard_text(Heard(ended(ApprovalState.VETOED)), Word.VETO) == "Vetoed. It is not made."
