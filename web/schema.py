"""Writes the types of the API from the application itself: python web/schema.py web/src/shared/schema.d.ts."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).parent


def write(target: Path) -> None:
    """Types of every route, as TypeScript."""
    from tanheng.serve import Settings, create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder) / "data"))
        described = Path(folder) / "openapi.json"
        described.write_text(json.dumps(app.openapi(), sort_keys=True), encoding="utf-8")
        tool = WEB / "node_modules" / ".bin" / "openapi-typescript"
        subprocess.run(
            [tool, described, "--output", target.resolve(), "--alphabetize"],
            cwd=WEB,
            check=True,
            capture_output=True,
        )


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else WEB / "src" / "shared" / "schema.d.ts")
