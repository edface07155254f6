"""The simulation API: people write and tap, tests read what the bot did and break things."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.localchat import acts
from bot.localchat.faults import fault_from
from bot.localchat.refusal import Json, Refusal, bad_request
from bot.localchat.world import World

WAIT_LIMIT_S = 120.0
Answer = Callable[[web.Request], Awaitable[tuple[int, Json]]]


class Simulation:
    """Handlers for `/sim/...`. Numbers may come as text; answers carry `ok`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[tuple[str, str, Answer]]:
        """Method, path and handler of each route."""
        return [
            ("POST", "/sim/message", self.message),
            ("POST", "/sim/callback", self.callback),
            ("POST", "/sim/stop", self.stop),
            ("POST", "/sim/update", self.update),
            ("GET", "/sim/chat/{chat_id}", self.chat),
            ("GET", "/sim/outbox", self.outbox),
            ("GET", "/sim/wait", self.wait),
            ("POST", "/sim/fault", self.add_fault),
            ("DELETE", "/sim/fault", self.clear_faults),
            ("POST", "/sim/config", self.config),
            ("POST", "/sim/reset", self.reset),
        ]

    async def message(self, request: web.Request) -> tuple[int, Json]:
        """A person writes; with `message_id` an own message is edited."""
        body = await json_body(request)
        chat_id, user_id = whole(body, "chat_id"), whole(body, "user_id")
        text = str(body.get("text", ""))
        if body.get("message_id") is not None:
            message_id = whole(body, "message_id")
            return 200, acts.correct(self._world, chat_id, user_id, message_id, text)
        extra: Json = dict(body.get("extra") or {})
        if body.get("date") is not None:
            extra["date"] = whole(body, "date")
        if body.get("reply_to_message_id") is not None:
            chat = self._world.chat(chat_id)
            extra["reply_to_message"] = acts.replied(chat, whole(body, "reply_to_message_id"))
        if body.get("forward"):
            extra["forward_origin"] = _origin(body["forward"], int(self._world.now_s()))
        return 200, acts.say(self._world, chat_id, user_id, text, extra)

    async def callback(self, request: web.Request) -> tuple[int, Json]:
        """A person taps the button with `label`, or a changed client sends `data`."""
        body = await json_body(request)
        chat_id, message_id = whole(body, "chat_id"), whole(body, "message_id")
        callback_data = body.get("data")
        if callback_data is None:
            label = str(body.get("label", ""))
            callback_data = acts.data_of(self._world, chat_id, message_id, label)
        user_id = whole(body, "user_id")
        return 200, acts.tap(self._world, chat_id, user_id, message_id, str(callback_data))

    async def stop(self, request: web.Request) -> tuple[int, Json]:
        """A person stops a draft."""
        body = await json_body(request)
        numbers = [whole(body, name) for name in ("chat_id", "user_id", "draft_id")]
        return 200, acts.stop_draft(self._world, *numbers)

    async def update(self, request: web.Request) -> tuple[int, Json]:
        """Any update, as it is: `{"kind": "channel_post", "body": {...}}`."""
        body = await json_body(request)
        kind, content = body.get("kind"), body.get("body")
        if not isinstance(kind, str) or not isinstance(content, dict):
            raise bad_request("kind and body are needed")
        return 200, {"update_id": self._world.updates.put(kind, content)}

    async def chat(self, request: web.Request) -> tuple[int, Json]:
        """All messages of a chat, its pins (newest first), reactions and drafts."""
        raw = request.match_info["chat_id"]
        chat = self._world.chat(whole({"chat_id": raw}, "chat_id"))
        return 200, {
            "chat": chat.shown(),
            "messages": list(chat.messages.values()),
            "pins": chat.pins,
            "reactions": {str(key): value for key, value in chat.reactions.items()},
            "drafts": list(chat.drafts.values()),
        }

    async def outbox(self, request: web.Request) -> tuple[int, Json]:
        """Calls after `since`, of `method` or of all. Of empty polls in a row, the last is kept."""
        since = whole(request.query, "since", 0)
        calls = self._world.calls.since(since, request.query.get("method", ""))
        return 200, self._calls(calls)

    async def wait(self, request: web.Request) -> tuple[int, Json]:
        """The same as soon as there are `count`; 408 with what came after `timeout` seconds."""
        query = request.query
        count = whole(query, "count", 1)
        try:
            timeout_s = min(float(query.get("timeout", "10")), WAIT_LIMIT_S)
        except ValueError:
            raise bad_request("timeout must be a number of seconds") from None
        since, method = whole(query, "since", 0), query.get("method", "")
        calls = await self._world.calls.wait(since, method, count, timeout_s)
        if len(calls) >= count:
            return 200, self._calls(calls)
        waited = f"only {len(calls)} of {count} calls came"
        return 408, self._calls(calls) | {"ok": False, "description": waited}

    async def add_fault(self, request: web.Request) -> tuple[int, Json]:
        """One more fault: method (default any), code, retry_after, times (default 1, null: until
        removed), delay, drop, after, html, description."""
        try:
            self._world.faults.add(fault_from(await json_body(request)))
        except (TypeError, ValueError) as error:
            raise bad_request(str(error)) from None
        return 200, {}

    async def clear_faults(self, _request: web.Request) -> tuple[int, Json]:
        """No faults any more."""
        self._world.faults.clear()
        return 200, {}

    async def config(self, request: web.Request) -> tuple[int, Json]:
        """Switches: `flood` (enforce limits), `callback_window` (seconds), `blocked` (user ids)."""
        body = await json_body(request)
        if "flood" in body:
            self._world.flood.on = bool(body["flood"])
            self._world.flood.clear()
        if "callback_window" in body:
            self._world.taps.window_s = float(whole(body, "callback_window"))
        if "blocked" in body:
            self._block(body["blocked"])
        blocked = [p.id for p in self._world.directory.people.values() if p.has_blocked]
        return 200, {
            "flood": self._world.flood.on,
            "callback_window": self._world.taps.window_s,
            "blocked": blocked,
        }

    async def reset(self, _request: web.Request) -> tuple[int, Json]:
        """Everything as at the start; ids and `seq` go on growing."""
        self._world.reset()
        return 200, {"last_seq": self._world.calls.last_seq}

    def _block(self, wanted: Any) -> None:
        if not isinstance(wanted, list):
            raise bad_request("blocked must be a list of user ids")
        for person in list(self._world.directory.people.values()):
            has_blocked = person.id in wanted
            if has_blocked != person.has_blocked:
                acts.block(self._world, person.id, has_blocked=has_blocked)

    def _calls(self, calls: list[Any]) -> Json:
        shown = [call.shown() for call in calls]
        return {"calls": shown, "last_seq": self._world.calls.last_seq}


def answered(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler that turns an answer, or a refusal, into JSON."""

    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            status, body = await answer(request)
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        return web.json_response({"ok": True, **body}, status=status)

    return handler


async def json_body(request: web.Request) -> Json:
    """The JSON object in the request; raises `Refusal` when it is not one."""
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("a JSON object is needed")
    return body


def whole(values: Any, name: str, default: int | None = None) -> int:
    """A whole number by name; raises `Refusal` when missing or not a number."""
    value = values.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_request(f"{name} must be a whole number") from None


def _origin(forward: Any, date: int) -> Json:
    # `true` for a hidden sender, or a ready MessageOrigin
    if isinstance(forward, dict):
        return forward
    return {"type": "hidden_user", "date": date, "sender_user_name": "Somebody else"}
