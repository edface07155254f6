"""An event becomes one message for each person it concerns; many become one digest."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from json import dumps, loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import events
from engine.core.kinds import Role, TradingState
from engine.core.messages import GIST, PAGE, THREAD, OutboxMessage, Priority
from engine.core.reasons import Reason
from handlers.announce import Recipient, announce
from handlers.digest import Gist, call_arguments, digest, digest_text, mergeable
from handlers.views.text import signed_money
from tests.handlers.happenings import ANN, one_of_each, state_change
from tests.handlers.markup import shown
from tests.handlers.samples import NOW, a_trade

PEOPLE = (Recipient(1001, Role.OWNER), Recipient(1002, Role.TRADER), Recipient(1003, Role.VIEWER))
CENTS = st.decimals(-10_000, 10_000, places=8)


def closed(number: int, net_quote: str = "12.345", symbol: str = "BTC/USDT") -> events.Event:
    at = NOW + timedelta(minutes=number)
    return events.TradeClosed(at=at, trade=a_trade(number, net_quote, symbol))


def to_owner(event: events.Event) -> OutboxMessage:
    (message,) = announce(event, PEOPLE[:1], badge="PAPER")
    return message


def test_each_person_gets_one_message_under_a_key_of_its_own() -> None:
    messages = announce(closed(41), PEOPLE, badge="PAPER")
    assert [message.chat_id for message in messages] == [1001, 1002, 1003]
    assert [message.key for message in messages] == [
        "TradeClosed|41|1001",
        "TradeClosed|41|1002",
        "TradeClosed|41|1003",
    ]
    assert announce(closed(41), PEOPLE, badge="PAPER") == messages
    assert messages[0].payload["text"].split("\n")[0].endswith(" · PAPER")


def test_a_stranger_is_told_to_owners_only_and_a_proposal_to_nobody() -> None:
    told = {
        type(event): [message.chat_id for message in announce(event, PEOPLE, badge="PAPER")]
        for event in one_of_each()
    }
    assert told[events.StrangerSeen] == [1001]
    assert told[events.TwinSeen] == [1001]
    assert told[events.TaskFailed] == [1001, 1002]
    assert told[events.ProposalDecided] == []
    assert told[events.TradeOpened] == [1001, 1002, 1003]


def test_who_changed_something_has_the_answer_and_gets_no_alert_of_it() -> None:
    for event in (
        state_change(TradingState.HALTED, actor=ANN),
        next(each for each in one_of_each() if isinstance(each, events.ParametersChanged)),
    ):
        told = announce(event, PEOPLE, badge="PAPER")
        assert [message.chat_id for message in told] == [1002, 1003]
    by_the_desk = announce(state_change(TradingState.HALTED), PEOPLE, badge="PAPER")
    assert [message.chat_id for message in by_the_desk] == [1001, 1002, 1003]


def test_critical_events_go_first_in_line_and_small_ones_make_no_sound() -> None:
    halted = to_owner(state_change(TradingState.HALTED))
    assert halted.priority is Priority.SAFETY
    assert not mergeable(halted)
    assert to_owner(closed(1)).priority is Priority.ALERT
    recovered = events.FeedRecovered(at=NOW, symbol="BTC/USDT", silent_s=3.0)
    assert to_owner(recovered).payload["disable_notification"] is True
    assert "disable_notification" not in to_owner(closed(1)).payload


def test_what_is_ours_is_left_out_of_the_call() -> None:
    message = to_owner(closed(1))
    assert set(message.payload) == {"text", "reply_markup", GIST, THREAD}
    assert set(call_arguments(message.payload)) == {"text", "reply_markup"}
    halted = to_owner(state_change(TradingState.HALTED))
    assert set(halted.payload) == {"text", "reply_markup", GIST, PAGE}
    assert set(call_arguments(halted.payload)) == {"text", "reply_markup"}


def test_a_payload_survives_the_database() -> None:
    for event in one_of_each("<&> 🚀"):
        for message in announce(event, PEOPLE, badge="LIVE"):
            assert loads(dumps(dict(message.payload))) == dict(message.payload)
            stored = loads(dumps(message.payload[GIST]))
            assert Gist.from_json(stored) == Gist.of(event)


@given(st.lists(CENTS, min_size=1, max_size=40))
def test_a_digest_sums_the_results_exactly(nets: list[Decimal]) -> None:
    messages = [to_owner(closed(n, str(net))) for n, net in enumerate(nets)]
    text = shown(digest(messages, badge="PAPER").payload["text"])
    assert f"Net {signed_money(sum(nets, Decimal(0)))} USDT" in text
    won = sum(net > 0 for net in nets)
    lost = sum(net < 0 for net in nets)
    assert (f"{won} win" in text) == bool(won or lost)


def test_a_digest_of_digests_equals_the_digest_of_all() -> None:
    messages = [to_owner(closed(n, "-0.335")) for n in range(6)]
    parts = [digest(messages[:2], badge="PAPER"), digest(messages[2:], badge="PAPER")]
    assert all(map(mergeable, parts))
    whole = digest(messages, badge="PAPER").payload
    assert digest(parts, badge="PAPER").payload == whole
    assert "6 trades closed" in whole["text"]


def test_a_digest_reads_so_with_the_worst_first() -> None:
    happened = [
        closed(1),
        closed(2, "-20"),
        closed(3, "1.5", "ETH/EUR"),
        next(
            event
            for event in one_of_each()
            if isinstance(event, events.OrderRefused) and event.reason is Reason.MIN_NOTIONAL
        ),
        events.FeedRecovered(at=NOW, symbol="BTC/USDT", silent_s=3.0),
    ]
    text = digest([to_owner(event) for event in happened], badge="PAPER").payload["text"]
    assert shown(text) == (
        "🗞 While we could not reach you · PAPER\n"
        "2026-11-21 08:01:22 UTC\n"
        "to 2026-11-21 08:04:22 UTC\n"
        "1 order refused\n"
        "3 trades closed\n"
        "1 return of prices\n"
        "Net +1.50 EUR\n"
        "Net -7.66 USDT\n"
        "2 wins, 1 loss\n"
        "/trades and /status have the rest."
    )


def test_the_same_alerts_make_the_same_digest_and_others_another() -> None:
    messages = [to_owner(closed(n)) for n in range(3)]
    assert digest(messages, badge="PAPER").key == digest(messages, badge="PAPER").key
    assert digest(messages, badge="PAPER").key != digest(messages[:2], badge="PAPER").key


def test_nothing_critical_no_second_chat_and_not_nothing_is_merged() -> None:
    alert = to_owner(closed(1))
    with pytest.raises(ValueError, match="critical"):
        digest([alert, to_owner(state_change(TradingState.HALTED))], badge="PAPER")
    with pytest.raises(ValueError, match="one chat"):
        digest([alert, replace(alert, chat_id=7)], badge="PAPER")
    with pytest.raises(ValueError, match="one chat"):
        digest([], badge="PAPER")
    reply = OutboxMessage(key="reply", chat_id=1001, method="sendMessage", payload={"text": "hi"})
    assert not mergeable(reply)


def test_an_event_without_a_row_is_told_to_nobody() -> None:
    assert announce(events.Event(at=NOW), PEOPLE, badge="PAPER") == ()


def test_every_told_kind_has_a_noun_of_its_own() -> None:
    for event in one_of_each():
        for message in announce(event, PEOPLE[2:], badge="PAPER"):
            if mergeable(message):
                text = digest_text(Gist.of(event), badge="PAPER")
                assert type(event).__name__ not in text
