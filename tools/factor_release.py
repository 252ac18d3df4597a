"""Build a factor release, or the pack of IPCC EFDB rows, from the collected factor files.

    python tools/factor_release.py SOURCE_DIR OUT           # what ships: packs/factors/2026.11
    python tools/factor_release.py --efdb SOURCE_DIR OUT    # for a user who holds the EFDB rows

SOURCE_DIR holds the factor CSV files and `sources.csv`. Ids that carry `efdb` come from the IPCC Emission
Factor Database, whose terms limit redistribution: they go to the second pack only. `items.csv` of the release
names them nevertheless, since the mapping is ours and carries no value. The same source gives the same bytes.

`content_hash` in `datapackage.json` is the SHA-256 of the canonical rows of all factor files and of
`items.csv`, sorted and joined by a line feed. A canonical row is the CSV row as a JSON object of column to
text: keys sorted, no spaces, nothing escaped to ASCII, UTF-8.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from factor_items import COLUMNS, equal_candidates, item_rows, read_csv

VERSION = "2026.11"

Row = dict[str, str]
Table = tuple[Sequence[str], Sequence[Mapping[str, str]]]

SOURCE_KEY = ("source_title", "source_publisher", "source_year")

LICENCES = [
    {
        "name": "CN-Copyright-Law-Art-5",
        "title": "中国官方文件（公告、通知、指南）依《著作权法》第五条不受著作权保护；国家标准仅引用数值",
        "title_en": "Chinese official documents are outside copyright (art. 5); of national standards only values are quoted",
    },
    {
        "name": "OGL-UK-3.0",
        "title": "Contains public sector information licensed under the Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    {"name": "CC0-1.0", "title": "GWP table", "path": "https://creativecommons.org/publicdomain/zero/1.0/"},
    {"name": "MIT", "title": "Ranges from bonsai-ipcc", "path": "https://opensource.org/license/mit"},
    {
        "name": "IPCC-quotation",
        "title": "IPCC 著作权所有；逐值引用并注明出处，不再分发 EFDB 数据库",
        "title_en": "IPCC copyright; single values are quoted with attribution, the EFDB itself is not redistributed",
        "path": "https://www.ipcc.ch/copyright/",
    },
]

EFDB_LICENCES = [
    {
        "name": "IPCC-EFDB",
        "title": "IPCC 排放因子数据库；使用条款限制再分发，请勿转发",
        "title_en": "IPCC Emission Factor Database; its terms limit redistribution, do not pass this pack on",
        "path": "https://www.ipcc-nggip.iges.or.jp/EFDB/",
    }
]


def is_efdb(row: Mapping[str, str]) -> bool:
    """Whether a row comes from an entry of the IPCC EFDB."""
    return "efdb" in row["id"]


def read_factors(source: Path) -> dict[str, list[Row]]:
    """The factor rows of each file, in the order of file names."""
    paths = [path for path in sorted(source.glob("*.csv")) if path.stem != "sources"]
    if not paths:
        sys.exit(f"{source}: 没有因子 CSV 文件 / no factor CSV files; give the folder that holds them")
    return {path.stem: read_csv(path) for path in paths}


def csv_text(table: Table) -> str:
    """A table as CSV text with line feeds."""
    columns, rows = table
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def content_hash(tables: Iterable[Table]) -> str:
    """SHA-256 of the sorted canonical rows of all tables."""
    lines = (
        json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for _, rows in tables
        for row in rows
    )
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def recounted(sources: Iterable[Row], factors: Mapping[str, Iterable[Row]]) -> list[Row]:
    """The documents that own at least one of the rows, with the counts of these rows."""
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    files: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for stem, rows in factors.items():
        for row in rows:
            key = tuple(row[name] for name in SOURCE_KEY)
            counts[key][row["source_check"]] += 1
            files[key].add(stem)
    listed = []
    for document in sources:
        key = tuple(document[name] for name in SOURCE_KEY)
        if key in counts:
            found = {
                "rows": str(counts[key].total()),
                "rows_read": str(counts[key]["read"]),
                "rows_recalled": str(counts[key]["recalled"]),
                "files": " ".join(sorted(files[key])),
            }
            listed.append(document | found)
    return listed


def descriptor(
    head: Mapping[str, Any], texts: Mapping[str, str], tables: Mapping[str, Table], hashed: Iterable[str]
) -> dict[str, Any]:
    """The frictionless descriptor of a pack."""
    return {
        **head,
        "profile": "tabular-data-package",
        "version": VERSION,
        "parent": None,
        "content_hash": content_hash(tables[path] for path in hashed),
        "resources": [
            {
                "name": path.removesuffix(".csv"),
                "path": path,
                "rows": len(tables[path][1]),
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
            for path, text in texts.items()
        ],
    }


def write_pack(out: Path, head: Mapping[str, Any], tables: Mapping[str, Table]) -> None:
    """Write the tables and their descriptor into the folder `out`."""
    texts = {path: csv_text(table) for path, table in tables.items()}
    hashed = [path for path in tables if path != "sources.csv"]
    package = json.dumps(descriptor(head, texts, tables, hashed), ensure_ascii=False, indent=2) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    for path, text in (texts | {"datapackage.json": package}).items():
        (out / path).write_text(text, encoding="utf-8", newline="\n")


def build_release(source: Path, out: Path) -> None:
    """Write the release that ships: every factor file without EFDB rows, sources, items, descriptor."""
    factors = read_factors(source)
    shipped = {stem: [row for row in rows if not is_efdb(row)] for stem, rows in factors.items()}
    items = [item for stem, rows in factors.items() for item in item_rows(stem, rows)]
    documents = read_csv(source / "sources.csv")
    tables: dict[str, Table] = {
        f"{stem}.csv": (list(factors[stem][0]), rows) for stem, rows in shipped.items()
    }
    tables["sources.csv"] = (list(documents[0]), recounted(documents, shipped))
    tables["items.csv"] = (COLUMNS, items)
    head = {
        "name": "tanheng-factors",
        "title": {"zh": f"碳衡排放因子库 {VERSION}", "en": f"Tanheng emission factors {VERSION}"},
        "licences": LICENCES,
    }
    write_pack(out, head, tables)
    groups = equal_candidates([row for rows in factors.values() for row in rows], items)
    print(f"{len(items)} items; groups of equal candidates: {len(groups)}")
    for ids in groups:
        print("  " + ", ".join(ids))


def build_efdb_pack(source: Path, out: Path) -> None:
    """Write the pack of EFDB rows: factors, items, descriptor."""
    factors = {stem: [row for row in rows if is_efdb(row)] for stem, rows in read_factors(source).items()}
    rows = [row for group in factors.values() for row in group]
    if not rows:
        sys.exit(
            f"{source}: 没有 EFDB 因子行 / no EFDB rows (ids with 'efdb'); give the folder that holds them"
        )
    items = [item for stem, group in factors.items() for item in item_rows(stem, group)]
    head = {
        "name": "tanheng-factors-efdb",
        "title": {"zh": f"IPCC EFDB 因子包 {VERSION}", "en": f"IPCC EFDB factor pack {VERSION}"},
        "licences": EFDB_LICENCES,
    }
    write_pack(out, head, {"factors.csv": (list(rows[0]), rows), "items.csv": (COLUMNS, items)})


def main() -> None:
    parser = argparse.ArgumentParser(description="Build a factor release from the collected factor files.")
    parser.add_argument("--efdb", action="store_true", help="write the pack of IPCC EFDB rows instead")
    parser.add_argument("source", type=Path, help="folder with the factor CSV files and sources.csv")
    parser.add_argument("out", type=Path, help="folder to write")
    options = parser.parse_args()
    build = build_efdb_pack if options.efdb else build_release
    try:
        build(options.source, options.out)
    except (LookupError, OSError) as error:
        sys.exit(f"{options.source}: 不是收集的因子文件 / not the collected factor files ({error})")


if __name__ == "__main__":
    main()
