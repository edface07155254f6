"""/strategy: which strategies propose trades; off by a trader, on by an owner."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.parse import resolve
from engine.strategies.registry import STRATEGIES
from handlers.act_payloads import StrategyTap
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.lists import put, value_of
from handlers.views.lists import strategies_text

WORDS = ("on", "off")


async def strategy(desk: Desk, request: Request) -> Answer:
    """The strategies with their switches, or one of them turned."""
    names = tuple(each.name for each in STRATEGIES)
    if not request.words:
        states = {name: value_of(desk, name) == "on" for name in names}
        keys = tuple((_key(name, is_on=is_on),) for name, is_on in states.items())
        return Answer(text=strategies_text(states, desk.mode.badge), keys=keys)
    if len(request.words) != 2 or request.words[1].lower() not in WORDS:
        raise UserError("Say which strategy, and on or off.", hint="Such as /strategy sma_5_15 off")
    return await _turned(desk, request, resolve(request.words[0], names), request.words[1].lower())


async def turn(desk: Desk, request: Request) -> Answer:
    """The tapped switch; turned twice the same way it changes nothing."""
    tap = tapped(request, StrategyTap)
    return await _turned(desk, request, tap.name, "on" if tap.is_on else "off")


async def _turned(desk: Desk, request: Request, name: str, word: str) -> Answer:
    if name not in {each.name for each in STRATEGIES}:
        raise UserError("There is no such strategy.", hint="/strategy lists them.")
    return await put(desk, request, name, word, loosens=word == "on")


def _key(name: str, *, is_on: bool) -> Key:
    word = "off" if is_on else "on"
    return Key(label=f"{name} {word}", payload=StrategyTap(name=name, is_on=not is_on))


COMMAND = Command(
    name="strategy",
    help="which strategies propose trades, on or off",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=strategy,
    usage="[name on|off]",
    examples=("/strategy", "/strategy sma_5_15 off", "/strategy donchian_breakout on"),
)
BUTTONS = (Button(payload=StrategyTap, command="strategy", effect=Effect.RAISES, handler=turn),)
