"""From typing `parley run` to a reply, and the memory of it all: real processes on loopback.

Run from the repository: `.venv/bin/python -m benchmarks.startup`. Medians of `REPEATS`.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.tables import row, table
from tests.scenarios.outside import REPO, Chat, desk, free_port, showing

REPEATS = 3
SETTLE_S = 15.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TELLING_ITS_PEAK = """
import pathlib, re, sys
from bot.cli import main
main(sys.argv[1:])
status = pathlib.Path("/proc/self/status").read_text()
print(re.search(r"VmHWM:\\s+(\\d+)", status)[1], file=sys.stderr)
"""
COMMANDS = (("status",), ("trades",), ("panic",))


def report() -> str:
    """The tables of this benchmark, as markdown."""
    with tempfile.TemporaryDirectory() as folder:
        lives = [_life(Path(folder) / str(number)) for number in range(REPEATS)]
        commands = [(words[0], _peak_mib(Path(folder) / "0", *words)) for words in COMMANDS]
    names = {
        "first line: trading": "trading",
        "the page answers": "page",
        "first reply to /start": "reply",
    }
    times = [
        row(name, f"{median(life[key] for life in lives):.1f} s") for name, key in names.items()
    ]
    sizes = [
        row("the desk, idle, chat connected", f"{median(life['idle'] for life in lives):.0f} MiB"),
        row("the same after its first chart", f"{median(life['drawn'] for life in lives):.0f} MiB"),
        row("the chart worker beside it", f"{median(life['worker'] for life in lives):.0f} MiB"),
        *(row(f"`parley {name}`, at its peak", f"{size:.0f} MiB") for name, size in commands),
    ]
    return "\n\n".join(
        (
            f"### Start, median of {REPEATS}",
            table("from typing the command to", "time", rows=times),
            "### Resident memory",
            table("process", "RSS", rows=sizes),
        )
    )


def _life(folder: Path) -> dict[str, float]:
    """Seconds and MiB of one start on an empty data folder."""
    port = free_port()
    chat = Chat(f"http://127.0.0.1:{port}")
    began_s = time.perf_counter()
    program = desk(folder, "--http-port", str(port))
    try:
        _wait_for_page(chat.url)
        found = {"page": time.perf_counter() - began_s}
        chat.say("/start")
        program.line("trading after")
        found["trading"] = time.perf_counter() - began_s
        chat.first(showing("You are its owner"), 0)
        found["reply"] = time.perf_counter() - began_s
        time.sleep(SETTLE_S)
        found["idle"] = rss_mib(program.pid)
        chat.ask("/chart equity", "Equity")
        found["drawn"] = rss_mib(program.pid)
        found["worker"] = sum(rss_mib(child) for child in _children(program.pid))
        program.stop()
    finally:
        program.kill()
    return found


def _wait_for_page(url: str) -> None:
    while True:
        try:
            with urlopen(f"{url}/", timeout=5.0) as answer:  # noqa: S310 - loopback
                answer.read()
                return
        except (URLError, ConnectionError):
            time.sleep(0.01)


def rss_mib(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE_BYTES / 2**20


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]


def _peak_mib(folder: Path, *words: str) -> float:
    # not ru_maxrss: that counts the parent's pages which the child had before it became the command
    command = [sys.executable, "-c", TELLING_ITS_PEAK, *words, "--data-dir", str(folder)]
    ran = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)  # noqa: S603
    return float(ran.stderr.split()[-1]) / 1024


if __name__ == "__main__":
    print(report())
