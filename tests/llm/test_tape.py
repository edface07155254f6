"""The tape: the same request is one row; a replay asks nobody, and a miss is an error."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.core.errors import StorageError
from engine.core.model_calls import SAID_KINDS, TapeEntry, TapeMode
from engine.core.parameters import Parameters
from llm.clients.contract import Address, Answer, Prompt, Tokens
from llm.contract import ErrorKind, Reply
from llm.tape import MemoryTape, TapeMissed, tape_key
from tests.llm.endpoints import a_vote_text
from tests.llm.rounds import DEAR, Notebook, Scripted, a_question, a_seat, a_table, opener

ADDRESS = Address(provider="openai", model="m", base_url="https://a.example/v1", api_key="k")
PROMPT = Prompt(system="rules", user="id\nF1\nsheet\nF1", schema={"type": "object"}, max_tokens=9)
GOOD = Answer(text=a_vote_text(), tokens=Tokens(fresh=10, output=5), model="m-7")


@pytest.mark.parametrize(
    "changed",
    [
        lambda: tape_key(replace(ADDRESS, model="n"), PROMPT, "F1"),
        lambda: tape_key(replace(ADDRESS, provider="anthropic"), PROMPT, "F1"),
        lambda: tape_key(replace(ADDRESS, base_url="https://b.example/v1"), PROMPT, "F1"),
        lambda: tape_key(ADDRESS, replace(PROMPT, system="other"), "F1"),
        lambda: tape_key(ADDRESS, replace(PROMPT, user="other"), "F1"),
        lambda: tape_key(ADDRESS, replace(PROMPT, schema={}), "F1"),
        lambda: tape_key(ADDRESS, replace(PROMPT, max_tokens=8), "F1"),
    ],
)
def test_whatever_changes_what_a_model_makes_of_it_changes_the_key(
    changed: Callable[[], str],
) -> None:
    assert changed() != tape_key(ADDRESS, PROMPT, "F1")


def test_the_api_key_and_the_fence_are_no_part_of_the_identity() -> None:
    other = replace(PROMPT, user="id\nF2\nsheet\nF2")
    assert tape_key(replace(ADDRESS, api_key="x"), other, "F2") == tape_key(ADDRESS, PROMPT, "F1")


async def recorded(*answers: Answer) -> tuple[MemoryTape, list[Reply]]:
    tape = MemoryTape()
    seats = [(a_seat(f"v{n}"), opener(Scripted(each))) for n, each in enumerate(answers)]
    table = a_table(seats, tape=tape, mode=TapeMode.LIVE)
    return tape, [r for r in await table.asker.ask(a_question()) if isinstance(r, Reply)]


async def test_a_replay_gives_the_same_replies_and_asks_nobody() -> None:
    refused = Answer(kind=ErrorKind.REFUSAL, text="no", tokens=Tokens(output=3))
    late = Answer(kind=ErrorKind.TIMEOUT)
    tape, live = await recorded(GOOD, refused, late)
    nobody = [Scripted(GOOD) for _ in live]
    runs = []
    for _ in range(2):
        seats = [(a_seat(f"v{n}"), opener(client)) for n, client in enumerate(nobody)]
        table = a_table(seats, tape=tape, mode=TapeMode.REPLAY)
        runs.append(await table.asker.ask(a_question(fence="DATA-other")))
        assert table.notebook.written == []
    assert runs[0] == runs[1]
    assert [client.asked for client in nobody] == [[], [], []]
    said = [(r.raw_text, r.error_kind, r.latency_ms, r.model, r.prompt_hash) for r in live]
    replayed = [r for r in runs[0] if isinstance(r, Reply)]
    assert [
        (r.raw_text, r.error_kind, r.latency_ms, r.model, r.prompt_hash) for r in replayed
    ] == said
    assert all(r.from_tape and r.usage.cost_usd == 0.0 for r in replayed)


async def test_a_replay_of_what_was_never_asked_is_an_error() -> None:
    tape, _ = await recorded(GOOD)
    client = Scripted(GOOD)
    table = a_table([(a_seat("v0"), opener(client))], tape=tape, mode=TapeMode.REPLAY)
    with pytest.raises(TapeMissed, match="lacks 1 of 1"):
        await table.asker.ask(a_question("another"))
    assert client.asked == []


async def test_a_live_desk_does_not_pay_twice_for_the_same_question() -> None:
    tape, _ = await recorded(GOOD)
    client = Scripted(GOOD)
    table = a_table([(a_seat("v0"), opener(client))], tape=tape, mode=TapeMode.LIVE)
    (reply,) = await table.asker.ask(a_question())
    assert isinstance(reply, Reply)
    assert reply.from_tape
    assert client.asked == []


async def test_what_failed_on_the_wire_is_asked_again_by_a_live_desk() -> None:
    tape, _ = await recorded(Answer(kind=ErrorKind.TIMEOUT))
    client = Scripted(GOOD)
    table = a_table([(a_seat("v0"), opener(client))], tape=tape, mode=TapeMode.LIVE)
    await table.asker.ask(a_question())
    assert len(client.asked) == 1


async def test_without_a_tape_every_question_is_asked() -> None:
    tape, _ = await recorded(GOOD)
    client = Scripted(GOOD)
    table = a_table([(a_seat("v0"), opener(client))], tape=tape, mode=TapeMode.OFF)
    await table.asker.ask(a_question())
    assert len(client.asked) == 1


class Broken(MemoryTape):
    async def find(self, keys: object) -> dict[str, TapeEntry]:
        raise StorageError("locked")


async def test_a_tape_that_cannot_be_read_stops_a_replay_and_not_a_live_round() -> None:
    client, notebook = Scripted(GOOD), Notebook()
    seats = [(a_seat("v0"), opener(client))]
    live = a_table(seats, tape=Broken(), mode=TapeMode.LIVE, notebook=notebook)
    (reply,) = await live.asker.ask(a_question())
    assert isinstance(reply, Reply)
    assert reply.raw_text == GOOD.text
    assert notebook.troubles == ["locked"]
    with pytest.raises(StorageError):
        await a_table(seats, tape=Broken(), mode=TapeMode.REPLAY).asker.ask(a_question())


def test_what_was_said_is_named_by_kinds_that_exist() -> None:
    assert {kind.value for kind in ErrorKind} > SAID_KINDS - {""}


async def test_a_voter_that_was_not_asked_is_not_asked_in_the_replay_either() -> None:
    tape, notebook = MemoryTape(), Notebook()
    broke = Parameters(budget_round_usd=0.0)
    seats = [(a_seat("v0", price=DEAR), opener(Scripted(GOOD)))]
    await a_table(seats, tape=tape, mode=TapeMode.LIVE, parameters=broke).asker.ask(a_question())
    replay = a_table(seats, tape=tape, mode=TapeMode.REPLAY, notebook=notebook)
    (reply,) = await replay.asker.ask(a_question())
    assert isinstance(reply, Reply)
    assert reply.error_kind is ErrorKind.BUDGET


async def test_what_a_model_said_is_never_replaced_by_a_later_failure() -> None:
    tape, _ = await recorded(GOOD)
    seats = [(a_seat("v0"), opener(Scripted(Answer(kind=ErrorKind.TIMEOUT))))]
    (before,) = (await tape.find(list(tape._entries))).values()
    await tape.keep([replace(before, kind="timeout", raw_text="")])
    (reply,) = await a_table(seats, tape=tape, mode=TapeMode.LIVE).asker.ask(a_question())
    assert isinstance(reply, Reply)
    assert reply.raw_text == GOOD.text
