"""What the page needs: people, a live stream per chat, writing, tapping, pictures."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from bot.localchat import acts
from bot.localchat.live import Listener
from bot.localchat.people import Chat
from bot.localchat.refusal import Json, Refusal, bad_request
from bot.localchat.sim import Answer, json_body, whole
from bot.localchat.world import World

PAGE_FOLDER = Path(__file__).parent / "page"
PAGE_FILES = frozenset(path.name for path in PAGE_FOLDER.glob("*.*"))
SHOWN_MESSAGES = 300
HEARTBEAT_S = 10.0
SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PageApi:
    """Handlers for `/`, `/page/...` and `/chat/...`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[tuple[str, str, Answer]]:
        """Method, path and handler of each route that answers with JSON."""
        return [
            ("GET", "/chat/people", self.people),
            ("POST", "/chat/send", self.send),
            ("POST", "/chat/tap", self.tap),
            ("POST", "/chat/stop", self.stop),
        ]

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page, or one of its files."""
        name = request.match_info.get("name", "index.html")
        if name not in PAGE_FILES:
            raise web.HTTPNotFound
        return web.FileResponse(PAGE_FOLDER / name, headers=SAFE_HEADERS)

    async def people(self, _request: web.Request) -> tuple[int, Json]:
        """The people to choose from, the bot, and the group they share."""
        directory = self._world.directory
        groups = [chat.shown() for chat in directory.chats.values() if not chat.is_private]
        people = [person.shown() for person in directory.people.values()]
        return 200, {"people": people, "groups": groups, "bot": self._world.bot_user}

    async def send(self, request: web.Request) -> tuple[int, Json]:
        """The person writes."""
        body = await json_body(request)
        chat_id, user_id = whole(body, "chat_id"), whole(body, "user_id")
        return 200, acts.say(self._world, chat_id, user_id, str(body.get("text", "")))

    async def tap(self, request: web.Request) -> tuple[int, Json]:
        """The person taps the button at `row` and `column`, if it is still the one shown."""
        body = await json_body(request)
        names = ("chat_id", "user_id", "message_id", "row", "column")
        chat_id, user_id, message_id, row, column = (whole(body, name) for name in names)
        message = self._world.chat(chat_id).messages.get(message_id, {})
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        try:
            button = rows[row][column]
        except IndexError:
            raise bad_request("this button is gone") from None
        if button["text"] != body.get("label") or "callback_data" not in button:
            raise bad_request("this button has changed")
        callback_data = button["callback_data"]
        return 200, acts.tap(self._world, chat_id, user_id, message_id, callback_data)

    async def stop(self, request: web.Request) -> tuple[int, Json]:
        """The person stops a draft."""
        body = await json_body(request)
        numbers = [whole(body, name) for name in ("chat_id", "user_id", "draft_id")]
        return 200, acts.stop_draft(self._world, *numbers)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A picture to show, or a document to save."""
        try:
            stored = self._world.files.find(request.match_info["file_id"])
        except Refusal:
            raise web.HTTPNotFound from None
        headers = SAFE_HEADERS | {"Cache-Control": "private, max-age=86400"}
        if stored.kind == "photo":
            return web.Response(body=stored.content, content_type=stored.mime_type, headers=headers)
        # never shown, only saved: a document may be a web page
        headers["Content-Disposition"] = "attachment"
        binary = "application/octet-stream"
        return web.Response(body=stored.content, content_type=binary, headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: a snapshot of the chat, then everything that happens in it."""
        try:
            chat_id = whole(request.match_info, "chat_id")
            user_id = whole(request.query, "user_id")
            acts.person_in(self._world, chat_id, user_id)
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        headers = SAFE_HEADERS | {"Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=headers | {"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        listener = self._world.live.listen(chat_id, user_id)
        try:
            await stream.write(_event(self._snapshot(chat_id, user_id)))
            await self._pump(stream, listener)
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._world.live.leave(listener)
        return stream

    async def _pump(self, stream: web.StreamResponse, listener: Listener) -> None:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    event = await listener.events.get()
            except TimeoutError:
                await stream.write(b": still here\n\n")
                continue
            if event["kind"] == "closing":
                return
            if listener.lagging or event["kind"] == "reset":
                listener.lagging = False
                event = self._snapshot(listener.chat_id, listener.user_id)
            elif event["kind"] == "commands":
                event["commands"] = self._commands(listener.chat_id, listener.user_id)
            await stream.write(_event(event))

    def _snapshot(self, chat_id: int, user_id: int) -> Json:
        chat = self._world.chat(chat_id)
        return {
            "kind": "snapshot",
            "instance": self._world.started_id,
            "chat": chat.shown(),
            "bot": self._world.bot_user,
            "messages": _recent(chat),
            "pins": chat.pins,
            "reactions": {str(key): value for key, value in chat.reactions.items()},
            "drafts": list(chat.drafts.values()),
            "commands": self._commands(chat_id, user_id),
        }

    def _commands(self, chat_id: int, user_id: int) -> list[Json]:
        language = self._world.directory.person(user_id).language_code
        return self._world.menus.seen_by(chat_id, user_id, language)


def _recent(chat: Chat) -> list[Json]:
    newest = list(chat.messages)[-SHOWN_MESSAGES:]
    wanted = sorted({*newest, *chat.pins})
    return [chat.messages[message_id] for message_id in wanted]


def _event(event: Json) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()
