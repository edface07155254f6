"""What errors mean; every error class of aiogram has an answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import exceptions
from aiogram.methods import GetMe

from bot.telegram.outage import LONGEST_PAUSE_S, LONGEST_SAFETY_PAUSE_S, Outage
from bot.telegram.patience import Meaning, meaning_of

METHOD: Any = GetMe()
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sentence", "meaning"),
    [
        ("Bad Request: message is not modified: specified new message content", Meaning.DONE),
        ("Bad Request: query is too old and response timeout expired", Meaning.DONE),
        ("Bad Request: can't parse entities: Unsupported start tag", Meaning.PLAIN),
        ("Bad Request: message to edit not found", Meaning.GONE),
        ("Bad Request: chat not found", Meaning.DEAD),
        ("Bad Request: message is too long", Meaning.NEVER),
        ("Bad Request: something new", Meaning.NEVER),
    ],
)
def test_a_bad_request_is_told_by_its_sentence(sentence: str, meaning: Meaning) -> None:
    error = exceptions.TelegramBadRequest(method=METHOD, message=sentence)
    assert meaning_of(error).meaning is meaning


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (exceptions.TelegramForbiddenError, Meaning.DEAD),
        (exceptions.TelegramUnauthorizedError, Meaning.KEY),
        (exceptions.TelegramEntityTooLarge, Meaning.NEVER),
        (exceptions.TelegramNetworkError, Meaning.MAYBE),
        (exceptions.TelegramServerError, Meaning.MAYBE),
        (exceptions.RestartingTelegram, Meaning.MAYBE),
        (exceptions.TelegramNotFound, Meaning.NEVER),
        (exceptions.TelegramConflictError, Meaning.NEVER),
    ],
)
def test_the_class_decides_otherwise(
    kind: type[exceptions.TelegramAPIError], meaning: Meaning
) -> None:
    assert meaning_of(kind(method=METHOD, message="x")).meaning is meaning


def test_waiting_and_moving_carry_their_numbers() -> None:
    later = exceptions.TelegramRetryAfter(method=METHOD, message="x", retry_after=7)
    moved = exceptions.TelegramMigrateToChat(method=METHOD, message="x", migrate_to_chat_id=-5)
    assert (meaning_of(later).meaning, meaning_of(later).wait_s) == (Meaning.LATER, 7.0)
    assert (meaning_of(moved).meaning, meaning_of(moved).chat_id) == (Meaning.MOVED, -5)
    decode = exceptions.ClientDecodeError("x", ValueError(), "<html>")
    assert meaning_of(decode).meaning is Meaning.MAYBE


def test_every_error_of_a_call_is_looked_at_here() -> None:
    known = {
        "TelegramAPIError", "TelegramNetworkError", "TelegramRetryAfter", "TelegramMigrateToChat",
        "TelegramBadRequest", "TelegramNotFound", "TelegramConflictError", "RestartingTelegram",
        "TelegramUnauthorizedError", "TelegramForbiddenError", "TelegramServerError",
        "TelegramEntityTooLarge",
    }  # fmt: skip
    found = {
        name for name, kind in vars(exceptions).items()
        if isinstance(kind, type) and issubclass(kind, exceptions.TelegramAPIError)
    }  # fmt: skip
    assert found == known


def test_an_outage_lasts_until_a_message_arrives() -> None:
    outage = Outage()
    for minute in range(3):
        outage.failed(1, NOW + timedelta(minutes=minute))
    states = [outage.is_away]
    outage.answered()
    assert [*states, outage.is_away] == [True, False]
    assert outage.arrived(1, NOW + timedelta(hours=1)) == timedelta(hours=1)
    assert outage.arrived(1, NOW + timedelta(hours=2)) == timedelta(0)


def test_pauses_grow_to_a_limit_and_safety_waits_least() -> None:
    outage = Outage()
    pauses_s = []
    for _ in range(9):
        outage.failed(1, NOW)
        pauses_s.append(outage.pause_s(1, is_safety=False))
    assert pauses_s[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses_s[-1] == LONGEST_PAUSE_S
    assert outage.pause_s(1, is_safety=True) == LONGEST_SAFETY_PAUSE_S
