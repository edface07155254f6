"""Parameters between what people write, what the database keeps, and what is in force. Pure but
for reading the parameters file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from engine.core.errors import UserError
from engine.core.messages import ParameterVersion
from engine.core.parameters import Declaration, Parameters, declarations
from engine.core.parameters.parse import bounds_text, closest, format_value
from engine.services.answers import ParameterChange, ParameterRow, VersionRow

Value = bool | int | float | str
DECLARED = declarations(Parameters)


def version_row(version: ParameterVersion, before: ParameterVersion | None) -> VersionRow:
    old = {} if before is None else before.values
    changes = tuple(
        (name, format_value(DECLARED[name], old[name]), format_value(DECLARED[name], value))
        for name, value in version.values.items()
        if name in DECLARED and name in old and old[name] != value
    )
    return VersionRow(
        version=version.version,
        at=version.at,
        author=version.author,
        why=version.why,
        config_hash=version.config_hash,
        changes=changes,
    )


def declared(name: str) -> Declaration:
    found = DECLARED.get(name.strip().lower())
    if found is None:
        names = closest(name, DECLARED)
        hint = f"Did you mean {', '.join(names)}?" if names else "/params lists them."
        raise UserError("There is no such parameter.", hint=hint)
    return found


def changed(parameters: Parameters, values: Mapping[str, Value]) -> Parameters:
    try:
        return Parameters.model_validate({**parameters.model_dump(), **values})
    except ValidationError as error:
        text = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise UserError(f"That does not fit the rest: {text}.", hint="/params shows all.") from None


def restored(values: Mapping[str, Value]) -> Parameters:
    """Stored values as parameters: names of an older release are left out, new ones default."""
    known = {name: value for name, value in values.items() if name in DECLARED}
    return Parameters.model_validate(known)


def raises_risk(declaration: Declaration, old: Value, new: Value) -> bool:
    if declaration.riskier == "none" or isinstance(old, str) or isinstance(new, str):
        return False
    return new > old if declaration.riskier == "up" else new < old


def differences(
    present: Parameters, wanted: Parameters, version: int
) -> tuple[ParameterChange, ...]:
    """What `wanted` would change of `present`, which is of that version."""
    found = (change_of(each, present, wanted, version) for each in DECLARED.values())
    return tuple(change for change in found if change.old != change.new)


def change_of(
    declaration: Declaration, present: Parameters, wanted: Parameters, version: int
) -> ParameterChange:
    """What becomes of one parameter."""
    old, new = getattr(present, declaration.name), getattr(wanted, declaration.name)
    when = "at once" if declaration.hot else "at the next start"
    return ParameterChange(
        name=declaration.name,
        old=format_value(declaration, old),
        new=format_value(declaration, new),
        raises_risk=new != old and raises_risk(declaration, old, new),
        needs_confirmation=False,
        hot=declaration.hot,
        effect=f"{declaration.why}; takes effect {when}",
        version=version,
        config_hash=wanted.config_hash(),
    )


def row(declaration: Declaration, value: Value) -> ParameterRow:
    return ParameterRow(
        name=declaration.name,
        value=format_value(declaration, value),
        default=format_value(declaration, declaration.default),
        bounds=bounds_text(declaration),
        group=declaration.group,
        why=declaration.why,
        hot=declaration.hot,
        changed=value != declaration.default,
    )


def read_file(path: Path) -> tuple[dict[str, Value], tuple[str, ...]]:
    """The values of a parameters file and what is wrong with it."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, (f"there is no {path.name} in the data folder",)
    except (OSError, UnicodeDecodeError) as error:
        return {}, (f"{path.name} cannot be read: {type(error).__name__}",)
    except tomllib.TOMLDecodeError as error:
        return {}, (f"{path.name} is not valid TOML: {error}",)
    values: dict[str, Value] = {}
    errors: list[str] = []
    for name, value in table.items():
        if name not in DECLARED:
            names = closest(name, DECLARED)
            hint = f", did you mean {names[0]}?" if names else ""
            errors.append(f"no parameter is called {name}{hint}")
        elif isinstance(value, bool | int | float | str):
            values[name] = value
        else:
            errors.append(f"{name} must be a single value")
    return values, tuple(errors)
