"""Worklist of doubts: ids that stay, states that survive a new run, reasons, and series with gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from small import activity, use
from tanheng.activity import Finding
from tanheng.activity.checks.runner import CheckTables
from tanheng.activity.checks.series import check_series
from tanheng.activity.worklist import Worklist, read_worklist
from tanheng.codes import codelist
from tanheng.errors import ColumnMissing, InputUnreadable, NotFound, UnknownCode
from tanheng.inventory.quality.qa import run_qa

SPEC = {"by": ["entity", "item"], "limit": 0.5}


def series(*points: tuple[str, float], entity: str = "甲市", **more: Any) -> pl.DataFrame:
    rows = [
        {"entity": entity, "item": "coal", "period": period, "amount": float(amount), "unit": "t"} | more
        for period, amount in points
    ]
    return pl.DataFrame(rows)


def check(*frames: pl.DataFrame) -> list[Finding]:
    return check_series(SPEC, CheckTables(pl.concat(frames)))


def test_a_long_gap_is_named_by_its_ends() -> None:
    jump, gap = check(series(("2010", 10), ("2016", 20)))
    assert (jump.code, gap.code) == ("Q-041", "Q-040")
    assert "2011–2015" in gap.message("zh")
    assert gap.rows[0]["missing"] == 5
    assert gap.severity == "note"


def test_months_are_set_against_the_same_month_of_another_year() -> None:
    found = check(series(("2019-01", 10), ("2019-07", 90), ("2021-01", 11)))
    assert [(one.code, one.fields["missing"][1]) for one in found] == [("Q-040", "2020-01, 2020-07")]


@pytest.mark.parametrize(
    ("periods", "missing"),
    [
        ([f"2021-{month:02d}" for month in range(1, 13) if month != 6], ["2021-06"]),
        (["2021-Q1", "2021-Q2", "2021-Q4"], ["2021-Q3"]),
        (["2019-12", "2021-12"], ["2020-12"]),
        (["2021-01-01", "2021-01-02", "2021-01-05"], ["2021-01-03, 2021-01-04"]),
        (["2020-02-29", "2024-02-29"], []),
        (["2021-01-31", "2021-02-28", "2021-03-31"], []),
        (["2021", "2021-03", "2022"], []),
    ],
)
def test_a_gap_is_a_step_of_the_series_left_out(periods: list[str], missing: list[str]) -> None:
    found = check(series(*((period, 10) for period in periods)))
    assert [one.fields["missing"][1] for one in found] == missing


def test_another_dimension_is_no_gap_and_is_not_compared() -> None:
    tonnes = series(("2015", 1), ("2017", 9))
    found = check(tonnes, series(("2016", 1)).with_columns(pl.lit("tce").alias("unit")))
    assert [(one.code, one.fields["period"]) for one in found] == [
        ("Q-002", "2017"),
        ("Q-044", "2016"),
        ("Q-044", "2017"),
    ]
    assert "'tce' of 2016 cannot be compared with 't' of 2015" in found[1].message("en")
    both = [tonnes, tonnes.with_columns(pl.lit("tce").alias("unit"))]
    assert {one.code for one in check(*both)} == {"Q-041", "Q-040"}


def test_a_jump_from_zero_has_no_yearly_rate() -> None:
    found = check(series(("2019", 0), ("2021", 11)))
    assert found[0].code == "Q-041"
    assert "– a year" in found[0].message("en")


def test_a_full_and_steady_series_raises_no_doubt() -> None:
    assert check(series(("2019", 10), ("2020", 14), ("2021", 15))) == []


def test_ids_do_not_depend_on_order_place_or_amount() -> None:
    one, other = series(("2019", 10), ("2020", 20)), series(("2019", 10), ("2020", 30), entity="乙市")
    ids = {row["entity"]: row["id"] for row in Worklist.of(check(one, other)).frame.to_dicts()}
    moved = pl.concat([other, one.with_columns(pl.col("amount") * 1.01)]).with_row_index("__row")
    again = Worklist.of(check_series(SPEC, CheckTables(moved))).frame
    assert {row["entity"]: row["id"] for row in again.to_dicts()} == ids
    assert len(set(ids.values())) == 2


def test_two_doubts_about_one_cell_keep_two_ids() -> None:
    doubt = Finding("Q-005", {"subject": "coal"}, ({"entity": "甲市", "period": "2020"},))
    frame = Worklist.of([doubt, doubt]).frame
    assert frame.get_column("id").n_unique() == 2


def test_doubts_without_a_cell_are_known_by_their_row_or_their_text() -> None:
    rows = [{"file": "a.csv", "row": row} for row in (3, 4)]
    placed = [Finding("A-104", {"column": "unit", "value": "筐"}, (row,)) for row in rows]
    texts = [Finding("A-121", {"file": "a.csv", "value": value}) for value in ("GB18030", "UTF-16")]
    assert Worklist.of([*placed, *texts]).frame.get_column("id").n_unique() == 4


def test_what_is_no_longer_found_is_corrected_and_what_returns_is_open() -> None:
    wrong, right = series(("2019", 10), ("2020", 90)), series(("2019", 10), ("2020", 11))
    first = Worklist.of(check(wrong))
    second = Worklist.of(check(right), before=first)
    assert second.counts()["corrected"] == 1
    assert second.frame.get_column("found").to_list() == ["no"]
    third = Worklist.of(check(wrong), before=second)
    assert third.open().select("was", "found").rows() == [("corrected", "yes")]


def test_an_answer_holds_until_the_doubt_says_something_else() -> None:
    first = Worklist.of(check(series(("2019", 10), ("2020", 90))))
    doubt = first.frame.get_column("id")[0]
    told = first.answered(doubt, "已认可", note="核对过台账")
    assert Worklist.of(check(series(("2019", 10), ("2020", 90))), before=told).counts()["accepted"] == 1
    changed = Worklist.of(check(series(("2019", 10), ("2020", 95))), before=told)
    assert changed.open().select("was", "note").rows() == [("accepted", "核对过台账")]
    with pytest.raises(NotFound, match="nothing"):
        first.answered("nothing", "open")
    with pytest.raises(UnknownCode):
        first.answered(doubt, "somehow")


def reasons(code: str, entity: str = "甲市", **more: str) -> dict[str, list[str]]:
    return {
        "entity": [entity],
        "period": ["2020年"],
        "code": [code],
        **{name: [text] for name, text in more.items()},
    }


@pytest.mark.parametrize("code", list(codelist("doubt_reasons")))
def test_each_reason_leads_to_the_state_that_the_list_gives(code: str) -> None:
    found = Worklist.of(check(series(("2019", 10), ("2020", 90)))).explained(reasons(code, note="见文件"))
    row = found.frame.row(0, named=True)
    assert (row["state"], row["reason"], row["note"]) == (
        codelist("doubt_reasons").get(code)["state"],
        code,
        "见文件",
    )
    assert bool(found.breaks()) == (code in {"boundary_change", "method_change"})


def test_wrong_reasons_are_told_and_change_nothing() -> None:
    first = Worklist.of(check(series(("2019", 10), ("2020", 90))))
    for given, code in (
        (reasons("weather"), "Q-042"),
        (reasons("real", "丙市"), "Q-043"),
        (reasons("real", ""), "Q-043"),
    ):
        found = first.explained(given)
        assert [finding.code for finding in found.findings] == [code]
        assert found.frame.equals(first.frame)
    assert first.explained(reasons("real", item="coke")).findings[0].code == "Q-043"
    with pytest.raises(ColumnMissing, match="code"):
        first.explained({"entity": ["甲市"], "period": ["2020"]})


def test_reasons_are_matched_by_what_they_mean() -> None:
    jump = Finding(
        "Q-002",
        {"subject": "coal"},
        ({"entity": "四川省", "period": "2020", "item": "coal", "sector": "industry"},),
    )
    first = Worklist.of([jump])
    for more in (
        {"item": "煤炭"},
        {"sector": "工业"},
        {"entity": "四川"},
        {"item": "coal", "sector": "industry"},
    ):
        given = reasons("closure", **{"entity": "四川省", **more})
        assert first.explained(given).counts()["explained"] == 1, more
    missed = first.explained(reasons("closure", "四川省", item="焦炭")).findings[0].message("zh")
    assert "四川省 2020年 焦炭 closure" in missed
    assert "品种、部门" in missed


def test_an_answer_does_not_move_to_another_row() -> None:
    def doubt(row: int, amount: float) -> Finding:
        cells = {
            "file": "a.csv",
            "row": row,
            "entity": "甲",
            "period": "2021",
            "item": "柴油",
            "amount": amount,
        }
        return Finding("A-104", {"where": ("", ""), "column": "unit", "value": "吨吨"}, (cells,))

    first = Worklist.of([doubt(2, 30), doubt(3, 9000)])
    told = first.answered(first.frame.get_column("id")[0], "accepted", note="30 已核实")
    assert Worklist.of([doubt(5, 30), doubt(6, 9000)], before=told).counts()["accepted"] == 1
    mended = Worklist.of([doubt(3, 9000)], before=told)
    assert mended.open().select("was").rows() == [("accepted",)]


def test_a_reason_explains_jumps_and_no_other_doubt() -> None:
    slip = Finding("Q-006", {"subject": "coal"}, ({"entity": "甲市", "period": "2020", "item": "coal"},))
    found = Worklist.of([*check(series(("2019", 10), ("2020", 90))), slip]).explained(reasons("new_plant"))
    assert dict(found.frame.select("code", "state").iter_rows()) == {"Q-002": "explained", "Q-006": "open"}


def test_a_standing_table_of_reasons_does_not_hide_a_changed_number() -> None:
    given = reasons("new_plant", note="二期投产")
    told = Worklist.of(check(series(("2019", 10), ("2020", 90)))).explained(given)
    changed = Worklist.of(check(series(("2019", 10), ("2020", 900))), before=told)
    assert changed.explained(given).counts()["open"] == 1
    assert changed.explained(reasons("new_plant", note="二期、三期投产")).counts()["explained"] == 1


def test_an_answer_by_hand_is_not_overwritten_by_a_reason() -> None:
    first = Worklist.of(check(series(("2019", 10), ("2020", 90))))
    told = first.answered(first.frame.get_column("id")[0], "accepted", note="手工")
    assert told.explained(reasons("closure")).frame.equals(told.frame)


def test_the_file_holds_no_formula_and_reads_back(tmp_path: Path) -> None:
    first = Worklist.of(check(series(("2019", 10), ("2020", 90), entity="=cmd|' /C calc'!A0")))
    file = first.to_csv(tmp_path / "doubts.csv")
    cells = [cell for line in file.read_text("utf-8-sig").splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))]
    assert read_worklist(file).frame.equals(first.frame)


def test_states_written_by_hand_are_read_by_their_name(tmp_path: Path) -> None:
    file = Worklist.of(check(series(("2019", 10), ("2020", 90)))).to_csv(tmp_path / "doubts.csv")
    text = file.read_text("utf-8-sig")
    file.write_text(text.replace(",open,", ",已说明,"), encoding="gb18030")
    assert read_worklist(file).counts()["explained"] == 1
    file.write_text(text.replace(",open,", ",done,"), encoding="utf-8")
    with pytest.raises(UnknownCode, match="done") as caught:
        read_worklist(file)
    assert caught.value.rows[0]["row"] == 2


def test_a_reason_written_by_hand_gives_its_state(tmp_path: Path) -> None:
    file = Worklist.of(check(series(("2019", 10), ("2020", 90)))).to_csv(tmp_path / "doubts.csv")
    text = file.read_text("utf-8-sig")
    file.write_text(text.replace(",open,,", ",open,实际变化,"), encoding="utf-8")
    found = read_worklist(file)
    assert found.frame.select("state", "reason").rows() == [("accepted", "real")]
    file.write_text(text.replace(",open,,", ",open,天气,"), encoding="utf-8")
    with pytest.raises(UnknownCode, match="天气"):
        read_worklist(file)
    file.write_text(text.replace(",open,,,,", ",open,real,,accepted,"), encoding="utf-8")
    assert read_worklist(file).counts()["open"] == 1


def test_what_is_no_worklist_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "doubts.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ColumnMissing):
        read_worklist(file)
    file.write_text("", encoding="utf-8")
    with pytest.raises(InputUnreadable):
        read_worklist(file)


def test_findings_of_an_inventory_make_a_worklist() -> None:
    inventory = th.account(activity(use("煤品", 1, "筐"), use("不明物", 2, "t")), "sichuan-park-2022")
    found = Worklist.of(inventory.findings)
    assert found.frame.height == len(inventory.findings) >= 2
    again = th.account(
        activity(use("焦炭", 1, "t"), use("煤品", 1, "筐"), use("不明物", 2, "t")), "sichuan-park-2022"
    )
    assert set(found.frame.get_column("id")) <= set(Worklist.of(again.findings).frame.get_column("id"))


@pytest.mark.parametrize(
    "method", ["cn-energy-2011", "cn-provincial-2011", "sichuan-park-2022", "ipcc-2006-stationary"]
)
def test_methods_that_ship_look_for_gaps(method: str) -> None:
    rows = [{**use("柴油", 100, "t"), "period": year} for year in ("2014", "2015", "2017")]
    found = [one for one in run_qa(th.account(activity(*rows), method)) if one.code == "Q-040"]
    assert [one.fields["missing"][1] for one in found] == ["2016"]


def test_a_worklist_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts = Worklist.of(check(series(("2020", 100), ("2021", 900))))
    path = doubts.to_csv(tmp_path / "doubts.csv")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tanheng.activity.worklist.guarded", full)
    with pytest.raises(OSError, match="No space"):
        doubts.to_csv(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["doubts.csv"]


@pytest.mark.parametrize("note", ["＝1+1", "＋1", "－1", "＠x", "=1", "'=1"])
def test_a_note_that_looks_like_a_formula_is_guarded_and_comes_back(note: str, tmp_path: Path) -> None:
    doubts = Worklist.of(check(series(("2020", 100), ("2021", 900))))
    first = str(doubts.frame.item(0, "id"))
    path = doubts.answered(first, "accepted", note=note).to_csv(tmp_path / "doubts.csv")
    assert f",'{note}," in path.read_text(encoding="utf-8-sig")
    assert read_worklist(path).frame.item(0, "note") == note
