"""`parley status | head`: whoever reads may have enough at any moment."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # nobody reads: the first word meets a broken pipe
    command = [sys.executable, "-m", "bot", "migrate", "--data-dir", str(tmp_path / "var")]
    found = subprocess.run(
        command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=50
    )
    os.close(writing)
    assert (found.returncode, found.stderr) == (0, "")
