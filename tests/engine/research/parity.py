"""Runs rules on many inputs, plain or compiled, by one generated loop.

The loop comes from the annotations of the rules, so a new rule is covered without a line. Several
rules share a loop, as every compiled loop costs the same 0.15 s whatever is in it.
"""

import importlib.util
import sys
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

Rule = Callable[..., Any]


class Loop(Protocol):
    """Calls each rule `rounds` times; numbers and results stand one after the other."""

    def __call__(self, rounds: int, numbers: Any, out: Any) -> None: ...


def fields(kind: Any) -> dict[str, Any]:
    """Names and types of the fields of a NamedTuple."""
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in kind._fields}


def leaves(kind: Any, name: str) -> list[tuple[str, type]]:
    """(dotted name, type) of every plain number in `kind`, in the order of its constructor."""
    if kind in {int, float, bool}:
        return [(name, kind)]
    return [leaf for field, of in fields(kind).items() for leaf in leaves(of, f"{name}.{field}")]


def arguments(rule: Rule) -> dict[str, Any]:
    """Names and types of the arguments of a rule."""
    hints = typing.get_type_hints(rule)
    return {name: kind for name, kind in hints.items() if name != "return"}


def inputs(rules: Sequence[Rule]) -> dict[str, type]:
    """Every plain number the rules take, by dotted name; arguments of one name are one number."""
    return {
        name: kind
        for rule in rules
        for argument, whole in arguments(rule).items()
        for name, kind in leaves(whole, argument)
    }


def results(rule: Rule) -> list[str]:
    """Every plain number that the rule returns, by its dotted name."""
    kind = typing.get_type_hints(rule)["return"]
    return [name for name, _ in leaves(kind, rule.__name__)]


def expression(kind: Any, name: str, columns: dict[str, int]) -> str:
    """The call that builds a `kind` from the numbers of the round."""
    if kind is float:
        return f"numbers[at + {columns[name]}]"
    if kind in {int, bool}:
        return f"{kind.__name__}(numbers[at + {columns[name]}])"
    inner = [expression(of, f"{name}.{field}", columns) for field, of in fields(kind).items()]
    return f"{kind.__name__}({', '.join(inner)})"


def loop_text(rules: Sequence[Rule]) -> str:
    """A module with `loop(rounds, numbers, out)`, which calls each of the rules in each round."""
    columns = {name: at for at, name in enumerate(inputs(rules))}
    outputs = [name for rule in rules for name in results(rule)]
    imports: set[str] = set()
    body = [
        "for i in range(rounds):",
        f"    at = i * {len(columns)}",
        f"    to = i * {len(outputs)}",
    ]
    for rule in rules:
        taken = arguments(rule)
        imports |= {line for kind in taken.values() for line in _imports_for(kind)}
        imports.add(f"{_import_of(rule)} as call_{rule.__name__}")
        call = ", ".join(expression(kind, name, columns) for name, kind in taken.items())
        body.append(f"    {rule.__name__} = call_{rule.__name__}({call})")
    body += [f"    out[to + {row}] = {name}" for row, name in enumerate(outputs)]
    loop = "\n    ".join(["def loop(rounds, numbers, out):", *body])
    return "\n".join([*sorted(imports), "", "", loop, ""])


def loop_of(rules: Sequence[Rule], path: Path) -> Loop:
    """The loop over these rules as plain Python, from a file that numba can keep the code of."""
    text = loop_text(rules)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # numba looks a cached function's module up by its name
    spec.loader.exec_module(module)
    return typing.cast("Loop", module.loop)


def _imports_for(kind: Any) -> set[str]:
    if not hasattr(kind, "_fields"):
        return set()
    return {_import_of(kind)}.union(*(_imports_for(of) for of in fields(kind).values()))


def _import_of(thing: Any) -> str:
    return f"from {thing.__module__} import {thing.__name__}"
