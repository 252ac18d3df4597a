"""LMDI of 290 cities x 22 years x 5 factors: the arrays alone, and the whole way from a table to steps of every city."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import polars as pl

from tanheng.drivers import contributions, decompose

CITIES, YEARS, FACTORS, REPEATS = 290, 22, 5, 5
BAR = 0.1


def made(seed: int = 0) -> np.ndarray:
    """Factors, shape (cities, years, factors, 1)."""
    generator = np.random.default_rng(seed)
    return np.exp(generator.normal(0, 0.05, (CITIES, YEARS, FACTORS, 1)).cumsum(axis=1))


def table(values: np.ndarray) -> pl.DataFrame:
    names = [f"f{at}" for at in range(FACTORS)]
    flat = values.reshape(-1, FACTORS)
    frame = pl.DataFrame({name: flat[:, at] for at, name in enumerate(names)})
    return frame.with_columns(
        city=pl.Series(np.repeat([f"c{at:03d}" for at in range(CITIES)], YEARS)),
        year=pl.Series(np.tile(np.arange(2000, 2000 + YEARS), CITIES)),
        total=pl.Series(flat.prod(axis=1)),
    )


def least(run: Callable[[], object]) -> float:
    """CPU seconds of the quickest of some runs."""
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return min(taken)


def section() -> list[str]:
    values = made()
    frame = table(values)
    arrays = least(lambda: contributions(values[:, :-1], values[:, 1:]))
    names = [f"f{at}" for at in range(FACTORS)]
    whole = least(lambda: decompose(frame, total="total", factors=names, period="year", place="city"))
    return [
        "## Decomposition",
        "",
        f"`python benchmarks/drivers.py`: LMDI-I of {CITIES} cities x {YEARS} years x {FACTORS} factors, CPU seconds, least of {REPEATS} runs: **{whole:.3f}** from a table to the steps of every city (bar {BAR}), {arrays:.4f} for the arrays alone.",
        "",
    ]


if __name__ == "__main__":
    print("\n".join(section()))
