"""Before voters are paid: whether the risk rules will say no anyway."""

from dataclasses import dataclass, field

from engine.core.advice import Snapshot, Verdict
from engine.core.events import ProposalDecided
from engine.core.parameters import Parameters
from tests.fakes.desk_rig import Agreeing, DeskRig


@dataclass
class Foresighted(Agreeing):
    """An Advisor for every proposal that notes what the desk would make of it."""

    rig: DeskRig | None = None
    refused: list[bool] = field(default_factory=list)

    async def advise(self, snapshot: Snapshot) -> Verdict:
        assert self.rig is not None
        self.refused.append(self.rig.desk.entries.refused_anyway(snapshot.symbol))
        return await super().advise(snapshot)


async def test_what_the_rules_would_say_is_what_they_say() -> None:
    advisor = Foresighted()
    advisor.rig = rig = DeskRig(advisor=advisor, parameters=Parameters(max_positions=1))
    desk = await rig.run()
    await desk.stop()
    decided = [event for event in rig.events if isinstance(event, ProposalDecided)]
    assert advisor.refused == [event.position_id is None for event in decided]
    assert set(advisor.refused) == {True, False}


async def test_nothing_is_refused_where_nothing_is_proposed() -> None:
    rig = DeskRig()
    desk = await rig.run_until(lambda desk: bool(desk.books.positions))
    assert not [symbol for symbol in rig.bars if desk.entries.refused_anyway(symbol)]
