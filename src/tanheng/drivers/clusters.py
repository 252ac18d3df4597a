"""Places by structure: clusters with their stability, and the peers nearest to a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import Bar, bars
from tanheng.drivers.classes import shares_of
from tanheng.drivers.limits import limit
from tanheng.drivers.lmdi import DriversInvalid, Floats
from tanheng.drivers.tables import one_each, read_frame
from tanheng.errors import LibraryMissing, NotFound, language
from tanheng.inventory.table import Pictured, Table
from tanheng.steps import step

Way = Literal["k-means", "gmm"]
_MOST, _STARTS = 8, 10


@dataclass(frozen=True)
class Clusters:
    """Clusters of places: ``count`` of them, ``of`` each place, its ``silhouette`` [-1 to 1].

    ``stability`` is for each cluster the mean Jaccard similarity over bootstrap samples [0 to 1], ``agreement`` the mean
    adjusted Rand index of the whole, ``by_count`` the mean silhouette of every count that was tried.
    """

    way: Way
    shares: list[str]
    count: int
    of: dict[str, int]
    silhouette: dict[str, float]
    stability: dict[int, float]
    agreement: float
    centres: dict[int, dict[str, float]]
    by_count: dict[int, float]
    findings: list[Finding] = field(default_factory=list)

    def table(self) -> Table:
        """One row for each place: place, cluster, silhouette, stability."""
        rows = [(place, at, self.silhouette[place], self.stability[at]) for place, at in self.of.items()]
        return Table(
            pl.DataFrame(rows, schema=["place", "cluster", "silhouette", "stability"], orient="row"), self.way
        )

    def chart(self) -> str:
        """The mean structure of each cluster, with how many places it has and how stable it is, as an SVG."""
        zh = language() == "zh"
        many = Counter(self.of.values())
        told = "类 {}：{} 个，稳定性 {:.2f}" if zh else "Cluster {}: {} places, stability {:.2f}"
        rows = [
            Bar(told.format(at, many[at], self.stability[at]), self.centres[at])
            for at in sorted(self.centres)
        ]
        return bars(
            "各类的平均构成" if zh else "Mean structure of each cluster", "", rows, stacked=True, percent=True
        )

    def _repr_html_(self) -> str:
        return self.chart() + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data."""
        return dict(vars(self)) | {"findings": [finding.to_dict() for finding in self.findings]}


def structure(table: Any, *, place: str, shares: Sequence[str]) -> tuple[list[str], Floats]:
    """Places and the square roots of their shares: distances of these (Hellinger's) are defined at zero shares as well.

    Parameters
    ----------
    table : path or table
        One row for each place.
    place : str
    shares : sequence of str
        Columns of amounts of one unit, or of shares; each row is taken as shares of its sum.

    Raises
    ------
    InputUnreadable, ColumnMissing, DriversInvalid
        For a table that cannot be used.

    Examples
    --------
    >>> structure({"city": ["a"], "coal": [9.0], "gas": [16.0]}, place="city", shares=["coal", "gas"])[1].tolist()
    [[0.6, 0.8]]
    """
    frame = read_frame(table, [place], numbers=list(shares))
    names = list(one_each(frame, place))
    return names, np.sqrt(shares_of(frame, list(shares)).to_numpy())


def cluster(
    table: Any,
    *,
    place: str,
    shares: Sequence[str],
    way: Way = "k-means",
    count: int | None = None,
    draws: int = 100,
    seed: int = 0,
) -> Clusters:
    """Clusters of places of like structure, with how far they are to be relied on.

    Parameters
    ----------
    table, place, shares
        As of `structure`.
    way : str
        ``k-means`` or ``gmm`` (a mixture of normal distributions with diagonal covariance).
    count : int, optional
        Number of clusters; that of 2 to 8 with the largest mean silhouette unless told.
    draws, seed : int
        Bootstrap samples, and where they begin.

    Returns
    -------
    Clusters
        A finding tells of clusters that dissolve.

    Raises
    ------
    LibraryMissing
        Without scikit-learn (extra ``statistics``).
    DriversInvalid
        For fewer places than clusters and two.

    Notes
    -----
    Shares are taken by their square roots (Hellinger's distance). Stability: places are drawn with replacement and clustered
    again; the Jaccard similarity of each cluster to the nearest new one, averaged. Source: Hennig, C. (2007): Cluster-wise
    assessment of cluster stability. Computational Statistics and Data Analysis 52, 258-271 (recalled).

    Examples
    --------
    >>> data = {"city": list("abcdef"), "coal": [9.0, 8.8, 9.1, 1.0, 1.2, 0.9], "gas": [1.0, 1.2, 0.9, 9.0, 8.8, 9.1]}
    >>> found = cluster(data, place="city", shares=["coal", "gas"], draws=20)
    >>> found.count, found.of["a"] == found.of["b"] != found.of["d"], found.agreement > 0.9
    (2, True, True)
    """
    metrics, made = _library()
    names, points = structure(table, place=place, shares=shares)
    if way not in ("k-means", "gmm"):
        raise NotFound(what_zh="聚类方法", what_en="method of clustering", name=way, known="k-means, gmm")
    distinct = len(np.unique(points.round(12), axis=0))
    most = min(_MOST, len(names) - 1, distinct)
    if (count or 2) > most or (count or 2) < 2:
        raise DriversInvalid(
            detail_zh=f"{len(names)} 个地区、{distinct} 种构成分不成 {count or 2} 类", detail_en=f"{len(names)} places of {distinct} structures do not make {count or 2} clusters",
            mend_zh="请增加地区，或减少类数。", mend_en="Give more places or ask for fewer clusters.",
        )  # fmt: skip
    tried = {at: made(way, points, at, seed) for at in ([count] if count else range(2, most + 1))}
    tried = {at: one for at, one in tried.items() if len(set(one.predict(points))) > 1}
    by_count = {at: float(metrics.silhouette_score(points, one.predict(points))) for at, one in tried.items()}
    chosen = max(by_count, key=lambda at: (round(by_count[at], 9), -at))
    labels = tried[chosen].predict(points)
    each = metrics.silhouette_samples(points, labels)
    stable, agreement = _stability(metrics, made, way, points, labels, chosen, draws, seed)
    ranked = {int(old): at for at, old in enumerate(dict.fromkeys(labels.tolist()), start=1)}
    centres = {
        ranked[int(old)]: dict(zip(shares, (points[labels == old] ** 2).mean(axis=0).tolist(), strict=True)) for old in ranked
    }  # fmt: skip
    stability = {ranked[old]: value for old, value in stable.items()}
    weak = [str(at) for at, value in stability.items() if value < limit("stable")]
    told = [Finding("D-106", {"names": ", ".join(weak), "limit": f"{limit('stable'):g}"})] if weak else []
    return Clusters(
        way, list(shares), chosen, {name: ranked[int(at)] for name, at in zip(names, labels, strict=True)},
        dict(zip(names, each.tolist(), strict=True)), stability, agreement, centres, by_count, told,
    )  # fmt: skip


def _library() -> tuple[Any, Any]:
    try:
        from sklearn import metrics
        from sklearn.cluster import KMeans
        from sklearn.mixture import GaussianMixture
        from threadpoolctl import threadpool_limits
    except ImportError as cause:
        raise LibraryMissing(library="scikit-learn", extra="statistics") from cause

    def made(way: Way, points: Floats, count: int, seed: int) -> Any:
        model = (
            KMeans(count, n_init=_STARTS, random_state=seed)
            if way == "k-means"
            else GaussianMixture(count, covariance_type="diag", reg_covar=1e-4, n_init=5, random_state=seed)
        )
        with threadpool_limits(1):  # these are small: threads would only wait for one another
            return model.fit(points)

    return metrics, made


def _stability(
    metrics: Any, made: Any, way: Way, points: Floats, labels: np.ndarray, count: int, draws: int, seed: int
) -> tuple[dict[int, float], float]:
    generator = np.random.default_rng(seed)
    jaccard: dict[int, list[float]] = {int(at): [] for at in set(labels.tolist())}
    rand = []
    for _ in range(draws):
        step()
        drawn = generator.integers(0, len(points), len(points))
        if len(np.unique(points[drawn].round(12), axis=0)) < count:
            continue
        again = made(way, points[drawn], count, int(generator.integers(2**31))).predict(points)
        rand.append(metrics.adjusted_rand_score(labels, again))
        for at, found in jaccard.items():
            own = labels == at
            found.append(
                max(
                    float((own & (again == other)).sum() / (own | (again == other)).sum())
                    for other in set(again)
                )
            )
    means = {at: float(np.mean(found)) if found else float("nan") for at, found in jaccard.items()}
    return means, float(np.mean(rand)) if rand else float("nan")


def peers(table: Any, *, place: str, of: str, shares: Sequence[str], count: int = 5) -> Pictured:
    """The places nearest in structure to one.

    Parameters
    ----------
    table, place, shares
        As of `structure`.
    of : str
        The place.
    count : int
        How many are wanted.

    Returns
    -------
    Pictured
        ``place``, ``distance`` (Hellinger's, 0 to 1), nearest first.

    Raises
    ------
    NotFound
        For a place that is not there.

    Examples
    --------
    >>> data = {"city": list("abc"), "coal": [9.0, 8.0, 1.0], "gas": [1.0, 2.0, 9.0]}
    >>> peers(data, place="city", of="a", shares=["coal", "gas"], count=1).to_polars()["place"].to_list()
    ['b']
    """
    names, points = structure(table, place=place, shares=shares)
    own = place_at(names, of)
    away = distances(points, own)
    nearest = sorted((float(away[at]), name) for at, name in enumerate(names) if at != own)[:count]
    rows = [(name, distance) for distance, name in nearest]
    shown = [Bar(name, dict(zip(shares, (points[names.index(name)] ** 2).tolist(), strict=True))) for name in (of, *(name for name, _ in rows))]  # fmt: skip

    def draw() -> str:
        title = (
            f"{of} 与构成最近的地区" if language() == "zh" else f"{of} and the places nearest in structure"
        )
        return bars(title, "", shown, stacked=True, percent=True)

    schema = {"place": pl.String, "distance": pl.Float64}
    return Pictured(pl.DataFrame(rows, schema=schema, orient="row"), of, draw)


def place_at(names: Sequence[str], place: str) -> int:
    """Where a place stands.

    Raises
    ------
    NotFound
        For a place that is not there.

    Examples
    --------
    >>> place_at(["a", "b"], "b")
    1
    """
    if place not in names:
        raise NotFound(what_zh="地区", what_en="place", name=place, known=", ".join(names[:30]))
    return list(names).index(place)


def distances(points: Floats, own: int) -> Floats:
    """Hellinger's distance [0 to 1] of one structure from all, see `structure`.

    Examples
    --------
    >>> distances(np.sqrt(np.array([[1.0, 0.0], [0.0, 1.0]])), 0).tolist()
    [0.0, 1.0]
    """
    found: Floats = np.sqrt(((points - points[own]) ** 2).sum(axis=1) / 2)
    return found
