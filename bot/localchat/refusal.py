"""What the Bot API says when it says no, in Telegram's words: clients tell cases apart by them."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with `ok: false`: HTTP status, the sentence, and Telegram's `parameters` if any."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def body(self) -> Json:
        """The JSON object Telegram would send."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> Refusal:
    """A 400 whose sentence starts as Telegram's do."""
    return Refusal(400, f"Bad Request: {reason}")


def not_found() -> Refusal:
    """A 404, Telegram's answer to a method it does not know and to a malformed token."""
    return Refusal(404, "Not Found")


def conflict(reason: str) -> Refusal:
    """A 409, for two consumers of one queue of updates."""
    return Refusal(409, f"Conflict: {reason}")


def too_many_requests(retry_after_s: int) -> Refusal:
    """A 429 with the whole seconds to wait, in the text and in `parameters`."""
    return Refusal(
        429,
        f"Too Many Requests: retry after {retry_after_s}",
        {"retry_after": retry_after_s},
    )
