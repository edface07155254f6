"""A tuning worker: a process of its own, of the lowest priority, that knows only the engine.

It reads one Errand as JSON from its standard input and writes lines of JSON: `{"at": [done, of,
text]}` while it works, and at last `{"told": ...}` or `{"error": "one sentence"}`. SIGTERM stops
it; the study can be carried on. Workers on several machines share a study by its database.

    python -m engine.research.tuning.worker < errand.json
"""

import json
import os
import signal
import sys
from typing import Any, TextIO

from pydantic import ValidationError

from engine.core.errors import DeskError
from engine.research.outcome import Watch
from engine.research.tuning.errand import Errand, carry_out

LOWEST_PRIORITY = 19


def main(asked: str, out: TextIO, watch: Watch) -> int:
    """The exit code: 0 told, 1 could not. Never raises for what a person can mend."""
    try:
        told = carry_out(Errand.model_validate_json(asked), watch)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        # never the value: the storage may hold a password
        return _failed(out, f"The errand is not one: {place}: {first['msg']}.")
    except DeskError as error:
        return _failed(out, error.sentence())
    _line(out, {"told": told.model_dump(mode="json")})
    return 0


def _failed(out: TextIO, sentence: str) -> int:
    _line(out, {"error": sentence})
    return 1


def _line(out: TextIO, body: dict[str, Any]) -> None:
    out.write(json.dumps(body) + "\n")
    out.flush()


def _as_process() -> int:
    os.nice(LOWEST_PRIORITY)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    watch = Watch(
        told=lambda done, of, text: _line(sys.stdout, {"at": [done, of, text]}),
        stop=lambda: bool(stopped),
    )
    return main(sys.stdin.read(), sys.stdout, watch)


if __name__ == "__main__":
    sys.exit(_as_process())
