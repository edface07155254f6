"""`parley`: the terminal's way to the desk. Each command imports only what it needs."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from bot.settings import Settings, load
from engine.core.errors import DeskError, SettingsError, StorageError

EXIT_OK, EXIT_FAULT, EXIT_SETTINGS, EXIT_TWIN, EXIT_STORAGE = 0, 1, 2, 3, 4
_NOT_FLAGS = frozenset(  # other users of the machine can read a command line
    {
        "telegram_bot_token",
        "telegram_webhook_secret",
        "exchange_api_key",
        "exchange_api_secret",
        "exchange_api_password",
        "openai_api_key",
        "anthropic_api_key",
        "voter_api_keys",
    }
)
_STUDIES = ("walkforward", "montecarlo", "tune", "bias", "stress")
_RESEARCH = frozenset({"backtest", "compare", "parity", "data", *_STUDIES})


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code. Never ends in a traceback for a user's mistake."""
    os.umask(0o077)  # whatever a command writes is ours alone
    parser = _parser()
    options = parser.parse_args(arguments)
    flags = {
        name: str(value)
        for name in Settings.model_fields
        if (value := getattr(options, name, None)) is not None
    }
    try:
        settings = load(flags)
        code = COMMANDS[options.command][0](settings, options)
        sys.stdout.flush()  # here, where a closed pipe is expected, and not at the very end
        return code
    except BrokenPipeError:
        # `parley status | head`: who read has enough; what is left unsaid must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except DeskError as error:
        sys.stderr.write(f"parley: {error.sentence()}\n")
        return _exit_code(error)
    except KeyboardInterrupt:
        return EXIT_OK


def _exit_code(error: DeskError) -> int:
    if type(error).__name__ == "TwinRunning":  # its module is not imported for every command
        return EXIT_TWIN
    if isinstance(error, SettingsError):
        return EXIT_SETTINGS
    return EXIT_STORAGE if isinstance(error, StorageError) else EXIT_FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parley", description="A trading desk in your Telegram chat."
    )
    parser.add_argument("--version", action="version", version=f"parley {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, (_, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        _add_settings(command)
        if name in {"status", "trades", "jobs"} | _RESEARCH:
            command.add_argument("--json", action="store_true", help="for programs")
        if name in _RESEARCH:
            _add_research(command, name)
        if name == "trades":
            command.add_argument("--limit", type=int, default=20, help="how many, newest first")
        if name == "jobs":
            command.add_argument("words", nargs="*", metavar="number", help="one job's result")
        if name == "panic":
            command.add_argument(
                "--close", action="store_true", help="also close every position at market"
            )
    return parser


def _add_research(command: argparse.ArgumentParser, name: str) -> None:
    if name == "data":
        command.add_argument("action", choices=("download", "check", "list"))
        command.add_argument("--from", dest="since", metavar="DAY", help="2021-01-01; else a year")
    about = "markets, bar length, span, strategies, exit plan, name=value: BTC 1h 180d percent"
    command.add_argument("words", nargs="*", metavar="word", help=about)
    command.add_argument("--folder", help="where the bars are; else DATA_DIR/market")
    if name == "backtest":
        command.add_argument("--save", metavar="NAME", help="keep the result under this name")
        about = "who votes: rule voters, or the desk's tape of recorded votes"
        command.add_argument("--votes", choices=("rules", "tape"), default="rules", help=about)
    if name == "tune":
        command.add_argument("--trials", type=int, metavar="N", help="else tuning_trials")
        command.add_argument("--study", metavar="NAME", help="carry this study on")
    if name == "compare":
        command.add_argument("--kept", action="store_true", help="the words name kept results")


def _add_settings(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("settings", "each is an environment variable as well")
    for name, field in Settings.model_fields.items():
        if name not in _NOT_FLAGS:
            flag = f"--{name.replace('_', '-')}"
            about = (field.description or "").replace("%", "%%")
            group.add_argument(flag, dest=name, metavar="VALUE", help=about)


def _run(settings: Settings, _: argparse.Namespace) -> int:
    from bot.app import main as run_desk
    from bot.logs import Redactor, set_up

    set_up(settings.log_level, settings.data_dir / "logs", Redactor(settings.secrets()))
    return run_desk(settings)


def _doctor(settings: Settings, _: argparse.Namespace) -> int:
    from bot.doctor import examine

    return examine(settings)


def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    from bot.cli_data import migrate

    return migrate(settings)


def _status(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_data import status

    return status(settings, as_json=options.json)


def _trades(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_data import trades

    return trades(settings, as_json=options.json, limit=max(1, options.limit))


def _panic(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_control import ask

    return ask(settings, "panic_close" if options.close else "panic")


def _pause(settings: Settings, _: argparse.Namespace) -> int:
    from bot.cli_control import ask

    return ask(settings, "pause")


def _resume(settings: Settings, _: argparse.Namespace) -> int:
    from bot.cli_control import ask

    return ask(settings, "resume")


def _backtest(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_research import backtest

    return backtest(settings, options)


def _compare(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_research import compared

    return compared(settings, options)


def _parity(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_research import checked

    return checked(settings, options)


def _studied(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_studies import studied

    return studied(settings, options)


def _jobs(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_studies import jobs

    return jobs(settings, options)


def _data(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli_market import recorded

    return recorded(settings, options)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("parley")
    except PackageNotFoundError:
        return "from a source tree"


COMMANDS: dict[str, tuple[Callable[[Settings, argparse.Namespace], int], str]] = {
    "run": (_run, "run the desk"),
    "doctor": (_doctor, "check settings, database, clock, disk and market, with the mend for each"),
    "migrate": (_migrate, "bring the database to this version, after a backup"),
    "status": (_status, "the desk's figures, read from its database"),
    "trades": (_trades, "closed trades, newest first"),
    "panic": (_panic, "halt the desk at once; --close also closes every position"),
    "pause": (_pause, "take no entries; positions stay guarded"),
    "resume": (_resume, "take entries again"),
    "backtest": (_backtest, "what would this have done: BTC 1h 180d sma_cross percent"),
    "compare": (_compare, "many strategies and exit plans on the same bars"),
    "walkforward": (_studied, "tune on one stretch, judge on the next: BTC 1h 2y sma_cross"),
    "montecarlo": (_studied, "the same days in other orders: how bad could it have gone"),
    "tune": (_studied, "search for better parameters, judge them on unseen bars"),
    "bias": (_studied, "whether strategies see the future or hang on where history began"),
    "stress": (_studied, "crash, gap, halt, outage, dear fees: the same past on bad days"),
    "jobs": (_jobs, "research that was asked for in the chat, newest first"),
    "parity": (_parity, "whether the live loop and the backtest make the same trades"),
    "data": (_data, "recorded bars: download from a venue, check, list"),
}
