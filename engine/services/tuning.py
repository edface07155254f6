"""Parameters by a person's word: typed, bounded, versioned, undone, reloaded from a file."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.core.commands import AdoptParameters, SetParameter, SetProfile, UndoParameters
from engine.core.errors import UserError
from engine.core.events import ParametersChanged
from engine.core.messages import ParameterVersion, Revert
from engine.core.parameters import Parameters
from engine.core.parameters.parse import parse_value
from engine.core.parameters.profiles import PROFILES
from engine.core.people import DESK, Actor
from engine.core.ports import Clock, Journal, Receipt, Record
from engine.execution.dial import Dial
from engine.services.answers import (
    ParameterChange,
    ParameterRow,
    ReloadPlan,
    VersionRow,
)
from engine.services.parameter_words import (
    DECLARED,
    change_of,
    changed,
    declared,
    differences,
    read_file,
    restored,
    row,
    version_row,
)
from engine.services.ports import ParameterArchive


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
            self._dial.turn(restored(newest.values))

    def rows(self) -> tuple[ParameterRow, ...]:
        """Every parameter as a person reads it, in the order of declaration."""
        values = self._dial.parameters.model_dump()
        return tuple(row(declaration, values[name]) for name, declaration in DECLARED.items())

    async def set(self, command: SetParameter) -> ParameterChange:
        """Changes one parameter; a raise of risk that is not confirmed changes nothing yet.

        Raises UserError for an unknown name, a value out of bounds, or one that breaks the whole.
        """
        declaration = declared(command.name)
        value = parse_value(declaration, command.text)
        wanted = changed(self._dial.parameters, {declaration.name: value})
        newest = await self._newest()
        change = change_of(declaration, self._dial.parameters, wanted, newest.version)
        if await self._journal.receipt(command.command_id) is not None:
            return replace(change, needs_confirmation=False)  # asked twice, done once
        if change.raises_risk and not command.confirmed:
            return replace(change, needs_confirmation=True)
        if change.old == change.new:
            return change
        why = f"{change.name}: {change.old} to {change.new}"
        revert: tuple[Revert, ...] = ()
        if command.lasts is not None:
            due_at = self._clock.now() + command.lasts
            back_to = getattr(self._dial.parameters, declaration.name)
            revert = (Revert(declaration.name, back_to, value, due_at),)
            why += f", until {due_at:%d %b %H:%M} UTC"
        stored = await self._store_change(newest, wanted, (change,), command, why, revert)
        until_at = revert[0].due_at if revert else None
        return replace(change, version=stored.version, until_at=until_at)

    async def plan_profile(self, name: str) -> tuple[ParameterChange, ...]:
        """What the profile would change; raises UserError for an unknown name or one that does
        not fit the rest.
        """
        values = PROFILES.get(name)
        if values is None:
            names = ", ".join(PROFILES)
            raise UserError("There is no such profile.", hint=f"There are {names}.")
        newest = await self._newest()
        return differences(
            self._dial.parameters, changed(self._dial.parameters, values), newest.version
        )

    async def set_profile(self, command: SetProfile) -> tuple[ParameterChange, ...]:
        """Changes all of it, once. Unconfirmed, nothing where risk would rise; raises UserError."""
        changes = await self.plan_profile(command.profile)
        if not changes or await self._journal.receipt(command.command_id) is not None:
            return ()
        newest = await self._newest()
        if newest.version != command.version:
            raise UserError(
                "The parameters have changed since; nothing was done.", hint="Ask again: /preset"
            )
        if any(change.raises_risk for change in changes) and not command.confirmed:
            return tuple(replace(change, needs_confirmation=True) for change in changes)
        wanted = changed(self._dial.parameters, PROFILES[command.profile])
        why = f"profile {command.profile}"
        stored = await self._store_change(newest, wanted, changes, command, why)
        return tuple(replace(change, version=stored.version) for change in changes)

    async def difference(self, config_hash: str) -> tuple[ParameterChange, ...]:
        """From the version of that hash to what is in force; raises UserError for none."""
        found = await self._archive.by_hash(config_hash.strip().lower())
        if found is None:
            raise UserError("No version has that hash.", hint="/params history lists them.")
        present = self._dial.parameters
        return differences(restored(found.values), present, found.version)

    async def revert_due(self) -> tuple[str, ...]:
        """Takes back what was changed for a while and is over; returns the names.

        What somebody changed meanwhile stays as it is, and so does all that would not fit.
        """
        newest, now = await self._newest(), self._clock.now()
        due = tuple(revert for revert in newest.reverts if revert.due_at <= now)
        if not due:
            return ()
        present = self._dial.parameters
        values = {r.name: r.back_to for r in due if getattr(present, r.name) == r.meanwhile}
        try:
            wanted, why = changed(present, values), "its time is over"
        except UserError as error:
            wanted, why = present, f"left as it is: {error.sentence()}"
        changes = differences(self._dial.parameters, wanted, newest.version)
        command = SetParameter(command_id=f"revert:{newest.version}", actor=DESK, name="", text="")
        over = tuple(Revert(r.name, r.back_to, r.meanwhile, now) for r in due)
        await self._store_change(newest, wanted, changes, command, why, over)
        return tuple(values)

    async def adopt(self, command: AdoptParameters) -> tuple[ParameterChange, ...]:
        """Takes over what a tuning found, all of it as one version that /undo takes back.

        Raises UserError where it did not pass on bars it had not seen, or no longer fits. A raise
        of risk that is not confirmed changes nothing yet.
        """
        if command.refused_because:
            raise UserError(
                f"Not adopted: {command.refused_because}.", hint="What is in force stays."
            )
        fixed = [name for name, _ in command.values if not declared(name).tune]
        if fixed:
            raise UserError(f"Not adopted: {fixed[0]} is not tuned.", hint="/params lists all.")
        wanted = changed(self._dial.parameters, dict(command.values))
        newest = await self._newest()
        changes = differences(self._dial.parameters, wanted, newest.version)
        if not changes or await self._journal.receipt(command.command_id) is not None:
            return changes
        if any(change.raises_risk for change in changes) and not command.confirmed:
            return tuple(replace(change, needs_confirmation=True) for change in changes)
        why = f"adopted from the study {command.study}"
        stored = await self._store_change(newest, wanted, changes, command, why)
        return tuple(replace(change, version=stored.version) for change in changes)

    async def undo(self, command: UndoParameters) -> tuple[ParameterChange, ...]:
        """Goes back to the version before the present one, as a new version.

        Raises UserError when there is none. Unconfirmed, it changes nothing when risk would rise.
        """
        versions = await self._archive.history(2)
        done = await self._journal.receipt(command.command_id) is not None
        if len(versions) < 2:
            raise UserError("There is nothing to undo.", hint="/params shows what is in force.")
        newest, before = versions
        wanted = restored(before.values)
        if done:  # asked twice: what the first asking changed
            return differences(wanted, self._dial.parameters, newest.version)
        changes = differences(self._dial.parameters, wanted, newest.version)
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
        rows = tuple(map(version_row, versions, older))
        return rows[:limit]

    async def plan_reload(self) -> ReloadPlan:
        """What the parameters file would change; nothing is changed."""
        values, errors = read_file(self._path)
        changes: tuple[ParameterChange, ...] = ()
        newest = await self._newest()
        if not errors:
            try:
                changes = differences(
                    self._dial.parameters, changed(self._dial.parameters, values), newest.version
                )
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
        values, _ = read_file(self._path)
        wanted = changed(self._dial.parameters, values)
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
        command: SetParameter | SetProfile | UndoParameters | AdoptParameters,
        why: str,
        reverts: tuple[Revert, ...] = (),
    ) -> ParameterVersion:
        """One transaction, then in force. A repeat of the command finds its receipt."""
        lines = tuple((change.name, change.old, change.new) for change in changes)
        stored = self._version(newest.version + 1, wanted, command.actor, why)
        # the latest word on a name counts; what was due at this moment is over
        named = {change.name for change in changes} | {revert.name for revert in reverts}
        kept = (revert for revert in newest.reverts if revert.name not in named)
        new = (revert for revert in reverts if revert.due_at > stored.at)
        stored = replace(stored, reverts=(*kept, *new))
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
