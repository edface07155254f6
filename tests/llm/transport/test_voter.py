"""One voter's asking: again, in plainer words, paid for once, or not at all."""

import asyncio
from dataclasses import replace

import pytest

from engine.core.parameters import Parameters
from llm.clients.contract import Answer, Client, Strictness, Tokens
from llm.contract import ErrorKind, Reply
from llm.transport.breaker import FAILURES
from tests.llm.endpoints import a_vote_text
from tests.llm.rounds import (
    DEAR,
    Notebook,
    Scripted,
    StandingWall,
    Table,
    a_question,
    a_seat,
    a_table,
    opener,
)

GOOD = Answer(text=a_vote_text(), tokens=Tokens(fresh=1000, output=100), model="m-1-2026")
RICH = Parameters(
    budget_round_usd=100.0, budget_day_usd=100.0, budget_month_usd=100.0, budget_voter_usd=100.0
)


async def asked(table: Table) -> Reply:
    (reply,) = await table.asker.ask(a_question())
    assert isinstance(reply, Reply)
    return reply


def with_client(client: Client, **more: object) -> Table:
    return a_table([(a_seat(price=DEAR), opener(client))], parameters=RICH, **more)  # type: ignore[arg-type]


async def test_a_reply_says_who_said_what_with_which_words_and_what_it_cost() -> None:
    reply = await asked(with_client(Scripted(GOOD)))
    assert (reply.voter, reply.raw_text, reply.error_kind) == ("oak", GOOD.text, None)
    assert reply.model == "m-1-2026"
    assert len(reply.prompt_hash) == 12
    assert reply.usage.cost_usd == pytest.approx(1.1)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (1000, 100)


@pytest.mark.parametrize(
    ("first", "hint"),
    [
        (replace(GOOD, text="I would not buy"), "could not be used"),
        (replace(GOOD, text=a_vote_text(p_up=7)), "p_up"),
        (Answer(kind=ErrorKind.EMPTY, tokens=Tokens(output=5)), "empty"),
    ],
)
async def test_an_answer_beside_the_form_is_asked_for_again_with_what_was_wrong(
    first: Answer, hint: str
) -> None:
    client = Scripted(first, GOOD)
    reply = await asked(with_client(client))
    assert reply.raw_text == GOOD.text
    (begin, _), (again, _) = client.asked
    assert again.system == begin.system  # the cached part stays what it was
    assert again.user.startswith(begin.user)
    assert hint in again.user.removeprefix(begin.user)


async def test_a_cut_answer_gets_twice_the_room() -> None:
    client = Scripted(Answer(kind=ErrorKind.TRUNCATED, text="{", tokens=Tokens(output=50)), GOOD)
    await asked(with_client(client))
    (begin, _), (again, _) = client.asked
    assert again.max_tokens == 2 * begin.max_tokens


async def test_a_second_answer_beside_the_form_is_handed_on_as_it_came() -> None:
    client = Scripted(replace(GOOD, text="no"))
    table = with_client(client)
    reply = await asked(table)
    assert len(client.asked) == 2
    assert (reply.raw_text, reply.error_kind) == ("no", None)
    (call,) = table.notebook.calls.values()
    assert call.kind == "bad_json"


async def test_an_endpoint_without_schemas_is_understood_and_remembered() -> None:
    client = Scripted(Answer(kind=ErrorKind.BAD_REQUEST, mendable=True, billed=False), GOOD)
    table = with_client(client)
    await asked(table)
    await table.asker.ask(a_question("second"))
    assert [dialect.strictness for _, dialect in client.asked] == [
        Strictness.SCHEMA,
        Strictness.JSON,
        Strictness.JSON,
    ]


async def test_a_request_that_nothing_mends_leaves_the_dialect_as_it_was() -> None:
    client = Scripted(Answer(kind=ErrorKind.BAD_REQUEST, mendable=True, billed=False))
    table = with_client(client)
    assert (await asked(table)).error_kind is ErrorKind.BAD_REQUEST
    await table.asker.ask(a_question("second"))
    assert client.asked[3][1].strictness is Strictness.SCHEMA
    assert table.budget.standing().day_usd == 0.0


async def test_every_request_of_one_answer_is_paid() -> None:
    client = Scripted(replace(GOOD, text="no"), GOOD)
    table = with_client(client)
    reply = await asked(table)
    assert reply.usage.cost_usd == pytest.approx(2.2)
    assert table.budget.standing().day_usd == pytest.approx(2.2)


async def test_what_a_request_may_cost_is_stored_before_it_leaves() -> None:
    notebook = Notebook()
    seen: list[tuple[bool, float]] = []

    class Looking(Scripted):
        async def ask(self, *asked: object) -> Answer:
            seen.extend((call.is_settled, call.cost_usd) for call in notebook.calls.values())
            return GOOD

    table = with_client(Looking(GOOD), notebook=notebook)
    await asked(table)
    ((was_settled, reserved_usd),) = seen
    (call,) = notebook.calls.values()
    assert not was_settled
    assert call.is_settled
    assert reserved_usd > call.cost_usd


async def test_where_the_spending_cannot_be_stored_nothing_is_spent() -> None:
    client = Scripted(GOOD)
    table = with_client(client, notebook=Notebook(is_broken=True))
    reply = await asked(table)
    assert reply.error_kind is ErrorKind.BUDGET
    assert client.asked == []
    assert table.budget.standing().day_usd == 0.0
    assert table.notebook.troubles


async def test_over_its_budget_a_voter_is_not_asked() -> None:
    client = Scripted(GOOD)
    table = a_table([(a_seat(price=DEAR), opener(client))], parameters=Parameters())
    assert (await asked(table)).error_kind is ErrorKind.BUDGET
    assert client.asked == []


async def test_pauses_are_slept_on_the_walls_clock() -> None:
    wall = StandingWall()
    client = Scripted(Answer(kind=ErrorKind.OVERLOADED, wait_s=1.5, billed=False), GOOD)
    reply = await asked(with_client(client, wall=wall))
    assert reply.error_kind is None
    assert wall.slept_s == [1.5]
    assert reply.latency_ms == 1500.0


async def test_a_provider_that_is_down_is_told_once_and_then_left_alone() -> None:
    client = Scripted(Answer(kind=ErrorKind.AUTH, billed=False))
    table = with_client(client)
    await asked(table)
    second = await asked(table)
    assert second.error_kind is ErrorKind.CIRCUIT_OPEN
    assert len(client.asked) == 1
    assert table.notebook.down == [("oak", ErrorKind.AUTH, 900.0)]


async def test_voters_of_one_account_fail_together() -> None:
    refused, good = Scripted(Answer(kind=ErrorKind.QUOTA, billed=False)), Scripted(GOOD)
    seats = [
        (a_seat("oak", account="one"), opener(refused)),
        (a_seat("elm", account="one"), opener(good)),
        (a_seat("ash", account="two"), opener(good)),
    ]
    table = a_table(seats)
    await table.asker.ask(a_question())
    replies = await table.asker.ask(a_question("second"))
    assert [reply.error_kind for reply in replies if isinstance(reply, Reply)] == [
        ErrorKind.CIRCUIT_OPEN,
        ErrorKind.CIRCUIT_OPEN,
        None,
    ]


@pytest.mark.parametrize("kind", [ErrorKind.SERVER, ErrorKind.OVERLOADED, ErrorKind.RATE_LIMIT])
async def test_a_voter_that_fails_beside_healthy_ones_of_its_account_rests_alone(
    kind: ErrorKind,
) -> None:
    down, good = Scripted(Answer(kind=kind, billed=False)), Scripted(GOOD)
    seats = [(a_seat(name, account="one"), opener(c)) for name, c in (("oak", down), ("elm", good))]
    table = a_table(seats)
    last: list[ErrorKind | None] = []
    for number in range(FAILURES + 1):
        replies = await table.asker.ask(a_question(f"question {number}"))
        last = [reply.error_kind for reply in replies if isinstance(reply, Reply)]
    assert last == [ErrorKind.CIRCUIT_OPEN, None]
    assert [(name, cause) for name, cause, _ in table.notebook.down] == [("oak", kind)]


async def test_an_account_whose_only_voter_fails_is_told_once() -> None:
    table = with_client(Scripted(Answer(kind=ErrorKind.SERVER, billed=False)))
    for number in range(FAILURES + 2):
        await table.asker.ask(a_question(f"question {number}"))
    assert len(table.notebook.down) == 1


async def test_a_client_with_a_fault_of_its_own_is_one_abstention() -> None:
    class Broken(Scripted):
        async def ask(self, *asked: object) -> Answer:
            raise KeyError("choices")

    seats = [(a_seat("oak"), opener(Broken(GOOD))), (a_seat("elm"), opener(Scripted(GOOD)))]
    table = a_table(seats)
    replies = await table.asker.ask(a_question())
    assert [reply.error_kind for reply in replies if isinstance(reply, Reply)] == [
        ErrorKind.BAD_TRANSPORT,
        None,
    ]
    assert "KeyError" in table.notebook.troubles[0]


async def test_a_client_that_is_not_made_in_time_costs_nothing_and_is_nobodys_fault() -> None:
    async def never(address: object) -> Client:
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")

    hasty = RICH.model_copy(update={"round_s": 1.0})
    table = a_table([(a_seat(price=DEAR), never)], parameters=hasty)
    reply = await asked(table)
    assert (reply.error_kind, reply.usage.cost_usd) == (ErrorKind.TIMEOUT, 0.0)
    assert table.budget.standing().day_usd == 0.0
    own = table.voters[0].own
    assert [own.note(ErrorKind.TIMEOUT) for _ in range(FAILURES)] == [False, False, True]


async def test_each_reply_is_told_as_it_comes() -> None:
    told: list[str] = []
    table = with_client(Scripted(GOOD))
    await table.asker.ask(a_question(), lambda reply: told.append(reply.voter))
    assert told == ["oak"]


async def test_the_levels_of_the_budget_are_told_when_they_are_reached() -> None:
    tight = RICH.model_copy(update={"budget_day_usd": 5.4, "vote_tokens": 100})
    client = Scripted(GOOD)
    table = a_table([(a_seat(price=DEAR), opener(client))], parameters=tight)
    for number in range(5):
        await table.asker.ask(a_question(f"s{number}"))
    assert table.notebook.levels == [0.8]
    assert len(client.asked) == 4  # the fifth could have broken the limit
    assert table.budget.standing().day_usd == pytest.approx(4.4)
