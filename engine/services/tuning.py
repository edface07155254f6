"""Parameters by a person's word: typed, bounded, versioned, undone, reloaded from a file."""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from engine.core.commands import SetParameter, UndoParameters
from engine.core.errors import UserError
from engine.core.events import ParametersChanged
from engine.core.messages import ParameterVersion
from engine.core.parameters import Declaration, Parameters, declarations
from engine.core.parameters.parse import bounds_text, closest, format_value, parse_value
from engine.core.people import DESK, Actor
from engine.core.ports import Clock, Journal, Receipt, Record
from engine.execution.dial import Dial
from engine.services.answers import (
    ParameterChange,
    ParameterRow,
    ReloadPlan,
    VersionRow,
)
from engine.services.ports import ParameterArchive

Value = bool | int | float | str
DECLARED = declarations(Parameters)


class Tuning:
    """Changes the parameters in force; every change is a version with author, time and reason."""

    def __init__(
        self,
        dial: Dial,
        archive: ParameterArchive,
        journal: Journal,
        clock: Clock,
        path: Path,
        restart_settings: Callable[[], tuple[str, ...]],
    ) -> None:
        self._dial = dial
        self._archive = archive
        self._journal = journal
        self._clock = clock  # the wall's: people make changes
        self._path = path  # the parameters file that /reload reads
        self._restart_settings = restart_settings

    async def load(self) -> None:
        """Takes the newest stored version into force; the first start stores the defaults."""
        newest = await self._archive.newest()
        if newest is None:
            first = self._version(1, self._dial.parameters, DESK, "the defaults")
            await self._journal.append(Record(parameters=first))
        else:
            self._dial.turn(_restored(newest.values))

    def rows(self) -> tuple[ParameterRow, ...]:
        """Every parameter as a person reads it, in the order of declaration."""
        values = self._dial.parameters.model_dump()
        return tuple(_row(declaration, values[name]) for name, declaration in DECLARED.items())

    async def set(self, command: SetParameter) -> ParameterChange:
        """Changes one parameter; a raise of risk that is not confirmed changes nothing yet.

        Raises UserError for an unknown name, a value out of bounds, or one that breaks the whole.
        """
        declaration = _declared(command.name)
        value = parse_value(declaration, command.text)
        wanted = _changed(self._dial.parameters, {declaration.name: value})
        newest = await self._newest()
        change = self._change(declaration, wanted, newest.version)
        if await self._journal.receipt(command.command_id) is not None:
            return replace(change, needs_confirmation=False)  # asked twice, done once
        if change.raises_risk and not command.confirmed:
            return replace(change, needs_confirmation=True)
        if change.old == change.new:
            return change
        why = f"{change.name}: {change.old} to {change.new}"
        stored = await self._store_change(newest, wanted, (change,), command, why)
        return replace(change, version=stored.version)

    async def undo(self, command: UndoParameters) -> tuple[ParameterChange, ...]:
        """Goes back to the version before the present one, as a new version.

        Raises UserError when there is none. Unconfirmed, it changes nothing when risk would rise.
        """
        versions = await self._archive.history(2)
        done = await self._journal.receipt(command.command_id) is not None
        if len(versions) < 2:
            raise UserError("There is nothing to undo.", hint="/params shows what is in force.")
        newest, before = versions
        wanted = _restored(before.values)
        if done:  # asked twice: what the first asking changed
            return self._differences(self._dial.parameters, newest.version, wanted)
        changes = self._differences(wanted, newest.version)
        if not changes:
            return changes
        if any(change.raises_risk for change in changes) and not command.confirmed:
            return tuple(replace(change, needs_confirmation=True) for change in changes)
        why = f"undo of version {newest.version}"
        stored = await self._store_change(newest, wanted, changes, command, why)
        return tuple(replace(change, version=stored.version) for change in changes)

    async def history(self, limit: int = 10) -> tuple[VersionRow, ...]:
        """The newest versions, newest first, each with what it changed."""
        versions = await self._archive.history(limit + 1)
        older = (*versions[1:], None)
        rows = tuple(map(_version_row, versions, older))
        return rows[:limit]

    async def plan_reload(self) -> ReloadPlan:
        """What the parameters file would change; nothing is changed."""
        values, errors = _read_file(self._path)
        changes: tuple[ParameterChange, ...] = ()
        newest = await self._newest()
        if not errors:
            try:
                changes = self._differences(_changed(self._dial.parameters, values), newest.version)
            except UserError as error:
                errors = (error.sentence(),)
        shown = "|".join(f"{c.name}={c.old}>{c.new}" for c in changes) + f"@{newest.version}"
        return ReloadPlan(
            path=self._path.name,
            changes=changes,
            errors=errors,
            restart_settings=self._restart_settings(),
            digest=hashlib.sha256(shown.encode()).hexdigest()[:12],
        )

    async def apply_reload(self, command_id: str, actor: Actor, digest: str) -> ReloadPlan:
        """Applies the plan of this digest, all of it or nothing; raises UserError otherwise."""
        if await self._journal.receipt(command_id) is not None:
            return await self.plan_reload()
        plan = await self.plan_reload()
        if plan.errors:
            raise UserError(f"Nothing was changed: {plan.errors[0]}", hint="Mend the file.")
        if plan.digest != digest:
            raise UserError(
                "The file or the parameters changed meanwhile.", hint="Send /reload again."
            )
        values, _ = _read_file(self._path)
        wanted = _changed(self._dial.parameters, values)
        if plan.changes:
            command = SetParameter(command_id=command_id, actor=actor, name="", text="")
            newest = await self._newest()
            await self._store_change(newest, wanted, plan.changes, command, "reload of the file")
        return plan

    async def _newest(self) -> ParameterVersion:
        newest = await self._archive.newest()
        if newest is None:
            raise UserError("The parameters are not loaded yet.", hint="Try again in a moment.")
        return newest

    def _differences(
        self, wanted: Parameters, version: int, before: Parameters | None = None
    ) -> tuple[ParameterChange, ...]:
        found = (self._change(each, wanted, version, before) for each in DECLARED.values())
        return tuple(change for change in found if change.old != change.new)

    def _change(
        self,
        declaration: Declaration,
        wanted: Parameters,
        version: int,
        before: Parameters | None = None,
    ) -> ParameterChange:
        old = getattr(before or self._dial.parameters, declaration.name)
        new = getattr(wanted, declaration.name)
        raises = new != old and _raises_risk(declaration, old, new)
        when = "at once" if declaration.hot else "at the next start"
        return ParameterChange(
            name=declaration.name,
            old=format_value(declaration, old),
            new=format_value(declaration, new),
            raises_risk=raises,
            needs_confirmation=False,
            hot=declaration.hot,
            effect=f"{declaration.why}; takes effect {when}",
            version=version,
            config_hash=wanted.config_hash(),
        )

    def _version(
        self, version: int, wanted: Parameters, author: Actor, why: str
    ) -> ParameterVersion:
        return ParameterVersion(
            version=version,
            values=wanted.model_dump(),
            config_hash=wanted.config_hash(),
            author=author.name,
            why=why,
            at=self._clock.now(),
        )

    async def _store_change(
        self,
        newest: ParameterVersion,
        wanted: Parameters,
        changes: tuple[ParameterChange, ...],
        command: SetParameter | UndoParameters,
        why: str,
    ) -> ParameterVersion:
        """One transaction, then in force. A repeat of the command finds its receipt."""
        lines = tuple((change.name, change.old, change.new) for change in changes)
        stored = self._version(newest.version + 1, wanted, command.actor, why)
        event = ParametersChanged(
            at=stored.at,
            version=stored.version,
            changes=lines,
            config_hash=stored.config_hash,
            actor=command.actor,
            why=why,
        )
        receipt = Receipt(command_id=command.command_id, answer=why, done_at=stored.at)
        await self._journal.append(Record(parameters=stored, events=(event,), receipt=receipt))
        self._dial.turn(wanted)
        return stored


def _version_row(version: ParameterVersion, before: ParameterVersion | None) -> VersionRow:
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


def _declared(name: str) -> Declaration:
    found = DECLARED.get(name.strip().lower())
    if found is None:
        names = closest(name, DECLARED)
        hint = f"Did you mean {', '.join(names)}?" if names else "/params lists them."
        raise UserError("There is no such parameter.", hint=hint)
    return found


def _changed(parameters: Parameters, values: Mapping[str, Value]) -> Parameters:
    try:
        return Parameters.model_validate({**parameters.model_dump(), **values})
    except ValidationError as error:
        text = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise UserError(f"That does not fit the rest: {text}.", hint="/params shows all.") from None


def _restored(values: Mapping[str, Value]) -> Parameters:
    """Stored values as parameters: names of an older release are left out, new ones default."""
    known = {name: value for name, value in values.items() if name in DECLARED}
    return Parameters.model_validate(known)


def _raises_risk(declaration: Declaration, old: Value, new: Value) -> bool:
    if declaration.riskier == "none" or isinstance(old, str) or isinstance(new, str):
        return False
    return new > old if declaration.riskier == "up" else new < old


def _row(declaration: Declaration, value: Value) -> ParameterRow:
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


def _read_file(path: Path) -> tuple[dict[str, Value], tuple[str, ...]]:
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
