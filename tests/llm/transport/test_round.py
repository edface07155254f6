"""A round over the real SDKs: it ends when it must, and says what became of each voter."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from engine.core.parameters import Parameters
from llm.clients.vendors import Vendors
from llm.contract import Reply
from tests.llm.endpoints import Endpoint, serving
from tests.llm.rounds import (
    DEAR,
    a_question,
    a_real_wall,
    a_seat,
    a_table,
)

DEADLINE_S = 1.5
BAD = {
    "hang": "timeout",
    "drip": "timeout",
    "401": "auth",
    "429_3600": "rate_limit",
    "no_credit": "quota",
    "html": "bad_transport",
    "cut": "bad_transport",
    "other_shape": "bad_transport",
    "refusal": "refusal",
    "truncated": "truncated",
    "bad_json": "ok",  # a text came; whoever reads it finds that it is none
    "duplicate": "ok",
    "529": "overloaded",
}


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with serving() as served:
        yield served


@pytest.fixture
async def vendors() -> AsyncIterator[Vendors]:
    opened = Vendors(lambda: datetime.now(UTC))
    yield opened
    await opened.close()


async def test_of_sixteen_voters_thirteen_fail_and_the_round_ends_at_its_deadline(
    vendors: Vendors, endpoint: Endpoint
) -> None:
    names = [*BAD, "good", "fenced", "good2"]
    wall = a_real_wall()
    seats = []
    for number, name in enumerate(names):
        provider = ("openai", "anthropic")[number % 2]
        url = endpoint.url("good" if name == "good2" else name, provider)
        seats.append((a_seat(name, url=url, provider=provider, price=DEAR), vendors.open))
    rich = Parameters(
        round_s=DEADLINE_S,
        budget_round_usd=1000.0,
        budget_day_usd=1000.0,
        budget_month_usd=1000.0,
        budget_voter_usd=1000.0,
    )
    table = a_table(seats, wall=wall, parameters=rich, now=wall.now)
    await table.asker.prepare()  # imports are not part of a round

    begun_s = wall.monotonic_s()
    answers = await table.asker.ask(a_question())
    took_s = wall.monotonic_s() - begun_s
    replies = {reply.voter: reply for reply in answers if isinstance(reply, Reply)}

    assert list(replies) == names
    told = {name: getattr(reply.error_kind, "value", "ok") for name, reply in replies.items()}
    assert told == BAD | {"good": "ok", "fenced": "ok", "good2": "ok"}
    # a wide bound: the machine may be busy; a hanging voter would take 20 s and more
    assert DEADLINE_S - 0.2 < took_s < DEADLINE_S + 5.0
    settled = {call.voter: call for call in table.notebook.calls.values()}
    assert all(call.is_settled for call in settled.values())
    assert settled["bad_json"].kind == "bad_json"
    # a hung request is settled at what was reserved for it, a refused one at nothing
    assert settled["hang"].cost_usd > settled["good"].cost_usd > 0.0
    assert settled["401"].cost_usd == settled["429_3600"].cost_usd == 0.0
    spent_usd = sum(call.cost_usd for call in settled.values())
    assert table.budget.standing().day_usd == pytest.approx(spent_usd)
    assert endpoint.count("429_3600") == 1

    endpoint.asked.clear()
    await table.asker.ask(a_question("second"))
    # key, credit and an hour's wait: these are left alone now
    asked = {name for name, _, _ in endpoint.asked}
    assert not {"401", "no_credit", "429_3600"} & asked
    assert "good" in asked
    await table.asker.close()
    await wall.close()


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_a_wait_that_fits_the_deadline_is_waited_and_the_question_put_again(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    seat = a_seat(url=endpoint.url("429_ms", provider), provider=provider)
    table = a_table([(seat, vendors.open)])
    (reply,) = await table.asker.ask(a_question())
    assert isinstance(reply, Reply)
    assert endpoint.count("429_ms") == 3
    (call,) = table.notebook.calls.values()
    assert (call.requests, call.kind) == (3, "rate_limit")
    await table.asker.close()


async def test_a_local_endpoint_without_a_key_is_asked(
    vendors: Vendors, endpoint: Endpoint
) -> None:
    from llm.accounts import model_seats
    from llm.roster import parse_voters

    specs = parse_voters(f"llama=openai:llama3:8b@{endpoint.url('good', 'openai')}")
    (seat,) = model_seats(specs, {}, {}, {})
    table = a_table([(seat, vendors.open)])
    (reply,) = await table.asker.ask(a_question())
    assert isinstance(reply, Reply)
    assert reply.error_kind is None
    assert reply.usage.cost_usd == 0.0
    ((_, body, _),) = endpoint.asked
    assert body["model"] == "llama3:8b"
    await table.asker.close()
