"""Boot settings: where they come from, and one clear sentence for each mistake."""

from pathlib import Path

import pytest

from bot.settings import Settings, Trading, changed_since_start, env_example, load
from engine.core.errors import SettingsError
from engine.core.kinds import Role
from engine.core.timeframes import Timeframe

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"  # noqa: S105 - of nobody

LIVE = {
    "TRADING": "live",
    "TELEGRAM_BOT_TOKEN": "123456:" + "a" * 35,
    "MARKET": "binance",
    "LIVE_CONFIRM": "I understand",
    "EXCHANGE_API_KEY": "k",
    "EXCHANGE_API_SECRET": "hunter2",
}


def told(environ: dict[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(environ=environ, env_file=env_file)
    return caught.value.sentence()


def test_defaults_make_a_desk() -> None:
    settings = load(environ={}, env_file=None)
    assert settings.market == "simulated"
    assert not settings.has_token
    assert settings.database.endswith("var/parley.db")
    assert settings.secrets() == ()


def test_flags_beat_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("MARKET_SEED=1\nMARKET_SPEED=1\nLOG_LEVEL=DEBUG\n")
    settings = load({"market_seed": "3"}, {"MARKET_SEED": "2", "MARKET_SPEED": "2"}, env_file=file)
    assert (settings.market_seed, settings.market_speed, settings.log_level) == (3, 2.0, "DEBUG")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    settings = load(environ={"TELEGRAM_BOT_TOKEN_FILE": str(file)}, env_file=None)
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.secrets() == (TOKEN,)
    assert TOKEN not in repr(settings)


def test_live_trading_needs_a_venue_a_word_and_keys() -> None:
    settings = load(environ=LIVE, env_file=None)
    assert settings.trading is Trading.LIVE
    assert "hunter2" not in repr(settings)


def test_people_and_lists_are_read() -> None:
    environ = {
        "TELEGRAM_USERS": "7:owner, 8:Viewer",
        "SYMBOLS": "btc/usdt, ETH/USDT",
        "TIMEFRAMES": "1h,4h",
    }
    settings = load(environ=environ, env_file=None)
    assert settings.users == {7: Role.OWNER, 8: Role.VIEWER}
    assert settings.symbol_list == ("BTC/USDT", "ETH/USDT")
    assert settings.timeframe_list == (Timeframe.H1, Timeframe.H4)


VOTERS = "big-oak=openai:m@https://a.example/v1,elm=openai:m@https://b.example/v1"


def test_a_voters_own_key_comes_from_the_environment_its_file_or_the_env_file(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "elm"
    secret.write_text("sk-elm\n")
    file = tmp_path / ".env"
    file.write_text(f"VOTERS={VOTERS}\nBIG_OAK_API_KEY=sk-oak\n")
    settings = load(environ={"ELM_API_KEY_FILE": str(secret)}, env_file=file)
    assert settings.voter_keys == {"big-oak": "sk-oak", "elm": "sk-elm"}
    assert {"sk-oak", "sk-elm"} <= set(settings.secrets())
    assert "sk-" not in repr(settings)


def test_the_environments_key_beats_the_files_and_a_list_of_them(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"VOTERS={VOTERS}\nELM_API_KEY=sk-file\nVOTER_API_KEYS=elm=sk-list\n")
    assert load(environ={}, env_file=file).voter_keys == {"elm": "sk-file"}
    assert load(environ={"ELM_API_KEY": "sk-env"}, env_file=file).voter_keys == {"elm": "sk-env"}


def test_a_key_of_somebody_who_does_not_vote_is_a_typo(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"VOTERS={VOTERS}\nOKA_API_KEY=sk-oak\n")
    sentence = told({}, file)
    assert "OKA_API_KEY" in sentence
    assert "sk-oak" not in sentence


def test_a_voter_called_like_a_vendor_shares_its_key() -> None:
    environ = {"VOTERS": "openai=openai:gpt-5", "OPENAI_API_KEY": "sk-1"}
    settings = load(environ=environ, env_file=None)
    assert settings.voter_keys == {}
    assert settings.openai_api_key.get_secret_value() == "sk-1"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TELEGRAM_BOT_TOKEN": "hunter2"}, "BotFather"),
        ({"TELEGRAM_USERS": "me:owner"}, "numeric id"),
        ({"TELEGRAM_USERS": "7:king"}, "owner"),
        ({"MARKET_SPEED": "fast"}, "MARKET_SPEED"),
        ({"MARKET_SPEED": "nan"}, "MARKET_SPEED"),
        ({"HTTP_PORT": "99999"}, "HTTP_PORT"),
        ({"TIMEFRAMES": "7m"}, "1m"),
        ({"TRADING": "live"}, "real venue"),
        ({"TRADING": "live", "MARKET": "replay:data"}, "real venue"),
        ({"TRADING": "live", "MARKET": "binance"}, "LIVE_CONFIRM=I understand"),
        (LIVE | {"EXCHANGE_API_KEY": ""}, "EXCHANGE_API_KEY"),
        (LIVE | {"EXCHANGE_API_SECRET": ""}, "EXCHANGE_API_SECRET"),
        (LIVE | {"LIVE_CONFIRM": "yes"}, "LIVE_CONFIRM=I understand"),
        ({"TRADING": "maybe"}, "TRADING"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"START_CASH_QUOTE": "-1"}, "START_CASH_QUOTE"),
        ({"TELEGRAM_WEBHOOK_URL": "https://x.example/telegram"}, "SECRET"),
        ({"VOTER_API_KEYS": "hunter2"}, "name=key"),
        ({"TAPE": "rewind"}, "TAPE"),
        ({"VOTERS": VOTERS, "ELM_API_KEY_FILE": "no/such/file"}, "ELM_API_KEY_FILE"),
        ({"OPENAI_API_KEY_FILE": "no/such/file"}, "OPENAI_API_KEY_FILE"),
    ],
)
def test_a_mistake_is_one_sentence_without_the_value_of_a_secret(
    environ: dict[str, str], said: str
) -> None:
    sentence = told(environ)
    assert said in sentence
    assert "hunter2" not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"MARKET=simulated\nthis is no setting\n", "line 2"),
        (b"\xff\xfe\x00garbage", "text"),
        (b"MARKT=simulated\n", "MARKET"),
        (b"=x\n", "line 1"),
    ],
)
def test_a_corrupt_env_file_names_the_line(tmp_path: Path, text: bytes, said: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(text)
    assert said in told({}, file)


def test_comments_quotes_and_empty_values_are_fine(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nexport MARKET='simulated'\nSYMBOLS=\n")
    assert load(environ={}, env_file=file).market == "simulated"


def test_the_example_names_every_setting_once_and_holds_no_secret() -> None:
    text = env_example()
    for name in Settings.model_fields:
        assert text.count(f"#{name.upper()}=") == 1
    assert "**" not in text


def test_reload_notices_what_needs_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    running = load(environ={}, env_file=None)
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    assert changed_since_start(running) == ("LOG_LEVEL",)
    monkeypatch.setenv("LOG_LEVEL", "nonsense")
    assert "LOG_LEVEL" in changed_since_start(running)[0]
