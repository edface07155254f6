"""The real desk's own page in a real browser, 390 px wide."""

from pathlib import Path

import pytest

from tests.bot.localchat.browser import phone
from tests.scenarios.conftest import Keep
from tests.scenarios.outside import desk, page_of
from tests.scenarios.pictures import LAST_PICTURE, a_talk, photograph

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_person_sees_trades_asks_for_the_status_and_gets_a_picture(
    tmp_path: Path, keep: Keep
) -> None:
    program = keep(desk(tmp_path / "var", "--market-speed", "600"))
    chat = page_of(program)
    with phone(tmp_path / "profile") as page:
        a_talk(page, chat.url + "/")
        width_px = page.script(LAST_PICTURE)
        assert isinstance(width_px, int)
        assert width_px >= 600
        assert page.script("return document.documentElement.scrollWidth") == 390
        photograph(page, tmp_path / "chat.png")
        assert page.complaints() == []
    assert (tmp_path / "chat.png").stat().st_size > 20_000
    assert program.stop() == 0, program.told()
