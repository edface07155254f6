"""What was done for an answer, as the reply that is read and as the rows that are kept. Pure."""

from datetime import datetime

from engine.core.model_calls import ModelCall, TapeEntry
from llm.contract import Reply, Usage
from llm.tape import told
from llm.transport.seats import Work

LONGEST_TEXT = 100_000  # characters of a reply that are kept; no vote is longer


def reply(work: Work, now_s: float) -> Reply:
    """The reply to the question, as far as it came."""
    answer = work.answer
    return Reply(
        voter=work.seat.name,
        raw_text="" if answer is None else answer.text[:LONGEST_TEXT],
        usage=Usage(
            input_tokens=work.tokens.fresh + work.tokens.written,
            cached_tokens=work.tokens.cached,
            output_tokens=work.tokens.output,
            cost_usd=work.cost_usd,
        ),
        latency_ms=work.latency_ms(now_s),
        error_kind=told(work.kind()),
        model=work.seat.address.model if answer is None or not answer.model else answer.model,
        prompt_hash=work.seat.persona.prompt_hash,
    )


def reserved_call(work: Work, at: datetime) -> ModelCall:
    """The row before the request leaves: what it may cost."""
    return ModelCall(
        round_id=work.round_id,
        voter=work.seat.name,
        model=work.seat.address.model,
        at=at,
        cost_usd=work.cost_usd,
    )


def call_of(work: Work, at: datetime, now_s: float) -> ModelCall:
    """The row when it is done: what it came to."""
    kind = work.kind()
    return ModelCall(
        round_id=work.round_id,
        voter=work.seat.name,
        model=work.seat.address.model,
        at=at,
        cost_usd=work.cost_usd,
        is_settled=True,
        kind="" if kind is None else kind.value,
        requests=work.requests,
        input_tokens=work.tokens.fresh + work.tokens.written,
        cached_tokens=work.tokens.cached,
        output_tokens=work.tokens.output,
        latency_ms=work.latency_ms(now_s),
    )


def entry_of(work: Work, at: datetime, now_s: float) -> TapeEntry:
    """The row of the tape."""
    answer, kind = work.answer, work.kind()
    return TapeEntry(
        key=work.key,
        voter=work.seat.name,
        snapshot_id=work.snapshot_id,
        model=work.seat.address.model,
        served_model=reply(work, now_s).model,
        prompt_hash=work.seat.persona.prompt_hash,
        kind="" if kind is None else kind.value,
        raw_text="" if answer is None else answer.text[:LONGEST_TEXT],
        input_tokens=work.tokens.fresh + work.tokens.written,
        cached_tokens=work.tokens.cached,
        output_tokens=work.tokens.output,
        cost_usd=work.cost_usd,
        latency_ms=work.latency_ms(now_s),
        at=at,
    )
