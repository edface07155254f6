"""Sending, editing, deleting, pinning, tapping: what works and what is told apart."""

import json

from tests.bot.localchat.wire import GROUP, OWNER, TRADER, Clock, Json, Wire, png

GO: Json = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
OFF: Json = {"inline_keyboard": [[{"text": "Done", "disabled": {}}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def sent(wire: Wire, chat_id: int = OWNER, **more: object) -> int:
    params: Json = {"chat_id": chat_id, "text": "hello", **more}
    return int((await wire.ok("sendMessage", **params))["message_id"])


async def test_a_sent_message_stands_in_the_chat(wire: Wire) -> None:
    message_id = await sent(wire, text="<b>BTC</b> up", parse_mode="HTML", reply_markup=GO)
    chat = await wire.get(f"/sim/chat/{OWNER}")
    assert chat["messages"][0]["message_id"] == message_id
    assert chat["messages"][0]["text"] == "BTC up"
    assert chat["messages"][0]["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert chat["messages"][0]["reply_markup"] == GO


async def test_an_edit_stays_in_place_and_drops_the_keyboard_it_does_not_name(wire: Wire) -> None:
    message_id = await sent(wire, reply_markup=GO)
    await sent(wire, text="later")
    edited = await wire.ok("editMessageText", chat_id=OWNER, message_id=message_id, text="new")
    assert edited["edit_date"]
    messages = (await wire.get(f"/sim/chat/{OWNER}"))["messages"]
    assert [message["text"] for message in messages] == ["new", "later"]
    assert "reply_markup" not in messages[0]


async def test_an_edit_that_changes_nothing_is_refused(wire: Wire) -> None:
    message_id = await sent(wire, text="<b>same</b>", parse_mode="HTML", reply_markup=GO)
    same: Json = {"chat_id": OWNER, "message_id": message_id, "reply_markup": GO}
    refused = await wire.refused("editMessageText", text=" <b>same</b> ", parse_mode="HTML", **same)
    assert refused == NOT_MODIFIED
    assert await wire.refused("editMessageReplyMarkup", **same) == NOT_MODIFIED
    await wire.ok("editMessageText", text="same", **same)  # the bold is gone: a real change


async def test_a_keyboard_can_be_swapped_alone(wire: Wire) -> None:
    message_id = await sent(wire, reply_markup=GO)
    target: Json = {"chat_id": OWNER, "message_id": message_id}
    changed = await wire.ok("editMessageReplyMarkup", **target, reply_markup=OFF)
    assert changed["reply_markup"] == OFF
    assert "edit_date" not in changed
    assert "reply_markup" not in await wire.ok("editMessageReplyMarkup", **target)


async def test_only_own_messages_can_be_edited(wire: Wire) -> None:
    theirs = (await wire.say("/start"))["message_id"]
    sentence = await wire.refused("editMessageText", chat_id=OWNER, message_id=theirs, text="x")
    assert sentence == "Bad Request: message can't be edited"


async def test_text_and_caption_are_edited_by_their_own_method(wire: Wire) -> None:
    photo = await wire.upload("sendPhoto", "photo", png(), chat_id=str(OWNER), caption="old")
    target: Json = {"chat_id": OWNER, "message_id": photo["result"]["message_id"]}
    assert await wire.refused("editMessageText", **target, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )
    edited = await wire.ok("editMessageCaption", **target, caption="new")
    assert (edited["caption"], len(edited["photo"])) == ("new", 1)
    text = {"chat_id": OWNER, "message_id": await sent(wire)}
    assert await wire.refused("editMessageCaption", **text, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )


async def test_a_picture_is_swapped_in_place_and_sent_again_by_its_id(wire: Wire) -> None:
    photo = await wire.upload("sendPhoto", "photo", png(40, 30), chat_id=str(OWNER))
    message_id = photo["result"]["message_id"]
    assert photo["result"]["photo"][0]["width"] == 40
    media = json.dumps({"type": "photo", "media": "attach://new", "caption": "<i>b</i>",
                        "parse_mode": "HTML"})  # fmt: skip
    target = {"chat_id": str(OWNER), "message_id": str(message_id), "media": media}
    swapped = await wire.upload("editMessageMedia", "new", png(50, 20), **target)
    assert swapped["result"]["photo"][0]["width"] == 50
    assert swapped["result"]["caption_entities"][0]["type"] == "italic"
    file_id = swapped["result"]["photo"][0]["file_id"]
    again = await wire.ok("sendPhoto", chat_id=TRADER, photo=file_id)
    assert again["photo"][0]["file_id"] == file_id


async def test_a_file_can_be_fetched_again(wire: Wire) -> None:
    document = await wire.upload("sendDocument", "document", b"a,b\n1,2", chat_id=str(OWNER))
    facts = document["result"]["document"]
    found = await wire.ok("getFile", file_id=facts["file_id"])
    assert found["file_size"] == 7
    path = f"{wire.url}/file/bot1:local-chat/{found['file_path']}"
    async with wire.session.get(path) as answer:
        assert await answer.read() == b"a,b\n1,2"


async def test_deleted_messages_are_gone_with_their_pins(wire: Wire) -> None:
    first, second = await sent(wire), await sent(wire)
    await wire.ok("pinChatMessage", chat_id=OWNER, message_id=first)
    await wire.ok("deleteMessage", chat_id=OWNER, message_id=first)
    await wire.ok("deleteMessages", chat_id=OWNER, message_ids=[first, second, "x"])
    chat = await wire.get(f"/sim/chat/{OWNER}")
    assert (chat["messages"], chat["pins"]) == ([], [])


async def test_a_message_older_than_two_days_stays(wire: Wire, clock: Clock) -> None:
    message_id = await sent(wire)
    clock.now_s += 48 * 3600 + 1
    sentence = await wire.refused("deleteMessage", chat_id=OWNER, message_id=message_id)
    assert sentence == "Bad Request: message can't be deleted for everyone"


async def test_the_newest_pin_comes_first_and_goes_first(wire: Wire) -> None:
    first, second = await sent(wire), await sent(wire)
    for message_id in (first, second):
        await wire.ok("pinChatMessage", chat_id=OWNER, message_id=message_id)
    assert (await wire.get(f"/sim/chat/{OWNER}"))["pins"] == [second, first]
    assert (await wire.ok("getChat", chat_id=OWNER))["pinned_message"]["message_id"] == second
    await wire.ok("unpinChatMessage", chat_id=OWNER)
    assert (await wire.get(f"/sim/chat/{OWNER}"))["pins"] == [first]
    await wire.ok("unpinAllChatMessages", chat_id=OWNER)
    assert (await wire.get(f"/sim/chat/{OWNER}"))["pins"] == []


async def test_a_tap_reaches_the_bot_and_is_answered_once(wire: Wire) -> None:
    message_id = await sent(wire, reply_markup=GO)
    tapped = await wire.tap(message_id, label="Go")
    query = (await wire.ok("getUpdates"))[-1]["callback_query"]
    assert (query["id"], query["data"]) == (tapped["callback_query_id"], "go")
    assert (query["from"]["id"], query["message"]["message_id"]) == (OWNER, message_id)
    answer: Json = {"callback_query_id": query["id"], "text": "gone"}
    await wire.ok("answerCallbackQuery", **answer)
    assert await wire.refused("answerCallbackQuery", **answer) == TOO_OLD


async def test_a_late_answer_to_a_tap_is_refused(wire: Wire, clock: Clock) -> None:
    tapped = await wire.tap(await sent(wire, reply_markup=GO), label="Go")
    clock.now_s += 16
    query_id = tapped["callback_query_id"]
    assert await wire.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_a_disabled_button_cannot_be_tapped_but_any_data_can_be_forged(wire: Wire) -> None:
    message_id = await sent(wire, reply_markup=OFF)
    refused = await wire.tap(message_id, label="Done")
    assert (refused["status"], refused["description"]) == (
        400,
        "Bad Request: the button is disabled",
    )
    missing = await wire.tap(message_id, label="Other")
    assert missing["description"] == "Bad Request: no button 'Other', there are ['Done']"
    assert (await wire.tap(message_id, data="forged|1"))["ok"] is True
    assert (await wire.tap(999_999, data="x"))["description"] == "Bad Request: MESSAGE_ID_INVALID"


async def test_a_group_hears_all_four_and_nobody_else(wire: Wire) -> None:
    assert (await wire.say("/status", TRADER, GROUP))["ok"] is True
    message = (await wire.ok("getUpdates"))[-1]["message"]
    assert (message["chat"]["type"], message["from"]["id"]) == ("supergroup", TRADER)
    assert (await wire.say("x", 5555, GROUP))["status"] == 400
    assert (await wire.say("x", TRADER, OWNER))["status"] == 400


async def test_a_reply_carries_the_message_it_answers(wire: Wire) -> None:
    first = await sent(wire, text="question")
    reply = {"message_id": first}
    answer = await wire.ok("sendMessage", chat_id=OWNER, text="x", reply_parameters=reply)
    assert answer["reply_to_message"]["text"] == "question"


async def test_a_reaction_is_one_of_telegrams_and_replaces_the_last(wire: Wire) -> None:
    message_id = (await wire.say("/status"))["message_id"]
    target: Json = {"chat_id": OWNER, "message_id": message_id}
    await wire.ok("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "👌"}])
    chat = await wire.get(f"/sim/chat/{OWNER}")
    assert chat["reactions"][str(message_id)][0]["emoji"] == "👌"
    bad = await wire.refused(
        "setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "📈"}]
    )
    assert bad == "Bad Request: REACTION_INVALID"


async def test_a_draft_is_replaced_by_the_message_and_can_be_stopped(wire: Wire) -> None:
    draft: Json = {"chat_id": OWNER, "draft_id": 7, "text": "41 %", "can_stop": True}
    await wire.ok("sendMessageDraft", **draft)
    assert (await wire.get(f"/sim/chat/{OWNER}"))["drafts"][0]["text"] == "41 %"
    await wire.post("/sim/stop", chat_id=OWNER, user_id=OWNER, draft_id=7)
    stopped = (await wire.ok("getUpdates"))[-1]["stopped_message_generation"]
    assert (stopped["draft_id"], stopped["chat"]["id"]) == (7, OWNER)
    await wire.ok("sendMessageDraft", **draft)
    await sent(wire)
    assert (await wire.get(f"/sim/chat/{OWNER}"))["drafts"] == []


async def test_menus_are_kept_per_scope_and_language(wire: Wire) -> None:
    panic = [{"command": "panic", "description": "stop"}]
    scope: Json = {"type": "chat", "chat_id": OWNER}
    await wire.ok("setMyCommands", commands=panic, scope=scope, language_code="de")
    assert await wire.ok("getMyCommands", scope=scope) == []
    assert await wire.ok("getMyCommands", scope=scope, language_code="de") == panic
    await wire.ok("deleteMyCommands", scope=scope, language_code="de")
    assert await wire.ok("getMyCommands", scope=scope, language_code="de") == []


async def test_a_menu_button_of_one_chat_wins_over_the_one_for_all(wire: Wire) -> None:
    assert await wire.ok("getChatMenuButton", chat_id=OWNER) == {"type": "commands"}
    await wire.ok("setChatMenuButton", menu_button={"type": "default"})
    assert await wire.ok("getChatMenuButton", chat_id=OWNER) == {"type": "default"}
    await wire.ok("setChatMenuButton", chat_id=OWNER, menu_button={"type": "commands"})
    assert await wire.ok("getChatMenuButton", chat_id=OWNER) == {"type": "commands"}
    assert await wire.ok("getChatMenuButton", chat_id=TRADER) == {"type": "default"}


async def test_pending_updates_are_dropped_only_when_asked(wire: Wire) -> None:
    await wire.say("/panic")
    await wire.ok("deleteWebhook")
    assert (await wire.ok("getWebhookInfo"))["pending_update_count"] == 1
    await wire.ok("deleteWebhook", drop_pending_updates=True)
    assert (await wire.ok("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_draft_that_may_not_be_stopped_goes_on(
    wire: Wire,
) -> None:
    await wire.ok("sendMessageDraft", chat_id=OWNER, draft_id=1, text="41 %")
    refused = await wire.post("/sim/stop", chat_id=OWNER, user_id=OWNER, draft_id=1)
    assert refused["status"] == 400
    assert len((await wire.get(f"/sim/chat/{OWNER}"))["drafts"]) == 1
