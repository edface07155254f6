"""A small client for the local chat's three faces: Bot API, simulation, page."""

import io
import struct
import zlib
from typing import Any

import aiohttp

TOKEN = "1:local-chat"  # noqa: S105 - the local chat's default
OWNER, TRADER, VIEWER, GROUP = 1001, 1002, 1003, -2001
Json = dict[str, Any]


def png(width_px: int = 4, height_px: int = 3) -> bytes:
    """A real PNG picture, all black."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + width_px) * height_px)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


class Clock:
    """Unix seconds that move only when told."""

    def __init__(self, now_s: float = 1_800_000_000.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


class Wire:
    """HTTP to one local chat."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def call(self, method: str, **params: Any) -> tuple[int, Json]:
        """Status and answer of a Bot API call with a JSON body."""
        path = f"{self.url}/bot{TOKEN}/{method}"
        async with self.session.post(path, json=params) as answer:
            return answer.status, await answer.json()

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a Bot API call that must succeed."""
        status, answer = await self.call(method, **params)
        assert status == 200, answer
        return answer["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """The sentence of a Bot API call that must be refused."""
        status, answer = await self.call(method, **params)
        assert status != 200, answer
        assert answer["error_code"] == status
        return str(answer["description"])

    async def upload(self, method: str, field: str, content: bytes, **params: str) -> Json:
        """The answer of a Bot API call with a file."""
        form = aiohttp.FormData()
        form.add_field(field, io.BytesIO(content), filename="picture.png")
        for name, value in params.items():
            form.add_field(name, value)
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", data=form) as answer:
            body: Json = await answer.json()
            return body

    async def post(self, path: str, **body: Any) -> Json:
        """The answer of a POST to the simulation or the page, with its status."""
        async with self.session.post(self.url + path, json=body) as answer:
            content: Json = await answer.json()
            return content | {"status": answer.status}

    async def get(self, path: str, **query: Any) -> Json:
        """The answer of a GET to the simulation or the page, with its status."""
        async with self.session.get(self.url + path, params=query) as answer:
            content: Json = await answer.json()
            return content | {"status": answer.status}

    async def say(self, text: str, user_id: int = OWNER, chat_id: int = 0, **more: Any) -> Json:
        """Lets a person write."""
        chat_id = chat_id or user_id
        return await self.post("/sim/message", chat_id=chat_id, user_id=user_id, text=text, **more)

    async def tap(self, message_id: int, user_id: int = OWNER, **which: Any) -> Json:
        """Lets a person tap a button, by `label` or `data`."""
        return await self.post(
            "/sim/callback", chat_id=user_id, user_id=user_id, message_id=message_id, **which
        )
