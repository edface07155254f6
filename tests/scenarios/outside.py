"""The desk seen from outside: real processes on loopback, HTTP to them, their database read-only.

Nothing here imports the desk. Whatever a test learns, it learns as a person, another program or
the kernel would: from the chat's wire, exit codes, the terminal's lines and the file on disk.
"""

import json
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.scenarios.programs import PATIENCE_S as PATIENCE_S
from tests.scenarios.programs import REPO as REPO
from tests.scenarios.programs import Program as Program
from tests.scenarios.programs import Silent as Silent

TOKEN = "1:local-chat"  # noqa: S105 - the local chat's default, it opens a server on loopback
OWNER, TRADER, VIEWER, STRANGER = 1001, 1002, 1003, 1004
SHOWING = frozenset(
    {"sendmessage", "sendphoto", "editmessagetext", "editmessagemedia", "editmessagecaption"}
)
Json = dict[str, Any]


class Chat:
    """People's phones: the simulation API of a local chat, wherever it runs."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def get(self, path: str, **query: Any) -> Json:
        return _answer(f"{self.url}{path}?{urlencode(query)}")

    def post(self, path: str, **body: Any) -> Json:
        return _answer(f"{self.url}{path}", body)

    @property
    def seq(self) -> int:
        """The number of the last call so far."""
        return int(self.get("/sim/outbox", since=10**12)["last_seq"])

    def calls(self, since: int = 0, method: str = "") -> list[Json]:
        """The bot's calls after `since`, with their answers."""
        return list(self.get("/sim/outbox", since=since, method=method)["calls"])

    def say(self, text: str, user_id: int = OWNER, **more: Any) -> Json:
        """Lets a person write."""
        return self.post("/sim/message", chat_id=user_id, user_id=user_id, text=text, **more)

    def tap(self, message_id: int, user_id: int = OWNER, **which: Any) -> Json:
        """Lets a person tap a button, by `label` or `data`."""
        place = {"chat_id": which.pop("chat_id", user_id), "message_id": message_id}
        return self.post("/sim/callback", user_id=user_id, **place, **which)

    def first(
        self, wanted: Callable[[Json], bool], since: int, timeout_s: float = PATIENCE_S
    ) -> Json:
        """The first call after `since` that is wanted, as soon as it was answered."""
        for call in self.stream(since, timeout_s):
            if wanted(call):
                return call
        shown = [f"{c['method']} {c['status']} {text_of(c)[:70]!r}" for c in self.calls(since)]
        raise Silent(f"no such call within {timeout_s:.0f} s; there were:\n" + "\n".join(shown))

    def stream(self, since: int, timeout_s: float = PATIENCE_S) -> Iterator[Json]:
        """Calls after `since` as they come, for at most `timeout_s`."""
        until_s = time.monotonic() + timeout_s
        while (left_s := until_s - time.monotonic()) > 0.0:
            found = self.get("/sim/wait", since=since, count=1, timeout=left_s)["calls"]
            calls = [call for call in found if call["seq"] > since]
            if not calls:
                return
            for call in calls:
                since = call["seq"]
                yield call

    def ask(self, text: str, part: str, user_id: int = OWNER) -> Json:
        """The message that answers what a person wrote: the first new one with `part` in it."""
        since = self.seq
        self.say(text, user_id)
        return shown_by(self.first(showing(part, user_id), since))

    def press(self, message: Json, label: str, part: str, user_id: int = OWNER) -> Json:
        """The message that a tap on a button leads to, new or redrawn, with `part` in it."""
        since = self.seq
        self.tap(message["message_id"], user_id, label=label)
        return shown_by(self.first(showing(part, user_id), since))


def showing(part: str, user_id: int = OWNER) -> Callable[[Json], bool]:
    """Whether a call put a text with `part` before this person."""

    def wanted(call: Json) -> bool:
        is_ours = int(call["params"].get("chat_id", 0)) == user_id
        return is_ours and call["ok"] and part in text_of(call)

    return wanted


def text_of(call: Json) -> str:
    """What a call shows: the text or caption without markup; "" for a call that shows nothing."""
    if call["method"].lower() not in SHOWING or not call["ok"]:
        return ""
    message = shown_by(call)
    return str(message.get("text", message.get("caption", "")))


def shown_by(call: Json) -> Json:
    """The message that a call made or changed."""
    result = call["answer"].get("result")
    return result if isinstance(result, dict) else {}


def buttons_of(message: Json) -> list[Json]:
    """The buttons under a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def flattened(chat: Chat) -> Json:
    """The report of a panic that closed everything: from now on no figure moves any more."""
    step = chat.ask("/panic", "🛑")
    close = [button["text"] for button in buttons_of(step) if button["text"].startswith("Close")]
    if not close:
        return step
    return chat.press(step, close[0], "all flat")


class Ledger:
    """The desk's database, read as any other program would."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "parley.db"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20.0)) as db:
            return db.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The single value that the query gives."""
        return self.rows(query, *values)[0][0]


def desk(folder: Path, *flags: str, env: dict[str, str] | None = None, **how: Any) -> Program:
    """`parley run` on a data folder; with any free port unless `flags` name one."""
    arguments = ["-m", "bot", "run", "--data-dir", str(folder), *flags]
    if "--http-port" not in flags:
        arguments += ["--http-port", "0"]
    return Program(arguments, env, **how)


def parley(folder: Path, *words: str, env: dict[str, str] | None = None) -> Program:
    """Another `parley` command on the same data folder."""
    command, *more = words
    return Program(["-m", "bot", command, "--data-dir", str(folder), *more], env)


def page_of(program: Program) -> Chat:
    """The desk's own local chat, as soon as the desk says where it is."""
    line = program.line("the chat is at")
    return Chat(line.partition("the chat is at")[2].strip())


def chat_program(port: int = 0, *flags: str) -> tuple[Program, Chat]:
    """A Bot API server of its own process, which outlives desks."""
    program = Program(["-m", "bot.localchat", "--port", str(port), *flags])
    line = program.line("local chat:")
    return program, Chat(line.split()[2])


def telegram(chat: Chat, users: str = "1001:owner,1002:trader,1003:viewer") -> dict[str, str]:
    """The environment that points a desk at a Bot API server."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": chat.url,
        "TELEGRAM_USERS": users,
    }


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answer(url: str, body: Json | None = None) -> Json:
    content = None if body is None else json.dumps(body).encode()
    request = Request(url, content, {"Content-Type": "application/json"})  # noqa: S310 - loopback
    try:
        with urlopen(request, timeout=PATIENCE_S + 30.0) as answer:  # noqa: S310
            found: Json = json.load(answer)
    except HTTPError as error:
        with error:
            found = json.load(error)
        if error.code not in {400, 408}:
            raise
    return found
