"""The lease of a real PostgreSQL and a desk that asks it before each order."""

import pytest

from engine.core.errors import StorageError
from engine.core.kinds import PositionSide
from storage.lock import Lease
from tests.engine.execution.live_desk import live_desk
from tests.storage.test_lock import cut


@pytest.mark.postgres
async def test_two_desks_never_send_within_one_lease(postgres_url: str) -> None:
    now_s = [100.0]
    async with live_desk("ccxt swap") as rig:
        lease = await Lease.take(postgres_url, lambda: now_s[0])
        rig.desk.executor.send_while(lease.holds)
        await rig.enter("0.1", side=PositionSide.LONG)
        await rig.tick(50_010)
        assert rig.held_base() > 0
        await cut(postgres_url)
        successor = await Lease.take(postgres_url, lambda: now_s[0])
        assert not await lease.held()
        asked = len(rig.bench.exchange.asked)
        await rig.tick(48_900, at_venue=False)
        with pytest.raises(StorageError):
            await rig.sent_entry("0.1", side=PositionSide.LONG, stop=49_000.0)
        sent = [line for line in rig.bench.exchange.asked[asked:] if not line.startswith("GET")]
        assert sent == [], "the successor is the owner now"
        rig.desk.executor.send_while(successor.holds)
        await rig.tick(48_900, at_venue=False)
        await rig.tick(48_900, at_venue=False)
        assert rig.held_base() == 0
        await successor.release()
        await lease.release()
