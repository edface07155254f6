"""Boot settings: flags, environment, `*_FILE`, `.env`, defaults, in this order.

A change needs a restart; what may change while the desk runs is a parameter (engine.core).
"""

import difflib
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from bot import voter_keys
from bot.setting_items import each_of, timeframe_of, topic_of, user_of
from engine.core.errors import SettingsError
from engine.core.kinds import Role
from engine.core.model_calls import TapeMode
from engine.core.telling import Place, Topic
from engine.core.timeframes import Timeframe

DEFAULT_VOTERS = "trend=rules:trend,reversion=rules:reversion,volatility=rules:volatility"
SIMULATED = "simulated"
REPLAY_PREFIX = "replay:"
LIVE_CONFIRM = "I understand"
_BASE32 = re.compile(r"[A-Za-z2-7]{23,128}=*")  # 112 bits
LEAST_PIN = 4
_LINE = re.compile(r"(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=.*")
_HEARTBEAT = re.compile(r"https://[^\s/]|http://(127\.0\.0\.1|localhost)[:/]")
_TOKEN = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]{1,64}")


class Trading(StrEnum):
    PAPER = "paper"
    LIVE = "live"


class Settings(BaseModel):
    """Everything the composition root needs to know. Secrets never print."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    telegram_bot_token: SecretStr = Field(
        SecretStr(""), description="from BotFather; empty = local chat page in the browser"
    )
    telegram_api_base: str = Field("", description="another Bot API server, e.g. self-hosted")
    telegram_users: str = Field(
        "", description="who may talk to the desk: id:role,id:role; roles owner, trader, viewer"
    )
    owner_pin: SecretStr = Field(
        SecretStr(""), description="asked for with /pin before risk is raised; empty = not asked"
    )
    owner_totp_secret: SecretStr = Field(
        SecretStr(""), description="base32 secret of an authenticator app, instead of a PIN"
    )
    telegram_webhook_url: str = Field("", description="public https URL; empty = long polling")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="secret of the webhook, 1-256 of A-Z a-z 0-9 _ -"
    )
    telegram_topics: str = Field(
        "",
        description="topics of a group: trades=-1001234/5,... (also approvals, alerts, reports);"
        " /topics does the same",
    )
    heartbeat_url: SecretStr = Field(
        SecretStr(""),
        description="called each minute while all is well; a dead-man's switch alarms when not",
    )
    market: str = Field(
        SIMULATED, description="simulated, replay:<folder>, or a ccxt id such as binance, kraken"
    )
    market_speed: float = Field(
        60.0,
        ge=0.0,
        le=100_000.0,
        description="market seconds per second on simulated and replay; 0 = as fast as possible",
    )
    market_seed: int = Field(1, ge=0, description="seed of the simulated market")
    market_from: str = Field("", description="first day of a replay, 2021-01-01; empty = all")
    market_to: str = Field("", description="day after the last of a replay; empty = all")
    symbols: str = Field("", description="comma list of ccxt symbols; empty = a sensible set")
    timeframes: str = Field(
        "", description="comma list; strategies act on the first; empty = a sensible set"
    )
    trading: Trading = Field(Trading.PAPER, description="paper or live")
    live_confirm: str = Field("", description="live trading also needs: I understand")
    start_cash_quote: Decimal = Field(
        Decimal(10_000),
        gt=0,
        le=9_000_000,
        description="paper money at the first start, in the quote currency",
    )
    exchange_api_key: SecretStr = Field(SecretStr(""), description="venue key, for live trading")
    exchange_api_secret: SecretStr = Field(SecretStr(""), description="venue secret")
    exchange_api_password: SecretStr = Field(SecretStr(""), description="venue passphrase")
    exchange_api_base: str = Field("", description="another host for the venue's API")
    voters: str = Field(
        DEFAULT_VOTERS,
        description="comma list name[/persona]=provider:model[@base_url]; rules, openai, anthropic",
    )
    openai_api_key: SecretStr = Field(SecretStr(""), description="for openai's own voters")
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="for anthropic's own voters")
    voter_api_keys: SecretStr = Field(
        SecretStr(""),
        description="name=key,name=key of single voters; <NAME>_API_KEY does the same for one",
    )
    model_prices: str = Field(
        "", description="voter=input/output[/cached], dollars per million tokens, comma list"
    )
    news_feeds: str = Field(
        "", description="comma list of RSS or Atom addresses that voters may see; empty = no news"
    )
    tape: TapeMode = Field(
        TapeMode.LIVE, description="live records what models say, replay asks none, off does not"
    )
    database_url: SecretStr = Field(
        SecretStr(""), description="empty = SQLite in the data folder; or postgresql+asyncpg://..."
    )
    data_dir: Path = Field(Path("var"), description="database, logs, backups")
    http_host: str = Field("127.0.0.1", description="health, metrics and the local chat page")
    http_port: int = Field(8080, ge=0, le=65_535, description="its port; 0 = any free one")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="how much")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        token = self.telegram_bot_token.get_secret_value()
        if token and not _TOKEN.fullmatch(token):
            raise ValueError("TELEGRAM_BOT_TOKEN is not a token as BotFather gives it (123:ABC...)")
        if self.trading is Trading.LIVE:
            self._may_be_live()
        if self.telegram_webhook_url and not self.telegram_webhook_secret.get_secret_value():
            raise ValueError("TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET")
        if 0 < len(self.owner_pin.get_secret_value()) < LEAST_PIN:
            raise ValueError(f"OWNER_PIN needs at least {LEAST_PIN} characters")
        secret = self.owner_totp_secret.get_secret_value()
        if secret and not _BASE32.fullmatch(secret.replace(" ", "")):
            raise ValueError("OWNER_TOTP_SECRET is not base32 of at least 23 letters A-Z and 2-7")
        _ = self.users, self.timeframe_list, self.voter_keys, self.topics  # raise here, at boot
        if not _HEARTBEAT.match(self.heartbeat_url.get_secret_value() or "https://x"):
            raise ValueError("HEARTBEAT_URL must be an https address")
        return self

    def _may_be_live(self) -> None:
        if self.market == SIMULATED or self.market.startswith(REPLAY_PREFIX):
            raise ValueError("TRADING=live needs a real venue: set MARKET to a ccxt id")
        if self.live_confirm != LIVE_CONFIRM:
            raise ValueError(f"TRADING=live trades real money: set LIVE_CONFIRM={LIVE_CONFIRM}")
        keys = (self.exchange_api_key, self.exchange_api_secret)
        if not all(key.get_secret_value() for key in keys):
            raise ValueError("TRADING=live needs EXCHANGE_API_KEY and EXCHANGE_API_SECRET")
        if not self.has_token:
            raise ValueError(
                "TRADING=live needs TELEGRAM_BOT_TOKEN: on the local page anyone on this machine"
                " would be the owner of real money"
            )

    @property
    def has_token(self) -> bool:
        """Whether a real Telegram bot is configured; without, the local chat serves."""
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def users(self) -> dict[int, Role]:
        """Roles by numeric person id."""
        return dict(user_of(item) for item in each_of(self.telegram_users))

    @property
    def topics(self) -> dict[Topic, Place]:
        """Where in a group each topic is told."""
        return dict(topic_of(item) for item in each_of(self.telegram_topics))

    @property
    def voter_keys(self) -> dict[str, str]:
        """The keys of single voters, by name."""
        return voter_keys.parse(self.voter_api_keys.get_secret_value())

    @property
    def symbol_list(self) -> tuple[str, ...]:
        return tuple(item.upper() for item in each_of(self.symbols))

    @property
    def timeframe_list(self) -> tuple[Timeframe, ...]:
        return tuple(timeframe_of(item) for item in each_of(self.timeframes))

    @property
    def database(self) -> str:
        """The database's URL; the default is a file in the data folder."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite+aiosqlite:///{(self.data_dir / 'parley.db').absolute()}"

    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for redaction."""
        values = (getattr(self, name) for name in type(self).model_fields)
        shown = (v.get_secret_value() for v in values if isinstance(v, SecretStr))
        return tuple(secret for secret in (*shown, *self.voter_keys.values()) if secret)


def load(
    flags: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    env_file: Path | None = Path(".env"),
) -> Settings:
    """The settings; raises SettingsError with one sentence that names what is wrong."""
    environ = os.environ if environ is None else environ
    names = Settings.model_fields
    values: dict[str, Any] = {}
    voters = str((flags or {}).get("voters") or environ.get("VOTERS") or "")
    from_file = _from_env_file(env_file, voters) if env_file and env_file.exists() else {}
    values.update({name: value for name, value in from_file.items() if name in names})
    values.update({name: environ[name.upper()] for name in names if environ.get(name.upper())})
    for name in names:
        path = environ.get(f"{name.upper()}_FILE")
        if path and name not in values:
            values[name] = _from_secret_file(name, Path(path))
    values.update(flags or {})
    voter_keys.gather(values, from_file, environ, names)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def env_example() -> str:
    """The text of `.env.example`: every setting with its default and what it is."""
    lines = [
        "# Settings of Parley; copy to .env and uncomment what you change. Flags do the same:",
        "# TELEGRAM_USERS is --telegram-users. NAME_FILE reads a setting from a file.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = default.get_secret_value() if isinstance(default, SecretStr) else default
        lines += [f"# {field.description}", f"#{name.upper()}={shown}", ""]
    return "\n".join(lines)


def _from_env_file(path: Path, voters: str) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path.name} cannot be read as text ({type(error).__name__}).",
            hint="Write it again from .env.example.",
        ) from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#") and not _LINE.fullmatch(line.strip()):
            raise SettingsError(
                f"{path.name}, line {number}, is not NAME=value.", hint="Mend or remove that line."
            )
    found = dotenv_values(path, interpolate=False)
    voters = voters or str(found.get("VOTERS") or "")
    return {_known(name, path, voters): value for name, value in found.items() if value}


def _known(name: str, path: Path, voters: str) -> str:
    lowered = name.lower()
    if lowered in Settings.model_fields or lowered in voter_keys.setting_names(voters):
        return lowered
    close = difflib.get_close_matches(lowered, Settings.model_fields, n=1)
    hint = f"Did you mean {close[0].upper()}?" if close else "See .env.example."
    raise SettingsError(f"{path.name} sets {name}, which is no setting.", hint=hint)


def _from_secret_file(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name.upper()}_FILE cannot be read ({type(error).__name__}).",
            hint="Check the path and its permissions.",
        ) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    text = str(first["msg"]).removeprefix("Value error, ")
    place = "_".join(str(part) for part in first["loc"]).upper()
    return f"{place}: {text}." if place else f"{text}."


def changed_since_start(running: Settings) -> tuple[str, ...]:
    """Names of settings that the environment and `.env` now give other values than `running`."""
    try:
        present = load()
    except SettingsError as error:
        return (error.sentence(),)
    names = (
        name
        for name in type(running).model_fields
        if name in present.model_fields_set and getattr(present, name) != getattr(running, name)
    )
    return tuple(name.upper() for name in names)
