"""The process that draws: values in on stdin, PNG out on stdout, the end with the parent's end.

A frame is four bytes of length and a pickle. Both ends are our own process tree; nothing from
outside is ever unpickled. A picture drawn on the event loop's process stalls the desk for up to
60 ms (facts/performance.md section 4); here it costs it nothing.
"""

import os
import pickle
import struct
import sys
from typing import BinaryIO

from charts.registry import CHARTS
from charts.render import render

LENGTH = struct.Struct(">I")
NICENESS = 10


def main() -> None:
    """Draws until stdin ends."""
    os.nice(NICENESS)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nobody may write between the frames
    while (frame := read_frame(source)) is not None:
        write_frame(sink, _drawn(frame))


def _drawn(frame: bytes) -> bytes:
    name, values = pickle.loads(frame)  # noqa: S301 - from our own parent only
    try:
        return b"+" + render(CHARTS[name], values)
    except Exception as error:  # noqa: BLE001 - the parent is told, and the next picture drawn
        return b"-" + f"{type(error).__name__}: {error}".encode()


def read_frame(source: BinaryIO) -> bytes | None:
    """The next frame's body; None at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return source.read(LENGTH.unpack(head)[0])


def write_frame(sink: BinaryIO, body: bytes) -> None:
    sink.write(LENGTH.pack(len(body)) + body)
    sink.flush()


if __name__ == "__main__":
    main()
