"""Bot API methods about the bot itself: who it is, its menus, its files, its webhook."""

import ipaddress
from urllib.parse import urlsplit

from bot.localchat.files import check_download
from bot.localchat.params import Params
from bot.localchat.refusal import Json, bad_request
from bot.localchat.world import Webhook, World

MENU_BUTTONS = frozenset({"commands", "web_app", "default"})
SECRET_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def get_me(world: World, _params: Params) -> Json:
    """getMe."""
    return world.bot_user | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def log_out(_world: World, _params: Params) -> bool:
    """logOut and close: nothing to do, there is no other server."""
    return True


def set_my_commands(world: World, params: Params) -> bool:
    """setMyCommands."""
    commands = params.array("commands")
    world.menus.set(params.structure("scope"), params.text("language_code"), commands)
    world.live.tell(0, "commands", {})
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """getMyCommands."""
    return world.menus.get(params.structure("scope"), params.text("language_code"))


def delete_my_commands(world: World, params: Params) -> bool:
    """deleteMyCommands."""
    world.menus.delete(params.structure("scope"), params.text("language_code"))
    world.live.tell(0, "commands", {})
    return True


def set_chat_menu_button(world: World, params: Params) -> bool:
    """setChatMenuButton."""
    button = params.structure("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or str(button.get("type")) not in MENU_BUTTONS:
        raise bad_request("can't parse MenuButton: unsupported type specified")
    world.menus.buttons[_menu_chat(world, params)] = button
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:
    """getChatMenuButton."""
    buttons = world.menus.buttons
    return buttons.get(_menu_chat(world, params)) or buttons.get(0) or {"type": "commands"}


def get_file(world: World, params: Params) -> Json:
    """getFile."""
    stored = world.files.find(params.text("file_id"))
    check_download(stored)
    names = ("file_id", "file_unique_id", "file_size")
    return {name: stored.description[name] for name in names} | {"file_path": stored.path}


def set_webhook(world: World, params: Params) -> bool:
    """setWebhook: here only to loopback, and plain http is enough there."""
    url = params.text("url")
    if not url:
        return delete_webhook(world, params)
    if not is_loopback_url(url):
        raise bad_request("bad webhook: the local chat delivers to loopback addresses only")
    secret = params.text("secret_token")
    if len(secret) > 256 or not SECRET_CHARACTERS.issuperset(secret):
        raise bad_request("secret token contains unallowed characters")
    if params.structure("allowed_updates") is not None:
        world.updates.allowed = [str(kind) for kind in params.array("allowed_updates")]
    if params.flag("drop_pending_updates"):
        world.updates.pending.clear()
    world.webhook = Webhook(secret)
    world.updates.webhook_url = url
    world.updates.bell.ring()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """deleteWebhook."""
    if params.flag("drop_pending_updates"):
        world.updates.pending.clear()
    world.webhook = Webhook()
    world.updates.webhook_url = ""
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    """getWebhookInfo."""
    answer: Json = {
        "url": world.updates.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if world.updates.allowed:
        answer["allowed_updates"] = world.updates.allowed
    if world.webhook.last_error:
        answer["last_error_date"] = int(world.webhook.last_error_at_s)
        answer["last_error_message"] = world.webhook.last_error
    return answer


def is_loopback_url(url: str) -> bool:
    """True for an http(s) address on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    return is_loopback_host(parts.hostname)


def is_loopback_host(host: str) -> bool:
    """True for `localhost` and loopback addresses; other names are not looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _menu_chat(world: World, params: Params) -> int:
    chat_id = params.whole("chat_id")
    return world.chat(chat_id).id if chat_id else 0
