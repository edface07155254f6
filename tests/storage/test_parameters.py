"""Parameter versions follow each other, and each can be found again."""

import asyncio
from dataclasses import replace

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.messages import AuditEntry, ParameterVersion
from engine.core.parameters import Parameters
from engine.core.people import Actor
from storage.audit import Audit
from storage.database import Database
from storage.parameters import ParameterVersions
from tests.storage.samples import AT


def a_version(number: int, parameters: Parameters, undo_of: int | None = None) -> ParameterVersion:
    return ParameterVersion(
        version=number,
        values=parameters.model_dump(),
        config_hash=parameters.config_hash(),
        author="Ann",
        why="quieter",
        at=AT,
        undo_of=undo_of,
    )


FIRST = a_version(1, Parameters())
SECOND = a_version(2, Parameters().with_value("quorum", 3))
THIRD = a_version(3, Parameters(), undo_of=2)


@pytest.fixture
def versions(database: Database) -> ParameterVersions:
    return ParameterVersions(database)


async def test_a_new_desk_has_no_version(versions: ParameterVersions) -> None:
    assert await versions.newest() is None
    assert await versions.history(5) == ()


async def test_versions_are_found_by_number_and_by_hash(versions: ParameterVersions) -> None:
    for version in (FIRST, SECOND, THIRD):
        await versions.append(version)
    assert await versions.newest() == THIRD
    assert await versions.version(2) == SECOND
    assert await versions.version(4) is None
    assert await versions.history(2) == (THIRD, SECOND)
    assert await versions.by_hash(SECOND.config_hash) == SECOND
    assert await versions.by_hash(FIRST.config_hash) == THIRD  # the newest with these values


async def test_stored_values_make_the_same_parameters(versions: ParameterVersions) -> None:
    await versions.append(a_version(1, Parameters().with_value("allow_short", False)))
    found = await versions.newest()
    assert found is not None
    assert found.values["allow_short"] is False
    assert Parameters.model_validate(dict(found.values)).config_hash() == found.config_hash


async def test_of_two_changes_at_once_the_second_is_asked_again(
    database: Database, versions: ParameterVersions
) -> None:
    await versions.append(FIRST)
    entry = AuditEntry(at=AT, actor=Actor("Ann", Role.OWNER), action="set", subject="quorum")
    rival = replace(SECOND, author="Ben")
    results = await asyncio.gather(
        versions.append(SECOND, audit=[entry]),
        versions.append(rival, audit=[entry]),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(UserError) == 1
    assert len(await versions.history(5)) == 2
    assert len(await Audit(database).newest(5)) == 1
