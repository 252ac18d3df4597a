"""Mappings between code lists, one row a pair of codes, out of the crosswalks of the source folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from code_regions import Row, read

HEADER = ["from_list", "from_code", "to_list", "to_code", "relation", "source", "note"]
CROSSWALK = "Tanheng crosswalk (category_crosswalk.csv), from the definitions of both documents"
SECTOR_TABLE = "Tanheng sector table (ceads_sectors_47.csv), from the definitions of both documents"
SUMMARY_TABLE = (
    "省级温室气体清单编制指南(试行) summary table, IPCC column ours (provincial_2011_summary_table.csv)"
)
SECTOR_LINKS = "Tanheng, from the definitions of both lists"
TABLE_8_2 = "2006 IPCC Guidelines, Vol. 1, Ch. 8, Table 8.2, as in climate-categories 0.11.1 (Apache-2.0)"
CATEGORY_COLUMN = "IPCC 1996 code of the category, as in climate-categories 0.11.1 (Apache-2.0)"

GPC_CODE = re.compile(r"\b(?:I|II|III|IV|V|VI)(?:\.\d+){1,2}(?![\d.])")
PROVINCIAL_CODE = re.compile(r"\b[PM]\d+(?:\.\d+)*")


@dataclass(frozen=True)
class Pair:
    from_code: str
    to_code: str
    source: str
    note: str = ""
    relation: str = ""


def numbers(text: str) -> Iterator[str]:
    """Single numbers and ranges: ``01-05``, ``41,43``, ``4-20,22-38``; the width of the first number is kept."""
    for part in re.sub(r"\(.*?\)", "", text).split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit():
            for number in range(int(first), int(last or first) + 1):
                yield str(number).zfill(len(first))


def gpc_codes(text: str) -> Iterator[str]:
    """GPC reference numbers in a cell, ranges such as ``I.1.3 ... I.6.3`` and ``II.1-II.5`` written out."""
    spread = re.fullmatch(r"([IVX]+)\.(\d)\.(\d) \.\.\. \1\.(\d)\.\3", text)
    plain = re.fullmatch(r"([IVX]+)\.(\d)-\1\.(\d)", text)
    if spread:
        sector, first, tail, last = spread.groups()
        yield from (f"{sector}.{k}.{tail}" for k in range(int(first), int(last) + 1))
    elif plain:
        sector, first, last = plain.groups()
        yield from (f"{sector}.{k}" for k in range(int(first), int(last) + 1))
    else:
        yield from GPC_CODE.findall(text)


def ipcc_codes(text: str) -> list[str]:
    """IPCC codes joined by ``+`` or ``/``; a range of land classes written out; remarks dropped."""
    text = re.sub(r"^memo:?.*|\(.*?\)", "", text).strip()
    land = re.fullmatch(r"3\.B\.(\d)-3\.B\.(\d)", text)
    if land:
        return [f"3.B.{k}" for k in range(int(land[1]), int(land[2]) + 1)]
    return [code.strip() for code in re.split(r"[+/]", text) if code.strip()]


def is_plain(cell: str, codes: Iterable[str]) -> bool:
    rest = cell
    for code in codes:
        rest = rest.replace(code, "", 1)
    return not re.sub(r"[\s,;.\-]", "", rest)


def remark(cell: str, codes: list[str], relation: str) -> str:
    """What the crosswalk says beyond the codes and a bare relation."""
    said = [] if is_plain(cell, codes) else [cell]
    if not re.fullmatch(r"(?:1:1|n:1|1:n|n:m)", relation):
        said.append(relation)
    return "; ".join(filter(None, said))


def nested(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def related(pairs: Iterable[Pair]) -> list[Pair]:
    """One pair for each two codes, with the relation that the whole mapping gives it.

    Codes above or below a code of the pair do not count as further partners.
    """
    unique: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        unique.setdefault((pair.from_code, pair.to_code), pair)
    found = [replace(p, relation="partial") if "partial" in p.note else p for p in unique.values()]
    whole = [pair for pair in found if pair.relation != "partial"]
    sides = {(False, False): "1:1", (False, True): "n:1", (True, False): "1:n", (True, True): "n:m"}

    def side(pair: Pair) -> str:
        from_codes = [p.from_code for p in whole if p.to_code == pair.to_code]
        to_codes = [p.to_code for p in whole if p.from_code == pair.from_code]
        many_to = any(not nested(code, pair.to_code) for code in to_codes)
        many_from = any(not nested(code, pair.from_code) for code in from_codes)
        return sides[many_to, many_from]

    decided = [pair if pair.relation else replace(pair, relation=side(pair)) for pair in found]
    full = {(pair.from_code, pair.to_code) for pair in decided if pair.relation == "1:1"}
    # A row below another one that is the whole category can only be a part of it.
    parts = {
        (p.from_code, p.to_code) for p in decided for a, b in full if b == p.to_code and below(p.from_code, a)
    }
    return [replace(p, relation="partial") if (p.from_code, p.to_code) in parts else p for p in decided]


def below(code: str, other: str) -> bool:
    return code.startswith(f"{other}.")


def from_crosswalk(source: Path) -> dict[tuple[str, str], list[Pair]]:
    """IPCC 2006 to GPC and to the provincial table; scope 2 and 3 to both."""
    pairs: dict[tuple[str, str], list[Pair]] = {}
    for row in read(source / "category_crosswalk.csv"):
        scope = re.match(r"scope (\d)", row["ipcc2006"])
        origin, codes = ("scopes", [scope[1]]) if scope else ("ipcc2006", ipcc_codes(row["ipcc2006"]))
        biomass = row["title_en"] if "(biomass)" in row["ipcc2006"] else ""
        part = "partial" if biomass or "different boundary" in row["relation"] else ""
        for target, cell, found in (
            ("gpc", row["gpc"], list(gpc_codes(row["gpc"]))),
            ("provincial2011", row["provincial_2011"], PROVINCIAL_CODE.findall(row["provincial_2011"])),
        ):
            note = "; ".join(filter(None, [biomass, remark(cell, found, row["relation"])]))
            for code in codes:
                pairs.setdefault((origin, target), []).extend(
                    Pair(code, to, CROSSWALK, note, part) for to in found
                )
    return pairs


def from_sector_table(source: Path) -> dict[tuple[str, str], list[Pair]]:
    """CEADs sectors to industries, IPCC 2006 combustion, GPC, balance rows and the provincial table."""
    pairs: dict[tuple[str, str], list[Pair]] = {}
    for row in read(source / "ceads_sectors_47.csv"):
        cells = {
            "industries": list(numbers(row["gbt4754_division"])),
            "ipcc2006": row["ipcc2006_combustion"].split("+"),
            "gpc": list(gpc_codes(row["gpc"])),
            "energy_balance_rows": row["balance_row"].split("+"),
            "provincial2011": [row["provincial_row"]],
        }
        for target, codes in cells.items():
            found = [Pair(row["no"], code, SECTOR_TABLE) for code in codes]
            pairs.setdefault(("ceads_sectors", target), []).extend(found)
    # Finer than the sector table: where private cars and the modes of transport are booked.
    for row in read(source / "category_crosswalk.csv"):
        if row["ipcc2006"].startswith("1.A.3"):
            sectors = re.findall(r"\d+", row["ceads_sector_no"])
            said = remark("", [], row["relation"])
            note = "; ".join(filter(None, [f"part of the sector: {row['title_en']}", said]))
            pairs["ceads_sectors", "ipcc2006"] += [
                Pair(number, row["ipcc2006"], CROSSWALK, note, "partial") for number in sectors
            ]
    return pairs


def from_summary_table(source: Path) -> list[Pair]:
    """Provincial summary rows to IPCC 2006."""
    pairs = []
    for row in read(source / "provincial_2011_summary_table.csv"):
        # The source gives the grand total the code of the energy sector; the grand total of IPCC is 0.
        cell = "0" if row["row"] == "P0" else row["ipcc2006"]
        note = cell if "(" in cell else ""
        partial = "partial" if note else ""
        pairs += [Pair(row["row"], code, SUMMARY_TABLE, note, partial) for code in ipcc_codes(cell)]
    return pairs


def from_table_8_2(source: Path) -> list[Pair]:
    """IPCC 1996 to 2006; a rule between sums is noted with every pair that it gives."""
    rules = []
    for row in read(source / "conversion_ipcc1996_ipcc2006.csv"):
        old, new = (re.split(r"\s*\+\s*", row[key]) for key in ("IPCC1996", "IPCC2006"))
        rules.append((old, new, row["gas"], row["comment"]))
    pairs = []
    for old, new, gas, comment in sorted(rules, key=lambda rule: len(rule[0]) * len(rule[1])):
        relation = (
            ("1" if len(old) == 1 else "n") + ":" + ("1" if len(new) == 1 else "m" if len(old) > 1 else "n")
        )
        rule = f"rule {' + '.join(old)} = {' + '.join(new)}" if len(old) * len(new) > 1 else ""
        note = "; ".join(filter(None, [rule, f"{gas} only" if gas else "", comment]))
        pairs += [Pair(a, b, TABLE_8_2, note, relation) for a in old for b in new]
    return pairs


def from_category_column(rows: list[Row], known: set[str]) -> list[Pair]:
    """Categories of a list to the IPCC 1996 code that the list itself gives."""
    return [
        Pair(row["code"], dotted(code), CATEGORY_COLUMN)
        for row in rows
        for code in filter(None, re.split(r"[|,+]", row["ipcc1996"]))
        if dotted(code) in known
    ]


def dotted(code: str) -> str:
    """``1A1ai`` as ``1.A.1.a.i``."""
    return ".".join(re.findall(r"\d+|[A-Z]|[ivx]{2,}|[a-z]", code.strip()))


def mappings(source: Path) -> dict[tuple[str, str], list[Row]]:
    """All mappings that the source folder gives, as rows by pair of lists."""
    known = {row["code"] for row in read(source / "ipcc1996_categories.csv")}
    crf = read(source / "crf2013_2023_categories.csv")
    pairs = {
        **from_crosswalk(source),
        **from_sector_table(source),
        ("provincial2011", "ipcc2006"): from_summary_table(source),
        ("ipcc1996", "ipcc2006"): from_table_8_2(source),
        ("crf", "ipcc1996"): from_category_column(crf, known),
    }
    # The summary table and the crosswalk tell of the same two lists: one mapping, the crosswalk's remarks first.
    crossed = [
        Pair(p.to_code, p.from_code, p.source, p.note, p.relation)
        for p in pairs.pop(("ipcc2006", "provincial2011"))
    ]
    pairs["provincial2011", "ipcc2006"] = crossed + pairs["provincial2011", "ipcc2006"]
    return {key: table(key, found) for key, found in pairs.items() if found}


def sector_mappings(tables: Path) -> dict[tuple[str, str], list[Row]]:
    """The platform's sectors to the lists of the standards, from ``sector_links.csv``."""
    pairs: dict[tuple[str, str], list[Pair]] = {}
    for row in read(tables / "sector_links.csv"):
        relation = "partial" if row["note"].startswith("partial") else ""
        found = [
            Pair(row["sector"], code, SECTOR_LINKS, row["note"], relation) for code in row["codes"].split()
        ]
        pairs.setdefault(("sectors", row["list"]), []).extend(found)
    return {key: table(key, found) for key, found in pairs.items()}


def table(key: tuple[str, str], pairs: list[Pair]) -> list[Row]:
    """Rows of one mapping file."""
    return [
        {
            "from_list": key[0],
            "from_code": pair.from_code,
            "to_list": key[1],
            "to_code": pair.to_code,
            "relation": pair.relation,
            "source": pair.source,
            "note": pair.note,
        }
        for pair in related(pairs)
    ]
