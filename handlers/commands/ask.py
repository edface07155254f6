"""/ask: a round on a symbol now, outside of trading; the votes are shown as they arrive."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.services.model_answers import AskCard
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import refresh, tapped
from handlers.payloads import AskTap, Dismissed
from handlers.views.models import ask_question_text, ask_text

_LONGEST_SYMBOL_BYTES = 40  # a button holds 64 bytes in all


async def ask(desk: Desk, request: Request) -> Answer:
    """The votes at once where they cost nothing; else the question whether to ask."""
    words = request.words
    symbol = await desk.reports.symbol(words[0]) if words else desk.mode.symbols[0]
    most_usd = desk.models.most_usd()
    if most_usd <= 0.0:
        return Answer(text=ask_text(await desk.models.ask(symbol), desk.mode.badge))
    if len(symbol.encode()) > _LONGEST_SYMBOL_BYTES:
        raise UserError("That symbol's name is too long for a button.")
    voters = len((await desk.models.board()).rows)
    return Answer(
        text=ask_question_text(symbol, voters, most_usd, desk.mode.badge),
        keys=(
            (
                Key(label="No", payload=Dismissed()),
                Key(label="Ask now", payload=AskTap(symbol=symbol), style="primary"),
            ),
        ),
    )


async def begin(desk: Desk, request: Request) -> Answer:
    """Begins a round, and redraws the tapped card with every vote that comes."""
    symbol = await desk.reports.symbol(tapped(request, AskTap).symbol)
    message_id = request.message_id

    def changed(card: AskCard) -> None:
        if message_id is not None:
            desk.redraw(request.chat_id, message_id, _shown(card, desk.mode.badge))

    return _shown(await desk.models.begin(symbol, changed), desk.mode.badge)


def _shown(card: AskCard, badge: str) -> Answer:
    # while it lasts: a way to look again, should an edit get lost
    look = () if card.is_done else ((refresh(AskTap(symbol=card.symbol)),),)
    return Answer(text=ask_text(card, badge), keys=look, edit=True)


# it spends dollars: late, it is refused, and the audit keeps it
COMMAND = Command(
    name="ask",
    help="hear the voters on a symbol now; trades nothing",
    group=Group.WATCH,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=ask,
    usage="[symbol]",
    examples=("/ask", "/ask BTC"),
)
BUTTONS = (Button(payload=AskTap, command="ask", effect=Effect.RAISES, handler=begin),)
