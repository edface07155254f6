"""Both real SDKs against a loopback server, in every way a request can go wrong."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from llm.checks.reply import reply_schema
from llm.clients.contract import Address, Answer, Dialect, Prompt, Strictness
from llm.clients.vendors import Vendors
from llm.contract import ErrorKind
from tests.llm.endpoints import TEXTS, Endpoint, serving

BOTH = ("openai", "anthropic")
PROMPT = Prompt(system="rules", user="sheet", schema=reply_schema(), max_tokens=500)
PLAIN = Dialect(Strictness.PROMPT)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with serving() as served:
        yield served


@pytest.fixture
async def vendors() -> AsyncIterator[Vendors]:
    opened = Vendors(lambda: datetime.now(UTC))
    yield opened
    await opened.close()


async def asked(
    vendors: Vendors,
    url: str,
    provider: str,
    dialect: Dialect | None = None,
    timeout_s: float = 20.0,
) -> Answer:
    address = Address(provider=provider, model="m-1", base_url=url, api_key="sk-hunter2")
    client = await vendors.open(address)
    return await client.ask(PROMPT, dialect or Dialect(), timeout_s)


@pytest.mark.parametrize("provider", BOTH)
async def test_a_good_answer_comes_with_its_text_its_tokens_and_the_model_that_served(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, endpoint.url("good", provider), provider)
    assert answer.kind is None
    assert answer.text == TEXTS["good"]
    assert answer.model == "served-model-7"
    assert answer.tokens is not None
    assert (answer.tokens.fresh, answer.tokens.cached, answer.tokens.output) == (200, 1000, 100)


@pytest.mark.parametrize("provider", BOTH)
@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("401", ErrorKind.AUTH),
        ("403", ErrorKind.AUTH),
        ("402", ErrorKind.QUOTA),
        ("no_credit", ErrorKind.QUOTA),
        ("spend_limit", ErrorKind.QUOTA),
        ("contract_limit", ErrorKind.QUOTA),
        ("on_hold", ErrorKind.QUOTA),
        ("billing", ErrorKind.QUOTA),
        ("302", ErrorKind.BAD_REQUEST),  # a key goes to the host that was named, to no other
        ("408", ErrorKind.SERVER),
        ("413", ErrorKind.BAD_REQUEST),
        ("422", ErrorKind.BAD_REQUEST),
        ("502", ErrorKind.SERVER),
        ("504", ErrorKind.SERVER),
        ("400", ErrorKind.BAD_REQUEST),
        ("404", ErrorKind.BAD_REQUEST),
        ("409", ErrorKind.SERVER),
        ("429_1", ErrorKind.RATE_LIMIT),
        ("429_3600", ErrorKind.RATE_LIMIT),
        ("500", ErrorKind.SERVER),
        ("503", ErrorKind.OVERLOADED),
        ("529", ErrorKind.OVERLOADED),
        ("html", ErrorKind.BAD_TRANSPORT),
        ("half_json", ErrorKind.BAD_TRANSPORT),
        ("other_shape", ErrorKind.BAD_TRANSPORT),
        ("cut", ErrorKind.BAD_TRANSPORT),
        ("truncated", ErrorKind.TRUNCATED),
        ("refusal", ErrorKind.REFUSAL),
        ("filtered", ErrorKind.REFUSAL),
        ("empty", ErrorKind.EMPTY),
        ("null", ErrorKind.EMPTY),
    ],
)
async def test_every_failure_is_one_kind_and_no_exception(
    scenario: str, kind: ErrorKind, provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, endpoint.url(scenario, provider), provider)
    assert answer.kind is kind
    assert endpoint.count(scenario) == 1  # the SDK asked once: retrying is ours
    assert "hunter2" not in repr(answer)


@pytest.mark.parametrize("provider", BOTH)
async def test_items_of_another_shape_are_no_text(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, endpoint.url("list_shape", provider), provider)
    wanted = ErrorKind.BAD_TRANSPORT if provider == "openai" else ErrorKind.EMPTY
    assert (answer.kind, answer.text) == (wanted, "")


@pytest.mark.parametrize("provider", BOTH)
@pytest.mark.parametrize(
    ("scenario", "wait_s"),
    [
        ("429_1", 1.0), ("429_3600", 3600.0), ("429_ms", 0.02), ("529_30", 30.0), ("429_odd", None),
        ("429", None),
    ],
)  # fmt: skip
async def test_the_wait_that_a_server_asks_for_is_told_and_not_slept(
    scenario: str, wait_s: float, provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, endpoint.url(scenario, provider), provider)
    assert answer.wait_s == wait_s


@pytest.mark.parametrize("provider", BOTH)
async def test_a_server_may_name_the_day_until_which_it_wants_to_be_left_alone(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, endpoint.url("429_date", provider), provider)
    assert answer.wait_s is not None
    assert answer.wait_s > 365 * 86_400.0


@pytest.mark.parametrize("provider", BOTH)
async def test_a_body_that_drips_is_cut_off_by_whoever_asked(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    with pytest.raises(TimeoutError):  # the SDK's own time-out never fires: a byte came
        async with asyncio.timeout(1.0):
            await asked(vendors, endpoint.url("drip", provider), provider, timeout_s=0.5)
    answer = await asked(vendors, endpoint.url("good", provider), provider)
    assert answer.kind is None  # the connections are fit for the next question


@pytest.mark.parametrize("provider", BOTH)
async def test_a_server_that_hangs_is_a_timeout(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, endpoint.url("hang", provider), provider, timeout_s=0.2)
    assert answer.kind is ErrorKind.TIMEOUT
    assert answer.billed  # the vendor may have worked on it


@pytest.mark.parametrize("provider", BOTH)
async def test_a_port_where_nobody_listens_was_not_billed(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    answer = await asked(vendors, "http://127.0.0.1:9", provider)
    assert (answer.kind, answer.billed) == (ErrorKind.CONNECT, False)


@pytest.mark.parametrize("provider", BOTH)
async def test_the_schema_is_asked_for_by_the_provider_or_by_the_prompt(
    provider: str, vendors: Vendors, endpoint: Endpoint
) -> None:
    url = endpoint.url("good", provider)
    await asked(vendors, url, provider)
    await asked(vendors, url, provider, PLAIN)
    (_, strict, _), (_, plain, _) = endpoint.asked
    assert '"snapshot_id"' in str(strict.get("response_format") or strict["output_config"]).replace(
        "'", '"'
    )
    assert "response_format" not in plain
    assert "output_config" not in plain
    assert "snapshot_id" in str(plain["messages"]) + str(plain.get("system"))


async def test_a_refused_parameter_is_left_out_or_named_as_before(
    vendors: Vendors, endpoint: Endpoint
) -> None:
    older = Dialect(Strictness.JSON, frozenset({"max_completion_tokens"}))
    await asked(vendors, endpoint.url("good", "openai"), "openai", older)
    ((_, body, _),) = endpoint.asked
    assert (body.get("max_tokens"), "max_completion_tokens" in body) == (500, False)
    assert body["response_format"] == {"type": "json_object"}


async def test_the_key_goes_into_the_headers_each_wire_knows(
    vendors: Vendors, endpoint: Endpoint
) -> None:
    for provider in BOTH:
        await asked(vendors, endpoint.url("good", provider), provider)
    (_, _, chat), (_, _, messages) = endpoint.asked
    assert chat["Authorization"] == "Bearer sk-hunter2"
    assert messages["X-Api-Key"] == "sk-hunter2"
