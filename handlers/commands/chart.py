"""/chart: equity, drawdown, a price or the votes as a picture with its numbers."""

from collections.abc import Awaitable, Callable

from charts.reliability import ReliabilityStory
from charts.story import price_story
from engine.analytics.equity import EquityCurve, equity_curve
from engine.core.kinds import Role
from engine.core.state import EquityPoint
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Picture, Request
from handlers.desk import Desk
from handlers.keys import Rows, price_tap
from handlers.payloads import ChartTap
from handlers.views.pictures import drawdown_caption, equity_caption, price_caption
from handlers.views.text import quote_of
from handlers.views.votes import history_caption, reliability_caption


async def chart(desk: Desk, request: Request) -> Answer:
    """The chart that the words name; a bare symbol means its price."""
    return await _draw(desk, _asked(request.words))


async def turn(desk: Desk, request: Request) -> Answer:
    """The chart of the tapped button; in place when it stands under a chart."""
    tap = request.button if isinstance(request.button, ChartTap) else ChartTap()
    return await _draw(desk, tap if tap.name in KINDS else ChartTap(again=tap.again))


def _asked(words: tuple[str, ...]) -> ChartTap:
    if not words:
        return ChartTap()
    name, rest = words[0].lower(), words[1:]
    if name not in KINDS:
        name, rest = "price", words
    symbol, timeframe = (*rest, "", "")[:2]
    return ChartTap(name=name, symbol=symbol, timeframe=timeframe)


async def _draw(desk: Desk, tap: ChartTap) -> Answer:
    png, caption, symbol = await KINDS[tap.name](desk, tap)
    return Answer(
        picture=Picture(png=png, caption=caption, name=f"{tap.name}.png"),
        keys=_kinds(tap, symbol),
        edit=tap.again,
    )


async def _equity(desk: Desk, tap: ChartTap) -> tuple[bytes, str, str]:
    points = await desk.reports.equity()
    png = await desk.pictures.draw("equity", _curve(desk, points))
    return png, equity_caption(points, desk.mode.badge), tap.symbol


async def _drawdown(desk: Desk, tap: ChartTap) -> tuple[bytes, str, str]:
    points = await desk.reports.equity()
    png = await desk.pictures.draw("drawdown", _curve(desk, points))
    return png, drawdown_caption(points, desk.mode.badge), tap.symbol


def _curve(desk: Desk, points: tuple[EquityPoint, ...]) -> EquityCurve:
    return equity_curve(points, quote_of(desk.mode.symbols[0]))


async def _price(desk: Desk, tap: ChartTap) -> tuple[bytes, str, str]:
    symbol = await desk.reports.symbol(tap.symbol) if tap.symbol else desk.mode.symbols[0]
    view = await desk.reports.price(symbol, tap.timeframe or None)
    story = price_story(view.symbol, view.timeframe, view.bars, view.trades, view.position)
    png = await desk.pictures.draw("price", story)
    first_s = float(story.bars.open_at_s[0]) if len(story.bars) else 0.0
    entries = sum(mark.opened_at_s >= first_s for mark in story.marks)
    exits = sum(mark.exit_price is not None for mark in story.marks)
    caption = price_caption(view, desk.mode.badge, entries=entries, exits=exits)
    return png, caption, symbol


async def _reliability(desk: Desk, tap: ChartTap) -> tuple[bytes, str, str]:
    pair = await desk.parley.reliability()
    png = await desk.pictures.draw("reliability", ReliabilityStory(*pair))
    return png, reliability_caption(pair, "", desk.mode.badge), tap.symbol


async def _votes(desk: Desk, tap: ChartTap) -> tuple[bytes, str, str]:
    history = await desk.parley.history()
    png = await desk.pictures.draw("votes", history)
    return png, history_caption(history, desk.mode.badge), tap.symbol


KINDS: dict[str, Callable[[Desk, ChartTap], Awaitable[tuple[bytes, str, str]]]] = {
    "equity": _equity,
    "drawdown": _drawdown,
    "price": _price,
    "reliability": _reliability,
    "votes": _votes,
}


def _kinds(tap: ChartTap, symbol: str) -> Rows:
    price = price_tap(symbol, tap.timeframe, again=True)
    keys = tuple(
        Key(
            label=f"🔄 {name}" if name == tap.name else name,
            payload=price.model_copy(update={"name": name}),
        )
        for name in KINDS
    )
    return keys[:3], keys[3:]  # five side by side are too narrow to read on a phone


COMMAND = Command(
    name="chart",
    help="a picture of equity, drawdown, a price or votes",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=chart,
    usage="equity|drawdown|price|reliability|votes [symbol] [bars]",
    examples=("/chart equity", "/chart drawdown", "/chart price BTC", "/chart price ETH 1h"),
)
BUTTONS = (Button(payload=ChartTap, command="chart", effect=Effect.READS, handler=turn),)
