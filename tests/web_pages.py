"""The pages that every test of all pages looks at: name, who sees it, and its address."""

from __future__ import annotations

from browsing import Site


def pages(site: Site) -> list[tuple[str, str, str]]:
    one = site.ids
    return [
        ("data", "wang", "/gov/data"),
        ("upload", "wang", "/gov/data/upload"),
        ("mapping", "wang", f"/gov/data/upload/{one['strange']}"),
        ("mapping-plain", "wang", f"/gov/data/upload/{one['upload']}"),
        ("dataset", "wang", f"/gov/data/{one['doubtful']}"),
        ("dataset-rows", "wang", f"/gov/data/{one['mended']}/rows"),
        ("dataset-refused", "wang", f"/gov/data/{one['mended']}/refused"),
        ("dataset-versions", "wang", f"/gov/data/{one['mended']}/versions"),
        ("dataset-lineage", "wang", f"/gov/data/{one['sichuan']}/lineage"),
        ("places", "wang", "/gov/data/places"),
        ("doubts", "wang", "/gov/doubts"),
        ("sources", "wang", "/gov/sources"),
        ("sources-cells", "wang", f"/gov/sources/{one['sources']}"),
        ("sources-meters", "wang", f"/gov/sources/{one['meters']}"),
        ("sources-new", "wang", "/gov/sources/bottom-up"),
        ("sources-new-meters", "wang", "/gov/sources/measurements"),
        ("catalogue", "wang", "/gov/catalogue"),
        ("catalogue-one", "wang", f"/gov/catalogue/upload/{one['upload']}"),
        ("jobs", "wang", "/gov/jobs"),
        ("me", "wang", "/gov/me"),
        ("people", "sec", "/gov/admin/people"),
        ("roles", "sec", "/gov/admin/roles"),
        ("tokens", "sec", "/gov/admin/tokens"),
        ("audit", "aud", "/gov/admin/audit"),
        ("nothing", "wang", "/gov/nowhere"),
    ]
