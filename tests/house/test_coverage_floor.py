"""The floor under the safety files really holds them."""

import json
from pathlib import Path

import pytest

from tests.house.coverage_floor import FLOOR_PCT, SAFETY, below_floor, main
from tests.house.tree import REPO, pyproject


def _report(path: Path, covered_pct: dict[str, float]) -> str:
    files = {name: {"summary": {"percent_covered": pct}} for name, pct in covered_pct.items()}
    path.write_text(json.dumps({"files": files}))
    return str(path)


def test_every_safety_file_exists() -> None:
    assert not [name for name in SAFETY if not (REPO / name).is_file()]


def test_every_safety_file_is_measured() -> None:
    measured = tuple(
        f"{package.replace('.', '/')}/"
        for package in pyproject()["tool"]["coverage"]["run"]["source_pkgs"]
    )
    assert not [name for name in SAFETY if not name.startswith(measured)]


def test_a_file_under_the_floor_fails_the_gate_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    covered_pct = {**dict.fromkeys(SAFETY, 100.0), SAFETY[0]: FLOOR_PCT - 0.1}
    assert main([_report(tmp_path / "report.json", covered_pct)]) == 1
    assert SAFETY[0] in capsys.readouterr().out


def test_a_file_that_nobody_measured_is_under_the_floor() -> None:
    assert len(below_floor({})) == len(SAFETY)


def test_the_gate_opens_when_all_hold_the_floor(tmp_path: Path) -> None:
    assert main([_report(tmp_path / "report.json", dict.fromkeys(SAFETY, FLOOR_PCT))]) == 0
