"""What the inbox keeps of an update: who said what, where and when; nothing of Telegram's shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of a person."""

    name: str  # the person's display name at that moment, raw
    text: str  # keys and tokens already taken out
    message_id: int
    had_secret: bool = False
    thread_id: int | None = None  # the topic of a group
    just_paired: bool = False  # a code in it was redeemed

    def as_payload(self) -> dict[str, Any]:
        """The JSON form, for the inbox."""
        return {
            "kind": "said",
            "name": self.name,
            "text": self.text,
            "message_id": self.message_id,
            "had_secret": self.had_secret,
            "thread_id": self.thread_id,
            "just_paired": self.just_paired,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The message that `as_payload` made `payload` of."""
        return cls(
            name=payload["name"],
            text=payload["text"],
            message_id=payload["message_id"],
            had_secret=payload["had_secret"],
            thread_id=payload.get("thread_id"),  # rows of an older release have neither
            just_paired=payload.get("just_paired", False),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A tap on an inline button."""

    name: str
    data: str  # what stands in the button; "" for a game or another foreign kind
    callback_id: str
    message_id: int | None  # None: the card is not reachable for us any more
    has_photo: bool = False

    def as_payload(self) -> dict[str, Any]:
        """The JSON form, for the inbox."""
        return {
            "kind": "tapped",
            "name": self.name,
            "data": self.data,
            "callback_id": self.callback_id,
            "message_id": self.message_id,
            "has_photo": self.has_photo,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The tap that `as_payload` made `payload` of."""
        return cls(
            name=payload["name"],
            data=payload["data"],
            callback_id=payload["callback_id"],
            message_id=payload["message_id"],
            has_photo=payload["has_photo"],
        )


Asked = Said | Tapped


def asked_from(payload: Mapping[str, Any]) -> Asked:
    """What a row of the inbox says; raises KeyError or ValueError for a foreign payload."""
    if payload["kind"] == "said":
        return Said.from_payload(payload)
    if payload["kind"] == "tapped":
        return Tapped.from_payload(payload)
    raise ValueError(f"not a payload of ours: {payload['kind']!r}")
