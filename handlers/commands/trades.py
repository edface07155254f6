"""/trades: closed trades, newest first, a page at a time; all of them or some kind."""

from dataclasses import replace

from engine.core.kinds import Role
from engine.services.answers import TradePage
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import Rows, price_tap, tapped
from handlers.payloads import TradesTap, TradeTap, WhyTap
from handlers.trade_filter import Asked, from_tap, from_words, tap_of
from handlers.views.trades import trade_text, trades_text

SIDE_BY_SIDE = 4


async def trades(desk: Desk, request: Request) -> Answer:
    """The newest page of what the words ask for."""
    asked = await from_words(desk, request.words)
    page = await desk.reports.trades(asked.wanted, limit=asked.limit)
    return _answer(desk, page, asked, 1)


async def turn(desk: Desk, request: Request) -> Answer:
    """The page that the tapped button leads to."""
    tap = request.button if isinstance(request.button, TradesTap) else TradesTap()
    asked = await from_tap(desk, tap)
    page = await desk.reports.trades(asked.wanted, before=tap.before, limit=asked.limit)
    number = max(1, tap.number) if tap.before is not None else 1
    return replace(_answer(desk, page, asked, number), edit=tap.again)


async def one(desk: Desk, request: Request) -> Answer:
    """One closed trade in full."""
    trade_id = tapped(request, TradeTap).trade_id
    trade = await desk.reports.trade(trade_id)
    if trade is None:
        return Answer(text=f"There is no closed trade #{trade_id} (yet).")
    keys = (
        Key(label="❔ Why", payload=WhyTap(position_id=trade_id)),
        Key(label="🖼 Chart", payload=price_tap(trade.symbol)),
    )
    return Answer(text=trade_text(trade, desk.mode.badge), keys=(keys,))


def _answer(desk: Desk, page: TradePage, asked: Asked, number: int) -> Answer:
    of = -(-page.total // asked.limit)
    return Answer(
        text=trades_text(page, desk.mode.badge, number=number, of=of),
        keys=_keys(page, asked, number),
    )


def _keys(page: TradePage, asked: Asked, number: int) -> Rows:
    shown = [
        Key(label=f"#{trade.trade_id}", payload=TradeTap(trade_id=trade.trade_id))
        for trade in page.trades
    ]
    lines = [shown[at : at + SIDE_BY_SIDE] for at in range(0, len(shown), SIDE_BY_SIDE)]
    turning = []
    if number > 1:
        turning.append(Key(label="« Newest", payload=tap_of(asked)))
    if page.next_before is not None:
        older = tap_of(asked, before=page.next_before, number=number + 1)
        turning.append(Key(label="Older »", payload=older))
    return (*(tuple(line) for line in lines), tuple(turning), _chips(asked))


def _chips(asked: Asked) -> tuple[Key, ...]:
    # each chip turns one condition on, or off again
    wanted = asked.wanted
    chips = (
        ("won", asked._replace(wanted=replace(wanted, won=None if wanted.won else True))),
        (
            "lost",
            asked._replace(wanted=replace(wanted, won=None if wanted.won is False else False)),
        ),
    )
    on = {"won": wanted.won is True, "lost": wanted.won is False}
    return tuple(
        Key(label=f"{'• ' if on[name] else ''}{name}", payload=tap_of(chip)) for name, chip in chips
    )


COMMAND = Command(
    name="trades",
    help="closed trades and what they brought",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=trades,
    usage="[how many] [symbol] [strategy] [long|short] [won|lost] [7d]",
    examples=("/trades", "/trades 20", "/trades BTC lost 30d"),
)
BUTTONS = (
    Button(payload=TradesTap, command="trades", effect=Effect.READS, handler=turn),
    Button(payload=TradeTap, command="trades", effect=Effect.READS, handler=one),
)
