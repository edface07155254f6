"""Every way in which a provider's SDK fails, as one of our error kinds. Never read off prose.

Both SDKs come from one generator, so their error classes have the same names: `sdk` is the module
`openai` or `anthropic`. What was seen of each failure is in facts/llm.md, section 3.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from llm.clients.contract import Answer
from llm.contract import ErrorKind

NO_CREDIT_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "enforced_spend_limit_reached",
        "contract_spend_limit_reached",
        "organization_on_hold",
        "billing_error",
    }
)
_BY_STATUS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.AUTH,
    408: ErrorKind.SERVER,
    409: ErrorKind.SERVER,
    429: ErrorKind.RATE_LIMIT,
    503: ErrorKind.OVERLOADED,
    529: ErrorKind.OVERLOADED,
}
_CAN_WAIT = frozenset({ErrorKind.RATE_LIMIT, ErrorKind.OVERLOADED, ErrorKind.SERVER})
_NEVER_ARRIVED = frozenset(
    {ErrorKind.AUTH, ErrorKind.QUOTA, ErrorKind.RATE_LIMIT, ErrorKind.OVERLOADED,
     ErrorKind.BAD_REQUEST, ErrorKind.CONNECT}
)  # fmt: skip


def failures_of(sdk: Any) -> tuple[type[Exception], ...]:
    """What a call through `sdk` raises: its own errors, the wire's, and those of broken bodies."""
    import httpx2

    own = sdk.OpenAIError if hasattr(sdk, "OpenAIError") else sdk.AnthropicError
    return (own, httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError, ValueError)


def answer_to(error: Exception, sdk: Any, now: datetime) -> Answer:
    """The answer that `error` amounts to; `now` is for servers that name a date to wait for."""
    import httpx2

    if isinstance(error, TimeoutError | sdk.APITimeoutError | httpx2.TimeoutException):
        return Answer(kind=ErrorKind.TIMEOUT)
    if isinstance(error, sdk.APIConnectionError):
        refused = isinstance(error.__cause__, httpx2.ConnectError)
        kind = ErrorKind.CONNECT if refused else ErrorKind.BAD_TRANSPORT
        return Answer(kind=kind, billed=not refused)
    if isinstance(error, sdk.APIStatusError):
        return _of_status(error, now)
    return Answer(kind=ErrorKind.BAD_TRANSPORT)


def _of_status(error: Any, now: datetime) -> Answer:
    status = int(error.status_code)
    words = _words_of(error.body)
    kind = _BY_STATUS.get(status) or (ErrorKind.SERVER if status >= 500 else ErrorKind.BAD_REQUEST)
    if NO_CREDIT_CODES & set(words.values()):
        kind = ErrorKind.QUOTA  # said with a 400 or a 429, and no wait mends it
    wait_s = retry_after_s(error.response.headers, now) if kind in _CAN_WAIT else None
    return Answer(
        kind=kind,
        wait_s=wait_s,
        parameter=words.get("param", ""),
        mendable=kind is ErrorKind.BAD_REQUEST and status in {400, 422},
        billed=kind not in _NEVER_ARRIVED,
    )


def _words_of(body: object) -> dict[str, str]:
    # an openai error's codes stand at the top (its SDK unpacks "error"), an anthropic one's deeper
    found: dict[str, str] = {}
    outer = _mapping(body)
    inner = _mapping(outer.get("error"))
    for part in (outer, inner, _mapping(outer.get("details")), _mapping(inner.get("details"))):
        for name in ("param", "code", "type", "error_code"):
            if isinstance(part.get(name), str):
                found[name] = part[name][:64]
    return found


def _mapping(part: object) -> Mapping[str, Any]:
    return part if isinstance(part, Mapping) else {}


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the headers ask to wait, or None; milliseconds, seconds or a date (RFC 9110)."""
    for name, per_second in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name)
        if text is None:
            continue
        seconds = _number(text) / per_second
        if math.isnan(seconds):
            seconds = _seconds_until(text, now)
        if math.isfinite(seconds) and seconds >= 0.0:
            return seconds
    return None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _seconds_until(text: str, now: datetime) -> float:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return math.nan
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def body_of(text: str) -> Mapping[str, Any] | None:
    """The JSON object that a reply's body is, or None: an HTML page, a list, half an object."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def count_in(part: object, name: str) -> int:
    """The token count under `name`; zero where it is missing or no sane number."""
    value = part.get(name) if isinstance(part, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(0, value), 10**9)
