"""From values to PNG bytes. matplotlib is imported here, at the first picture, and no pyplot.

It costs 50-150 ms of CPU: the caller leaves the event loop for it.
"""

import struct
import zlib
from typing import Any

from charts.contract import DARK, Chart, Theme
from charts.style import DPI, HEIGHT_PX, WIDTH_PX

PNG_MARK = b"\x89PNG\r\n\x1a\n"
RGB_8_BIT = (8, 2, 0, 0, 0)  # depth, colour type, compression, filter, interlace


def render(chart: Chart, values: Any, theme: Theme = DARK) -> bytes:
    """The picture as PNG; raises TypeError where the values are not what the chart needs."""
    if not isinstance(values, chart.needs):
        raise TypeError(f"chart {chart.name} needs {chart.needs.__name__}, got {type(values)}")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_PX / DPI, HEIGHT_PX / DPI), dpi=DPI, facecolor=theme.background)
    canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves its canvas untyped
    chart.draw(figure, values, theme)
    canvas.draw()
    width_px, height_px = canvas.get_width_height()
    return png(bytes(canvas.buffer_rgba()), width_px, height_px)


def png(rgba: bytes, width_px: int, height_px: int) -> bytes:
    """A PNG of RGBA pixels without their alpha; quick rather than small.

    Portable Network Graphics, 3rd edition (W3C 2025), section 11. Rows that repeat the one above
    (most of a chart) shrink to zeros by filter type 2, "up".
    """
    import numpy as np

    pixels = np.frombuffer(rgba, dtype=np.uint8).reshape(height_px, width_px, 4)[:, :, :3]
    rows = np.empty((height_px, 1 + width_px * 3), dtype=np.uint8)
    rows[:, 0] = 2
    flat = pixels.reshape(height_px, width_px * 3)
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    shape = struct.pack(">II5B", width_px, height_px, *RGB_8_BIT)
    return b"".join(
        (
            PNG_MARK,
            _chunk(b"IHDR", shape),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
