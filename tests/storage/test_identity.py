"""A database belongs to one account."""

from storage.database import Database
from storage.identity import bind, ensure_identity
from tests.fakes.clocks import NOON


async def test_the_first_account_stays_and_the_next_is_told_whose_it_is(
    own_database: Database,
) -> None:
    await ensure_identity(own_database, NOON)
    assert await bind(own_database, "paper simulated") == "paper simulated"
    assert await bind(own_database, "live binance") == "paper simulated"
    assert await bind(own_database, "paper simulated") == "paper simulated"
