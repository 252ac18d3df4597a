"""Reference pages of the documentation made from the packs: tables, formats, methods, findings, units, items, codes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO

from docs_text import code, grid, say

from tanheng.activity.findings import catalogue
from tanheng.activity.schema import columns
from tanheng.codes import codelist, items
from tanheng.errors import Lang
from tanheng.factors import load_factors
from tanheng.inventory import Method, load_method, method_files
from tanheng.inventory.pack_format import format_keys
from tanheng.quantities import parse_unit
from tanheng.quantities import read_rows as read_quantities

PACKS = files("tanheng.packs")


def pages(lang: Lang) -> dict[str, str]:
    """Pages made from the packs: path below the language's folder, and Markdown."""
    return {
        "reference/tables.md": tables(lang),
        "reference/method-format.md": method_format(lang),
        "reference/methods.md": methods(lang),
        "reference/checks.md": checks(lang),
        "reference/findings.md": findings(lang),
        "reference/factors.md": factors(lang),
        "reference/units.md": units(lang),
        "reference/items.md": item_list(lang),
        "reference/sectors.md": sectors(lang),
        "reference/codes.md": code_tables(lang),
    }


def read(*path: str) -> list[dict[str, str]]:
    """Rows of a CSV file of the packs."""
    return list(csv.DictReader(StringIO(text_of(*path))))


def text_of(*path: str) -> str:
    """Text of a file of the packs."""
    found = PACKS
    for step in path:
        found = found / step
    return found.read_text(encoding="utf-8")


def tables(lang: Lang) -> str:
    """Columns of the tables that users meet."""
    names = {
        "activity": ("活动表", "Activity"),
        "claims": ("陈述表", "Claims"),
        "emission": ("排放表", "Emissions"),
        "finding": ("发现", "Findings"),
    }
    present = list(dict.fromkeys(row["table"] for row in read("schemas", "tables.csv")))
    parts = [
        say(lang, "# 表与列", "# Tables and columns"),
        say(
            lang,
            "列名用英文代码、中文名或下列任一别名皆可；不区分大小写、全角半角，括号里的单位不影响识别。",
            "A column may carry its code, its Chinese name or any of the other spellings. Case, width and a unit in "
            "brackets do not matter.",
        ),
    ]
    heads = (
        ["列", "名称", "必填", "类型", "含义", "其他写法"]
        if lang == "zh"
        else ["Column", "Name", "Required", "Type", "Meaning", "Other spellings"]
    )
    for name in present:
        rows = [
            (
                code(column),
                row["name_zh"] if lang == "zh" else f"{row['name_en']} {row['name_zh']}",
                say(lang, "是", "yes") if row["required"] == "yes" else say(lang, "否", "no"),
                row["type"] + (f", {row['unit']}" if row["unit"] else ""),
                row[f"meaning_{lang}"] + (say(lang, "（代码表 {}）", " (list {})").format(row["codelist"]) if row["codelist"] else ""),
                row["aliases"].replace("|", ", "),
            )
            for column, row in columns(name).items()
        ]  # fmt: skip
        title = say(lang, *names.get(name, (name, name)))
        parts += [f"## {title} {code(name)} {{#{name}}}", grid(heads, rows)]
    return "\n\n".join(parts)


def method_format(lang: Lang) -> str:
    """Every key of a method pack."""
    heads = (
        ["键", "必填", "类型", "可取值", "含义", "示例"]
        if lang == "zh"
        else ["Key", "Required", "Type", "Allowed", "Meaning", "Example"]
    )
    rows = [
        (
            code(key.path),
            say(lang, "是", "yes") if key.need == "yes" else say(lang, "否", "no"),
            key.type,
            ", ".join(key.allowed),
            key.meaning_zh if lang == "zh" else key.meaning_en,
            code(key.example),
        )
        for key in format_keys().values()
    ]
    text = say(
        lang,
        "# 方法包格式\n\n`[]` 表示列表中的每一项，`*` 表示自定的名字。加载器按此表检查；表外的键会被拒绝，并报出文件、行、键和改法。",
        "# Method pack format\n\n`[]` stands for each entry of a list, `*` for a name of your own. The loader checks a "
        "pack against this table; a key outside it is refused with file, line, key and the mend.",
    )
    return f"{text}\n\n{grid(heads, rows)}"


def methods(lang: Lang) -> str:
    """The methods that ship, with rules, parameters and where values come from."""
    parts = [say(lang, "# 随包的方法", "# Methods that ship")]
    for name in sorted(method_files()):
        method = load_method(name)
        document = method.document
        shown = (document["title"], document["publisher"], document["year"], document.get("locator", ""))
        parts += [
            f"## {method.title[lang]} {code(name)} {{#{name}}}",
            say(lang, "文件：", "Document: ") + ", ".join(str(one) for one in shown if one) + say(lang, "。", "."),
            method.notes[lang],
            *(text for rule in method.rules for text in _rule(lang, method, rule.id)),
        ]  # fmt: skip
    return "\n\n".join(parts)


def _rule(lang: Lang, method: Method, name: str) -> Iterator[str]:
    rule = next(one for one in method.rules if one.id == name)
    memo = say(lang, "（信息项，不计入合计）", " (memo item, outside the total)") if rule.memo else ""
    yield f"### {rule.title[lang]} {code(rule.id)}{memo} {{#{method.id}-{rule.id}}}"
    yield f"{', '.join(rule.gases)} = {say(lang, '活动', 'activity')} × {code(rule.formula.text)}  \n{rule.clause}"
    heads = ["参数", "单位", "取值"] if lang == "zh" else ["Parameter", "Unit", "Value"]
    rows = []
    for one in rule.parameters.values():
        if one.pin:
            value = say(lang, "指定 {} 个因子编号", "{} pinned factor ids").format(len(one.pin))
        elif one.value is not None:
            value = f"{one.value:g}"
        else:
            value = say(lang, "按日期查找：", "looked up by date: ") + " ".join(
                filter(None, (one.property, one.activity, one.source, one.region))
            )
        rows.append((code(one.name), code(" | ".join(one.units)), value))
    yield grid(heads, rows)


def checks(lang: Lang) -> str:
    """The vocabulary of checks and the words of claims."""
    heads = (
        ["检查", "键", "必填", "类型", "默认", "含义", "示例"]
        if lang == "zh"
        else ["Check", "Key", "Required", "Type", "Default", "Meaning", "Example"]
    )
    rows = [
        (code(row["check"]), code(row["key"]), say(lang, "是", "yes") if row["need"] == "yes" else say(lang, "否", "no"),
         row["type"], code(row["default"]), row[f"meaning_{lang}"], code(row["example"]))
        for row in read("schemas", "check_format.csv")
    ]  # fmt: skip
    intro = say(
        lang,
        "# 检查的写法\n\n方法包的 `checks` 列表可用下列检查。检查只读数据表，不知道任何具体地区或文件。",
        "# Vocabulary of checks\n\nThe `checks` list of a method pack takes these. A check reads tables only; it knows no place "
        "and no document.",
    )
    return "\n\n".join([intro, grid(heads, rows), *_claim_words(lang)])


def _claim_words(lang: Lang) -> Iterator[str]:
    kinds = {
        "relation": ("关系", "Relations"),
        "measure": ("量", "Quantities"),
        "total": ("合计的写法", "Words for the total"),
        "period": ("时期的写法", "Words for a period"),
        "sector": ("部门的另外写法", "More words for sectors"),
        "item": ("品种的另外写法", "More words for items"),
    }
    yield say(
        lang,
        "## 陈述表的用词 {#relations}\n\n陈述表可用下列任一写法；认不出的词得到 `Q-090`，不会使检查中断。",
        "## Words of claims {#relations}\n\nA claims table may use any of these. A word that is not known gives `Q-090` and "
        "never stops the check.",
    )
    heads = ["代码", "名称", "其他写法"] if lang == "zh" else ["Code", "Name", "Other spellings"]
    words = read("rules", "relations.csv")
    for kind, title in kinds.items():
        rows = [
            (code(row["code"]), row[lang], row["aliases"].replace("|", ", "))
            for row in words
            if row["kind"] == kind
        ]
        yield f"### {say(lang, *title)}\n\n{grid(heads, rows)}"


def findings(lang: Lang) -> str:
    """Every finding with its sentence and mend."""
    severity = {"error": ("错误", "error"), "warning": ("警告", "warning"), "note": ("提示", "note")}
    heads = ["代码", "级别", "说明", "改法"] if lang == "zh" else ["Code", "Severity", "Sentence", "Mend"]
    rows = [
        (code(one["code"]), say(lang, *severity[one["severity"]]), one[lang], one[f"remedy_{lang}"])
        for one in catalogue().values()
    ]
    text = say(
        lang,
        "# 发现\n\n发现是检查对数据说的话：代码稳定，可供脚本判断。A 读入，I 核算，Q 检查。错误与警告使命令以 1 退出，提示不影响。花括号处由程序填入。",
        "# Findings\n\nA finding is what a check says about data; its code is stable. A: reading, I: accounting, Q: checks. "
        "Errors and warnings make a command exit with 1, notes do not. Places in braces are filled in.",
    )
    return f"{text}\n\n{grid(heads, rows)}"


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
        parts.append(f"## {kind}\n\n{grid(heads, rows)}")
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
