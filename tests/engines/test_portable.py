"""Every shared SQL file keeps to the portable subset, and the subset refuses what engines do not share."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng
from tanheng.engine import load_sql
from tanheng.engine.portable import check_portable, transpile
from tanheng.errors import SqlNotPortable

ROOT = Path(tanheng.__file__).parent
FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.sql"))
PARTS = {
    "inventory/accounting/aggregate.sql": {
        "kept": "b.d0 as d0",
        "outer": "coalesce(cast(m.d0 as varchar), '') as d0",
        "inner": 'a."item" as d0',
        "groups": 'a."item"',
        "amount": '"amount"',
        "unit": '"unit"',
        "most": "cast('9e18' as double)",
    },
    "inventory/accounting/account.sql": {},
}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_files_are_portable_and_have_a_head(file: Path) -> None:
    sql = load_sql(f"tanheng.{'.'.join(file.parent.parts)}", file.name, **PARTS[file.as_posix()])
    assert check_portable(sql, file.name).key == "select"
    head = sql.splitlines()[:3]
    assert [line[:6] for line in head] == ["-- in ", "-- out", "-- rul"]
    for dialect in ("spark", "postgres", "clickhouse"):
        assert transpile(sql, dialect).upper().startswith("SELECT")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select a.x as x from a asof join b on a.t >= b.t", "inequality"),
        ("select arg_min(a.x, a.y) as x from a", "ArgMin"),
        ("select a.x as x, sum(a.y) as y from a group by all", "Group"),
        ("select a.x from a", "without alias"),
        ("select a.x as x from a join b on a.t > b.t", "inequality"),
        ("select cast(a.x as decimal(18, 6)) as x from a", "DECIMAL"),
        ("select cast(a.x as hugeint) as x from a", "type"),
        ("select row_number() over (partition by a.x) as n from a", "without order"),
        ("select a.x as x from a; select 1 as y", "one statement"),
        ("select [1, 2] as x", "Array"),
        ("select a.x as x from read_csv('f') as a", "ReadCSV"),
        ("drop table a", "Drop"),
    ],
)
def test_the_subset_refuses(sql: str, why: str) -> None:
    with pytest.raises(SqlNotPortable) as caught:
        check_portable(sql, "x.sql")
    assert why.casefold() in caught.value.message("en").casefold()
