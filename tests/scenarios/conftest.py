"""Processes that no test leaves behind."""

from collections.abc import Callable, Iterator

import pytest

from tests.scenarios.outside import Program

Keep = Callable[[Program], Program]


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Takes charge of a program: it is gone when the test is over."""
    yield from kept()


@pytest.fixture(scope="module")
def keep_for_module() -> Iterator[Keep]:
    """The same, for the tests of one file together."""
    yield from kept()


def kept() -> Iterator[Keep]:
    programs: list[Program] = []

    def take(program: Program) -> Program:
        programs.append(program)
        return program

    yield take
    for program in programs:
        program.kill()
