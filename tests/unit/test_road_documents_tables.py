"""Analyses of tables of a set as documents: the library's numbers in both languages, what may be asked, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from documents import made, rows, written_after_the_other_language
from shared import SHARED, needs_shared
from tanheng.activity.reading.panel import PanelUnclear
from tanheng.drivers import (
    DriversInvalid,
    NominalMoney,
    benchmark,
    classify,
    cluster,
    compare_places,
    decompose,
    decouple,
    peers,
    stirpat,
)
from tanheng.errors import LANGS, ColumnMissing, Lang, NotFound
from tanheng.pathways.allocation import AllocationInvalid
from tanheng.pathways.composite import (
    CompositeInvalid,
    ValuesMissing,
    composite_index,
    read_framework,
    read_units,
)
from tanheng.pathways.forecast import SeriesInvalid
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.options import OptionWrong, chosen

CITIES = "甲乙丙丁戊己"
HEAD = "城市,年份,排放,人口,产值_不变价,gdp_nominal,煤,气,电,第二产业占比,第三产业占比,工业排放占比,森林覆盖率,碳汇占比"
FACTORS = "人口,产值_不变价/人口,强度=排放/产值_不变价"
PANEL: dict[str, Any] = {
    "file": "cities.csv",
    "total": "排放",
    "factors": FACTORS,
    "period": "年份",
    "place": "城市",
}
LAST: dict[str, Any] = {"file": "last.csv", "place": "城市"}
FRONTIER = LAST | {"emission": "排放", "outputs": "产值_不变价"}
CAP: dict[str, Any] = {"file": "last.csv", "by": "城市", "emissions": "排放", "cap": 1000}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six cities over twelve years, their last year, a framework and its data."""
    place = tmp_path_factory.mktemp("set")
    table = []
    for at, city in enumerate(CITIES):
        for step in range(12):
            people = 300 + 40 * at + 2 * step
            value = (1500 + 200 * at) * 1.06**step * (1 + 0.02 * ((at + step) % 3))
            emission = value * (0.9 + 0.1 * (at % 3)) * 0.98**step
            coal = emission * (0.7 if at < 3 else 0.2) + at
            parts = f"{coal:.3f},{emission * 0.1:.3f},{emission * 0.9 - coal:.3f}"
            table.append(
                f"{city},{2008 + step},{emission:.4f},{people},{value:.4f},{value * 1.3:.3f},{parts},{30 + 5 * at}%,{65 - 5 * at}%,{40 + 5 * at}%,30%,1%"
            )
    for name, kept in (("cities.csv", table), ("last.csv", [row for row in table if ",2019," in row])):
        (place / name).write_text("\n".join([HEAD, *kept]) + "\n", encoding="utf-8")
    one = [row for row in table if row.startswith("甲")]
    (place / "one.csv").write_text("\n".join([HEAD, *one]) + "\n", encoding="utf-8")
    meta = "iCode,iName,Direction,Weight,Parent,Type,Level\na,指标甲,1,1,G,Indicator,1\nb,指标乙,-1,2,G,Indicator,1\nc,指标丙,1,1,H,Indicator,1\nG,组一,1,1,I,Aggregate,2\nH,组二,1,1,I,Aggregate,2\nI,总指数,1,1,,Aggregate,3\n"
    (place / "meta.csv").write_text(meta, encoding="utf-8")
    (place / "data.csv").write_text(
        "uCode,uName,a,b,c\nx,城甲,1,9,5\ny,城乙,2,5,1\nz,城丙,4,6,3\nw,城丁,3,2,\n", encoding="utf-8"
    )
    (place / "judged.csv").write_text(",G,H\nG,1,3\nH,1/3,1\n", encoding="utf-8")
    return place


@pytest.mark.parametrize("lang", LANGS)
def test_drivers_of_a_column_by_place(folder: Path, lang: Lang) -> None:
    found = made(folder, "table-drivers", lang, **PANEL)
    whole = decompose(
        folder / "cities.csv", total="排放", factors=FACTORS.split(","), period="年份", place="城市"
    )
    assert found.result == whole.to_dict()
    chained = {"zh": "逐期累计", "en": "Chained"}[lang]
    told = [row for row in rows(found, "steps") if row["kind"] == chained]
    assert [row["e0"] for row in told] == [step.effects["人口"] for step in whole.chained.values()]
    assert [row["place"] for row in told] == list(CITIES) == list(whole.chained) or len(told) == 6
    assert len(found.charts) == 6
    assert ("6 个地区" if lang == "zh" else "6 places") in found.headline


def test_cells_and_a_residual_are_told(folder: Path) -> None:
    found = made(
        folder,
        "table-drivers",
        "en",
        **(PANEL | {"place": "", "by": "城市", "method": "laspeyres", "from": "2018"}),
    )
    assert "Residual" in {column.title for column in found.sheets[0].columns}
    assert [row["cell"] for row in rows(found, "cells1")] == sorted(CITIES)


def test_money_at_current_prices_needs_its_word(folder: Path) -> None:
    asked = PANEL | {"factors": "人口,gdp_nominal/人口,强度=排放/gdp_nominal", "from": "2010"}
    with pytest.raises(NominalMoney, match="gdp_nominal"):
        made(folder, "table-drivers", **asked)
    assert "D-101" in made(folder, "table-drivers", **(asked | {"nominal": "gdp_nominal"})).warnings[0]
    decoupled = {
        "file": "cities.csv",
        "emission": "排放",
        "output": "gdp_nominal",
        "period": "年份",
        "place": "城市",
        "from": "2010",
    }
    with pytest.raises(NominalMoney):
        made(folder, "table-decoupling", **decoupled)
    assert "D-101" in made(folder, "table-decoupling", **(decoupled | {"nominal": "gdp_nominal"})).warnings[0]
    regression = {"file": "cities.csv", "impact": "排放", "factors": "人口,gdp_nominal", "period": "年份"}
    with pytest.raises(NominalMoney):
        made(folder, "stirpat", **regression)


@pytest.mark.parametrize("lang", LANGS)
def test_places_against_their_mean_and_against_one(folder: Path, lang: Lang) -> None:
    asked = LAST | {"total": "排放", "factors": FACTORS}
    mean = compare_places(folder / "last.csv", total="排放", factors=FACTORS.split(","), place="城市")
    found = made(folder, "place-drivers", lang, **asked)
    assert found.result == mean.to_dict()
    assert [row["difference"] for row in rows(found, "places")] == [
        one.difference for one in mean.places.values()
    ]
    assert "甲" in made(folder, "place-drivers", lang, **asked, against="甲").headline
    with pytest.raises(NotFound, match="癸"):
        made(folder, "place-drivers", lang, **asked, against="癸")


@pytest.mark.parametrize("lang", LANGS)
def test_decoupling_by_place(folder: Path, lang: Lang) -> None:
    found = made(
        folder,
        "table-decoupling",
        lang,
        file="cities.csv",
        emission="排放",
        output="产值_不变价",
        period="年份",
        place="城市",
    )
    whole, _ = decouple(
        folder / "cities.csv", emission="排放", output="产值_不变价", period="年份", place="城市"
    )
    assert sorted(row["elasticity"] for row in rows(found, "steps")) == sorted(
        whole.to_polars()["elasticity"].to_list()
    )
    assert [row["place"] for row in rows(found, "steps")[:6]] == sorted(CITIES)
    assert {"zh": "弱脱钩 6", "en": "weak decoupling 6"}[lang] in found.headline


@pytest.mark.parametrize("lang", LANGS)
def test_forecast_and_peak_of_a_column(folder: Path, lang: Lang) -> None:
    found = made(folder, "table-forecast", lang, file="cities.csv", value="排放", by="城市", horizon=2)
    assert [row["series"] for row in rows(found, "points")] == [city for city in CITIES for _ in range(2)]
    with pytest.raises(OptionWrong, match="排放"):
        made(folder, "table-forecast", lang, file="cities.csv", by="城市")
    with pytest.raises(PanelUnclear, match="产值_不变价"):
        made(folder, "table-forecast", lang, file="cities.csv", value="碳排放", by="城市")
    with pytest.raises(SeriesInvalid):
        made(folder, "table-forecast", lang, file="cities.csv", value="排放", by="城市", until=2012)
    turned = made(
        folder, "table-peak", lang, file="cities.csv", value="排放", by="城市", uncertainty=3, horizon=5
    )
    assert len(rows(turned, "verdicts")) == 6
    some = made(
        folder, "table-forecast", lang, file="cities.csv", value="排放", by="城市", only="乙,丁", horizon=1
    )
    assert [row["series"] for row in rows(some, "points")] == ["乙", "丁"]
    with pytest.raises(OptionWrong, match="癸"):
        made(folder, "table-forecast", lang, file="cities.csv", value="排放", by="城市", only="癸")


@pytest.mark.parametrize("lang", LANGS)
def test_stirpat(folder: Path, lang: Lang) -> None:
    found = made(
        folder,
        "stirpat",
        lang,
        file="cities.csv",
        impact="排放",
        factors="人口,产值_不变价/人口",
        period="年份",
    )
    whole = stirpat(folder / "cities.csv", impact="排放", factors=["人口", "产值_不变价/人口"], period="年份")
    assert [row["elasticity"] for row in rows(found, "coefficients")] == [
        one["elasticity"] for one in whole.coefficients.values()
    ]
    assert len(rows(found, "errors")) == len(whole.errors)
    assert found.figures[1].value == whole.r2_out
    with pytest.raises(ColumnMissing, match="产值_不变价"):
        made(folder, "stirpat", lang, file="cities.csv", impact="排放", factors="人数", period="年份")
    with pytest.raises(DriversInvalid):
        made(
            folder,
            "stirpat",
            lang,
            file="one.csv",
            impact="排放",
            factors="人口,产值_不变价",
            period="年份",
            **{"from": "2017"},
        )


@pytest.mark.parametrize("lang", LANGS)
def test_benchmark(folder: Path, lang: Lang) -> None:
    found = made(folder, "benchmark", lang, **FRONTIER, shares="煤,气,电", nearest=2, draws=20)
    whole = benchmark(
        folder / "last.csv", place="城市", emission="排放", outputs=["产值_不变价"], shares=["煤", "气", "电"], nearest=2, draws=20
    )  # fmt: skip
    assert found.result == whole.to_dict()
    assert [row["efficiency"] for row in rows(found, "places")] == [one.efficiency for one in whole.ranked]
    assert "peers" in {column.key for column in found.sheets[0].columns}
    assert "peers" not in {
        column.key for column in made(folder, "benchmark", lang, **FRONTIER, draws=2).sheets[0].columns
    }
    assert len(found.charts) == 2
    assert found.warnings


@pytest.mark.parametrize("lang", LANGS)
def test_classes_clusters_and_peers(folder: Path, lang: Lang) -> None:
    pytest.importorskip("sklearn")
    found = made(folder, "classes", lang, **LAST, shares="煤,气,电", of="甲", nearest=3)
    ruled = classify(folder / "last.csv", place="城市")
    grouped = cluster(folder / "last.csv", place="城市", shares=["煤", "气", "电"])
    near = peers(folder / "last.csv", place="城市", of="甲", shares=["煤", "气", "电"], count=3)
    assert [row["name"] for row in rows(found, "places")] == [one.name for one in ruled]
    assert [row["cluster"] for row in rows(found, "places")] == list(grouped.of.values())
    assert rows(found, "peers") == near.to_dicts()
    assert not any("_share" in str(row["why"]) for row in rows(found, "places"))
    assert [one.name for one in made(folder, "classes", lang, **LAST).sheets] == ["places"]
    with pytest.raises(OptionWrong, match="of"):
        made(folder, "classes", lang, **LAST, of="甲")


@pytest.mark.parametrize("lang", LANGS)
def test_a_cap_is_shared_to_the_tonne(folder: Path, lang: Lang) -> None:
    every = ["grandfathering", "benchmark", "entropy", "shapley", "zsg-dea"]
    asked = CAP | {
        "benchmarks": "产值_不变价=0.4",
        "indicators": "人口:+，产值_不变价:-",
        "outputs": "产值_不变价",
    }
    found = made(folder, "allocate", lang, **asked, methods=every)
    *shares, total = rows(found, "tonnes")
    for method in every:
        assert sum(row[method] for row in shares) == total[method] == 1000
    assert {row["method"] for row in rows(found, "terms")} >= {
        "熵权法" if lang == "zh" else "entropy weights"
    }
    base = made(folder, "allocate", lang, **(CAP | {"file": "cities.csv", "base": "2017-2019"}))
    assert base.result["allocations"][0]["past_t"] == pytest.approx(
        sum(
            float(row.split(",")[2])
            for row in _lines(folder)
            if row.startswith(("甲,2017", "甲,2018", "甲,2019"))
        )
        / 3
    )
    with pytest.raises(AllocationInvalid):
        made(folder, "allocate", lang, **(CAP | {"emissions": ""}))
    with pytest.raises(AllocationInvalid, match="2030"):
        made(folder, "allocate", lang, **(CAP | {"file": "cities.csv", "base": "2019-2030"}))
    with pytest.raises(PanelUnclear, match="城市"):
        made(folder, "allocate", lang, **(CAP | {"by": "企业"}))


def _lines(folder: Path) -> list[str]:
    return (folder / "cities.csv").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("lang", LANGS)
def test_a_composite_index(folder: Path, lang: Lang) -> None:
    asked: dict[str, Any] = {"file": "data.csv", "meta": "meta.csv"}
    with pytest.raises(ValuesMissing):
        made(folder, "composite", lang, **asked)
    found = made(
        folder,
        "composite",
        lang,
        **asked,
        missing="mean",
        judgements="judged.csv",
        against="weights=equal",
        leave_out=1,
        coupling=True,
    )
    framework = read_framework(folder / "meta.csv")
    assert found.result["weights"]["G"] == pytest.approx(3 * found.result["weights"]["H"])
    assert {one.name for one in found.sheets} >= {
        "ranking",
        "indicators",
        "alpha",
        "filled",
        "against1",
        "left_out",
        "coupling",
    }
    plain = made(folder, "composite", lang, **asked, least_data=1.0)
    units = read_units(folder / "data.csv", framework).covering(framework, 1.0)
    assert [row["I"] for row in rows(plain, "ranking")] == composite_index(
        units, framework
    ).table().to_polars()["I"].to_list()
    assert any("w" in one for one in plain.warnings)
    with pytest.raises(OptionWrong, match="judgements"):
        made(folder, "composite", lang, **asked, judgements="没有.csv")
    with pytest.raises(OptionWrong, match="audit"):
        made(folder, "composite", lang, **asked, of="x")
    with pytest.raises(CompositeInvalid, match="normalisation"):
        made(folder, "composite", lang, **asked, against="normalization=rank")


@needs_shared
def test_an_audit_of_the_asem_index() -> None:
    pytest.importorskip("SALib")
    assert SHARED is not None
    folder = SHARED / "composite_asem_coinr"
    found = made(
        folder, "composite", "en", file="ASEM_iData.csv", meta="ASEM_iMeta.csv", missing="available", least_data=0.9, audit=True, runs=64,
        of="CHN", assume="aggregation=arithmetic|geometric; noise=0.25; leave-out=no", wealth="GDP/Population",
    )  # fmt: skip
    assert {one.name for one in found.sheets} >= {"intervals", "sobol", "sobol_of", "alternatives", "pairs"}
    assert {row["assumption"] for row in rows(found, "sobol")} == {"aggregation", "noise"}
    assert len(found.charts) == 2
    assert "Correlation with wealth" in next(one.note for one in found.sheets if one.name == "indicators")


def test_what_a_needed_column_is_stands_in_the_form() -> None:
    for name, kind in KINDS.items():
        if kind.tab == "tables":
            assert kind.needs == "file", name
            with pytest.raises(OptionWrong):
                chosen(kind.options, {}, ["a.csv"])
        assert len({one.name for one in kind.options}) == len(kind.options), name


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("table-drivers", PANEL | {"uncertainty": "排放=5%", "draws": 50}),
        ("table-forecast", {"file": "cities.csv", "value": "排放", "by": "城市", "period": "年份"}),
        ("table-peak", {"file": "cities.csv", "value": "排放", "by": "城市", "period": "年份", "draws": 200, "uncertainty": 3}),
        ("benchmark", FRONTIER | {"draws": 20, "shares": "煤,气,电"}),
        ("classes", LAST | {"shares": "煤,气,电", "of": "甲"}),
        ("composite", {"file": "data.csv", "meta": "meta.csv", "missing": "available", "audit": True, "runs": 100, "leave_out": 1, "against": "normalisation=z-score", "judgements": "judged.csv"}),
    ],
)  # fmt: skip
def test_no_word_of_the_other_language_is_left(folder: Path, kind: str, asked: dict[str, Any]) -> None:
    written_after_the_other_language(folder, kind, **asked)
