"""Parameters come as JSON, forms, multipart or a query, and mean the same."""

import aiohttp
import pytest

from bot.localchat.params import Params
from bot.localchat.refusal import Refusal
from tests.bot.localchat.wire import OWNER, TOKEN, Json, Wire


def multipart() -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("chat_id", str(OWNER))
    form.add_field("text", "hello")
    return form


WAYS: list[Json] = [
    {"json": {"chat_id": OWNER, "text": "hello"}},
    {"data": {"chat_id": str(OWNER), "text": "hello"}},
    {"params": {"chat_id": str(OWNER), "text": "hello"}},
    {"data": multipart},
]


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_sends_the_same_message(wire: Wire, way: Json) -> None:
    sent = {name: value() if callable(value) else value for name, value in way.items()}
    async with wire.session.post(f"{wire.url}/bot{TOKEN}/sendMessage", **sent) as answer:
        assert (await answer.json())["result"]["text"] == "hello"


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"'])
async def test_json_that_is_no_object_is_refused(wire: Wire, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    path = f"{wire.url}/bot{TOKEN}/getMe"
    async with wire.session.post(path, data=body, headers=headers) as answer:
        assert answer.status == 400


def test_readers_give_the_type_they_name() -> None:
    params = Params({"a": "5", "b": 6, "c": "true", "d": "no", "e": "[1]", "f": [2], "g": ""})
    assert [params.whole(name) for name in "abg"] == [5, 6, None]
    assert [params.flag(name) for name in "cdz"] == [True, False, False]
    assert [params.array(name) for name in "efg"] == [[1], [2], []]
    assert params.text("b") == "6"


@pytest.mark.parametrize(
    ("reader", "value"),
    [("whole", "x"), ("whole", True), ("whole", 1.5), ("array", "{}"), ("structure", "{")],
)
def test_readers_refuse_what_they_cannot_read(reader: str, value: object) -> None:
    with pytest.raises(Refusal):
        getattr(Params({"x": value}), reader)("x")


def test_what_is_shown_keeps_text_that_only_looks_like_json() -> None:
    params = Params({"text": "[1]", "entities": "[1]", "media": "{", "chat_id": "-5"})
    assert params.shown() == {"text": "[1]", "entities": [1], "media": "{", "chat_id": -5}
