"""What the tests of the handlers share."""

import pytest

from tests.handlers.asking import FakeDesk


@pytest.fixture
def fake() -> FakeDesk:
    """A desk over services in memory."""
    return FakeDesk()
