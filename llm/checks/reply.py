"""What a model may answer, and the strict reading of it. Nothing is salvaged from prose."""

import json
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llm.contract import ErrorKind

LONGEST_REPLY = 20_000  # characters; a vote has some 1500
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


class _Strict(BaseModel):
    # every field is required and none has a default: the schema is strict as it stands
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Evidence(_Strict):
    """One number of the sheet that the forecast rests on."""

    key: str = Field(max_length=40)
    value: float = Field(allow_inf_nan=False)


class VoteReply(_Strict):
    """One voter's answer, as its JSON says it."""

    snapshot_id: str = Field(max_length=16, description="copied from the question")
    symbol: str = Field(max_length=24, description="copied from the question")
    evidence: tuple[Evidence, ...] = Field(
        max_length=6, strict=False, description="numbers of the sheet, by their keys"
    )
    reason: str = Field(max_length=600, description="why, in plain words")
    p_up: float = Field(
        ge=0, le=1, allow_inf_nan=False, description="chance that the barrier above is first"
    )
    p_down: float = Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="chance that the barrier below is first; the rest of 1 is neither",
    )
    action: Literal["BUY", "SELL", "HOLD"] = Field(
        description="BUY where p_up is larger, SELL where p_down is, HOLD without an edge"
    )
    stop: float | None = Field(allow_inf_nan=False, description="a price, or null")
    target: float | None = Field(allow_inf_nan=False, description="a price, or null")


def reply_schema() -> dict[str, Any]:
    """The JSON schema to send with the request: made from the very class that reads the reply."""
    return VoteReply.model_json_schema()


class Fault(ValueError):
    """A reply that cannot be read. `kind` is BAD_JSON, BAD_SCHEMA or EMPTY; the text says where."""

    def __init__(self, kind: ErrorKind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def read_reply(text: str) -> VoteReply:
    """The vote in the text; raises Fault.

    One code fence or one leading <think> block is taken off, nothing else. Refused: extra or
    missing fields, duplicate keys, NaN and infinities, numbers as strings, over LONGEST_REPLY.
    """
    if not text.strip():
        raise Fault(ErrorKind.EMPTY, "the reply is empty")
    if len(text) > LONGEST_REPLY:
        raise Fault(ErrorKind.BAD_SCHEMA, f"the reply has {len(text)} characters")
    bare = _THOUGHT.sub("", text, count=1)
    fenced = _FENCED.match(bare)
    try:
        value = strict_json(fenced[1] if fenced else bare)
    except (ValueError, RecursionError) as error:
        raise Fault(ErrorKind.BAD_JSON, _short(error)) from None
    try:
        return VoteReply.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"][:3])
        raise Fault(ErrorKind.BAD_SCHEMA, f"{where}: {first['msg']}"[:160]) from None


def strict_json(text: str) -> Any:
    """The JSON value; raises ValueError for a duplicate key and for NaN or an infinity."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _refuse(token: str) -> Any:
    raise ValueError(f"not a finite number: {token}")


def _short(error: Exception) -> str:
    # the decoder's sentence has the place, never the text itself
    if isinstance(error, RecursionError):
        return "nested too deep"
    return (error.msg if isinstance(error, json.JSONDecodeError) else str(error))[:160]
