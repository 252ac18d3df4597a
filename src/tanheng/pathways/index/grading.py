"""The grade of the data behind an index: of the inventories that years are bound to, else as stated, never mixed into the number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tanheng.errors import language
from tanheng.inventory.quality.cell_grades import states
from tanheng.pathways.road import Road

NOT_STATED = "recalled"
"""Where nothing is bound or stated, the data count as not verified (packs/rules/quality.csv): a convention of ours."""


@dataclass(frozen=True)
class DataGrade:
    """数据质量 The worst grade of the years that the index rests on: A to E, with that of each year and where it is from."""

    letter: str
    years: dict[int, tuple[str, tuple[str, str]]]

    def to_dict(self) -> dict[str, Any]:
        """By year: grade and where it is from."""
        lang = language()
        return {
            "grade": self.letter,
            "years": [{"year": year, "grade": letter, "from": said[lang != "zh"]} for year, (letter, said) in self.years.items()],
        }  # fmt: skip


def data_grade(road: Road, year: int) -> DataGrade:
    """The grade of the years from the base to ``year``: of each the worst of its inventories and of what is stated.

    Notes
    -----
    Grades of inventories are those of `tanheng.inventory.quality`, by factor, activity and uncertainty. A year that is neither
    bound nor stated is D, as what nobody verified.
    """
    observed = road.observed
    found: dict[int, tuple[str, tuple[str, str]]] = {}
    for one in range(road.path.base, year + 1):
        proofs = observed.proofs.get(one, ())
        runs = ", ".join(str(proof["run"] or proof["inventory"]) for proof in proofs)
        known = (
            [(str(max(proof["grade"] for proof in proofs)), (f"清单 {runs}", f"inventory {runs}"))]
            if proofs
            else []
        )
        if observed.grade:
            known.append((observed.grade, (observed.grade_source["zh"], observed.grade_source["en"])))
        found[one] = max(
            known or [(states()[NOT_STATED]["grade"], ("未说明", "not stated"))], key=lambda told: told[0]
        )
    return DataGrade(max(letter for letter, _ in found.values()), found)
