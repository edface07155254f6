"""Answers as calls."""

import pytest

from bot.telegram.compose import Card, Place, compose
from engine.core.messages import OutboxMessage, Priority
from handlers.contract import Answer, Key, Picture
from handlers.contract import Priority as Urgency
from tests.bot.telegram.table import BuyTap

KEYS = ((Key(label="Buy", payload=BuyTap(card_id=1), style="danger"),),)
TEXT_CARD, PHOTO_CARD = Card(5, False), Card(5, True)
PICTURE = Picture(png=b"png", caption="<b>c</b>")
WORDY = Picture(png=b"png", caption="word " * 300)


def calls(answer: Answer, card: Card | None = None) -> list[str]:
    return [message.method for message in composed(answer, card)]


def composed(answer: Answer, card: Card | None = None) -> tuple[OutboxMessage, ...]:
    return compose(answer, Place(7, "reply:tg:1:2", card))


@pytest.mark.parametrize(
    ("answer", "card", "methods"),
    [
        (Answer(text="x"), None, ["sendMessage"]),
        (Answer(text="x"), TEXT_CARD, ["sendMessage"]),
        (Answer(text="x", edit=True), TEXT_CARD, ["editMessageText"]),
        (Answer(text="x", edit=True), PHOTO_CARD, ["editMessageCaption"]),
        (Answer(text="word " * 300, edit=True), PHOTO_CARD, ["sendMessage"]),
        (Answer(text="x\n" * 3000, edit=True), TEXT_CARD, ["editMessageText", "sendMessage"]),
        (Answer(picture=PICTURE), None, ["sendPhoto"]),
        (Answer(picture=PICTURE, edit=True), PHOTO_CARD, ["editMessageMedia"]),
        (Answer(picture=PICTURE, edit=True), TEXT_CARD, ["sendPhoto"]),
        (Answer(picture=WORDY), None, ["sendPhoto", "sendMessage"]),
        (Answer(picture=PICTURE, text="x"), None, ["sendPhoto", "sendMessage"]),
        (Answer(toast="only a toast"), TEXT_CARD, []),
    ],
)
def test_the_calls_of_an_answer(answer: Answer, card: Card | None, methods: list[str]) -> None:
    assert calls(answer, card) == methods


def test_the_keyboard_hangs_on_the_last_call_and_keys_are_numbered() -> None:
    first, last = composed(Answer(picture=WORDY, keys=KEYS, priority=Urgency.SAFETY))
    assert "reply_markup" not in first.payload
    button = last.payload["reply_markup"]["inline_keyboard"][0][0]
    assert button == {"text": "Buy", "callback_data": "by1|1", "style": "danger"}
    assert [first.key, last.key] == ["reply:tg:1:2:0", "reply:tg:1:2:1"]
    assert first.priority is Priority.SAFETY
    assert first.file_bytes == b"png"
    assert "caption" not in first.payload


def test_a_key_without_payload_is_a_disabled_button() -> None:
    (message,) = composed(Answer(text="x", keys=((Key(label="Done", payload=None),),)))
    assert message.payload["reply_markup"]["inline_keyboard"] == [
        [{"text": "Done", "disabled": {}}]
    ]
