"""Entities that a caller lists, and those Telegram finds by itself."""

import json

import pytest

from bot.localchat.entities import Formatted, checked_entities, with_detected
from bot.localchat.refusal import Json, Refusal

WRONG: list[tuple[object, str]] = [
    ("no json", "can't parse entities: can't parse JSON object"),
    ({"type": "bold"}, "can't parse entities: expected an Array of MessageEntity"),
    (
        [{"type": "shiny", "offset": 0, "length": 1}],
        "can't parse MessageEntity: unsupported type specified",
    ),
    (
        [{"type": "text_link", "offset": 0, "length": 1}],
        'can\'t parse MessageEntity: field "url" must be non-empty',
    ),
    (
        [{"type": "bold", "offset": 9, "length": 1}],
        "entity begins after the end of the text at UTF-16 offset 9",
    ),
    (
        [{"type": "bold", "offset": 3, "length": 9}],
        "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 12",
    ),
    (
        [{"type": "bold", "offset": 1, "length": 2}],
        "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1",
    ),
    (
        [{"type": "bold", "offset": 0, "length": 1}],
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol"
        " at UTF-16 offset 1",
    ),
    ([{"type": "bold", "offset": "0", "length": 2}], "must be numbers"),
]


@pytest.mark.parametrize(("raw", "sentence"), WRONG)
def test_wrong_entities_are_refused(raw: object, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_entities("🚀 BTC", raw)
    assert sentence in refused.value.description


def test_right_entities_pass_as_json_text_too() -> None:
    entity: Json = {"type": "bold", "offset": 0, "length": 2}
    assert checked_entities("🚀 BTC", json.dumps([entity])).entities == [entity]


def test_commands_addresses_and_tags_are_found() -> None:
    text = "🚀 /status@parley_bot #risk $BTC https://a.bc/d?x=1. a@b.cd @olivia_owner 1/2 x/y"
    found = with_detected(Formatted(text, [])).entities
    spoken = text.encode("utf-16-le")
    read = [
        (e["type"], spoken[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"))
        for e in found
    ]
    assert read == [
        ("bot_command", "/status@parley_bot"),
        ("hashtag", "#risk"),
        ("cashtag", "$BTC"),
        ("url", "https://a.bc/d?x=1"),
        ("email", "a@b.cd"),
        ("mention", "@olivia_owner"),
    ]


def test_nothing_is_found_inside_code_or_links() -> None:
    code: Json = {"type": "code", "offset": 0, "length": 7}
    assert with_detected(Formatted("/status", [code])).entities == [code]
