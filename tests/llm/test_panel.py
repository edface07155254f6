"""The parley: rule voters are counted, models are checked, calibrated and pooled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from engine.core.advice import Snapshot, Verdict, Vote
from engine.core.clockwork import from_ms
from engine.core.events import DissentSeen, Event
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import EMPTY
from llm.contract import ErrorKind, Question, Reply
from llm.panel import Chamber, Panel, RuleAsker, has_quorum
from llm.record import VoteRecord
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice, rule_lead, seat
from tests.engine.research.drawn_bars import drawn_bars
from tests.fakes.memory_forecasts import MemoryForecasts
from tests.llm.calibration.made import said, silent
from tests.llm.questions import a_reply, a_text
from tests.llm.snapshots import a_snapshot, a_vote


@dataclass
class Scripted:
    """A voter that says what it was told to, or fails."""

    name: str
    answer: Vote | BaseException

    async def vote(self, snapshot: Snapshot) -> Vote:
        if isinstance(self.answer, Vote):
            return self.answer
        raise self.answer


class Answering:
    """Models that answer the question they are asked."""

    def __init__(self, *replies: Reply | Vote) -> None:
        self._replies = replies

    async def ask(self, question: Question) -> Sequence[Reply | Vote]:
        return [
            replace(reply, raw_text=_addressed(reply.raw_text, question))
            if isinstance(reply, Reply)
            else reply
            for reply in self._replies
        ]


def _addressed(text: str, question: Question) -> str:
    text = text.replace("abcdef012345", question.snapshot_id)
    return text.replace("ASSET-1A2B", question.symbol)


def model(name: str, p_up: float = 0.6, p_down: float = 0.3, **more: object) -> Reply:
    action = "BUY" if p_up > p_down else "SELL" if p_down > p_up else "HOLD"
    text = a_text(
        p_up=p_up, p_down=p_down, action=action, stop=None, target=None, evidence=[], reason="so"
    )
    return a_reply(text, voter=name, **more)


class Rig:
    """A panel with what it told and stored."""

    def __init__(self, asker: object, parameters: Parameters | None = None) -> None:
        self.present = parameters or Parameters()
        self.told: list[Event] = []
        self.book = MemoryForecasts()
        self.record = VoteRecord(
            self.book, lambda *_: EMPTY, lambda: self.present, self.told.append, self._fail
        )
        self.panel = Panel(
            Chamber(
                asker=asker,  # type: ignore[arg-type]
                record=self.record,
                bars=lambda *_: EMPTY,
                parameters=lambda: self.present,
                tell=self.told.append,
            )
        )

    def _fail(self, text: str) -> None:
        raise AssertionError(text)

    async def verdict(self, **more: object) -> Verdict:
        return await self.panel.advise(a_snapshot(**more))  # type: ignore[arg-type]


def rules(*voters: Scripted) -> RuleAsker:
    return RuleAsker(voters)


async def test_a_rule_voter_that_fails_abstains_with_its_error_as_the_reason() -> None:
    verdict = await Rig(
        rules(
            Scripted("a", a_vote(0.7, "a")),
            Scripted("b", ConnectionError("no route")),
            Scripted("c", a_vote(0.8, "c")),
        )
    ).verdict()
    assert verdict.approved
    assert [vote.voter for vote in verdict.votes] == ["a", "b", "c"]
    assert verdict.votes[1].reason == "failed: ConnectionError: no route"


async def test_when_all_fail_there_is_no_quorum_and_no_exception() -> None:
    verdict = await Rig(rules(*(Scripted(name, ValueError("x")) for name in "abc"))).verdict()
    assert (verdict.approved, verdict.quorum_met) == (False, False)


async def test_the_parameters_of_the_moment_decide() -> None:
    rig = Rig(rules(*(Scripted(n, a_vote(p, n)) for n, p in (("a", 0.7), ("b", 0.6), ("c", 0.3)))))
    assert (await rig.verdict()).approved
    rig.present = Parameters(majority_ratio=0.8)
    assert not (await rig.verdict()).approved
    rig.present = Parameters(quorum=4)
    assert not (await rig.verdict()).quorum_met


async def test_a_panel_of_rule_voters_says_what_the_pure_function_says_whatever_it_learned() -> (
    None
):
    specs = parse_voters(DEFAULT_VOTERS)
    snapshot = a_snapshot({"trend_strength": 0.4, "momentum_ratio": 0.02})
    rig = Rig(RuleAsker(seat(specs)))
    expected = rule_advice(specs, Parameters())(snapshot)
    for _ in range(3):
        assert await rig.panel.advise(snapshot) == expected
    assert expected.pool is None
    assert len(rig.book.by_key) == 1  # and it is remembered, to be scored


async def test_models_are_pooled_into_one_probability_that_sizing_sees() -> None:
    verdict = await Rig(Answering(model("oak", 0.8, 0.1), model("elm", 0.7, 0.2))).verdict()
    assert verdict.pool is not None
    assert verdict.approved
    assert verdict.confidence_ratio == verdict.pool.p_up
    assert verdict.pool.low_ratio < verdict.pool.p_up
    assert verdict.pool.p_up + verdict.pool.p_down <= 1.0
    assert sum(part.weight_ratio for part in verdict.pool.parts) == pytest.approx(1.0)
    for vote in verdict.votes:
        assert vote.calibrated_up is not None
        assert 0.45 < vote.calibrated_up < vote.p_up


async def test_votes_for_the_other_side_refuse_an_entry() -> None:
    asker = Answering(model("oak", 0.2, 0.7), model("elm", 0.3, 0.6))
    assert not (await Rig(asker).verdict()).approved
    short = await Rig(asker).verdict(side=PositionSide.SHORT)
    assert short.approved
    assert short.pool is not None
    assert short.confidence_ratio == short.pool.p_down


async def test_a_veto_of_the_person_refuses_what_the_pool_would_take() -> None:
    asker = Answering(model("oak", 0.8, 0.1), model("elm", 0.8, 0.1))
    hot = {"rsi": 80.0}
    warned = await Rig(asker).panel.advise(a_snapshot(hot))
    assert warned.approved
    vetoed = await Rig(asker, Parameters(veto_checks="rsi_overbought_buy")).panel.advise(
        a_snapshot(hot)
    )
    assert not vetoed.approved
    assert vetoed.why.startswith("rsi_overbought_buy: BUY at RSI 80")


async def test_too_few_answers_are_no_quorum_and_keep_their_votes() -> None:
    down = a_reply("", voter="elm", error_kind=ErrorKind.TIMEOUT)
    verdict = await Rig(Answering(model("oak"), down)).verdict()
    assert (verdict.approved, verdict.quorum_met, verdict.pool) == (False, False, None)
    assert verdict.votes[1].abstention == "timeout"
    assert verdict.votes[0].calibrated_up is not None


@pytest.mark.parametrize(
    ("votes", "quorum", "met"),
    [
        ((said("a", 0.6), said("b", 0.6)), 2, True),
        ((said("a", 0.6), silent("b")), 2, False),
        ((said("a", 0.6), silent("b")), 1, True),
        ((said("a", 0.6), silent("b"), silent("c")), 1, False),
        ((said("a", 0.6), silent("b"), a_vote(0.6)), 2, True),
        ((silent("a"), a_vote(0.6), a_vote(0.7)), 2, False),
    ],
)
def test_a_quorum_is_enough_answers_and_half_of_the_models(
    votes: tuple[Vote, ...], quorum: int, met: bool
) -> None:
    assert has_quorum(votes, quorum) is met


async def test_an_approved_entry_with_much_dissent_is_told() -> None:
    asker = Answering(model("oak", 0.9, 0.05), model("elm", 0.9, 0.05), model("ash", 0.3, 0.4))
    rig = Rig(asker, Parameters(dissent_over_ratio=0.3))
    verdict = await rig.verdict()
    assert verdict.approved
    (event,) = rig.told
    assert isinstance(event, DissentSeen)
    assert event.dissent_ratio == pytest.approx(1 / 3)


async def test_a_question_of_the_chat_is_not_remembered() -> None:
    rig = Rig(Answering(model("oak"), model("elm")))
    question, votes = await rig.panel.ask(a_snapshot())
    assert question.masked
    assert [vote.abstained for vote in votes] == [False, False]
    assert rig.record.state.questions == 0


async def test_two_exclusive_chances_never_exceed_one() -> None:
    votes = [replace(said(name, 0.95, 0.0), p_down=0.95) for name in ("a", "b", "c")]
    verdict = await Rig(Answering(*votes)).verdict()
    assert verdict.pool is not None
    assert verdict.pool.p_up + verdict.pool.p_down <= 1.0 + 1e-12


async def test_models_lead_to_the_side_that_their_pool_holds_likelier() -> None:
    rig = Rig(Answering(model("oak", 0.2, 0.7), model("elm", 0.3, 0.6)))
    side, verdict = await rig.panel.lead(a_snapshot(side=PositionSide.LONG))
    assert side is PositionSide.SHORT
    assert (verdict.approved, verdict.quorum_met) == (True, True)
    assert verdict.pool is not None
    assert verdict.confidence_ratio == verdict.pool.p_down
    (forecast,) = rig.book.by_key.values()
    assert forecast.side is PositionSide.SHORT  # remembered as what it was: a word on that side


async def test_too_few_models_lead_nowhere() -> None:
    down = a_reply("", voter="elm", error_kind=ErrorKind.TIMEOUT)
    _, verdict = await Rig(Answering(model("oak", 0.9, 0.05), down)).panel.lead(a_snapshot())
    assert (verdict.approved, verdict.quorum_met) == (False, False)


async def test_rule_voters_lead_as_voters_without_a_record_whatever_they_learned() -> None:
    specs = parse_voters(DEFAULT_VOTERS)
    snapshot = a_snapshot({"trend_strength": 0.4, "momentum_ratio": 0.02})
    rig = Rig(RuleAsker(seat(specs)))
    expected = rule_lead(specs, Parameters())(snapshot)
    for _ in range(3):
        assert await rig.panel.lead(snapshot) == expected
    side, verdict = expected
    assert side is PositionSide.LONG
    assert verdict.pool is not None
    loudest = max(vote.p_up for vote in verdict.votes)
    assert 0.5 < verdict.pool.low_ratio < verdict.pool.p_up < loudest  # most is not believed


class Slow:
    """Models that answer when a newer bar has closed."""

    def __init__(self, rig: "LateRig", *replies: Reply) -> None:
        self._rig = rig
        self._replies = replies

    async def ask(self, question: Question) -> Sequence[Reply | Vote]:
        self._rig.is_late = True
        return await Answering(*self._replies).ask(question)


class LateRig(Rig):
    """A panel whose market goes on while the voters think."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__(Slow(self, *replies))
        self.is_late = False
        bars = drawn_bars(3, 200, price=100.0)
        chamber = self.panel._chamber
        self.panel = Panel(replace(chamber, bars=lambda *_: bars.until(150 + self.is_late)))
        at = from_ms((int(bars.open_at_s[149]) + Timeframe.H1.seconds) * 1000)
        self.snapshot = replace(a_snapshot(), at=at, timeframe=Timeframe.H1)


async def test_an_answer_that_comes_after_a_newer_bar_is_shown_and_not_traded_on() -> None:
    replies = (model("oak", 0.8, 0.1), model("elm", 0.8, 0.1))
    _, votes = await LateRig(*replies).panel.ask(LateRig(*replies).snapshot)
    assert not any(vote.abstained for vote in votes)
    rig = LateRig(*replies)
    verdict = await rig.panel.advise(rig.snapshot)
    assert {vote.abstention for vote in verdict.votes} == {"stale"}
    assert not verdict.approved
    rig = LateRig(*replies)
    _, led = await rig.panel.lead(rig.snapshot)
    assert not led.approved
