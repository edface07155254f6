"""Sizes of pictures, read from real files of each kind."""

import io

import pytest
from PIL import Image

from bot.localchat.pictures import photo_size, picture_type
from bot.localchat.refusal import Refusal


def drawn(kind: str, **options: object) -> bytes:
    """A real picture, 120 x 50."""
    out = io.BytesIO()
    Image.new("RGB", (120, 50), "navy").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (drawn("PNG"), "image/png"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("JPEG", progressive=True), "image/jpeg"),
        (drawn("GIF"), "image/gif"),
        (drawn("WEBP"), "image/webp"),
        (drawn("WEBP", lossless=True), "image/webp"),
        (drawn("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), "image/webp"),
    ],
)
def test_the_size_is_read_from_each_kind(content: bytes, mime_type: str) -> None:
    assert photo_size(content) == (120, 50)
    assert picture_type(content)[0] == mime_type


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    with pytest.raises(Refusal, match="IMAGE_PROCESS_FAILED"):
        photo_size(drawn(kind)[:12])
