"""/topics: which topic of a group hears what."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.telling import Place, Topic
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.views.text import clean
from handlers.views.told import here_text, topics_text

OFF = "off"


async def topics(desk: Desk, request: Request) -> Answer:
    """In a group: the lines that bind this place. In private: binds, and shows what is bound."""
    if request.chat_id < 0:  # in a group a word changes nothing: anybody may be there
        return Answer(text=here_text(Place(request.chat_id, request.thread_id)))
    if request.words:
        await _bind(desk, request.words)
    return Answer(text=topics_text(await desk.notices.topics(), desk.mode.badge))


async def _bind(desk: Desk, words: tuple[str, ...]) -> None:
    if len(words) != 2:
        raise UserError("Which topic, and where?", hint="Send /topics in the group: it tells.")
    try:
        topic = Topic(words[0].lower())
    except ValueError:
        known = ", ".join(each.value for each in Topic)
        raise UserError(f'"{clean(words[0], 20)}" is no topic.', hint=f"Topics: {known}.") from None
    if words[1].lower() == OFF:
        await desk.notices.bind(topic, None)
        return
    try:
        place = Place.of(words[1])
    except ValueError as error:
        raise UserError(f"{error}.", hint="Send /topics in the group: it tells.") from None
    await desk.notices.bind(topic, place)


COMMAND = Command(
    name="topics",
    help="which topic of a group hears what",
    group=Group.ADMIN,
    role=Role.OWNER,
    effect=Effect.RAISES,
    handler=topics,
    usage="[trades|approvals|alerts|reports] [place|off]",
    examples=("/topics", "/topics trades -1001234/5"),
    in_groups=True,
)
BUTTONS = ()
