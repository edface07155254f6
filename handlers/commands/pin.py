"""/pin: the second factor, for what raises risk. Its message is deleted and kept nowhere."""

from engine.core.kinds import Role
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk

NOT_ASKED = "No code is asked for here. OWNER_PIN or OWNER_TOTP_SECRET switches it on."
NONE_TRIED = "Send /pin and the code in our private chat. I delete your message at once."


async def pin(desk: Desk, request: Request) -> Answer:
    """What came of the code: it was tried before this message was stored."""
    if not desk.codes.is_on:
        return Answer(text=NOT_ASKED, unsay=True)
    word = desk.codes.last_word(request.person.person_id)
    return Answer(text=word or NONE_TRIED, unsay=True)


COMMAND = Command(
    name="pin",
    help="your PIN or authenticator code, before raising risk",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=pin,
    usage="code",
    examples=("/pin 123456",),
)
BUTTONS = ()
