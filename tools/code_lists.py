"""Write the pack of code lists; the same input gives the same bytes.

    tools/code_lists.py SOURCE_DIR OUT    all lists that come from the source folder, and the descriptor
    tools/code_lists.py --describe OUT    the descriptor alone, after a table kept by hand was changed

Kept by hand in OUT: zones, memberships, sectors, scopes, gases, entity kinds, terms, characters, items.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from code_flat import flat_lists
from code_mappings import HEADER as MAPPING_HEADER
from code_mappings import mappings, sector_mappings
from code_regions import HEADER as REGION_HEADER
from code_regions import read, region_rows

TABLES = Path(__file__).parent / "code_tables"


def write(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def build(source: Path, out: Path) -> None:
    today, former = region_rows(source, TABLES)
    write(out / "regions.csv", REGION_HEADER, today)
    write(out / "regions_former.csv", REGION_HEADER, former)
    for name, rows in flat_lists(source, TABLES).items():
        write(out / f"{name}.csv", list(rows[0]), rows)
    for (origin, target), rows in {**mappings(source), **sector_mappings(TABLES)}.items():
        write(out / "mappings" / f"{origin}__{target}.csv", MAPPING_HEADER, rows)


def resource(out: Path, path: Path, said: Mapping[str, str]) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    return {
        "name": path.stem,
        "path": path.relative_to(out).as_posix(),
        "kind": said["kind"],
        "title": {"zh": said["title_zh"], "en": said["title_en"]},
        "source": said["source"],
        "licence": said["licence"],
        "columns": rows[0],
        "rows": len(rows) - 1,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def mapping_resource(path: Path, titles: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    origin, _, target = path.stem.partition("__")
    a, b = titles[f"{origin}.csv"], titles[f"{target}.csv"]
    return {
        "kind": "mapping",
        "title_zh": f"{a['title_zh']} → {b['title_zh']}",
        "title_en": f"{a['title_en']} → {b['title_en']}",
        "source": "named in each row",
        "licence": "Apache-2.0 (climate-categories)" if origin in ("ipcc1996", "crf") else "Apache-2.0",
    }


def describe(out: Path) -> None:
    """Write datapackage.json for what stands in the folder; a table that nobody described is an error."""
    said = {row["path"]: row for row in read(TABLES / "resources.csv")}
    tables = sorted(out.glob("*.csv"))
    unknown = [path.name for path in tables if path.name not in said]
    if unknown:
        sys.exit(f"tools/code_tables/resources.csv has no row for {', '.join(unknown)}")
    resources = [resource(out, path, said[path.name]) for path in tables]
    resources += [
        resource(out, path, mapping_resource(path, said)) for path in sorted((out / "mappings").glob("*.csv"))
    ]
    package = {
        "name": "codes",
        "title": {"zh": "代码表、对照表与术语", "en": "Code lists, mappings and terms"},
        "profile": "tabular-data-package",
        "encoding": "utf-8",
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (out / "datapackage.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    first, folder = sys.argv[1:]
    if first != "--describe":
        build(Path(first), Path(folder))
    describe(Path(folder))
