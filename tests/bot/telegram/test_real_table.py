"""The desk's own commands and buttons on this wire."""

from bot.telegram.menus import menu_of
from engine.core.kinds import Role
from handlers.commands import BUTTONS, COMMANDS
from tests.bot.telegram.rig import VIEWER, Rig


async def test_the_help_arrives_and_its_buttons_redraw_it(rig: Rig) -> None:
    rig.commands, rig.buttons = COMMANDS, BUTTONS
    async with rig.running():
        since = await rig.says("/help", VIEWER)
        call = (await rig.calls("sendMessage", 1, since))[0]
        assert call["ok"]
        card = await rig.last_message(VIEWER)
        label = card["reply_markup"]["inline_keyboard"][0][1]["text"]
        since = await rig.taps(card["message_id"], VIEWER, label=label)
        edit = (await rig.calls("editMessageText", 1, since))[0]
        assert edit["ok"]
        assert edit["params"]["text"] != call["params"]["text"]
        assert "Did you mean" in await rig.asks("/statsu", VIEWER)


def test_the_menu_holds_what_the_role_may_do() -> None:
    table = {command.name: command for command in COMMANDS}
    names = {role: {line.command for line in menu_of(table, role)} for role in Role}
    assert "panic" not in names[Role.VIEWER]
    assert names[Role.VIEWER] < names[Role.TRADER] <= names[Role.OWNER] == set(table)
