"""What Telegram refuses, the local chat refuses, in the same words."""

from typing import Any

import pytest

from bot.localchat.world import World
from tests.bot.localchat.wire import GROUP, OWNER, TRADER, Json, Wire


def keyboard(*buttons: Json) -> Json:
    return {"inline_keyboard": [list(buttons)]}


def key(**kind: Any) -> Json:
    return {"text": "Go", **kind}


SAY: Json = {"chat_id": OWNER, "text": "hello"}
HTML: Json = {"chat_id": OWNER, "parse_mode": "HTML"}

REFUSED: list[tuple[str, Json, str]] = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 999, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": OWNER}, "message text is empty"),
    ("sendMessage", {"chat_id": OWNER, "text": " \n "}, "message text is empty"),
    ("sendMessage", HTML | {"text": "<b></b>"}, "message text is empty"),
    ("sendMessage", {"chat_id": OWNER, "text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": OWNER, "text": "🚀" * 2049}, "message is too long"),
    (
        "sendMessage",
        HTML | {"text": "1 < 2"},
        'can\'t parse entities: Unsupported start tag "" at byte offset 2',
    ),
    ("sendMessage", SAY | {"parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
    ("sendMessage", SAY | {"text": "\ud800"}, "strings must be encoded in UTF-8"),
    ("sendMessage", SAY | {"message_thread_id": 5}, "message thread not found"),
    (
        "sendMessage",
        SAY | {"reply_parameters": {"message_id": 7}},
        "message to be replied not found",
    ),
    ("sendMessage", SAY | {"reply_markup": "{"}, "can't parse reply markup JSON object"),
    ("sendMessage", SAY | {"reply_markup": []}, "object expected as reply markup"),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(callback_data="x" * 65))},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(callback_data="é" * 33))},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key())},
        "can't parse inline keyboard button:"
        " Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(callback_data="a", url="https://a.bc"))},
        "can't parse inline keyboard button:"
        " Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(*[key(callback_data="a")] * 101)},
        "reply markup is too long",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(callback_data="a", style="pink"))},
        "can't parse inline keyboard button: invalid button style specified",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(url="javascript:x"))},
        "inline keyboard button URL 'javascript:x' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(copy_text={"text": "x" * 257}))},
        "BUTTON_COPY_TEXT_INVALID",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard({"text": " ", "callback_data": "a"})},
        'can\'t parse inline keyboard button: field "text" must be non-empty',
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": {"inline_keyboard": [{}]}},
        'field "inline_keyboard" must be of type Array of Arrays',
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": {"inline_keyboard": [["Go"]]}},
        "can't parse inline keyboard button: expected an Object",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": {"buttons": []}},
        "can't parse reply keyboard markup JSON object",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(disabled=True))},
        "can't parse inline keyboard button: expected an Object",
    ),
    (
        "sendMessage",
        SAY | {"reply_markup": keyboard(key(web_app={"url": "http://a.bc"}))},
        "inline keyboard button Web App URL 'http://a.bc' is invalid:"
        " Only HTTPS links are allowed",
    ),
    (
        "sendMessage",
        SAY | {"reply_parameters": [7]},
        "can't parse ReplyParameters: expected an Object",
    ),
    (
        "sendMessage",
        SAY | {"reply_parameters": {"message_id": "7"}},
        "can't parse ReplyParameters: wrong message identifier",
    ),
    (
        "editMessageText",
        {"inline_message_id": "x", "text": "x"},
        "MESSAGE_ID_INVALID",
    ),
    ("setMyCommands", {"commands": ["x"]}, "expected an Array of BotCommand"),
    (
        "setMyCommands",
        {"commands": [], "scope": {"type": "chat_member", "chat_id": 1}},
        "can't parse BotCommandScope: wrong chat or user identifier",
    ),
    (
        "sendMessageDraft",
        {"chat_id": OWNER, "draft_id": 1, "text": "x" * 4097},
        "message is too long",
    ),
    ("answerCallbackQuery", {}, "query is too old and response timeout expired or query ID"
     " is invalid"),
    ("sendPhoto", {"chat_id": OWNER}, "there is no photo in the request"),
    (
        "sendPhoto",
        {"chat_id": OWNER, "photo": "no-such-file"},
        "wrong file identifier/HTTP URL specified",
    ),
    (
        "sendPhoto",
        {"chat_id": OWNER, "photo": "https://a.bc/d.png"},
        "failed to get HTTP URL content",
    ),
    (
        "sendPhoto",
        {"chat_id": OWNER, "photo": "x", "caption": "🚀" * 513},
        "message caption is too long",
    ),
    ("sendDocument", {"chat_id": OWNER}, "there is no document in the request"),
    ("sendChatAction", {"chat_id": OWNER, "action": "dance"}, "wrong parameter action in request"),
    ("editMessageText", {"chat_id": OWNER, "text": "x"}, "message identifier is not specified"),
    (
        "editMessageText",
        {"chat_id": OWNER, "message_id": 5, "text": "x"},
        "message to edit not found",
    ),
    ("deleteMessage", {"chat_id": OWNER, "message_id": 5}, "message to delete not found"),
    (
        "deleteMessages",
        {"chat_id": OWNER, "message_ids": []},
        "message identifiers are not specified",
    ),
    ("pinChatMessage", {"chat_id": OWNER, "message_id": 5}, "message to pin not found"),
    ("unpinChatMessage", {"chat_id": OWNER}, "message to unpin not found"),
    (
        "setMessageReaction",
        {"chat_id": OWNER, "message_id": 5},
        "message to react not found",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "77"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("answerCallbackQuery", {"callback_query_id": "7", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    (
        "setMyCommands",
        {"commands": [{"command": "Big", "description": "x"}]},
        "BOT_COMMAND_INVALID",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "x", "description": ""}]},
        "BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "x", "description": "x"}] * 101},
        "BOT_COMMANDS_TOO_MUCH",
    ),
    (
        "setMyCommands",
        {"commands": [], "scope": {"type": "moon"}},
        "can't parse BotCommandScope: unsupported type specified",
    ),
    ("getFile", {"file_id": "x"}, "wrong file identifier/HTTP URL specified"),
    ("getChatMember", {"chat_id": OWNER, "user_id": 5}, "PARTICIPANT_ID_INVALID"),
    (
        "sendMessageDraft",
        {"chat_id": GROUP, "draft_id": 1, "text": "x"},
        "message drafts can be sent only to private chats",
    ),
    ("sendMessageDraft", {"chat_id": OWNER, "draft_id": 0}, "RANDOM_ID_INVALID"),
    (
        "setWebhook",
        {"url": "https://example.org/x"},
        "bad webhook: the local chat delivers to loopback addresses only",
    ),
    ("setWebhook", {"url": "http://127.0.0.1/x", "secret_token": "ö"},
     "secret token contains unallowed characters"),
    ("setChatMenuButton", {"menu_button": {"type": "x"}},
     "can't parse MenuButton: unsupported type specified"),
    ("deleteMessage", {"chat_id": OWNER, "message_id": "five"},
     'can\'t parse "message_id": expected an Integer'),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "sentence"), REFUSED)
async def test_refused_in_telegrams_words(
    wire: Wire, method: str, params: Json, sentence: str
) -> None:
    assert await wire.refused(method, **params) == f"Bad Request: {sentence}"


@pytest.mark.parametrize(
    "params",
    [
        {"text": "x" * 4096},
        {"text": "<b>" + "🚀" * 2048 + "</b>", "parse_mode": "html"},
        {"text": "&lt;" * 4096, "parse_mode": "HTML"},
        {"text": "x", "reply_markup": keyboard(key(callback_data="é" * 32))},
        {"text": "x", "reply_markup": keyboard(*[key(callback_data="a")] * 100)},
        {"text": "x", "reply_markup": keyboard(key(disabled={}, style="danger"))},
        {"text": "x", "reply_markup": {"remove_keyboard": True}},
        {"text": "x", "reply_parameters": {"message_id": 7, "allow_sending_without_reply": True}},
    ],
)
async def test_what_is_just_within_the_limits_is_sent(wire: Wire, params: Json) -> None:
    assert (await wire.ok("sendMessage", chat_id=OWNER, **params))["message_id"]


async def test_an_unknown_method_is_not_found(wire: Wire) -> None:
    assert await wire.call("sendRichMessage") == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found"},
    )


async def test_another_token_is_unauthorized_and_a_malformed_one_not_found(wire: Wire) -> None:
    for token, status in (("2:other", 401), ("nonsense", 404)):
        async with wire.session.get(f"{wire.url}/bot{token}/getMe") as answer:
            assert answer.status == status
            assert (await answer.json())["error_code"] == status


async def test_methods_are_found_whatever_their_case(wire: Wire) -> None:
    assert (await wire.ok("GETME"))["is_bot"] is True


async def test_a_bot_that_is_blocked_is_forbidden(wire: Wire) -> None:
    await wire.post("/sim/config", blocked=[TRADER])
    sentence = await wire.refused("sendMessage", chat_id=TRADER, text="x")
    assert sentence == "Forbidden: bot was blocked by the user"
    updates = await wire.ok("getUpdates")
    assert updates[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_refused_calls_leave_no_trace_in_the_chat(wire: Wire, world: World) -> None:
    await wire.refused("sendMessage", chat_id=OWNER, text="x" * 5000)
    assert world.chat(OWNER).messages == {}
