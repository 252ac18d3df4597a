"""Weights and TOPSIS beside pymcdm and scikit-criteria, on a hundred drawn tables.

In an environment of its own with both packages: ``python benchmarks/criteria.py theirs answers.json``;
then here: ``python benchmarks/criteria.py ours answers.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

TABLES, SEED = 100, 7


def drawn() -> list[dict[str, Any]]:
    """Tables of 4 to 29 units and 2 to 8 criteria, with directions, weights and judgements."""
    generator = np.random.default_rng(SEED)
    found = []
    for _ in range(TABLES):
        rows, columns = int(generator.integers(4, 30)), int(generator.integers(2, 9))
        weights = generator.uniform(1, 5, columns)
        judged = np.ones((columns, columns))
        for row in range(columns):
            for column in range(row):
                judged[row, column] = generator.choice([1 / 5, 1 / 3, 1, 3, 5])
                judged[column, row] = 1 / judged[row, column]
        found.append(
            {
                "x": generator.uniform(1, 100, (rows, columns)),
                "signs": generator.choice([-1, 1], columns),
                "weights": weights / weights.sum(),
                "judged": judged,
            }
        )
    return found


def theirs() -> list[dict[str, Any]]:
    import skcriteria
    from pymcdm import methods, normalizations, weights
    from pymcdm.weights.subjective import AHP
    from skcriteria.preprocessing.weighters import CRITIC, EntropyWeighter

    found = []
    for one in drawn():
        table = skcriteria.mkdm(one["x"], one["signs"].tolist())
        found.append(
            {
                "entropy, pymcdm": weights.entropy_weights(one["x"]),
                "entropy, scikit-criteria": EntropyWeighter().transform(table).weights,
                "CRITIC, pymcdm": weights.critic_weights(one["x"]),
                "CRITIC, scikit-criteria": CRITIC(correlation="pearson", scale=True).transform(table).weights,
                "TOPSIS, pymcdm": methods.TOPSIS(normalizations.vector_normalization)(one["x"], one["weights"], one["signs"]),
                "AHP, pymcdm": AHP(matrix=one["judged"])(),
            }
        )  # fmt: skip
    return [{name: np.asarray(own).tolist() for name, own in one.items()} for one in found]


def ours(answers: list[dict[str, Any]]) -> list[str]:
    from tanheng.pathways.composite import ahp, critic_weights, entropy_weights, topsis

    off: dict[str, float] = {}
    for one, other in zip(drawn(), answers, strict=True):
        x, signs = one["x"], one["signs"]

        def scaled(turned: Any) -> Any:
            low, high = turned.min(axis=0), turned.max(axis=0)
            return (turned - low) / (high - low)

        pairs = {
            "entropy, pymcdm": entropy_weights(x), "entropy, scikit-criteria": entropy_weights(x),
            "CRITIC, scikit-criteria": critic_weights(scaled(x * signs)), "CRITIC, pymcdm": critic_weights(scaled(x * signs)),
            "CRITIC with directions ignored, pymcdm": critic_weights(scaled(x)),
            "TOPSIS, pymcdm": topsis(x, one["weights"], signs), "AHP, pymcdm": ahp(one["judged"]).weights,
        }  # fmt: skip
        for name, own in pairs.items():
            apart = float(np.abs(own - np.array(other[name.replace(" with directions ignored", "")])).max())
            off[name] = max(off.get(name, 0.0), apart)
    return [
        "| method, package | largest difference |",
        "| --- | ---: |",
        *(f"| {name} | {one:.1e} |" for name, one in off.items()),
    ]


if __name__ == "__main__":
    side, path = sys.argv[1], Path(sys.argv[2])
    if side == "theirs":
        path.write_text(json.dumps(theirs()), encoding="utf-8")
    else:
        print("\n".join(ours(json.loads(path.read_text(encoding="utf-8")))))
