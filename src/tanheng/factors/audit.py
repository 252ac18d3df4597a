"""Audit of a library: what fails, what is explained, and what a reader of its numbers should know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.factors.carbon import carbon_checks
from tanheng.factors.model import Factor
from tanheng.factors.validate import RULES, problems

if TYPE_CHECKING:
    from tanheng.factors.library import FactorLibrary
    from tanheng.factors.release import Release

ERROR, EXPLAINED, NOTE = "error", "explained", "note"
#: every check that a finding may name, `RULES` among them
AUDITED = (
    "content", *RULES, "items", "sources", "carbon", "carbon_unpaired", "alternatives", "unverified", "exception"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the check, its level (error, explained or note), the ids it is about and a sentence."""

    check: str
    level: str
    ids: tuple[str, ...]
    zh: str
    en: str

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {"check": self.check, "level": self.level, "ids": list(self.ids), "zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Audit:
    """Findings of one library.

    Checks: ``content`` (hashes), the rules of `validate.problems`, ``carbon`` (CO2 against carbon
    content), ``carbon_unpaired``, ``unverified`` (recalled rows), ``alternatives`` (equal candidates side by side),
    ``items``, ``sources`` and ``exception``.
    """

    library: str
    rows: int
    findings: list[Finding] = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether nothing fails; explained exceptions and notes do not fail."""
        return not any(finding.level == ERROR for finding in self.findings)

    @property
    def unverified(self) -> list[str]:
        """Ids of the rows that nobody has seen in their document."""
        return [name for finding in self.of("unverified") for name in finding.ids]

    def of(self, check: str) -> list[Finding]:
        """Findings of one check."""
        return [finding for finding in self.findings if finding.check == check]

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of findings by check and level."""
        table: dict[str, dict[str, int]] = defaultdict(dict)
        for (check, level), count in Counter((one.check, one.level) for one in self.findings).items():
            table[check][level] = count
        return dict(table)

    def to_polars(self) -> pl.DataFrame:
        """One row a finding: check, level, ids (joined by spaces), zh, en."""
        rows = [(one.check, one.level, " ".join(one.ids), one.zh, one.en) for one in self.findings]
        return pl.DataFrame(
            rows, schema=dict.fromkeys(("check", "level", "ids", "zh", "en"), pl.String), orient="row"
        )

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain data."""
        findings = [finding.to_dict() for finding in self.findings]
        return {
            "library": self.library,
            "rows": self.rows,
            "ok": self.ok,
            "counts": self.counts(),
            "findings": findings,
        }


def audit(library: FactorLibrary) -> Audit:
    """Audit a library; see `FactorLibrary.audit`."""
    rows = list(library)
    found = [
        *_content(library.release),
        *_schema(library.release),
        *_items(library.release),
        *_sources(library.release),
    ]
    found += [*_carbon(rows), *_alternatives(rows), *_unverified(rows)]
    return Audit(library.name, len(rows), _explained(found, library.release.exceptions))


def _content(release: Release) -> Iterator[Finding]:
    if release.content_hash() != release.descriptor["content_hash"]:
        yield Finding(
            "content", ERROR, (), "内容哈希与说明文件不符", "content hash differs from the descriptor"
        )


def _schema(release: Release) -> Iterator[Finding]:
    for problem in problems(release.rows):
        place = f"{problem.row.file}:{problem.row.line} {problem.column}"
        yield Finding(
            problem.rule, ERROR, (problem.row.cells["id"],), f"{place} {problem.zh}", f"{place} {problem.en}"
        )


def _items(release: Release) -> Iterator[Finding]:
    shipped = {row.cells["id"] for row in release.rows}
    for name, count in Counter(row["factor_id"] for row in release.items).items():
        if count > 1:
            yield Finding("items", ERROR, (name,), "items.csv 中重复", "stands twice in items.csv")
    missing = sorted(shipped - {row["factor_id"] for row in release.items})
    for name in missing:
        yield Finding("items", ERROR, (name,), "items.csv 中没有", "is not in items.csv")
    outside = [row["factor_id"] for row in release.items if row["factor_id"] not in shipped]
    if outside:
        zh = f"items.csv 另有 {len(outside)} 个编号，其因子行不随包发布"
        yield Finding(
            "items",
            NOTE,
            tuple(outside),
            zh,
            f"items.csv describes {len(outside)} ids whose rows do not ship",
        )


def _sources(release: Release) -> Iterator[Finding]:
    """Every document of a row is listed, with as many rows as it has."""
    names = ("source_title", "source_publisher", "source_year")
    listed = {tuple(row[name] for name in names): row for row in release.sources}
    counted = Counter(tuple(row.cells[name] for name in names) for row in release.rows)
    for source, count in counted.items():
        title = " / ".join(source)
        if source not in listed:
            yield Finding(
                "sources", ERROR, (), f"sources.csv 未列：{title}", f"sources.csv does not list: {title}"
            )
        elif int(listed[source]["rows"]) != count:
            told = listed[source]["rows"]
            zh = f"{title}：sources.csv 记 {told} 行，实有 {count} 行"
            yield Finding(
                "sources", ERROR, (), zh, f"{title}: sources.csv says {told} rows, there are {count}"
            )


def _carbon(rows: list[Factor]) -> Iterator[Finding]:
    for check in carbon_checks(rows):
        row = check.row
        if check.ratio is None:
            yield Finding("carbon_unpaired", NOTE, (row.id,), check.why_zh, check.why_en)
        elif not check.agrees:
            got = f"{row.text} {row.unit} ≠ {check.expected:.6g} (44/12 × {' × '.join(check.parts)}), {check.ratio - 1:+.2%}"
            yield Finding(
                "carbon",
                ERROR,
                (row.id, *check.parts),
                f"与含碳量相差超过 1%：{got}",
                f"more than 1 % off: {got}",
            )


def _alternatives(rows: list[Factor]) -> Iterator[Finding]:
    """Groups of rows that a look-up cannot rank: it will ask the user to pick."""
    groups: dict[tuple[Any, ...], list[Factor]] = defaultdict(list)
    names = (
        "property",
        "item",
        "activity",
        "gas",
        "sector",
        "equipment",
        "origin",
        "region",
        "year_from",
        "year_to",
    )
    for row in rows:
        groups[(*(getattr(row, name) for name in names), row.check, row.user)].append(row)
    for group in groups.values():
        if len(group) > 1:
            values = ", ".join(f"{row.id} = {row.text} {row.unit}" for row in group)
            yield Finding(
                "alternatives",
                NOTE,
                tuple(row.id for row in group),
                f"并列：{values}",
                f"side by side: {values}",
            )


def _unverified(rows: list[Factor]) -> Iterator[Finding]:
    for row in rows:
        if row.unverified:
            value = f"{row.text} {row.unit}, {row.region} {row.year_from}, {row.source_title}"
            yield Finding("unverified", NOTE, (row.id,), f"未核实：{value}", f"unverified: {value}")


def _explained(found: Iterable[Finding], exceptions: Iterable[Mapping[str, str]]) -> list[Finding]:
    """Turn errors that the release explains into exceptions; an explanation that explains nothing is an error."""
    reasons = {(row["check"], row["id"]): row for row in exceptions}
    used = set()
    kept = []
    for finding in found:
        key = (finding.check, finding.ids[0] if finding.ids else "")
        reason = reasons.get(key) if finding.level == ERROR else None
        if reason:
            used.add(key)
            zh, en = f"{finding.zh}；{reason['reason_zh']}", f"{finding.en}; {reason['reason_en']}"
            kept.append(replace(finding, level=EXPLAINED, zh=zh, en=en))
        else:
            kept.append(finding)
    for check, name in reasons.keys() - used:
        kept.append(
            Finding(
                "exception",
                ERROR,
                (name,),
                f"例外“{check}”无对应发现",
                f"exception '{check}' explains nothing",
            )
        )
    return kept
