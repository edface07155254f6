"""aiogram's own client against the local chat: every method, every answer validated."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import Close
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    CopyTextButton,
    DisabledButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MenuButtonCommands,
    ReactionTypeEmoji,
    ReplyParameters,
)
from aiogram.utils.formatting import Bold, DateTime, ExpandableBlockQuote, Pre, Text
from pydantic import BaseModel

from bot.localchat.methods import METHODS
from tests.bot.localchat.wire import OWNER, TOKEN, Wire, png


@pytest.fixture
async def bot(wire: Wire) -> AsyncIterator[Bot]:
    server = TelegramAPIServer.from_base(wire.url)
    session = AiohttpSession(api=server)
    yield Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    await session.close()


def dumps(values: Sequence[BaseModel]) -> list[dict[str, Any]]:
    """The plain content: what came over the wire is bound to its bot and never equals the rest."""
    return [value.model_dump() for value in values]


def go() -> InlineKeyboardMarkup:
    first = [
        InlineKeyboardButton(text="Go", callback_data="go", style="success"),
        InlineKeyboardButton(text="Done", disabled=DisabledButton()),
    ]
    second = [InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="17"))]
    return InlineKeyboardMarkup(inline_keyboard=[first, second])


async def test_me_and_menus(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.is_bot, me.id) == (True, 1)
    scope = BotCommandScopeChat(chat_id=OWNER)
    commands = [BotCommand(command="panic", description="stop everything")]
    assert await bot.set_my_commands(commands, scope=scope, language_code="en")
    kept = await bot.get_my_commands(scope=scope, language_code="en")
    assert dumps(kept) == dumps(commands)
    assert await bot.delete_my_commands(scope=scope, language_code="en")
    assert await bot.set_chat_menu_button(chat_id=OWNER, menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button(chat_id=OWNER)).type == "commands"


async def test_messages_keyboards_and_edits(bot: Bot) -> None:
    sent = await bot.send_message(OWNER, "<b>PAPER</b> 🚀", reply_markup=go())
    assert sent.text == "PAPER 🚀"
    assert sent.reply_markup is not None
    assert sent.reply_markup.model_dump() == go().model_dump()
    edited = await bot.edit_message_text(
        "<i>new</i>", chat_id=OWNER, message_id=sent.message_id, reply_markup=go()
    )
    assert not isinstance(edited, bool)
    assert edited.edit_date
    bare = await bot.edit_message_reply_markup(chat_id=OWNER, message_id=sent.message_id)
    assert not isinstance(bare, bool)
    assert bare.reply_markup is None
    reply = await bot.send_message(
        OWNER, "x", reply_parameters=ReplyParameters(message_id=sent.message_id)
    )
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "new"
    assert await bot.delete_message(OWNER, reply.message_id)
    assert await bot.delete_messages(OWNER, [sent.message_id])


async def test_formatting_trees_come_through_as_html_and_as_entities(bot: Bot) -> None:
    tree = Text(
        Bold("BTC <long>"), " 🚀 ", Pre("a  b"), "\n",
        ExpandableBlockQuote("why & how"), DateTime("soon", unix_time=1_800_000_000,
                                                    date_time_format="r"),
    )  # fmt: skip
    as_html = await bot.send_message(OWNER, tree.as_html())
    as_entities = await bot.send_message(OWNER, **tree.as_kwargs())
    assert as_html.text == as_entities.text
    assert as_html.entities is not None
    assert as_entities.entities is not None
    assert dumps(as_html.entities) == dumps(as_entities.entities)
    assert [entity.type for entity in as_html.entities] == [
        "bold",
        "pre",
        "expandable_blockquote",
        "date_time",
    ]


async def test_pictures_documents_and_files(bot: Bot) -> None:
    picture = BufferedInputFile(png(40, 30), "a.png")
    photo = await bot.send_photo(OWNER, picture, caption="<b>equity</b>", reply_markup=go())
    assert photo.photo is not None
    assert photo.caption == "equity"
    again = await bot.send_photo(OWNER, photo.photo[-1].file_id)
    media = InputMediaPhoto(media=BufferedInputFile(png(50, 30), "b.png"), caption="new")
    swapped = await bot.edit_message_media(media, chat_id=OWNER, message_id=again.message_id)
    assert not isinstance(swapped, bool)
    assert swapped.caption == "new"
    captioned = await bot.edit_message_caption(
        chat_id=OWNER, message_id=again.message_id, caption="newer"
    )
    assert not isinstance(captioned, bool)
    document = await bot.send_document(OWNER, BufferedInputFile(b"a,b", "trades.csv"))
    assert document.document is not None
    assert document.document.file_name == "trades.csv"
    content = await bot.download(document.document.file_id)
    assert content is not None
    assert content.read() == b"a,b"


async def test_pins_reactions_actions_drafts_and_chats(bot: Bot, wire: Wire) -> None:
    theirs = (await wire.say("/status"))["message_id"]
    sent = await bot.send_message(OWNER, "card")
    assert await bot.pin_chat_message(OWNER, sent.message_id, disable_notification=True)
    assert await bot.set_message_reaction(OWNER, theirs, [ReactionTypeEmoji(emoji="👌")])
    assert await bot.send_chat_action(OWNER, "upload_photo")
    assert await bot.send_message_draft(OWNER, draft_id=1, text="41 %", can_stop=True)
    chat = await bot.get_chat(OWNER)
    assert chat.pinned_message is not None
    assert (await bot.get_chat_member(OWNER, OWNER)).status == "member"
    assert await bot.unpin_chat_message(OWNER, message_id=sent.message_id)
    assert await bot.unpin_all_chat_messages(OWNER)


async def test_updates_taps_and_webhook_info(bot: Bot, wire: Wire) -> None:
    await bot.delete_webhook(drop_pending_updates=False)
    sent = await bot.send_message(OWNER, "card", reply_markup=go())
    await wire.say("/start why-1042")
    await wire.tap(sent.message_id, label="Go")
    updates = await bot.get_updates(timeout=5, allowed_updates=["message", "callback_query"])
    message, query = updates[0].message, updates[1].callback_query
    assert message is not None
    assert message.entities is not None
    assert message.entities[0].type == "bot_command"
    assert query is not None
    assert query.data == "go"
    assert await bot.answer_callback_query(query.id, text="done", show_alert=True)
    assert (await bot.get_webhook_info()).pending_update_count == 2
    assert await bot.set_webhook(f"{wire.url}/nowhere", secret_token="a-b_c")  # noqa: S106
    assert await bot.delete_webhook()
    assert await bot.log_out()
    assert await bot(Close())


ERRORS: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"code": 400, "description": "Bad Request: chat not found"}, TelegramBadRequest),
    ({"code": 401}, TelegramUnauthorizedError),
    ({"code": 403}, TelegramForbiddenError),
    ({"code": 404}, TelegramNotFound),
    ({"code": 409}, TelegramConflictError),
    ({"retry_after": 3}, TelegramRetryAfter),
    ({"code": 502}, TelegramServerError),
    ({"drop": True}, TelegramNetworkError),
]


@pytest.mark.parametrize(("fault", "error"), ERRORS)
async def test_faults_become_aiograms_errors(
    bot: Bot, wire: Wire, fault: dict[str, Any], error: type[Exception]
) -> None:
    await wire.post("/sim/fault", method="sendMessage", **fault)
    with pytest.raises(error):
        await bot.send_message(OWNER, "x")


async def test_wrong_html_is_the_error_the_outbox_knows(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await bot.send_message(OWNER, "1 < 2")


async def test_every_method_of_the_table_is_tried_here(bot: Bot, wire: Wire) -> None:
    cards: list[Callable[[], Awaitable[None]]] = [
        lambda: test_me_and_menus(bot),
        lambda: test_messages_keyboards_and_edits(bot),
        lambda: test_pictures_documents_and_files(bot),
        lambda: test_pins_reactions_actions_drafts_and_chats(bot, wire),
        lambda: test_updates_taps_and_webhook_info(bot, wire),
    ]
    tried: set[str] = set()
    for card in cards:
        await card()
        tried |= {call["method"] for call in (await wire.get("/sim/outbox"))["calls"]}
        await wire.post("/sim/reset")
    assert set(METHODS) <= tried
