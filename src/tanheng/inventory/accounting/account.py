"""Accounting: resolve small, multiply big."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from tanheng import __version__
from tanheng.activity import Finding, read_activity
from tanheng.codes import EntityTree
from tanheng.engine import Engine, load_sql, open_engine
from tanheng.errors import StrictRefusal
from tanheng.factors import FactorLibrary, load_factors
from tanheng.inventory.accounting.amounts import MICRO, Amounts, add_up
from tanheng.inventory.accounting.below_zero import below_zero
from tanheng.inventory.accounting.beyond import set_aside, within
from tanheng.inventory.accounting.coefficients import KEY, Coefficient
from tanheng.inventory.accounting.counted_once import places_asked, settle
from tanheng.inventory.accounting.records import Records
from tanheng.inventory.accounting.resolve import Resolver
from tanheng.inventory.accounting.sheet import sheet_of
from tanheng.inventory.accounting.unmatched import unused_parameters
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.methods.loading import load_method
from tanheng.inventory.methods.method import Method
from tanheng.inventory.methods.models import copies, spread
from tanheng.inventory.names import asked_dimensions
from tanheng.inventory.weights import NANO, known_set
from tanheng.quantities import gases, parse_unit
from tanheng.schemas import gwp_sets

Progress = Callable[[str, str], None]


def account(
    activity: Any,
    method: str | Path | Method,
    *,
    factors: FactorLibrary | None = None,
    gwp: str | None = None,
    by: str | Sequence[str] | None = None,
    region: str | None = None,
    entities: EntityTree | None = None,
    engine: str | Engine = "duckdb",
    strict: bool = False,
    progress: Progress | None = None,
) -> Inventory:
    """Compute an inventory from a table of activity.

    Parameters
    ----------
    activity : path, table or Activity
        See `read_activity`.
    method : str, path or Method
        Id of a method pack, a pack file, or a loaded method.
    factors : FactorLibrary, optional
        By default the newest release that ships.
    gwp : str, optional
        GWP set in which CO2e is shown: SAR, AR4, AR5, AR6. Masses are kept per gas, so it can be changed later.
    by : str or sequence of str, optional
        Dimensions to keep when the activity is large, by their names in either language (several in one text with
        commas); all by default.
    region : str, optional
        Region of rows that name none.
    entities : EntityTree, optional
        Where the entities stand: gives their regions as of each period, and `Inventory.roll_up` adds up along it.
    engine : str or Engine
        ``duckdb`` (default) or ``spark``.
    strict : bool
        Refused or unmatched rows raise `StrictRefusal`.
    progress : callable, optional
        Called with (zh, en) before each step.

    Returns
    -------
    Inventory
        Activity without a coefficient is listed in ``unmatched``, never dropped and never zero.

    Notes
    -----
    Amounts are summed as integers (10^-6 canonical unit), multiplied once, and rounded to 10^-9 t: the result does
    not depend on threads, order, partitioning or engine.

    Examples
    --------
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [100], "unit": ["t"]}
    >>> account(table, "sichuan-park-2022").total
    198.12
    """
    tell = progress or (lambda zh, en: None)
    started = dt.datetime.now(dt.UTC)
    chosen = load_method(method)
    library = factors or load_factors()
    gwp_values = _gwp_values(library)
    known_set(gwp or chosen.gwp, gwp_values)
    tell("读取并检查活动数据", "Reading and checking the activity")
    table = spread(within(read_activity(activity), chosen), chosen)
    counted, collected = set_aside(table, chosen)
    kept = places_asked(chosen, asked_dimensions(table, by))
    tell("汇总活动水平", "Adding up the activity")
    with _running(engine) as runner:
        amounts = add_up(counted, runner, by=kept, region=region, entities=entities)
        if runner is not engine:
            runner.clear()  # what it held would stand beside the tables made of it
        tell("解析系数", "Resolving coefficients")
        resolver = Resolver(chosen, library, gwp_values.get(gwp or chosen.gwp or ""))
        amounts = amounts.with_keys(resolver.decides)
        coefficients, missing = resolver.resolve(amounts.keys)
        sheet = sheet_of(coefficients, amounts.keys)
        tell("计算排放", "Computing emissions")
        emissions = _multiply(runner, amounts, sheet, coefficients)
    emissions, left_over, said = settle(chosen, table, amounts, coefficients, missing, emissions)
    inventory = Inventory(
        method=chosen.to_dict(),
        gwp_values=gwp_values,
        gwp_sources=_gwp_sources(library, sorted(set(emissions.get_column("gas")))),
        activity=table,
        emissions=emissions,
        sheet=sheet,
        records=Records.of(coefficients),
        unmatched=left_over,
        findings=[
            *counted.findings,
            *amounts.findings,
            *said,
            *below_zero(chosen, emissions),
            *_notes(coefficients),
            *unused_parameters(coefficients, chosen.id),
        ],
        refused=table.missing + amounts.refused,
        rows_read=amounts.rows + collected.height - copies(table),
        gwp_name=gwp or chosen.gwp,
        run={
            "id": f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}",
            "started": started.isoformat(timespec="seconds"),
            "engine": runner.name,
            "version": __version__,
            "by": kept,
            "region": region,
            "release": {"name": library.name, "hash": library.release.descriptor["content_hash"]},
            "files": table.files,
        },
        circumstances={
            "method": {"data": dict(chosen.data), "overrides": [dict(one) for one in chosen.overrides]},
            "source": str(table.source) if table.source else None,
            "sheet": table.sheet,
            **({"recipe": table.recipe} if table.recipe else {}),
            **({"template": table.filled.to_dict()} if table.filled else {}),
            "release": str(library.release.folder),
            "factors": [asdict(row) for row in library if row.user],
            "entities": entities.to_rows() if entities else None,
            **({"collected": collected.to_dicts()} if collected.height else {}),
        },
    )
    inventory = inventory.with_gwp_notes()
    if strict and not inventory.complete:
        errors = [finding for finding in inventory.findings if finding.severity == "error"]
        first = errors[0].message() if errors else ""
        raise StrictRefusal(count=inventory.refused + len(inventory.unmatched), first=first)
    return inventory


@contextmanager
def _running(engine: str | Engine) -> Iterator[Engine]:
    """The engine of an account; one that is named is opened for it and closed."""
    if not isinstance(engine, str):
        yield engine
        return
    runner = open_engine(engine)
    try:
        yield runner
    finally:
        runner.close()


def _gwp_values(library: FactorLibrary) -> dict[str, dict[str, float]]:
    """Values of every GWP set that the library holds."""
    return {name: dict(library.gwp(name).values) for name in gwp_sets()}


def _gwp_sources(library: FactorLibrary, gas_codes: Iterable[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Factor id, check state and document of the GWP of each gas in use, by set."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name in gwp_sets():
        chosen = library.gwp(name)
        for gas in gas_codes:
            code = next((one for one in (gas, gases()[gas]["family"]) if one in chosen.ids), None)
            if code is not None and chosen.ids[code] in library:
                row = library.get(chosen.ids[code])
                found.setdefault(name, {})[gas] = {"factor": row.id, "check": row.check, "source": row.source}
    return found


def _multiply(
    engine: Engine, amounts: Amounts, sheet: pl.DataFrame, coefficients: Sequence[Coefficient]
) -> pl.DataFrame:
    """One equi-join of cells and coefficients; each product is rounded once to 10^-9 t."""
    scaled = sheet.select("key", "coefficient_row", (pl.col("canonical") * (NANO / MICRO)).alias("scaled"))
    engine.register(
        "amounts",
        amounts.cells.select("cell", "key", pl.col("amount_micro").cast(pl.Float64).alias("amount")),
    )
    engine.register("sheet", scaled)
    sql = load_sql("tanheng.inventory.accounting", "account.sql")
    products = engine.query(sql).with_columns(pl.col("cell", "coefficient_row", "hi", "lo").cast(pl.Int64))
    exact = products.select(
        "cell",
        "coefficient_row",
        (pl.col("hi").cast(pl.Int128) * 4_294_967_296 + pl.col("lo").cast(pl.Int128)).alias("nano"),
    )
    factor = {
        unit: parse_unit(unit).factor for unit in amounts.cells.get_column("unit").unique().to_list()
    } or {"": 1.0}
    cells = amounts.cells.with_columns(
        (pl.col("amount_micro") / MICRO / pl.col("unit").replace_strict(factor, return_dtype=pl.Float64))
        .round_sig_figs(15)
        .alias("amount")
    )
    about = sheet.drop(*KEY, "key", "inputs", "formula", "canonical", "coefficient_unit")
    about = about.sort("part", "emitted", "rule", "coefficient_row").with_row_index("__order")
    # Sorted while it is narrow: texts of many rows are copied once.
    ordered = exact.join(about.select("coefficient_row", "__order"), on="coefficient_row", how="left")
    ordered = ordered.sort("cell", "__order").drop("__order")
    joined = ordered.join(about, on="coefficient_row", how="left", maintain_order="left")
    joined = joined.join(cells, on="cell", how="left", maintain_order="left")
    dims = [*amounts.dimensions]
    return joined.select(
        "cell",
        *(name for name in dims if name != "gas"),
        "amount",
        "amount_micro",
        "rule",
        "part",
        "scope",
        "memo",
        pl.col("emitted").alias("gas"),
        "coefficient",
        "nano",
        "factors",
        "check",
        "carried",
        "uncertainty",
        *(["activity_uncertainty"] if "activity_uncertainty" in cells.columns else []),
        "category",
        "coefficient_row",
    )


def _notes(coefficients: Sequence[Coefficient]) -> list[Finding]:
    """Which factors were not verified, and which were carried from earlier years."""
    inputs = [one for coefficient in coefficients for one in coefficient.inputs if one.factor]
    groups = {
        "I-110": {one.factor for one in inputs if one.check == "recalled"},
        "I-111": {one.factor for one in inputs if one.carried_from is not None},
    }
    return [
        Finding(code, {"count": len(ids), "ids": ", ".join(sorted(ids)[:8]) + (" …" if len(ids) > 8 else "")})
        for code, ids in groups.items()
        if ids
    ]
