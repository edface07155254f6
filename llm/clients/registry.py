"""The providers that speak to models. A new one: its file, and a row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from llm.clients.anthropic_messages import AnthropicMessages
from llm.clients.contract import Address, Client
from llm.clients.openai_chat import OpenAiChat

if TYPE_CHECKING:
    import httpx2

Opener = Callable[[Address, "httpx2.AsyncClient", Callable[[], datetime]], Client]


@dataclass(frozen=True, slots=True)
class Provider:
    """One dialect. Nothing heavy is imported before `open` is called."""

    name: str
    open: Opener


PROVIDERS: Mapping[str, Provider] = {
    each.name: each
    for each in (
        Provider("openai", OpenAiChat),
        Provider("anthropic", AnthropicMessages),
    )
}
