"""`make bench`: measures everything and writes BENCHMARKS.md.

`python -m benchmarks replay latency` measures only these, and leaves the rest of the page alone.
"""

import os
import platform
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    closes,
    lag,
    latency,
    live_orders,
    market,
    memory,
    parley_round,
    parley_skill,
    reads,
    replay,
    startup,
    streams,
)

PAGE = Path(__file__).parents[1] / "BENCHMARKS.md"
PARTS: dict[str, Callable[[], str]] = {
    "startup": startup.report,
    "latency": latency.report,
    "reads": reads.report,
    "replay": replay.report,
    "parley": parley_skill.report,
    "rounds": parley_round.report,
    "streams": streams.report,
    "live": live_orders.report,
    "market": market.report,
    "closes": closes.report,
    "lag": lag.report,
    "memory": memory.report,
}


def main() -> int:
    """Measures the parts that were named, or all; returns the exit code."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.stderr.write(f"no such part: {', '.join(sorted(unknown))}; there are {list(PARTS)}\n")
        return 2
    for name in wanted:
        print(f"measuring {name} ...", flush=True)
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(written(page, name, f"{PARTS[name]()}\n\n{_where()}"), encoding="utf-8")
    return 0


def written(page: str, name: str, text: str) -> str:
    """The page with the part between its markers replaced."""
    pattern = rf"(<!-- {name}: measured -->\n).*?(\n<!-- end of {name} -->)"
    found, count = re.subn(pattern, lambda m: f"{m[1]}{text}{m[2]}", page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{PAGE.name} has no place for {name}")
    return found


def _where() -> str:
    load = os.getloadavg()[0]
    now = datetime.now(UTC)
    return (
        f"_{now:%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" {platform.system()} {platform.machine()}; load average at the end {load:.1f}._"
    )


if __name__ == "__main__":
    sys.exit(main())
