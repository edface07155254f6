"""Compiled loops over the rules: the same source as the live desk runs, given to numba.

numba costs 0.4 s and 90 MB to import, so it is imported inside the functions here and nowhere
else: research workers pay for it, the live desk never does.
"""

import hashlib
import sys
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from engine.rules import (
    evidence,
    exits,
    fills,
    ledger,
    limits,
    margin,
    plans,
    portfolio,
    protection,
    pyramids,
    queues,
    recipes,
    restraint,
    sizing,
    stakes,
    steps,
    stops,
    targets,
)
from engine.rules.registry import registered

Loop = TypeVar("Loop", bound=Callable[..., Any])

RULE_MODULES: tuple[ModuleType, ...] = (
    steps,
    plans,
    stops,
    targets,
    exits,
    fills,
    ledger,
    sizing,
    limits,
    margin,
    portfolio,
    restraint,
    evidence,
    recipes,
    stakes,
    pyramids,
    protection,
    queues,
)

_given: set[Callable[..., Any]] = set()  # numba's own table of overloads is process-wide, too


def fingerprint() -> str:
    """A hash of every rule's source and of what compiles it; another one, another cache folder.

    numba notices when the file of the compiled loop changes, but not when a rule it calls does.
    """
    digest = hashlib.sha256(f"{sys.version} {metadata.version('numba')}".encode())
    for module in RULE_MODULES:
        digest.update(_source(module))
    return digest.hexdigest()[:16]


def cache_folder(data_dir: Path) -> Path:
    """Where the machine code of the present rules is kept under `data_dir`."""
    return data_dir / "compiled" / fingerprint()


def give_rules() -> None:
    """Makes every registered rule callable from compiled code; again is harmless.

    They are inlined by LLVM (`forceinline`): state stays in registers, 15 ns a bar for the whole
    guard instead of 45. numba's own inlining (`inline="always"`) runs as fast but takes two
    minutes to compile rules nested this deep, instead of two seconds. No fastmath anywhere:
    float64 then gives the same bits as plain Python.
    """
    from numba.extending import register_jitable

    for function in registered():
        if function not in _given:
            register_jitable(forceinline=True)(function)
            _given.add(function)


def compiled(loop: Loop, data_dir: Path) -> Loop:
    """`loop` compiled at its first call, its machine code kept under `data_dir`.

    `loop` stands in a file of its own module, takes arrays and plain numbers, and may call any
    rule. What else it calls in other files must be a rule too. Raises OSError where the folder
    cannot be made: numba would otherwise fall back to one that misses changed rules.
    """
    from numba import njit

    give_rules()
    folder = cache_folder(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    config: Any = import_module("numba.core.config")  # its variables are made at run time
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)  # read once, when the dispatcher is made
    try:
        return cast("Loop", njit(cache=True, error_model="python")(loop))
    finally:
        config.CACHE_DIR = before


def _source(module: ModuleType) -> bytes:
    if module.__file__ is None:
        raise RuntimeError(f"{module.__name__} has no source file to hash")
    return Path(module.__file__).read_bytes()
