"""The built web pages; where they are missing, a page that says how to build them."""

from __future__ import annotations

import contextlib
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

_MISSING = """<!doctype html><meta charset=utf-8><title>碳衡 Tanheng</title>
<h1>碳衡 Tanheng</h1><p>网页尚未构建：在仓库中运行 <code>make web</code>。接口说明见 <a href=/openapi.json>/openapi.json</a>。</p>
<p lang=en>The web application is not built: run <code>make web</code> in the repository. The API is described in
<a href=/openapi.json>/openapi.json</a>.</p>"""


def install(app: FastAPI, folder: Path) -> None:
    """Serve the files of the folder; every other path is a page of the application itself."""

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> Response:
        if path.startswith("api/"):
            raise HTTPException(404)
        root = folder.resolve()
        with contextlib.suppress(OSError, ValueError):  # a path that no file can have
            file = (root / path).resolve()
            if path and file.is_file() and file.is_relative_to(root):
                fixed = path.startswith("assets/")
                return FileResponse(
                    file,
                    headers={"Cache-Control": "public, max-age=31536000, immutable" if fixed else "no-cache"},
                )
        index = root / "index.html"
        if index.is_file():
            return FileResponse(index, headers={"Cache-Control": "no-cache"})
        return HTMLResponse(_MISSING)
