"""The size of a picture, read from its header, and whether Telegram would take it as a photo."""

import struct

from bot.localchat.refusal import bad_request

PHOTO_LIMIT_BYTES = 10 * 1024 * 1024
SIDES_LIMIT_PX = 10_000  # width + height
RATIO_LIMIT = 20
JPEG_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def photo_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels; raises `Refusal` when Telegram would refuse it as a photo."""
    if len(content) > PHOTO_LIMIT_BYTES:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo;"
            f" the maximum size is {PHOTO_LIMIT_BYTES} bytes"
        )
    size = _png(content) or _jpeg(content) or _gif(content) or _webp(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width_px, height_px = size
    if (
        min(size) < 1
        or width_px + height_px > SIDES_LIMIT_PX
        or max(size) > RATIO_LIMIT * min(size)
    ):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def picture_type(content: bytes) -> tuple[str, str]:
    """MIME type and file extension by the first bytes."""
    if content.startswith(b"\x89PNG"):
        return "image/png", "png"
    if content.startswith(b"GIF8"):
        return "image/gif", "gif"
    if content[8:12] == b"WEBP":
        return "image/webp", "webp"
    return "image/jpeg", "jpg"


def _png(content: bytes) -> tuple[int, int] | None:
    whole = content.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") and b"IEND" in content[-12:]
    if not whole:
        return None
    width_px, height_px = struct.unpack(">II", content[16:24])
    return width_px, height_px


def _gif(content: bytes) -> tuple[int, int] | None:
    if content[:6] not in {b"GIF87a", b"GIF89a"} or len(content) < 13:
        return None
    width_px, height_px = struct.unpack("<HH", content[6:10])
    return width_px, height_px


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in JPEG_SIZE_MARKERS:
            height_px, width_px = struct.unpack(">HH", content[at + 5 : at + 9])
            return width_px, height_px
        at += 2 + length
    return None
