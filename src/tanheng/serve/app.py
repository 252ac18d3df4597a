"""The application: routes under /api/v1, problems in one form, security heads, and the built web pages."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from pathlib import Path

from fastapi import Depends, FastAPI, Request, Response

from tanheng import __version__
from tanheng.access.second import seal_all
from tanheng.errors import use_front, use_language
from tanheng.record.platform import Platform
from tanheng.serve import problems, refusals, static
from tanheng.serve.asking import cookie_name, per_source
from tanheng.serve.bodies import BodyLimit, sweep
from tanheng.serve.idempotent import Once
from tanheng.serve.jobs import Runner
from tanheng.serve.limits import Limits
from tanheng.serve.measures import Kept, Measures
from tanheng.serve.roads.moving import Trees
from tanheng.serve.schema import describe, operation_id
from tanheng.serve.settings import Settings
from tanheng.serve.turns import Turns
from tanheng.serve.watch import Watch

API = "/api/v1"
ROUTES = (
    "health",
    "metrics",
    "backups",
    "session",
    "people",
    "tokens",
    "oidc",
    "audit",
    "jobs",
    "uploads",
    "mappings",
    "datasets",
    "doubts",
    "sources",
    "alarms",
    "catalogue",
    "templates",
    "runs",
    "reported",
    "socio_economic",
    "explorer",
    "gpc",
    "proofs",
    "quality",
    "releases",
    "exports",
    "comparisons",
    "roads",
    "road_analyses",
    "road_claims",
    "road_total",
    "road_decisions",
    "library",
    "methods",
    "packs",
    "codes",
    "layers",
    "maps",
    "places",
)
_HEADS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over a data folder.

    Parameters
    ----------
    settings : Settings, optional
    """
    chosen = settings or Settings()
    platform = Platform(chosen.data, chosen.database or None, key=chosen.secret_key)
    with platform.writing() as connection:
        seal_all(connection, platform.secrets)
    runner = Runner(platform, workers=chosen.workers, lease=chosen.lease_seconds)

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        sweep(platform.folder)
        runner.start()
        yield
        runner.stop()
        platform.store.engine.dispose()

    app = FastAPI(
        title="碳衡 Tanheng", version=__version__, lifespan=life, openapi_url="/openapi.json", docs_url=None, redoc_url=None,
        generate_unique_id_function=operation_id,
    )  # fmt: skip
    app.state.platform, app.state.settings, app.state.runner = platform, chosen, runner
    app.state.trees = Trees()
    app.state.limits, app.state.measures, app.state.streams = Limits(), Measures(Kept(platform)), Counter()
    problems.install(app)
    refusals.install(app)
    for name in ROUTES:
        router = import_module(f"tanheng.serve.routes.{name}").router
        app.include_router(router, prefix=API, dependencies=[Depends(per_source)])
    static.install(app, Path(static.__file__).parent / "static")
    describe(app)
    app.add_middleware(Once, platform=platform)
    app.add_middleware(Turns, at_once=chosen.at_once, cookie=cookie_name(chosen))
    app.add_middleware(BodyLimit, upload_mb=chosen.upload_mb)
    app.add_middleware(Watch, measures=app.state.measures)

    @app.middleware("http")
    async def heads(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        use_language(problems.lang_of(request))
        use_front("web")
        response = await call(request)
        for name, value in _HEADS.items():
            response.headers.setdefault(name, value)
        if chosen.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.url.path.startswith(API):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app
