"""Measures for Prometheus: for the system administrator's token, and for addresses that the settings name."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from tanheng.access.sources import lies_in
from tanheng.serve.asking import settings_of, source_of, viewer_of
from tanheng.serve.measures import TEXT, Measures

router = APIRouter(tags=["metrics"])
_PERMISSION = "system.manage"


def scraper(request: Request) -> None:
    """An address of the setting ``metrics_from``, else somebody who manages the system.

    Raises
    ------
    SignedOut, NotAllowed
    """
    if not lies_in(source_of(request), settings_of(request).metrics_from):
        viewer_of(request).must(_PERMISSION)


scraper.__dict__["permission"] = _PERMISSION


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(scraper)],
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request) -> Response:
    """Requests, durations, jobs, queue, uploads, database and memory as Prometheus text."""
    measures: Measures = request.app.state.measures
    return Response(measures.text(), media_type=TEXT)
