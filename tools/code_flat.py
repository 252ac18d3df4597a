"""Code lists that come one row a code: columns are renamed, names completed, remarks told from the check state."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from code_regions import Row, read

BASE = ["code", "parent", "name_zh", "name_en"]
STATES = ("read", "recalled", "derived")
PROVINCIAL_GASES = ("CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6")


class Names:
    """Names that the sources lack: Chinese by English title, English by code."""

    def __init__(self, tables: Path) -> None:
        self._zh = {row["name_en"].casefold(): row["name_zh"] for row in read(tables / "titles_zh.csv")}
        self._en = {(row["list"], row["code"]): row["name_en"] for row in read(tables / "names_en.csv")}
        self._also = {(row["list"], row["code"]): row["aliases"] for row in read(tables / "names_also.csv")}

    def zh(self, title: str) -> str:
        return self._zh.get(title.strip().casefold(), "")

    def en(self, listed: str, code: str) -> str:
        return self._en.get((listed, code), "")

    def also(self, listed: str, code: str) -> list[str]:
        """Other names of a code."""
        return list(filter(None, self._also.get((listed, code), "").split("|")))


def state_and_note(check: str) -> tuple[str, str]:
    """Split a source's check into one of three states and the remark. What is not plainly read is recalled."""
    first, _, rest = check.partition(";")
    first = first.strip()
    if first in STATES:
        return first, rest.strip()
    state, _, remark = first.partition(":")
    if state in STATES or state == "restored":
        return "derived", remark.strip()
    return ("derived" if first == "by definition" else "recalled"), check.strip()


def _climate_list(row: Row, names: Names) -> Row:
    title = row["title"].strip()
    return {
        "code": row["code"],
        "parent": row["parent"],
        "name_zh": names.zh(title),
        "name_en": title,
        "gases": row["gases"],
        "aliases": row["alt_codes"],
        "check": "read",
    }


def _industry(row: Row, names: Names) -> Row:
    check, note = state_and_note(row["row_check"])
    return {
        "code": row["code"],
        "parent": row["parent"],
        "name_zh": row["name"],
        "name_en": names.en("industries", row["code"]),
        "level": row["level"],
        "level_name": row["level_name"],
        "section": row["section"],
        "check": check,
        "note": note,
    }


def _energy_item(row: Row, names: Names) -> Row:
    check, note = state_and_note(row["check"])
    kept = {key: row[key] for key in ("ncv_default", "ncv_unit", "ce_default", "ce_unit", "ceads_fuel")}
    return {
        "code": row["code"],
        "parent": "",
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "unit": row["balance_unit"],
        **kept,
        "check": check,
        "note": note,
    }


def _bare(label: str) -> str:
    """A row label without its number, 其中 and sign."""
    return re.sub(r"^(?:[一二三四五六]、|\d+\.|其中：)|（[-+]）|（-）.*$", "", label)


def _balance_row(row: Row, names: Names) -> Row:
    label = row["label_zh"]
    return {
        "code": row["row"],
        "parent": row["parent"],
        "name_zh": label,
        "name_en": re.sub(r"^\d\. ", "", row["label_en"]),
        "sign": row["sign"],
        "rule": row["rule"],
        "aliases": "|".join(
            name for name in (_bare(label), *names.also("energy_balance_rows", row["row"])) if name != label
        ),
        "check": "recalled",
    }


def _gpc(row: Row, names: Names) -> Row:
    return {
        "code": row["refno"],
        "parent": row["parent"],
        "name_zh": names.zh(row["name"]),
        "name_en": row["name"],
        "level": row["level"],
        "scope": row["scope"],
        "reporting_level": row["reporting_level"],
        "check": "read",
    }


def _provincial(row: Row, names: Names) -> Row:
    label = row["label_zh"]
    check, note = state_and_note(row["row_check"])
    return {
        "code": row["row"],
        "parent": row["parent"],
        "name_zh": label,
        "name_en": re.sub(r"^\d+\. ", "", names.en("provincial2011", row["row"])),
        "gases": "|".join(gas for gas in PROVINCIAL_GASES if row[gas]),
        "aliases": re.sub(r"^\d+\.", "", label) if re.match(r"\d+\.", label) else "",
        "check": check,
        "note": note or "gas marks recalled",
    }


def _ceads(row: Row, names: Names) -> Row:
    return {
        "code": row["no"],
        "parent": "",
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "check": "read",
    }


def _guideline(row: Row, names: Names) -> Row:
    return {
        "code": row["code"],
        "parent": "",
        "name_zh": row["name_zh"],
        "name_en": names.en("enterprise_guidelines", row["code"]),
        "batch": row["batch"],
        "document": row["document"],
        "gbt_part": row["gbt_part"],
        "check": row["check"],
    }


FLAT: dict[str, tuple[str, Callable[[Row, Names], Row]]] = {
    "ipcc2006": ("ipcc2006_categories.csv", _climate_list),
    "ipcc1996": ("ipcc1996_categories.csv", _climate_list),
    "crf": ("crf2013_2023_categories.csv", _climate_list),
    "gpc": ("gpc_reference_numbers.csv", _gpc),
    "provincial2011": ("provincial_2011_summary_table.csv", _provincial),
    "ceads_sectors": ("ceads_sectors_47.csv", _ceads),
    "enterprise_guidelines": ("enterprise_guidelines_24.csv", _guideline),
    "industries": ("gbt4754_2017.csv", _industry),
    "energy_items": ("energy_items_30.csv", _energy_item),
    "energy_balance_rows": ("energy_balance_rows.csv", _balance_row),
}


def flat_lists(source: Path, tables: Path) -> dict[str, list[Row]]:
    """All flat lists by name."""
    names = Names(tables)
    return {name: [shape(row, names) for row in read(source / file)] for name, (file, shape) in FLAT.items()}
