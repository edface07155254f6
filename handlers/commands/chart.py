"""/chart: equity, prices, the record or the votes as a picture with its numbers."""

from engine.core.kinds import Role
from handlers.chart_kinds import KINDS
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Picture, Request
from handlers.desk import Desk
from handlers.keys import Rows, price_tap
from handlers.payloads import ChartTap
from handlers.views.text import plain_text

SIDE_BY_SIDE = 3  # more buttons in a row are too narrow to read on a phone


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
    shown = await KINDS[tap.name].show(desk, tap)
    if shown.values is None:
        # a photo cannot become text: the picture that stands there stays what it is
        if tap.again:
            return Answer(toast=plain_text(shown.text))
        return Answer(text=shown.text, keys=_keys(desk, tap, shown.symbol))
    png = await desk.pictures.draw(tap.name, shown.values)
    return Answer(
        picture=Picture(png=png, caption=shown.text, name=f"{tap.name}.png"),
        keys=_keys(desk, tap, shown.symbol),
        edit=tap.again,
    )


def _keys(desk: Desk, tap: ChartTap, symbol: str) -> Rows:
    price = price_tap(symbol, tap.timeframe, again=True)
    kinds = [
        Key(
            label=f"🔄 {kind.label}" if name == tap.name else kind.label,
            payload=price.model_copy(update={"name": name}),
        )
        for name, kind in KINDS.items()
    ]
    rows = tuple(
        tuple(kinds[first : first + SIDE_BY_SIDE]) for first in range(0, len(kinds), SIDE_BY_SIDE)
    )
    return (*_timeframes(desk, tap, price), *rows)


def _timeframes(desk: Desk, tap: ChartTap, price: ChartTap) -> Rows:
    frames = [frame.value for frame in desk.mode.timeframes]
    if tap.name != "price" or len(frames) < 2:
        return ()
    now = tap.timeframe.lower() or frames[0]
    return (
        tuple(
            Key(
                label=f"• {frame}" if frame == now else frame,
                payload=price.model_copy(update={"timeframe": frame}),
            )
            for frame in frames[:5]
        ),
    )


COMMAND = Command(
    name="chart",
    help="a picture of equity, prices, trades or votes",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=chart,
    usage=f"{'|'.join(KINDS)} [symbol] [bars]",
    examples=("/chart equity", "/chart months", "/chart price BTC", "/chart price ETH 1h"),
)
BUTTONS = (Button(payload=ChartTap, command="chart", effect=Effect.READS, handler=turn),)
