"""Alerts from the chat: wishes, price alerts, the word on a critical one, topics."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Role, Severity, TradingState
from engine.core.messages import PAGE
from engine.core.telling import AlertClass, Loudness, Place, Topic, Wishes
from handlers.alert_keys import page_id_of
from handlers.announce import Recipient, announce
from handlers.told_payloads import (
    AlertsTap,
    PriceAlertGone,
    SeenTap,
    SnoozeTap,
)
from tests.handlers.asking import FakeDesk, ask, labels, only, tap
from tests.handlers.happenings import ANN, one_of_each, state_change
from tests.handlers.markup import shown
from tests.handlers.samples import NOW, SYMBOL
from tests.handlers.test_announce import closed

OWNER = 1001


def buttons_of(message: object) -> list[tuple[str, str]]:
    rows = message.payload["reply_markup"]["inline_keyboard"]  # type: ignore[attr-defined]
    return [(key["text"], key["callback_data"]) for row in rows for key in row]


def test_each_alert_may_be_snoozed_and_a_critical_one_seen_by_buttons_that_unpack() -> None:
    people = (Recipient(OWNER, Role.OWNER),)
    for event in one_of_each():
        for message in announce(event, people, badge="PAPER"):
            if "reply_markup" not in message.payload:
                continue  # asked for by a person who looks on
            for text, data in buttons_of(message):
                assert 0 < len(text) <= 40
                if PAGE in message.payload:
                    tap_on = SeenTap.unpack(data)
                    assert tap_on.page_id == page_id_of(event.key())
                    assert tap_on.pack() == data
                else:
                    assert SnoozeTap.unpack(data).pack() == data
                    assert AlertClass(SnoozeTap.unpack(data).kind)


def test_a_halt_waits_for_a_word_unless_a_person_halted() -> None:
    people = (Recipient(OWNER, Role.OWNER), Recipient(7, Role.OWNER))
    by_the_desk = announce(state_change(TradingState.HALTED), people, badge="PAPER")
    assert [PAGE in message.payload for message in by_the_desk] == [True, True]
    by_ann = announce(state_change(TradingState.HALTED, actor=ANN), people, badge="PAPER")
    assert [PAGE in message.payload for message in by_ann] == [False]


def test_wishes_decide_on_the_sound_and_on_being_told_at_all() -> None:
    silent = Wishes().with_loudness(AlertClass.TRADES, Loudness.SILENT)
    off = Wishes().with_loudness(AlertClass.TRADES, Loudness.OFF)
    people = (
        Recipient(1, Role.OWNER),
        Recipient(2, Role.OWNER, silent),
        Recipient(3, Role.OWNER, off),
    )
    told = announce(closed(1), people, badge="PAPER")
    assert {m.chat_id: m.payload.get("disable_notification") for m in told} == {1: None, 2: True}
    # what is critical reaches all three, with sound
    halted = announce(state_change(TradingState.HALTED), people, badge="PAPER")
    assert [m.payload.get("disable_notification") for m in halted] == [None] * 3


def test_quiet_hours_count_in_the_moment_of_telling_not_of_the_market() -> None:
    night = Wishes(quiet_from="08:00", quiet_to="09:00")
    event = closed(1)  # at 08:02
    person = (Recipient(1, Role.OWNER, night),)
    (then,) = announce(event, person, badge="PAPER")
    (later,) = announce(event, person, badge="PAPER", now=NOW + timedelta(hours=3))
    assert then.payload.get("disable_notification") is True
    assert "disable_notification" not in later.payload


def test_a_group_hears_its_topics_without_buttons_and_nothing_that_is_for_owners() -> None:
    trades = Recipient(-5, Role.VIEWER, thread_id=9, topics=frozenset({Topic.TRADES}))
    rest = Recipient(-6, Role.VIEWER, topics=frozenset({Topic.ALERTS}))
    told = {
        (message.chat_id, type(event).__name__): message
        for event in one_of_each()
        for message in announce(event, (trades, rest), badge="PAPER")
    }
    in_topic = told[-5, "TradeClosed"]
    assert in_topic.payload["message_thread_id"] == 9
    assert "reply_markup" not in in_topic.payload
    assert (-6, "TradeClosed") not in told
    assert (-6, "TradingStateChanged") in told
    names = {name for _, name in told}
    assert not names & {"StrangerSeen", "TwinSeen", "TaskFailed", "CashMoved"}


def test_messages_of_one_position_share_a_thread() -> None:
    person = (Recipient(1, Role.OWNER),)
    threads = {
        type(event).__name__: str(message.payload.get("thread", ""))
        for event in one_of_each()
        for message in announce(event, person, badge="PAPER")
    }
    assert threads["TradeClosed"].startswith("trade-")
    assert threads["TradeOpened"].startswith("trade-")
    assert threads["FeedRecovered"] == ""


async def test_a_tap_turns_a_class_from_loud_to_silent_to_off_and_back(fake: FakeDesk) -> None:
    seen = []
    for _ in range(3):
        answer = await tap(fake, AlertsTap(kind="models"), role=Role.VIEWER)
        assert answer.edit
        seen.append(fake.notices.wished[OWNER].of(AlertClass.MODELS))
    assert seen == [Loudness.SILENT, Loudness.OFF, Loudness.LOUD]
    with pytest.raises(UserError, match="outdated"):
        await tap(fake, AlertsTap(kind="weather"))


async def test_snooze_lasts_an_hour_and_says_until_when(fake: FakeDesk) -> None:
    answer = await tap(fake, SnoozeTap(kind="trades"))
    assert fake.notices.wished[OWNER].snoozed[AlertClass.TRADES] == NOW + timedelta(hours=1)
    assert f"{NOW + timedelta(hours=1):%H:%M}" in answer.toast


async def test_quiet_hours_daily_hour_and_zone_are_set_and_refused(fake: FakeDesk) -> None:
    await ask(fake, "/alerts quiet 23:00 - 7:00")
    await ask(fake, "/alerts daily 21:30")
    answer = await ask(fake, "/alerts zone Europe/Berlin")
    wishes = fake.notices.wished[OWNER]
    assert (wishes.quiet_from, wishes.quiet_to) == ("23:00", "07:00")
    assert (wishes.daily_at, wishes.daily_since_at) == ("21:30", NOW)
    assert wishes.zone == "Europe/Berlin"
    assert "Quiet hours: 23:00 to 07:00" in shown(answer.text)
    await ask(fake, "/alerts quiet off")
    await ask(fake, "/alerts daily off")
    assert (fake.notices.wished[OWNER].quiet_from, fake.notices.wished[OWNER].daily_at) == ("", "")
    for line in (
        "/alerts quiet 23:00",
        "/alerts quiet 7:00-7:00",
        "/alerts daily noon",
        "/alerts zone Atlantis",
        "/alerts dance",
    ):
        with pytest.raises(UserError):
            await ask(fake, line)


async def test_a_price_alert_is_added_listed_and_removed(fake: FakeDesk) -> None:
    answer = await ask(fake, "/alerts add btc>70000.5 again", role=Role.VIEWER)
    assert "BTC > 70,000.5" in shown(answer.text)
    assert "each time" in answer.text
    (alert,) = fake.price_watch.alerts
    assert (alert.symbol, alert.level_price, alert.is_above, alert.repeats) == (
        SYMBOL, Decimal("70000.5"), True, True,
    )  # fmt: skip
    listed = await ask(fake, "/alerts list")
    assert only(listed, PriceAlertGone).alert_id == alert.alert_id
    assert "None yet" in (await tap(fake, only(listed, PriceAlertGone))).text
    await tap(fake, PriceAlertGone(alert_id=alert.alert_id))  # twice is no fault
    await ask(fake, "/alerts add BTC < 5")
    assert fake.price_watch.alerts[0].repeats is False
    assert "None yet" in (await ask(fake, "/alerts remove 1")).text


@pytest.mark.parametrize(
    "line",
    ["add", "add BTC 70000", "add BTC > 1e9", "add BTC > nan", "add BTC > 70,000", "add BTC > 0",
     "add DOGE > 1", "add BTC > 5 weekly", "remove", "remove 9", "remove x"],
)  # fmt: skip
async def test_what_is_no_price_alert_is_refused_with_a_way_on(fake: FakeDesk, line: str) -> None:
    with pytest.raises(UserError) as caught:
        await ask(fake, f"/alerts {line}")
    assert caught.value.hint
    assert fake.price_watch.alerts == []


async def test_nobody_removes_the_price_alert_of_another(fake: FakeDesk) -> None:
    await ask(fake, "/alerts add BTC > 70000", person_id=7)
    with pytest.raises(UserError):
        await ask(fake, "/alerts remove 1", person_id=8)
    await tap(fake, PriceAlertGone(alert_id=1), person_id=8)
    assert len(fake.price_watch.alerts) == 1


async def test_the_first_word_on_a_critical_alert_counts_and_a_viewers_does_not(
    fake: FakeDesk,
) -> None:
    fake.notices.seen_by["p1"] = ""
    with pytest.raises(UserError, match="viewer"):
        await tap(fake, SeenTap(page_id="p1"), role=Role.VIEWER)
    first = await tap(fake, SeenTap(page_id="p1"), role=Role.TRADER)
    assert labels(first) == ["Seen · Ann · 08:00"]
    assert first.edit
    assert "before you" in (await tap(fake, SeenTap(page_id="p1"))).toast
    assert "already" in (await tap(fake, SeenTap(page_id="p1", later=True))).toast
    with pytest.raises(UserError, match="not kept"):
        await tap(fake, SeenTap(page_id="forged"))
    await tap(fake, SeenTap(page_id="p2", later=True))
    assert fake.notices.told_again == {"p2": NOW + timedelta(hours=1)}


async def test_owners_matters_stay_out_of_groups(fake: FakeDesk) -> None:
    from handlers.commands import COMMANDS
    from tests.handlers.asking import a_request

    for name in ("people", "audit", "invite"):
        command = next(each for each in COMMANDS if each.name == name)
        with pytest.raises(UserError, match="private"):
            await command.handler(fake.desk, replace(a_request(), chat_id=-5))


async def test_a_group_names_its_place_and_the_private_chat_binds_it(fake: FakeDesk) -> None:
    from handlers.commands import topics
    from tests.handlers.asking import a_request

    in_group = replace(a_request("trades", "-9/1"), chat_id=-5, thread_id=3)
    answer = await topics.topics(fake.desk, in_group)
    assert "/topics trades -5/3" in shown(answer.text)
    assert fake.notices.bound == {}
    bound = await ask(fake, "/topics trades -5/3")
    assert fake.notices.bound == {Topic.TRADES: Place(-5, 3)}
    assert "trades: -5/3" in shown(bound.text)
    await ask(fake, "/topics trades off")
    assert fake.notices.bound == {}
    for line in ("/topics trades", "/topics weather -5", "/topics trades here"):
        with pytest.raises(UserError):
            await ask(fake, line)


def test_no_severity_but_the_smallest_is_silent_by_itself() -> None:
    person = (Recipient(1, Role.OWNER),)
    from handlers.announce import alert_for

    for event in one_of_each():
        alert = alert_for(event)
        for message in announce(event, person, badge="PAPER"):
            assert alert is not None
            quiet = message.payload.get("disable_notification", False)
            assert quiet == (alert.severity is Severity.INFO)
