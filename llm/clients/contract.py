"""What a client of a provider is: one method, which answers with a value whatever happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Protocol

from llm.contract import ErrorKind


class Strictness(IntEnum):
    """How firmly the provider is held to the form; each level down is for one that cannot more."""

    SCHEMA = 0  # the provider enforces the JSON schema
    JSON = 1  # the provider enforces JSON, the prompt holds the schema
    PROMPT = 2  # the prompt alone asks for JSON


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an endpoint was found to understand of one model; remembered from call to call."""

    strictness: Strictness = Strictness.SCHEMA
    refused: frozenset[str] = frozenset()  # parameters that it does not take


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is asked. `system` is the same for every question of a voter, so providers cache it."""

    system: str
    user: str
    schema: Mapping[str, Any]  # JSON schema of the answer
    max_tokens: int  # of output, thinking included


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a request used, as its provider counts. Unknown counts are zero."""

    fresh: int = 0  # of input, without those below
    cached: int = 0  # of input, read from the provider's cache
    written: int = 0  # of input, written to the provider's cache
    output: int = 0  # thinking included


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request came to: text, or the kind of what went wrong, or both."""

    kind: ErrorKind | None = None
    text: str = ""
    why: str = ""  # what was wrong with the text, for the model and the log
    tokens: Tokens | None = None  # None: the provider did not tell
    model: str = ""  # as the reply names it
    wait_s: float | None = None  # how long the server asks us to stay away
    parameter: str = ""  # the parameter that a bad request names
    mendable: bool = False  # a request in a plainer dialect may be understood
    billed: bool = True  # False: the request was refused or never arrived


class Client(Protocol):
    """One model at one endpoint. Raises nothing but CancelledError."""

    async def ask(self, prompt: Prompt, dialect: Dialect, timeout_s: float) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a model is asked. The key never prints."""

    provider: str
    model: str
    base_url: str  # the vendor's own where the setting names none
    api_key: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
