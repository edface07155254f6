"""/market: regimes, breadth, and what moves together."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import MarketTap
from handlers.views.market import market_text


async def market(desk: Desk, request: Request) -> Answer:
    """The card, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, MarketTap) else MarketTap()
    return Answer(
        text=market_text(await desk.risks.market(), desk.mode.badge),
        keys=((refresh(MarketTap(again=True)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="market",
    help="regimes, breadth and what moves together",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=market,
)
BUTTONS = (Button(payload=MarketTap, command="market", effect=Effect.READS, handler=market),)
