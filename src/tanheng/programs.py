"""规划 Linear and mixed-integer programs by HiGHS: rows are collected, then solved at once. Uses `errors` and `steps` alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import LibraryMissing
from tanheng.steps import step, stepping

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Solved:
    """An optimum: values and reduced costs (columns,), duals (rows,) and the objective."""

    values: Floats
    reduced: Floats
    duals: Floats
    objective: float


@dataclass(frozen=True)
class Rows:
    """Rows of one kind, of one lever or group, one for each of some years: lower <= values x[columns] <= upper."""

    kind: str
    label: str
    years: Ints
    columns: Ints
    values: Floats
    lower: Floats
    upper: Floats


@dataclass
class Program:
    """Columns with bounds and cost (columns,), least in sum, and rows; ``whole`` are the columns that are 0 or 1.

    Examples
    --------
    >>> program = Program(np.zeros(2), np.full(2, np.inf), np.array([1.0, 3.0]))
    >>> program.add("need", "", [0], [[0, 1]], [[1.0, 1.0]], 2.0, np.inf)
    >>> program.solve().values.tolist()
    [2.0, 0.0]
    """

    lower: Floats
    upper: Floats
    cost: Floats
    whole: tuple[int, ...] = ()
    rows: list[Rows] = field(default_factory=list)

    def add(
        self, kind: str, label: str, years: Any, columns: Any, values: Any, lower: Any, upper: Any
    ) -> None:  # fmt: skip
        """Add rows: ``years`` (n,), ``columns`` (n, k), the rest as broadcasts to them."""
        at = np.asarray(columns, dtype=np.int64)
        size = np.shape(years)
        self.rows.append(
            Rows(
                kind, label, np.asarray(years, dtype=np.int64), at, np.broadcast_to(np.asarray(values, dtype=np.float64), at.shape),
                np.broadcast_to(np.asarray(lower, dtype=np.float64), size), np.broadcast_to(np.asarray(upper, dtype=np.float64), size),
            )
        )  # fmt: skip

    def bound(self, duals: Floats) -> list[tuple[str, str, int, float]]:
        """Kind, label, place of the year and dual of every row."""
        found, start = [], 0
        for one in self.rows:
            end = start + one.years.size
            found += [
                (one.kind, one.label, int(year), float(dual))
                for year, dual in zip(one.years, duals[start:end], strict=True)
            ]
            start = end
        return found

    def solve(self) -> Solved | None:
        """The optimum, with duals at fixed integers; None where no values fit.

        Raises
        ------
        LibraryMissing
            Without highspy.
        """
        found = _run(self, self.lower, self.upper, self.whole)
        if found is None or not self.whole:
            return found
        lower, upper = self.lower.copy(), self.upper.copy()
        places = list(self.whole)
        lower[places] = upper[places] = np.round(found.values[places])
        return _run(self, lower, upper, ()) or found


def _run_in_steps(solver: Any) -> None:
    """Run, and end within the solver where whoever began the work ends it."""
    step()
    called, ended = stepping(), list[BaseException]()

    def look(event: Any) -> None:
        assert called is not None
        try:
            called()
        except BaseException as error:
            ended.append(error)
            event.interrupt()

    if called is not None:
        for place in (solver.cbSimplexInterrupt, solver.cbIpmInterrupt, solver.cbMipInterrupt):
            place.subscribe(look)
    solver.run()
    if ended:
        raise ended[0]


def _run(program: Program, lower: Floats, upper: Floats, whole: tuple[int, ...]) -> Solved | None:
    try:
        import highspy
    except ImportError as cause:
        raise LibraryMissing(library="highspy", extra="road") from cause
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = lower.size, sum(one.years.size for one in program.rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, lower, upper
    none = np.zeros(0)
    lp.row_lower_ = np.concatenate([none, *(one.lower for one in program.rows)])
    lp.row_upper_ = np.concatenate([none, *(one.upper for one in program.rows)])
    widths = [np.full(one.years.size, one.columns.shape[1]) for one in program.rows]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.concatenate([none, *widths]))]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([none, *(one.columns.ravel() for one in program.rows)]).astype(
        np.int32
    )
    lp.a_matrix_.value_ = np.concatenate([none, *(one.values.ravel() for one in program.rows)])
    if whole:
        kinds = [highspy.HighsVarType.kContinuous] * lower.size
        for place in whole:
            kinds[place] = highspy.HighsVarType.kInteger
        lp.integrality_ = kinds
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.passModel(lp)
    _run_in_steps(solver)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    return Solved(
        np.array(solution.col_value),
        np.array(solution.col_dual) if not whole else np.zeros(lower.size),
        np.array(solution.row_dual) if not whole else np.zeros(lp.num_row_),
        float(solver.getInfo().objective_function_value),
    )
