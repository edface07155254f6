"""WebSocket connections: who listens to what, and how events reach them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.exchange.stream_faults import StreamFaults
from tests.fakes.exchange.words import Body

Hear = Callable[["Link", dict[str, Any]], None]


class Link:
    """One connection; what is said to it is sent in order by a task of its own."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, room: str) -> None:
        self.socket, self.request, self.room = socket, request, room
        self.streams: set[str] = set()
        self._due: asyncio.Queue[str] = asyncio.Queue()

    def say(self, text: str) -> None:
        self._due.put_nowait(text)

    async def send_all(self, faults: StreamFaults) -> None:
        """Send what is due until the connection is gone."""
        while not self.socket.closed:
            text = await self._due.get()
            await faults.flowing()
            try:
                await self.socket.send_str(text)
            except ConnectionError:
                return


class Links:
    """Every open connection, by room and by stream."""

    def __init__(self) -> None:
        self.faults = StreamFaults()
        self._links: list[Link] = []
        self._by_stream: dict[tuple[str, str], list[Link]] = defaultdict(list)
        self._changed = asyncio.Condition()
        self.opened = 0  # connections so far

    async def serve(
        self, request: web.Request, room: str, hear: Hear, *, joins: str = ""
    ) -> web.StreamResponse:
        """Hold one connection until it ends; `hear` gets each message of the other side.

        `joins` is the stream that it listens to from the start.
        """
        if self.faults.is_refusing:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=503)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = Link(socket, request, room)
        self._links.append(link)
        self.opened += 1
        if joins:
            self.join(link, joins)
        await self._tell_changed()
        sender = asyncio.create_task(link.send_all(self.faults))
        try:
            async for message in socket:
                await self.faults.flowing()
                if message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    hear(link, json.loads(message.data))
                    await self._tell_changed()
        finally:
            sender.cancel()
            self._forget(link)
        return socket

    def join(self, link: Link, stream: str) -> None:
        if stream not in link.streams:
            link.streams.add(stream)
            self._by_stream[link.room, stream].append(link)

    def leave(self, link: Link, stream: str) -> None:
        if stream in link.streams:
            link.streams.discard(stream)
            self._by_stream[link.room, stream].remove(link)

    def leave_all(self, room: str, stream: str) -> None:
        for link in list(self._by_stream[room, stream]):
            self.leave(link, stream)

    def has(self, room: str, stream: str) -> bool:
        """Whether anybody listens there."""
        return bool(self._by_stream.get((room, stream)))

    def publish(self, room: str, stream: str, event: Body, *, kind: str = "") -> None:
        """Say `event` to all who listen to `stream`."""
        links = self._by_stream.get((room, stream))
        if links:
            for text in self.faults.through(room, kind or str(event.get("e", "")), _text(event)):
                for link in links:
                    link.say(text)

    async def listened(self, room: str, stream: str, *, least: int = 1) -> None:
        """Returns once `least` connections listen to `stream`."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: len(self._by_stream.get((room, stream), ())) >= least
            )

    async def drop(self, room: str = "", *, code: int = 1001) -> None:
        """End the connections of the rooms that begin so: with a close `code`, 0 by a reset."""
        for link in [link for link in self._links if link.room.startswith(room)]:
            if code:
                await link.socket.close(code=code)
            elif link.request.transport is not None:
                link.request.transport.abort()
            self._forget(link)

    async def close(self) -> None:
        self.faults.thaw()
        await self.drop(code=0)

    async def _tell_changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _forget(self, link: Link) -> None:
        for stream in set(link.streams):
            self.leave(link, stream)
        if link in self._links:
            self._links.remove(link)


def _text(event: Body) -> str:
    return json.dumps(event, separators=(",", ":"))
