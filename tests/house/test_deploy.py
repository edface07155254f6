"""What stands in deploy/ and docs/operating.md fits the desk that it describes."""

import re
import tomllib
from pathlib import Path

import pytest

from bot import cli
from bot.jobs.contract import Daily
from bot.jobs.registry import JOBS
from bot.settings import Settings
from storage.backup import KEEP
from tests.house.tree import PACKAGES, REPO, python_files, text_of

SERVICE = text_of(Path("deploy/parley.service"))
DOCKERFILE = text_of(Path("deploy/Dockerfile"))
OPERATING = text_of(Path("docs/operating.md"))
FOREIGN = {"HOME", "MPLCONFIGDIR"}  # not settings of ours
EXIT_CODES = {value for name, value in vars(cli).items() if name.startswith("EXIT_")}


def _service_variables() -> set[str]:
    lines = re.findall(r"^Environment=(.*)$", SERVICE, re.MULTILINE)
    return {name for line in lines for name in re.findall(r"(\w+)=", line)} - FOREIGN


def test_the_unit_sets_only_settings_that_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert {name.removesuffix("_FILE") for name in _service_variables()} <= known


def test_the_unit_does_not_try_again_what_trying_again_does_not_mend() -> None:
    (line,) = re.findall(r"^RestartPreventExitStatus=(.*)$", SERVICE, re.MULTILINE)
    assert {int(code) for code in line.split()} == {cli.EXIT_SETTINGS, cli.EXIT_TWIN}


def test_the_unit_is_hardened_as_promised() -> None:
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "UMask=0077"):
        assert line in SERVICE.splitlines()
    assert "LoadCredential=" in SERVICE
    assert "MemoryMax=" in SERVICE


def test_the_container_holds_every_package() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == set(PACKAGES)


def test_the_container_and_ci_run_the_python_that_the_project_asks_for() -> None:
    wanted = tomllib.loads(text_of(Path("pyproject.toml")))["project"]["requires-python"]
    version = wanted.removeprefix(">=")
    assert f"FROM python:{version}-" in DOCKERFILE
    assert f'python-version: "{version}"' in text_of(Path(".github/workflows/ci.yml"))


def test_the_proxy_passes_the_path_at_which_the_desk_takes_the_webhook() -> None:
    (path,) = re.findall(r"location = (\S+)", text_of(Path("deploy/nginx.conf")))
    assert any(f'add_post("{path}"' in text_of(source) for source in python_files("bot"))


def test_every_exit_code_is_told_and_no_other() -> None:
    told = re.findall(r"^\| (\d+) \|", OPERATING, re.MULTILINE)
    assert {int(code) for code in told} == EXIT_CODES


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_of_the_terminal_is_told(command: str) -> None:
    assert f"parley {command}" in OPERATING


def test_the_hour_of_the_backup_and_how_many_stay_are_told_right() -> None:
    (backup,) = (job for job in JOBS if job.name == "backup")
    assert isinstance(backup.when, Daily)
    assert f"each night at {backup.when.at} UTC" in OPERATING
    words = {5: "five", 7: "seven", 14: "fourteen"}
    assert f"the last {words[KEEP]} stay" in OPERATING


def test_ci_runs_what_a_developer_runs() -> None:
    assert "bash .ci/run" in text_of(Path(".github/workflows/ci.yml"))
    assert "make test" in text_of(Path(".ci/run"))
    assert (REPO / ".ci" / "run").stat().st_mode & 0o111
