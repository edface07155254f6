"""messages: the dialect of Anthropic. The body is read by us, as in llm/clients/openai_chat.py."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llm.clients.contract import Address, Answer, Dialect, Prompt, Strictness, Tokens
from llm.clients.failures import answer_to, body_of, count_in, failures_of
from llm.contract import ErrorKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import httpx2

VERSION = "2023-06-01"
_ENDS = {
    "refusal": ErrorKind.REFUSAL,
    "max_tokens": ErrorKind.TRUNCATED,
    "model_context_window_exceeded": ErrorKind.TRUNCATED,
}


class AnthropicMessages:
    """One model behind messages. Making it imports the SDK: do it in a thread."""

    def __init__(
        self, address: Address, http: "httpx2.AsyncClient", now: "Callable[[], datetime]"
    ) -> None:
        import anthropic

        self._sdk = anthropic
        self._failures = failures_of(anthropic)
        self._transform = anthropic.transform_schema
        self._model = address.model
        self._now = now
        client = anthropic.AsyncAnthropic(
            api_key=address.api_key,  # always: without one the SDK looks into profile files
            base_url=address.base_url,
            # gateways of before the SDK's version 2 know the key by this name only
            default_headers={"X-Api-Key": address.api_key, **address.headers},
            max_retries=0,  # it would sleep through a Retry-After of an hour
            http_client=http,
        )
        self._create: Any = client.messages.with_raw_response.create

    async def ask(self, prompt: Prompt, dialect: Dialect, timeout_s: float) -> Answer:
        """The model's answer, or the kind of its failure."""
        request = request_of(self._model, prompt, dialect)
        if dialect.strictness is Strictness.SCHEMA:
            schema = self._transform(dict(prompt.schema))
            request["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        try:
            response = await self._create(**request, timeout=timeout_s)
            text = response.http_response.text
        except self._failures as error:
            return answer_to(error, self._sdk, self._now())
        return read(text)


def request_of(model: str, prompt: Prompt, dialect: Dialect) -> dict[str, Any]:
    """The keyword arguments of one request, without the schema, which its SDK has to transform."""
    system = prompt.system
    if dialect.strictness is not Strictness.SCHEMA:
        system += f"\n\nThe JSON schema of the answer:\n{json.dumps(prompt.schema)}"
    block: dict[str, Any] = {"type": "text", "text": system}
    if "cache_control" not in dialect.refused:
        block["cache_control"] = {"type": "ephemeral"}
    return {
        "model": model,
        "max_tokens": prompt.max_tokens,
        "system": [block],
        "messages": [{"role": "user", "content": prompt.user}],
    }


def read(text: str) -> Answer:
    """What the body of a 200 says: a text, a refusal, a cut text, or nothing that we know."""
    body = body_of(text)
    blocks = None if body is None else body.get("content")
    if body is None or not isinstance(blocks, list):
        return Answer(kind=ErrorKind.BAD_TRANSPORT)
    content = "".join(_text_of(block) for block in blocks)
    end = body.get("stop_reason")
    kind = _ENDS.get(end) if isinstance(end, str) else None
    if kind is None and not content.strip():
        kind = ErrorKind.EMPTY
    model = body.get("model")
    return Answer(
        kind=kind,
        text=content,
        tokens=_tokens(body.get("usage")),
        model=model[:120] if isinstance(model, str) else "",
    )


def _text_of(block: object) -> str:
    if not isinstance(block, Mapping) or block.get("type") != "text":
        return ""
    text = block.get("text")
    return text if isinstance(text, str) else ""


def _tokens(usage: object) -> Tokens | None:
    if not isinstance(usage, Mapping):
        return None
    return Tokens(
        fresh=count_in(usage, "input_tokens"),  # the cached ones are counted apart
        cached=count_in(usage, "cache_read_input_tokens"),
        written=count_in(usage, "cache_creation_input_tokens"),
        output=count_in(usage, "output_tokens"),
    )
