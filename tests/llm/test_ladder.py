"""Who decides when models fail, step by step down, and what the modes make of it."""

from dataclasses import replace

import pytest

from engine.core.advice import Pool, Snapshot, Verdict, Vote
from engine.core.errors import StorageError
from engine.core.kinds import PositionSide
from engine.core.model_calls import ParleyRound
from engine.core.parameters import Parameters
from llm.ladder import Counsel, Ladder, Rung, single
from llm.modes import NEUTRAL_RATIO, obeyed
from tests.llm.rounds import Notebook, StandingWall
from tests.llm.snapshots import a_snapshot

YES = Verdict(approved=True, confidence_ratio=0.62, votes=(), dissent_ratio=0.0, why="3 of 3")
NO = replace(YES, approved=False, confidence_ratio=0.4, why="1 of 3")


def a_model(name: str, p_up: float | None) -> Vote:
    if p_up is None:
        return Vote(
            voter=name, p_up=0.0, p_down=0.0, abstained=True, abstention="timeout", is_model=True
        )
    return Vote(voter=name, p_up=p_up, p_down=1.0 - p_up, is_model=True)


def heard(*votes: Vote, quorum: bool = True, approved: bool = True) -> Verdict:
    return replace(YES, votes=votes, quorum_met=quorum, approved=approved and quorum, why="models")


class Panel:
    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.asked = 0

    async def advise(self, snapshot: Snapshot) -> Verdict:
        self.asked += 1
        return self.verdict


async def climbed(
    verdict: Verdict,
    ruled: Verdict = YES,
    notebook: Notebook | None = None,
    **parameters: object,
) -> tuple[str, Verdict]:
    notebook = notebook or Notebook()
    now = Parameters.model_validate(parameters)
    ladder = Ladder(
        Panel(verdict),
        lambda snapshot, present: ruled,
        parameters=lambda: now,
        book=notebook,
        watch=notebook,
        wall=StandingWall(),
    )
    found = await ladder.advise(a_snapshot())
    return (notebook.rounds[-1].rung if notebook.rounds else ""), found


async def test_all_voters_decide_when_all_answered() -> None:
    verdict = heard(a_model("a", 0.7), a_model("b", 0.6))
    assert await climbed(verdict) == (Rung.ALL, verdict)


async def test_those_that_answered_decide_where_they_are_a_quorum() -> None:
    verdict = heard(a_model("a", 0.7), a_model("b", 0.6), a_model("c", None))
    assert await climbed(verdict) == (Rung.QUORUM, verdict)


@pytest.mark.parametrize(
    ("p_up", "ruled", "approved"),
    [(0.7, YES, True), (0.7, NO, False), (0.3, YES, False), (0.5, YES, False)],
)
async def test_a_single_voter_counts_where_the_rule_voters_agree(
    p_up: float, ruled: Verdict, approved: bool
) -> None:
    verdict = heard(a_model("a", p_up), a_model("b", None), a_model("c", None), quorum=False)
    rung, found = await climbed(verdict, ruled)
    assert (rung, found.approved) == (Rung.SINGLE, approved)
    assert found.confidence_ratio <= ruled.confidence_ratio
    assert "only a answered" in found.why


def test_a_single_voters_own_word_is_mostly_not_believed_until_it_is_calibrated() -> None:
    loud = a_model("a", 0.95)
    sure = replace(YES, confidence_ratio=0.99)
    assert single(loud, sure, YES, PositionSide.LONG).confidence_ratio == pytest.approx(0.68)
    known = replace(loud, calibrated_up=0.57, calibrated_down=0.4)
    assert single(known, sure, YES, PositionSide.LONG).confidence_ratio == 0.57


async def test_without_any_model_the_rule_voters_decide() -> None:
    rung, found = await climbed(heard(a_model("a", None), quorum=False), NO)
    assert (rung, found.approved) == (Rung.RULES, False)
    assert found.votes[0].voter == "a"
    assert "no model answered" in found.why


@pytest.mark.parametrize(
    ("fallback", "votes", "rung"),
    [
        ("none", (0.7, None), Rung.NONE),
        ("single", (0.7, None), Rung.SINGLE),
        ("single", (None, None), Rung.NONE),
        ("rules", (None, None), Rung.RULES),
    ],
)
async def test_the_person_says_how_far_down_the_ladder_goes(
    fallback: str, votes: tuple[float | None, ...], rung: Rung
) -> None:
    verdict = heard(*(a_model(str(n), p) for n, p in enumerate(votes)), quorum=False)
    found, decided = await climbed(verdict, YES, parley_fallback=fallback)
    assert found == rung
    assert decided.approved == (rung is not Rung.NONE)


async def test_rule_voters_alone_are_no_round_of_models() -> None:
    verdict = replace(YES, votes=(Vote(voter="trend", p_up=0.6, p_down=0.4),))
    assert await climbed(verdict) == ("", verdict)


async def test_off_asks_nobody() -> None:
    panel, notebook = Panel(NO), Notebook()
    ladder = Ladder(
        panel,
        lambda snapshot, present: NO,
        parameters=lambda: Parameters(parley_mode="off"),
        book=notebook,
        watch=notebook,
        wall=StandingWall(),
    )
    found = await ladder.advise(a_snapshot())
    assert (panel.asked, found.approved, found.confidence_ratio) == (0, True, NEUTRAL_RATIO)


POOL = Pool(
    p_up=0.4,
    p_down=0.5,
    base_up=0.45,
    base_down=0.45,
    sd_up=0.1,
    sd_down=0.1,
    low_ratio=0.35,
    barrier_atr=2.0,
    horizon_bars=48,
    voters_effective=1.5,
    outcomes=0,
)


async def test_nobody_is_asked_about_what_the_risk_rules_deny_anyway() -> None:
    panel, notebook = Panel(YES), Notebook()
    ladder = Ladder(
        panel,
        lambda snapshot, present: YES,
        parameters=Parameters,
        book=notebook,
        watch=notebook,
        wall=StandingWall(),
        counsel=Counsel(refused_anyway=lambda symbol: symbol == a_snapshot().symbol),
    )
    found = await ladder.advise(a_snapshot())
    assert (panel.asked, found.votes) == (0, ())
    assert found.approved  # the gate says no, and why


@pytest.mark.parametrize("verdict", [YES, replace(NO, pool=POOL), replace(NO, quorum_met=False)])
def test_advice_is_shown_and_neither_refuses_nor_sizes(verdict: Verdict) -> None:
    found = obeyed(verdict, "advise")
    assert (found.approved, found.quorum_met) == (True, True)
    assert found.confidence_ratio == NEUTRAL_RATIO
    assert found.pool is None
    assert verdict.why in found.why


async def test_many_rounds_that_models_did_not_decide_are_told_once() -> None:
    notebook = Notebook()
    at = StandingWall().now()
    for number in range(20):
        held = ParleyRound(
            round_id=str(number), symbol="X", at=at, rung="all", seats=2, answered=2, took_ms=1.0
        )
        await notebook.note_round(held)
    now = Parameters()
    ladder = Ladder(
        Panel(heard(a_model("a", None), quorum=False)),
        lambda snapshot, present: YES,
        parameters=lambda: now,
        book=notebook,
        watch=notebook,
        wall=StandingWall(),
    )
    for _ in range(3):
        await ladder.advise(a_snapshot())
    assert notebook.falls == [pytest.approx(2 / 22)]  # 1 of 21 is under 5 %


async def test_a_round_that_cannot_be_noted_still_decides() -> None:
    class Full(Notebook):
        async def note_round(self, held: ParleyRound) -> None:
            raise StorageError("the disk is full")

    notebook = Full()
    verdict = heard(a_model("a", 0.7), a_model("b", 0.6))
    _, found = await climbed(verdict, YES, notebook)
    assert found == verdict
    assert notebook.troubles == ["the disk is full"]


class Leading:
    """A panel that would take the other side."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.asked = 0

    async def lead(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        self.asked += 1
        return PositionSide.SHORT, self.verdict


async def led(
    verdict: Verdict, mode: str = "lead", *, may_lead: bool = True
) -> tuple[Leading, Notebook, Verdict]:
    panel, notebook = Leading(verdict), Notebook()
    now = Parameters(parley_mode=mode)
    ladder = Ladder(
        Panel(verdict),
        lambda snapshot, present: YES,
        parameters=lambda: now,
        book=notebook,
        watch=notebook,
        wall=StandingWall(),
        counsel=Counsel(panel=panel, may_lead=lambda: may_lead),
    )
    return panel, notebook, (await ladder.lead(a_snapshot()))[1]


async def test_a_quorum_leads_and_its_round_is_noted() -> None:
    verdict = heard(a_model("a", 0.2), a_model("b", 0.3), a_model("c", None))
    _, notebook, found = await led(verdict)
    assert found == verdict
    assert [held.rung for held in notebook.rounds] == [Rung.QUORUM]


async def test_below_a_quorum_no_rung_leads() -> None:
    verdict = heard(a_model("a", 0.2), a_model("b", None), a_model("c", None), quorum=False)
    _, notebook, found = await led(verdict)
    assert (found.approved, found.quorum_met) == (False, False)
    assert [held.rung for held in notebook.rounds] == [Rung.NONE]


@pytest.mark.parametrize(
    ("mode", "may_lead"), [("confirm", True), ("advise", True), ("off", True), ("lead", False)]
)
async def test_nobody_is_asked_for_a_lead_in_another_mode_or_without_the_money(
    mode: str, may_lead: bool
) -> None:
    verdict = heard(a_model("a", 0.2), a_model("b", 0.3))
    panel, notebook, found = await led(verdict, mode, may_lead=may_lead)
    assert (panel.asked, notebook.rounds, found.approved) == (0, [], False)
