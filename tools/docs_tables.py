"""Reference pages of the documentation that describe formats: tables, method packs, checks, findings."""

from __future__ import annotations

from collections.abc import Iterator

from docs_text import code, grid, read, say

from tanheng.activity.findings import catalogue
from tanheng.activity.schema import columns
from tanheng.errors import Lang
from tanheng.inventory import Method, load_method, method_files
from tanheng.inventory.methods.format import format_keys


def pages(lang: Lang) -> dict[str, str]:
    """Pages that describe formats: path below the language's folder, and Markdown."""
    return {
        "reference/tables.md": tables(lang),
        "reference/method-format.md": method_format(lang),
        "reference/methods.md": methods(lang),
        "reference/checks.md": checks(lang),
        "reference/findings.md": findings(lang),
    }


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
    return "\n\n".join([*parts, _entities(lang)])


def _entities(lang: Lang) -> str:
    title = say(lang, "## 主体表 `entities` {#entities}", "## Entities `entities` {#entities}")
    heads = (
        ["列", "名称", "必填", "其他写法"]
        if lang == "zh"
        else ["Column", "Name", "Required", "Other spellings"]
    )
    rows = [
        (
            code(row["code"]),
            row["name_zh"] if lang == "zh" else f"{row['name_en']} {row['name_zh']}",
            say(lang, "是", "yes") if row["required"] == "yes" else say(lang, "否", "no"),
            row["aliases"].replace("|", ", "),
        )
        for row in read("codes", "entity_columns.csv")
    ]
    kinds = (
        ["类型", "名称", "可在其下", "其他写法"]
        if lang == "zh"
        else ["Kind", "Name", "May stand under", "Other spellings"]
    )
    listed = [
        (
            code(row["code"]),
            row[f"name_{lang}"],
            row["parents"].replace("|", ", "),
            row["aliases"].replace("|", ", "),
        )
        for row in read("codes", "entity_kinds.csv")
    ]
    return f"{title}\n\n{grid(heads, rows)}\n\n{grid(kinds, listed)}"


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
        parts += [
            f"## {method.title[lang]} {code(name)} {{#{name}}}",
            say(lang, "文件：", "Document: ") + ", ".join(method.document_facts(lang)) + say(lang, "。", "."),
            method.notes[lang],
            *(text for rule in method.rules for text in _rule(lang, method, rule.id)),
        ]  # fmt: skip
    return "\n\n".join(parts)


def _rule(lang: Lang, method: Method, name: str) -> Iterator[str]:
    rule = next(one for one in method.rules if one.id == name)
    memo = say(lang, "；信息项，不计入合计", "; memo item, outside the total") if rule.memo else ""
    yield f"### {rule.title[lang]} {code(rule.id)} {{#{method.id}-{rule.id}}}"
    yield f"{', '.join(rule.gases)} = {say(lang, '活动', 'activity')} × {code(rule.formula.text)}  \n{say(lang, rule.clause, rule.clause_en)}{memo}"
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
