"""A person with a phone: a real browser, a real aiogram bot, the local chat between them."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from tests.bot.localchat.browser import CHROMIUM, DRIVER, Phone, phone
from tests.bot.localchat.wire import OWNER, TOKEN, Wire, png

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium or its driver is absent"),
]
ATTACK = "<img src=x onerror=document.title='owned'>"


async def status(message: Message) -> None:
    rows = [
        [InlineKeyboardButton(text="Chart", callback_data="chart")],
        [InlineKeyboardButton(text="Panic", callback_data="panic", style="danger")],
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    card = await message.answer("<b>PAPER</b> equity 10,124.50", reply_markup=keyboard)
    await card.pin()


async def chart(query: CallbackQuery, bot: Bot) -> None:
    picture = BufferedInputFile(png(320, 200), "equity.png")
    await bot.send_photo(query.from_user.id, picture, caption="equity since Monday")
    await query.answer("drawn")


async def panic(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.message.edit_text("<b>HALTED</b>")
    await query.answer("Everything stopped", show_alert=True)


def tiny_desk() -> Router:
    """/status answers with text and buttons; one of them brings a picture."""
    router = Router()
    router.message.register(status, Command("status"))
    router.callback_query.register(chart, F.data == "chart")
    router.callback_query.register(panic, F.data == "panic")
    return router


@asynccontextmanager
async def running_bot(url: str) -> AsyncIterator[None]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    await bot.set_my_commands(
        [
            BotCommand(command="status", description="the live card"),
            BotCommand(command="panic", description="stop everything"),
        ]
    )
    dispatcher = Dispatcher()
    dispatcher.include_router(tiny_desk())
    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
    )
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await asyncio.gather(polling, return_exceptions=True)
        await session.close()


def a_day_with_the_desk(url: str, profile: Path) -> None:
    with phone(profile) as page:
        page.open(url)
        page.find("#text").send_keys("/st")
        page.until("#menu [aria-selected=true]", "/status")
        page.say("")  # Enter sends what the menu has chosen
        page.until(".bubble b", "PAPER")
        page.until("#pinned-text", "PAPER equity 10,124.50")
        page.press("Chart")
        page.until(".toast", "drawn")
        width = "return document.querySelector('.picture img')?.naturalWidth"
        page.find(".picture").click()
        assert page.script(width) == 320
        assert page.find("#viewer").get_attribute("open") is not None
        page.find("#viewer form button").click()
        page.press("Panic")
        page.until("#alert-text", "Everything stopped")
        page.find("#alert button").click()
        page.until(".bubble b", "HALTED")
        assert page.script("return document.querySelectorAll('.key').length") == 0
        assert page.script("return document.documentElement.scrollWidth") == 390
        assert page.complaints() == []


async def test_status_a_tap_and_a_picture(wire: Wire, tmp_path: Path) -> None:
    async with running_bot(wire.url):
        await asyncio.to_thread(a_day_with_the_desk, wire.url, tmp_path)


def hostile_words_and_both_themes(page: Phone) -> None:
    page.until(".words", ATTACK)
    assert page.script("return document.querySelectorAll('.log img, .log script').length") == 0
    assert page.script("return document.title") == "Parley"
    before = page.script("return document.documentElement.dataset.theme")
    page.find("#theme").click()
    after = page.script("return document.documentElement.dataset.theme")
    assert {before, after} == {"light", "dark"}


@contextmanager
def server(port: int = 0) -> Iterator[str]:
    """The local chat as a process of its own; gives its URL."""
    command = [sys.executable, "-m", "bot.localchat", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield child.stdout.readline().split()[2]
        finally:
            child.terminate()
        assert child.wait(10) == 0


def test_a_restart_is_told_and_hostile_text_stays_text(tmp_path: Path) -> None:
    with phone(tmp_path) as page:
        with server() as url:
            page.open(url)
        page.until("#banner", "Reconnecting")
        with server(urlsplit(url).port or 0):
            page.until(".toast", "The desk restarted")
            form = urlencode({"chat_id": OWNER, "text": ATTACK}).encode()
            with urlopen(f"{url}bot{TOKEN}/sendMessage", form) as answer:  # noqa: S310 - loopback
                assert answer.status == 200
            hostile_words_and_both_themes(page)
