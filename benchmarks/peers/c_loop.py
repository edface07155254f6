"""The job in C, compiled here by gcc: what a loop over these bars costs at least."""

import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.peers.job import FEE_RATIO, SWEEP, Floats, crosses, told

SOURCE = Path(__file__).with_name("loop.c")


def main() -> None:
    """Prints what `benchmarks.backtest` reads."""
    bars: Floats = np.load(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "loop.so"
        command = [
            "gcc",
            "-O3",
            "-march=native",
            "-shared",
            "-fPIC",
            str(SOURCE),
            "-o",
            str(library),
        ]
        subprocess.run(command, check=True)  # noqa: S603 - our own source
        play = ctypes.CDLL(str(library)).play
    pointer = np.ctypeslib.ndpointer(dtype=np.float64, flags="C_CONTIGUOUS")
    play.argtypes = [pointer] * 6 + [ctypes.c_long, ctypes.c_double, ctypes.c_void_p]
    cash = ctypes.c_double()

    def run(pair: tuple[int, int]) -> int:
        up, down = crosses(bars[3], *pair)
        fee, out = ctypes.c_double(FEE_RATIO), ctypes.byref(cash)
        return int(play(*bars[:4], up, down, bars.shape[1], fee, out))

    told(lambda: run((10, 30)), lambda: sum(run(pair) for pair in SWEEP))
