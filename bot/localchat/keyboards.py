"""What Telegram checks in a `reply_markup`."""

from collections.abc import Callable
from typing import Any

from bot.localchat.params import Params
from bot.localchat.refusal import Json, bad_request

BUTTONS_LIMIT = 100
CALLBACK_DATA_LIMIT_BYTES = 64
COPY_TEXT_LIMIT = 256
STYLES = frozenset({"danger", "success", "primary"})
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def inline_keyboard(params: Params) -> Json | None:
    """The checked inline keyboard of a call, None when there is none.

    Keyboards of the other kinds are accepted and leave no trace in the message, as with Telegram.
    """
    markup = params.structure("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not any(key in markup for key in OTHER_KEYBOARDS) and markup:
            raise bad_request("can't parse reply keyboard markup JSON object")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in kept) > BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def buttons(message: Json) -> list[Json]:
    """All buttons of a message in reading order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request('can\'t parse inline keyboard button: field "text" must be non-empty')
    if str(button.get("style", "primary")) not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    kinds = [name for name in KINDS if button.get(name) is not None]
    if len(kinds) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    KINDS[kinds[0]](button[kinds[0]])
    return button


def _callback_data(value: Any) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= CALLBACK_DATA_LIMIT_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _url(value: Any) -> None:
    if not isinstance(value, str) or not value.startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")


def _web_app(value: Any) -> None:
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str) or not url.startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )


def _copy_text(value: Any) -> None:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= COPY_TEXT_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _disabled(value: Any) -> None:
    if not isinstance(value, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")


KINDS: dict[str, Callable[[Any], None]] = {
    "callback_data": _callback_data,
    "url": _url,
    "web_app": _web_app,
    "copy_text": _copy_text,
    "disabled": _disabled,
}
