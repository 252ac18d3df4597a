"""Regions of GB/T 2260: today's list and the former ones, out of the two source files."""

from __future__ import annotations

import csv
import re
from pathlib import Path

HEADER = [
    "code",
    "gb2260",
    "name_zh",
    "name_en",
    "level",
    "parent",
    "valid_from",
    "valid_to",
    "aliases",
    "check",
]
LEVELS = {"province": "province", "prefecture": "city", "county": "district"}
DIGITS = {"province": 2, "city": 4, "district": 6}
# Headings of the printed list, and waters: no place that could have an inventory.
HEADINGS = {
    "市辖区", "县", "市", "海域", "苏鲁交界", "省直辖行政单位", "省直辖县级行政单位", "省直辖县级行政区划",
    "自治区直辖县级行政单位", "自治区直辖县级行政区划",
}  # fmt: skip
MUNICIPALITIES = ("11", "12", "31", "50")
NATIONS = "朝鲜|土家|苗|藏|羌|彝|布依|侗|哈尼|壮|傣|白|景颇|傈僳|回|蒙古|哈萨克|柯尔克孜"
AUTONOMOUS = re.compile(rf"^(.+?)(?:(?:{NATIONS})族?)+自治州$")

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(line for line in handle if not line.startswith("#")))


def region_code(gb2260: str, level: str) -> str:
    return "CN-" + gb2260[: DIGITS[level]]


def short_names(name: str, level: str) -> list[str]:
    """Names in daily use. A district keeps its 区: without it half of the cities would have a namesake."""
    if level == "city":
        match = AUTONOMOUS.match(name)
        if match:
            return [match[1], match[1] + "州"]
        return [re.sub("(市|地区|盟)$", "", name)]
    if level == "district" and re.search("[县市]$", name) and "自治" not in name and len(name) > 2:
        return [name[:-1]]
    return []


def validity(rows: list[Row]) -> tuple[str, str, str]:
    """First and last month in which the lists show a name, and what they leave open."""
    firsts = [row["first_revision"] for row in rows if row["first_revision"]]
    lasts = [row["last_revision"] for row in rows if row["last_revision"]]
    in_2023 = any(row["in_nbs_2023_06"] == "yes" for row in rows)
    in_2025 = any(row["in_mca_2025_12"] == "yes" for row in rows)
    seen = "202306" if in_2023 else "202512"
    opened = "" if firsts else f"first seen in {seen}, not dated, later than 201904"
    start = min(firsts) if firsts else "201905"
    if in_2025:
        return start, "", opened
    if in_2023:
        closed = "in the list of 202306, not in that of 202512"
        return start, "202306", "; ".join(filter(None, [opened, closed]))
    end = max(lasts)
    return start, end, "last seen in 201904, gone by 202306" if end == "201904" else ""


def parent_of(gb2260: str, level: str, known: set[str]) -> str:
    if level == "province":
        return "CN"
    city = gb2260[:4] + "00"
    if level == "district" and city in known and city[2:] != "0000":
        return region_code(city, "city")
    return region_code(gb2260, "province")


def region_rows(source: Path, tables: Path) -> tuple[list[Row], list[Row]]:
    """Today's regions, and the names and codes that are no longer in use."""
    names = {row["gb2260"]: row for f in ("provinces", "cities") for row in read(tables / f"{f}.csv")}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in read(source / "adcode_validity_1980_2025.csv"):
        if row["name"] not in HEADINGS:
            groups.setdefault((row["code"], row["name"]), []).append(row)
    known = {code for code, _ in groups}
    today, former = [], []
    for (code, name), rows in sorted(groups.items()):
        level = LEVELS[rows[0]["level"]]
        start, end, note = validity(rows)
        shell = level == "city" and code[:2] in MUNICIPALITIES and not end
        if shell:
            start = validity(groups[code[:2] + "0000", name])[0]
            note = "stands for the headings 市辖区 and 县 of the list"
        named = {} if end else names.get(code[:2] + "0000" if shell else code, {})
        aliases = [] if shell else [*named.get("aliases", "").split("|"), *short_names(name, level)]
        row = {
            "code": region_code(code, level),
            "gb2260": code,
            "name_zh": name,
            "name_en": named.get("name_en", ""),
            "level": level,
            "parent": parent_of(code, level, known),
            "valid_from": start,
            "valid_to": end,
            "aliases": "|".join(dict.fromkeys(a for a in aliases if a and a != name)),
            "check": "; ".join(filter(None, ["derived" if shell else "read", note])),
        }
        (former if end else today).append(row)
    return today, former
