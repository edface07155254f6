"""/backtest: what the desk would have done on recorded bars."""

from engine.core.kinds import Role
from engine.core.research import Kind
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.research_asking import act, asked, turn_form
from handlers.research_payloads import FormTap, JobAct


async def backtest(desk: Desk, request: Request) -> Answer:
    """The form, or the job that the words ask for."""
    return await asked(desk, request, Kind.BACKTEST)


COMMAND = Command(
    name="backtest",
    help="what would this have done?",
    group=Group.RESEARCH,
    role=Role.TRADER,
    effect=Effect.RAISES,  # an hour of a core: late, it is refused, and the audit keeps it
    handler=backtest,
    usage="market bars span [strategies] [exits] [name=value]",
    examples=("/backtest", "/backtest BTC 1h 180d sma_cross percent", "/backtest BTC,ETH 4h 2y"),
)
BUTTONS = (
    Button(payload=FormTap, command="backtest", effect=Effect.READS, handler=turn_form),
    Button(payload=JobAct, command="backtest", effect=Effect.READS, handler=act),
)
