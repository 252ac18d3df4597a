"""The GPC of a run: BASIC, BASIC+ and territorial side by side, category by category, with what is not counted."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Response

from tanheng.inventory.categories.gpc_view import gpc_lines
from tanheng.inventory.part import TOGETHER, one_part
from tanheng.inventory.views.listings import refused_rows
from tanheng.serve.asking import Here, Reader
from tanheng.serve.routes.quality import Period, of_year
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["gpc"])


@router.get("/runs/{name}/gpc")
def gpc(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    entity: Annotated[
        str, Query(max_length=200, description="whose, needed where there are several; * adds up all")
    ] = "",
    period: Period = "",
) -> Response:
    """Sectors, categories and totals of the GPC, t CO2e, with notation keys, reasons and the refused rows of each."""
    held, year = of_year(platform, viewer, name, period)
    part = one_part(held, entity=entity or None)
    lines, totals = gpc_lines(part, entity=TOGETHER)
    unknown = [row for row in refused_rows(part) if row["code"] == "I-202"]
    about = {
        "period": year,
        "entity": entity,
        "unit": "t CO2e",
        "unplaced": totals["unplaced_t"],
        "unmatched": part.unmatched.height,
        "refused": part.refused,
        "refused_nameless": part.refused - int(lines.to_polars().get_column("refused").sum()),
        "refused_keys": dict(Counter(str(row["notation"]) for row in unknown)),
    }
    return answer(lines.to_polars(), asked, "gpc", about=about)
