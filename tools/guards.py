"""Takes each guard of tests/guards.toml out of a copy of the code, one at a time, and looks whether its tests fail.

    python tools/guards.py [WORD ...]   # only guards whose English name holds one of the words

The exit code is 1 where a test stays green without its guard.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_PATIENCE = 300
"""Seconds after which a test that waits for what never comes is taken for failed."""
TABLE = ROOT / "tests" / "guards.toml"


def main() -> int:
    """Every guard, with what its tests said."""
    guards = tomllib.loads(TABLE.read_text(encoding="utf-8"))["guard"]
    words = sys.argv[1:]
    green = 0
    with tempfile.TemporaryDirectory() as folder:
        for one in guards:
            if not words or any(word in one["en"] for word in words):
                for test in one["tests"]:
                    red = fails(one, test, Path(folder) / "code")
                    green += not red
                    print("red  " if red else "GREEN", one["en"], "-", test, flush=True)
    return 1 if green else 0


def fails(guard: dict[str, Any], test: str, code: Path) -> bool:
    """Whether a test fails where the guard is taken out."""
    shutil.rmtree(code, ignore_errors=True)
    shutil.copytree(ROOT / "src", code / "src")
    for part in ("tests", "examples", "docs", "conftest.py", "pyproject.toml", "web"):
        (code / part).symlink_to(ROOT / part)
    for change in guard["change"]:
        file = code / change["file"]
        text = file.read_text(encoding="utf-8")
        assert text.count(change["old"]) == 1, (change["file"], change["old"])
        file.write_text(text.replace(change["old"], change["new"]), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(code / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-m", "", "-p", "no:cacheprovider", "--rootdir", str(ROOT), test]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE)  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    assert done.returncode in (0, 1, -signal.SIGSEGV), done.stdout[-2000:] + done.stderr[-2000:]
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
