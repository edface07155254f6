"""chat.completions: the dialect of OpenAI, and of every server that calls itself compatible.

The body is read by us, from `with_raw_response`: the SDK's own models would turn an HTML page into
a str and another shape into an object of None, and `.parse()` throws text and usage away.
"""

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

LIMITS = ("max_completion_tokens", "max_tokens")  # the new name, and the one of older servers
_ENDS = {"length": ErrorKind.TRUNCATED, "content_filter": ErrorKind.REFUSAL}


class OpenAiChat:
    """One model behind chat.completions. Making it imports the SDK: do it in a thread."""

    def __init__(
        self, address: Address, http: "httpx2.AsyncClient", now: "Callable[[], datetime]"
    ) -> None:
        import openai

        self._sdk = openai
        self._failures = failures_of(openai)
        self._model = address.model
        self._now = now
        client = openai.AsyncOpenAI(
            api_key=address.api_key,
            base_url=address.base_url,
            default_headers=dict(address.headers),
            max_retries=0,  # when and whether to ask again is ours to say
            http_client=http,
        )
        self._create: Any = client.chat.completions.with_raw_response.create

    async def ask(self, prompt: Prompt, dialect: Dialect, timeout_s: float) -> Answer:
        """The model's answer, or the kind of its failure."""
        request = request_of(self._model, prompt, dialect)
        try:
            response = await self._create(**request, timeout=timeout_s)
            text = response.http_response.text
        except self._failures as error:
            return answer_to(error, self._sdk, self._now())
        return read(text)


def request_of(model: str, prompt: Prompt, dialect: Dialect) -> dict[str, Any]:
    """The keyword arguments of one request."""
    system = prompt.system
    if dialect.strictness is not Strictness.SCHEMA:
        system += f"\n\nThe JSON schema of the answer:\n{json.dumps(prompt.schema)}"
    request: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": prompt.user},
        ],
    }
    limits = [name for name in LIMITS if name not in dialect.refused]
    if limits:
        request[limits[0]] = prompt.max_tokens
    if dialect.strictness is Strictness.SCHEMA:
        form = {"name": "vote", "strict": True, "schema": dict(prompt.schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": form}
    elif dialect.strictness is Strictness.JSON:
        request["response_format"] = {"type": "json_object"}
    return request


def read(text: str) -> Answer:
    """What the body of a 200 says: a text, a refusal, a cut text, or nothing that we know."""
    body = body_of(text)
    choices = None if body is None else body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if body is None or not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        return Answer(kind=ErrorKind.BAD_TRANSPORT)
    content = message.get("content")
    content = content if isinstance(content, str) else ""
    end = choice.get("finish_reason")
    kind = _ENDS.get(end) if isinstance(end, str) else None
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        kind, content = ErrorKind.REFUSAL, refusal
    if kind is None and not content.strip():
        kind = ErrorKind.EMPTY
    model = body.get("model")
    return Answer(
        kind=kind,
        text=content,
        tokens=_tokens(body.get("usage")),
        model=model[:120] if isinstance(model, str) else "",
    )


def _tokens(usage: object) -> Tokens | None:
    if not isinstance(usage, Mapping):
        return None
    details = usage.get("prompt_tokens_details")
    cached = count_in(details, "cached_tokens")
    written = count_in(details, "cache_write_tokens")
    return Tokens(
        # the cached ones are counted among the prompt's
        fresh=max(0, count_in(usage, "prompt_tokens") - cached - written),
        cached=cached,
        written=written,
        output=count_in(usage, "completion_tokens"),
    )
