"""The memory at work: rounds wait for their outcomes, and teach in the order of the market."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from engine.core.events import BiasSeen, Event, Recalibrated
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from llm.calibration.state import encoded
from llm.contract import Question
from llm.record import VoteRecord
from tests.fakes.memory_forecasts import MemoryForecasts
from tests.llm.calibration.made import said
from tests.llm.questions import a_question
from tests.llm.snapshots import a_snapshot

AT = a_snapshot().at
PARAMETERS = Parameters(horizon_bars=4)
VOTES = (said("a", 0.7), said("b", 0.4))


class Market:
    """Hourly bars from the close of the first question on; `shown` of them have closed."""

    def __init__(self, *ups: int, shown: int = 99) -> None:
        """ups: +1 a bar that touches the barrier above, -1 the one below, 0 neither."""
        self.ups = ups
        self.shown = shown

    def bars(self, symbol: str, timeframe: Timeframe) -> Bars:
        ups = np.array(self.ups[: self.shown], dtype=np.float64)
        middle = np.full(ups.size, 100.0)
        open_at_s = int(AT.timestamp()) + 3600 * np.arange(ups.size)
        high, low = middle + np.where(ups > 0, 3.0, 0.5), middle - np.where(ups < 0, 3.0, 0.5)
        return bars_of(open_at_s, middle, high, low, middle, np.ones(ups.size))


class Desk:
    """A record on a market, with what it told."""

    def __init__(self, market: Market, book: MemoryForecasts | None = None) -> None:
        self.events: list[Event] = []
        self.troubles: list[str] = []
        self.book = book or MemoryForecasts()
        self.record = VoteRecord(
            self.book, market.bars, lambda: PARAMETERS, self.events.append, self.troubles.append
        )


def asked_at(hour: int, symbol: str = "BTC/USDT") -> Question:
    question = replace(a_question(), horizon_bars=4)
    at = AT + timedelta(hours=hour)
    return replace(question, snapshot=replace(question.snapshot, at=at, symbol=symbol))


async def test_a_round_waits_for_its_outcome_and_then_teaches_once() -> None:
    market = Market(0, 0, 1, 0, shown=2)
    desk = Desk(market)
    desk.record.hear(asked_at(0), VOTES)
    late = AT + timedelta(hours=9)
    assert desk.record.catch_up(late) == 0
    market.shown = 4
    assert desk.record.catch_up(late) == 1
    assert desk.record.catch_up(late) == 0
    assert desk.record.state.outcomes == 1
    await desk.record.save()
    (forecast,) = desk.book.by_key.values()
    assert (forecast.outcome, forecast.resolved_at) == ("up", AT + timedelta(hours=3))


def test_an_outcome_decided_at_the_moment_of_asking_is_not_yet_known() -> None:
    desk = Desk(Market(1, 0, 0, 0))
    desk.record.hear(asked_at(0), VOTES)
    assert desk.record.catch_up(AT + timedelta(hours=1)) == 0
    assert desk.record.catch_up(AT + timedelta(hours=1, seconds=1)) == 1


def test_jobs_may_run_at_any_time_and_the_memory_is_the_same() -> None:
    ups = (0, 1, -1, 0, 0, 0, 1, -1, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0)
    eager, lazy = Desk(Market(*ups)), Desk(Market(*ups))
    for hour in range(12):
        for desk in (eager, lazy):
            desk.record.hear(asked_at(hour), VOTES)
            desk.record.hear(asked_at(hour, "ETH/USDT"), VOTES[::-1])
        eager.record.catch_up(AT + timedelta(hours=hour + 1))
    end = AT + timedelta(hours=40)
    eager.record.catch_up(end)
    lazy.record.catch_up(end)
    assert encoded(eager.record.state) == encoded(lazy.record.state)
    assert eager.record.state.outcomes > 10


async def test_a_restart_goes_on_where_it_was() -> None:
    ups = (0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0)
    straight, first = Desk(Market(*ups)), Desk(Market(*ups))
    for desk in (straight, first):
        desk.record.hear(asked_at(0), VOTES)
        desk.record.hear(asked_at(3), VOTES)
    await first.record.save()
    second = Desk(Market(*ups), first.book)
    await second.record.load()
    for desk in (straight, second):
        desk.record.hear(asked_at(6), VOTES)
        desk.record.catch_up(AT + timedelta(hours=30))
    assert encoded(second.record.state) == encoded(straight.record.state)


async def test_a_bar_is_heard_once() -> None:
    desk = Desk(Market(0))
    desk.record.hear(asked_at(0), VOTES)
    before = encoded(desk.record.state)
    desk.record.hear(asked_at(0), VOTES)
    assert encoded(desk.record.state) == before


async def test_a_database_that_fails_costs_no_decision_and_is_caught_up_with() -> None:
    desk = Desk(Market(0))
    desk.book.refuses = True
    desk.record.hear(asked_at(0), VOTES)
    await desk.record.save()
    assert len(desk.troubles) == 1
    assert not desk.book.by_key
    desk.book.refuses = False
    desk.record.hear(asked_at(1), VOTES)
    await desk.record.save()
    assert len(desk.book.by_key) == 2


async def test_what_bars_cannot_decide_is_lost_and_teaches_nothing() -> None:
    desk = Desk(Market(*(0,) * 12))
    desk.record.hear(asked_at(-20), VOTES)
    assert desk.record.catch_up(AT + timedelta(hours=30)) == 1
    assert desk.record.state.outcomes == 0
    await desk.record.save()
    assert next(iter(desk.book.by_key.values())).outcome == "lost"


def test_a_symbol_that_is_not_traded_any_more_is_not_waited_for_for_ever() -> None:
    desk = Desk(Market())
    desk.record.hear(asked_at(0), VOTES)
    assert desk.record.catch_up(AT + timedelta(hours=16)) == 0
    assert desk.record.catch_up(AT + timedelta(hours=17)) == 1
    assert desk.record.state.outcomes == 0


async def test_a_market_in_its_warm_up_has_no_event_to_score() -> None:
    desk = Desk(Market(0))
    question = asked_at(0)
    young = replace(question.snapshot, features={"atr_price": float("nan")})
    assert desk.record.hear(replace(question, snapshot=young), VOTES).up.chance > 0.0
    await desk.record.save()
    assert not desk.book.by_key


def test_a_recalibration_and_a_bias_are_told() -> None:
    desk = Desk(Market(*(-1,) * 400))
    for hour in range(200):
        desk.record.hear(asked_at(hour), (said("a", 0.8, 0.1), said("b", 0.7, 0.2)))
    desk.record.catch_up(AT + timedelta(hours=500))
    kinds = [type(event) for event in desk.events]
    assert kinds.count(BiasSeen) == 1
    assert kinds.count(Recalibrated) <= 2


def test_the_credit_of_voters_is_by_identity() -> None:
    desk = Desk(Market(0))
    desk.record.hear(asked_at(0), (said("a", 0.7, model="m"), said("b", 0.6)))
    assert set(desk.record.credit()) == {"a|m", "b"}
