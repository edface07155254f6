"""Parameters of a Bot API call: from JSON, a form, a query string or multipart, typed on demand."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.localchat.refusal import Json, Refusal, bad_request

UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024  # Telegram's limit for files that bots send
NUMBERS = re.compile(r"-?\d{1,18}")
STRUCTURED = frozenset(
    [
        "reply_markup",
        "entities",
        "caption_entities",
        "reply_parameters",
        "commands",
        "scope",
        "media",
        "reaction",
        "menu_button",
        "allowed_updates",
        "link_preview_options",
        "message_ids",
    ]
)
NUMERIC = frozenset(
    [
        "chat_id",
        "message_id",
        "user_id",
        "reply_to_message_id",
        "message_thread_id",
        "draft_id",
        "offset",
        "limit",
        "timeout",
        "cache_time",
        "max_connections",
    ]
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one call. Readers raise `Refusal` when a value has the wrong form."""

    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value as text, empty when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise bad_request("strings must be encoded in UTF-8")
        return text

    def whole(self, name: str) -> int | None:
        """The value as a whole number, None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and NUMBERS.fullmatch(value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise bad_request(f'can\'t parse "{name}": expected an Integer')

    def flag(self, name: str) -> bool:
        """The value as truth; `false`, `0`, `no` and absence are false."""
        value = self.values.get(name)
        return str(value).lower() in {"true", "yes", "1"}

    def structure(self, name: str) -> Any:
        """The value as parsed JSON, None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def array(self, name: str) -> list[Any]:
        """The value as a JSON array, empty when absent."""
        value = self.structure(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f'can\'t parse "{name}": expected an Array')
        return value

    def shown(self) -> Json:
        """The parameters for a person or a test to read: numbers and JSON parsed, files by size."""
        readable = {name: _readable(name, value) for name, value in self.values.items()}
        files = {
            name: {"file_name": upload.name, "size_bytes": len(upload.content)}
            for name, upload in self.uploads.items()
        }
        return readable | ({"files": files} if files else {})


async def read_params(request: web.Request) -> Params:
    """The parameters of an HTTP request; the body wins over the query string."""
    values: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if kind.startswith("multipart/"):
        await _read_multipart(request, values, uploads)
    elif request.can_read_body:
        roomy = request.clone(client_max_size=UPLOAD_LIMIT_BYTES)
        if kind == "application/json":
            values |= _json_object(await roomy.text())
        else:
            values |= {name: str(value) for name, value in (await roomy.post()).items()}
    return Params(values, uploads)


async def _read_multipart(request: web.Request, values: Json, uploads: dict[str, Upload]) -> None:
    size_bytes = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytearray()
        while chunk := await part.read_chunk(65536):
            content += chunk
            size_bytes += len(chunk)
            if size_bytes > UPLOAD_LIMIT_BYTES:
                raise Refusal(413, "Request Entity Too Large")
        if part.filename is None:
            values[part.name] = content.decode(errors="replace")
        else:
            mime_type = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, bytes(content), mime_type)


def _json_object(text: str) -> Json:
    try:
        parsed = json.loads(text or "{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(parsed, dict):
        raise bad_request("can't parse JSON object: expected an Object")
    return parsed


def _readable(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in NUMERIC and NUMBERS.fullmatch(value):
        return int(value)
    if isinstance(value, str) and name in STRUCTURED:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
