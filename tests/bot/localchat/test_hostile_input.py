"""Whatever comes, the answer is a result or a refusal, never a crash."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.localchat.entities import checked_entities, tidy, units, with_detected
from bot.localchat.html_text import parse_html
from bot.localchat.keyboards import KINDS
from bot.localchat.menus import PLAIN_SCOPES
from bot.localchat.methods import METHODS
from bot.localchat.params import NUMERIC, STRUCTURED, Params
from bot.localchat.refusal import Json, Refusal
from bot.localchat.world import World
from tests.bot.localchat.wire import OWNER, Clock

PIECES = [
    *("<", ">", "</", "/>", "&", "&lt;", "&#", "&#x1F680;", ";", "=", '"', "'", " ", "\n", "🚀"),
    *("b", "i", "a", "pre", "code", "span", "blockquote", "tg-emoji", "tg-time", "tg-spoiler"),
    *(" href", " class", " unix", " format", " emoji-id", " expandable", "language-x", "x"),
]
SOURCES = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=40)
MORE_KEYS = ("text", "style", "type", "media", "message_id", "emoji", "command", "chat_id")
KEYS = sorted({*KINDS, *MORE_KEYS})
SCALARS: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5)
    | st.sampled_from(sorted({*PLAIN_SCOPES, "chat", "chat_member", "photo", "emoji", "👌"}))
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=8,
)
NAMES = sorted(
    {*NUMERIC, *STRUCTURED}
    | {"text", "caption", "parse_mode", "photo", "document", "action", "url", "secret_token"}
    | {"callback_query_id", "file_id", "language_code", "inline_message_id", "show_alert"}
)


@settings(max_examples=300, deadline=None)
@given(source=SOURCES)
def test_html_gives_text_with_fitting_entities_or_a_refusal(source: str) -> None:
    try:
        formatted = with_detected(tidy(parse_html(source)))
    except Refusal:
        return
    for entity in formatted.entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] <= units(formatted.text) - entity["length"]
    # what Telegram hands out, it takes back
    known = [entity for entity in formatted.entities if entity["length"]]
    assert checked_entities(formatted.text, known).text == formatted.text


@settings(max_examples=400, deadline=None)
@given(
    method=st.sampled_from(sorted(METHODS)),
    values=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=7),
    aims=st.booleans(),
)
def test_any_parameters_give_a_result_or_a_refusal(method: str, values: Json, aims: bool) -> None:
    world = World(now_s=Clock(), first_id=1)
    world.chat(OWNER).keep({"message_id": 1, "from": world.bot_user, "date": 0, "text": "x"})
    target: Json = {"chat_id": OWNER, "message_id": 1} if aims else {}
    with suppress(Refusal):
        METHODS[method](world, Params(values | target))
