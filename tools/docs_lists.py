"""Reference pages of the documentation that list what ships: factor release, units, items, sectors, code lists."""

from __future__ import annotations

import json

from docs_text import code, grid, read, say, text_of

from tanheng.codes import codelist, items
from tanheng.errors import Lang
from tanheng.factors import load_factors
from tanheng.quantities import parse_unit
from tanheng.quantities import read_rows as read_quantities

KINDS = {
    "fuel": "燃料", "electricity": "电力", "heat": "热力", "material": "原料", "product": "产品", "livestock": "牲畜",
    "land": "土地", "waste": "废弃物", "transport": "运输", "gas": "气体", "indicator": "指标", "other": "其他",
}  # fmt: skip


def pages(lang: Lang) -> dict[str, str]:
    """Pages that list what ships: path below the language's folder, and Markdown."""
    return {
        "reference/factors.md": factors(lang),
        "reference/units.md": units(lang),
        "reference/items.md": item_list(lang),
        "reference/sectors.md": sectors(lang),
        "reference/codes.md": code_tables(lang),
    }


def factors(lang: Lang) -> str:
    """The release of the factor library, columns of a pack of your own, defaults and grades."""
    library = load_factors()
    release = library.release.descriptor
    counts = library.to_polars().group_by("check").len().sort("check")
    parts = [
        say(lang, "# 因子库与因子包", "# Factor library and packs"),
        say(lang, "## 发布版", "## Release"),
        f"{release['title'][lang]}, {len(library)} {say(lang, '行', 'rows')} ("
        + ", ".join(f"{state} {count}" for state, count in counts.iter_rows())
        + f")  \nSHA-256 `{release['content_hash']}`",
        grid(
            ["文件", "行数", "SHA-256"] if lang == "zh" else ["File", "Rows", "SHA-256"],
            [(code(one["path"]), one["rows"], code(one["sha256"][:16] + "…")) for one in release["resources"]],
        ),
        say(lang, "## 因子包的列 {#columns}", "## Columns of a pack {#columns}"),
        grid(
            ["列", "中文表头", "必填", "含义", "示例", "其他写法"]
            if lang == "zh"
            else ["Column", "Chinese head", "Required", "Meaning", "Example", "Other spellings"],
            [
                (code(row["column"]), row["zh"], say(lang, "是", "yes") if row["need"] == "required" else say(lang, "否", "no"),
                 row[f"meaning_{lang}"], code(row["example"]), row["aliases"].replace("|", ", "))
                for row in read("factors", "columns.csv")
            ],
        ),
        say(lang, "## 不写活动时的含义 {#defaults}", "## What is meant when no activity is given {#defaults}"),
        grid(
            ["种类", "参数", "活动", "原因"] if lang == "zh" else ["Kind", "Property", "Activity", "Why"],
            [(code(r["kind"]), code(r["property"]), code(r["activity"]), r["why"]) for r in read("factors", "defaults.csv")],
        ),
        say(lang, "## 数据质量等级 {#grades}", "## Grades of data quality {#grades}"),
        grid(
            ["状态", "等级", "分", "含义"] if lang == "zh" else ["State", "Grade", "Score", "Meaning"],
            [(code(r["state"]), r["grade"], r["score"], r[f"meaning_{lang}"]) for r in read("rules", "quality.csv")],
        ),
    ]  # fmt: skip
    return "\n\n".join(parts)


def units(lang: Lang) -> str:
    """Units, their other spellings and canonical units."""
    rows = []
    for row in read_quantities("units.csv"):
        unit = parse_unit(row["unit"])
        rows.append((code(row["unit"]), row[f"name_{lang}"], row["kind"], f"{unit.factor:.10g}", code(unit.canonical),
                     ", ".join(filter(None, [row["name_zh"] if lang == "en" else "", *row["aliases"].split("|")]))))  # fmt: skip
    heads = (
        ["单位", "名称", "种类", "折合", "规范单位", "其他写法"]
        if lang == "zh"
        else ["Unit", "Name", "Kind", "Is", "Canonical unit", "Other spellings"]
    )
    text = say(
        lang,
        "# 单位\n\n前面可加 十、百、千、万、亿、`10^n`；可组成 `tCO2/万kWh` 这样的比值。质量按物质区分：t 煤、t CO2、t CO2e、t C 互不换算，m³ 与 Nm³ 也不换算。",
        "# Units\n\nPowers may stand before (万, 亿, `10^n`); quotients such as `tCO2/万kWh` are understood. Mass is told "
        "apart by substance: t of coal, t CO2, t CO2e and t C do not convert into each other, nor do m³ and Nm³.",
    )
    kept = grid(
        ["同量纲", "规范单位", "原因"] if lang == "zh" else ["Dimension of", "Canonical unit", "Why"],
        [(code(row["like"]), code(row["canonical"]), row["why"]) for row in read_quantities("canonical.csv")],
    )
    more = say(
        lang,
        "## 规范单位 {#canonical}\n\n数量先折成规范单位，再取百万分之一的整数求和。",
        "## Canonical units {#canonical}\n\nAmounts are turned into the canonical unit and summed as integer millionths of it.",
    )
    return f"{text}\n\n{grid(heads, rows)}\n\n{more}\n\n{kept}"


def item_list(lang: Lang) -> str:
    """The catalogue of items by kind."""
    text = say(lang, "# 品种", "# Items")
    intro = say(
        lang,
        "活动表“品种”列可写代码、中文名、英文名或别名。目录中没有的自有项目，在因子包里以 `x_` 开头。",
        "The item column takes codes, names or other spellings. In a factor pack an item of your own starts with `x_`.",
    )
    heads = (
        ["代码", "名称", "英文", "上级", "常用单位", "碳的来源", "其他写法"]
        if lang == "zh"
        else ["Code", "Name", "Chinese", "Under", "Unit", "Carbon", "Other spellings"]
    )
    parts = [f"{text}\n\n{intro}"]
    for kind in dict.fromkeys(one.kind for one in items()):
        rows = [
            (code(one.code), *((one.name_zh, one.name_en) if lang == "zh" else (one.name_en, one.name_zh)), code(one.parent),
             code(one.unit), one.carbon_origin, ", ".join(one.aliases))
            for one in items() if one.kind == kind
        ]  # fmt: skip
        title = f"{KINDS[kind]} {code(kind)}" if lang == "zh" else code(kind)
        parts.append(f"## {title} {{#{kind}}}\n\n{grid(heads, rows)}")
    return "\n\n".join(parts)


def sectors(lang: Lang) -> str:
    """The tree of sectors."""
    listed = codelist("sectors")
    heads = (
        ["代码", "名称", "英文", "上级", "其他写法"]
        if lang == "zh"
        else ["Code", "Name", "Chinese", "Under", "Other spellings"]
    )
    first, second = ("name_zh", "name_en") if lang == "zh" else ("name_en", "name_zh")
    rows = [
        (
            code(row["code"]),
            row[first],
            row[second],
            code(row["parent"]),
            row["aliases"].replace("|", ", "),
        )
        for row in listed.rows
    ]
    intro = say(
        lang,
        "# 部门\n\n方法包把部门对应到因子的部门和各分类表；没有写明的部门取最近的上级。",
        "# Sectors\n\nA method pack says what a sector means to the factors and the category lists; a sector that it does not "
        "name takes what is said of the nearest one above.",
    )
    return f"{intro}\n\n{grid(heads, rows)}"


def code_tables(lang: Lang) -> str:
    """Every code list and mapping with rows, source and licence."""
    described = json.loads(text_of("codes", "datapackage.json"))
    heads = (
        ["表", "名称", "种类", "行数", "来源", "许可"]
        if lang == "zh"
        else ["Table", "Title", "Kind", "Rows", "Source", "Licence"]
    )
    rows = [
        (code(one["name"]), one["title"][lang], one["kind"], one["rows"], one["source"], one["licence"])
        for one in described["resources"]
    ]
    intro = say(
        lang,
        "# 代码表\n\n每张表的来源、许可与核对状态都随包；声明见 `packs/codes/SOURCE.md`。",
        "# Code lists\n\nEvery table ships with source, licence and check state; notices stand in `packs/codes/SOURCE.md`.",
    )
    return f"{intro}\n\n{grid(heads, rows)}"
