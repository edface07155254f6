"""Photos and documents: what Telegram refuses of a file, the local chat refuses."""

import pytest

from tests.bot.localchat.wire import OWNER, Wire, png


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (png()[:-4] + b"xxxxxxxxxxxx", "IMAGE_PROCESS_FAILED"),
        (png(9_000, 1_001), "PHOTO_INVALID_DIMENSIONS"),
        (png(201, 10), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
    ],
)
async def test_only_real_pictures_of_a_fair_shape_are_photos(
    wire: Wire, content: bytes, sentence: str
) -> None:
    answer = await wire.upload("sendPhoto", "photo", content, chat_id=str(OWNER))
    assert answer["description"] == f"Bad Request: {sentence}"


async def test_a_photo_over_10_mb_is_too_big(wire: Wire) -> None:
    answer = await wire.upload("sendPhoto", "photo", bytes(10_485_761), chat_id=str(OWNER))
    assert answer["description"] == (
        "Bad Request: file of size 10485761 bytes is too big for a photo;"
        " the maximum size is 10485760 bytes"
    )


async def test_a_file_over_the_upload_limit_is_too_large(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.localchat.params.UPLOAD_LIMIT_BYTES", 70_000)
    answer = await wire.upload("sendDocument", "document", bytes(70_001), chat_id=str(OWNER))
    assert answer["error_code"] == 413


async def test_a_document_is_not_a_photo(wire: Wire) -> None:
    sent = await wire.upload("sendDocument", "document", b"a,b", chat_id=str(OWNER))
    file_id = sent["result"]["document"]["file_id"]
    sentence = await wire.refused("sendPhoto", chat_id=OWNER, photo=file_id)
    assert sentence == "Bad Request: can't use file of type Document as Photo"
