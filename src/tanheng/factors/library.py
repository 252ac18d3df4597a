"""The library: the rows of a release and of user packs, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tanheng.errors import NotFound
from tanheng.factors.gwp import GwpSet, gwp_set
from tanheng.factors.lookup import FactorAnswer, FactorIndex, lookup, unknown
from tanheng.factors.model import FIELDS, Factor
from tanheng.factors.query import When, ask
from tanheng.factors.search import Entry, entries, search
from tanheng.factors.template import write_template

if TYPE_CHECKING:
    from tanheng.factors.audit import Audit
    from tanheng.factors.release import Release


class FactorLibrary:
    """Emission factors 排放因子: a release, with user packs laid over it.

    Parameters
    ----------
    rows : iterable of Factor
        All rows, release first.
    release : Release
        The release under the rows.

    Examples
    --------
    >>> from tanheng.factors import load_factors
    >>> library = load_factors()
    >>> library.lookup("electricity", "CN-51", "2021-06-30").text
    '0.1255'
    """

    def __init__(self, rows: Iterable[Factor], *, release: Release) -> None:
        self.release = release
        self._rows = {row.id: row for row in rows}
        self._gwp: dict[tuple[str, int], GwpSet] = {}

    @property
    def name(self) -> str:
        """Release and packs in one name, as ``2026.11 + my_pack``."""
        return " + ".join((self.release.name, *self.packs))

    @property
    def packs(self) -> tuple[str, ...]:
        """Names of the user packs."""
        return tuple(dict.fromkeys(row.pack for row in self if row.user))

    @cached_property
    def properties(self) -> frozenset[str]:
        """Everything a row may be: emission_factor, ncv, carbon_content ..."""
        return frozenset(row["property"] for row in self.release.items) | {row.property for row in self}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Factor]:
        return iter(self._rows.values())

    def __contains__(self, factor_id: object) -> bool:
        return factor_id in self._rows

    def __repr__(self) -> str:
        return f"FactorLibrary({self.name!r}, {len(self)} rows)"

    @cached_property
    def index(self) -> FactorIndex:
        """The rows by property, item and region."""
        return FactorIndex(self)

    def rows_of(self, item: str, property: str) -> list[Factor]:
        """The rows of an item and a property, in the order of the library.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> {row.unit for row in load_factors().rows_of("natural_gas", "oxidation_rate")}
        {'percent'}
        """
        return self._by_item.get((item, property), [])

    @cached_property
    def _by_item(self) -> dict[tuple[str, str], list[Factor]]:
        found: dict[tuple[str, str], list[Factor]] = {}
        for row in self:
            found.setdefault((row.item, row.property), []).append(row)
        return found

    @cached_property
    def _entries(self) -> list[Entry]:
        return entries(self)

    def get(self, factor_id: str) -> Factor:
        """One row by its id, whatever the date: for a method that pins its document's own factors.

        Raises
        ------
        NotFound
            When the library has no such id.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> load_factors().get("cn_51_pilot_coal").text
        '1.9812'
        """
        if factor_id in self._rows:
            return self._rows[factor_id]
        near = get_close_matches(factor_id, self._rows, n=5)
        raise NotFound(what_zh="因子", what_en="factor", name=factor_id, known=", ".join(near) or "–")

    def lookup(
        self,
        item: str,
        region: str,
        date: When,
        *,
        activity: str | None = None,
        property: str = "emission_factor",
        gas: str | None = None,
        sector: str | None = None,
        equipment: str | None = None,
        source: str | None = None,
        origin: str | None = None,
    ) -> FactorAnswer:
        """Find the row that applies to an item in a place "as of" a date.

        Parameters
        ----------
        item : str
            Code or name of what is counted, as ``electricity`` or 原煤.
        region : str
            Code or name of a region, as ``CN-5101``, 510000 or 四川省.
        date : date, int or str
            Date or year of the activity.
        activity : str, optional
            Finer class. Left out it means combustion for a fuel, ``purchased_electricity`` and ``purchased_heat``;
            residual mixes, ETS constants, benchmarks and life-cycle values must be named.
        property : str
            emission_factor, ncv, carbon_content, oxidation_rate ...
        gas : str, optional
            Gas code; ``CH4_fossil`` asks for fossil methane.
        sector, equipment : str, optional
            Narrow to a category, with fallback to wider ones; left out, rows for any are looked at first.
        source : str, optional
            Part of the title or publisher of the document, or of the name of a user pack.
        origin : str, optional
            Origin of methane: fossil or biogenic.

        Returns
        -------
        FactorAnswer
            The row, with ``carried_from``, ``unverified``, the reason and the chain that was tried.

        Raises
        ------
        UnknownCode
            When item, property, region or gas is not known.
        FactorNotFound
            When nothing applies along the chain.
        FactorAmbiguous
            When several rows fit equally well; the method or the user picks, never the library.

        Notes
        -----
        Regions nearest first: district, city, province, grid region as of the year, country, IPCC region, world. Inside
        a region by category: the sector asked for, wider sectors, then rows for any sector; rows that name a sector or
        equipment which was not asked for come last. Inside a category rows that cover the year, else the latest earlier
        ones (carried); a user pack first, then the newest vintage, then read before derived before recalled. A row that
        is valid only later never applies. Rows of different activities, gases, sectors, equipment or origins are never
        ranked against each other.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> answer = load_factors().lookup("electricity", "四川省", 2019)
        >>> answer.text, answer.carried_from, answer.unverified
        ('0.1031', 2018, True)
        """
        if property not in self.properties:
            raise unknown("property", property, sorted(self.properties))
        query = ask(
            item,
            region,
            date,
            activity=activity,
            property=property,
            gas=gas,
            sector=sector,
            equipment=equipment,
            source=source,
            origin=origin,
        )
        return lookup(self.index, query)

    def search(
        self, text: str, *, region: str | None = None, year: int | None = None, limit: int | None = 20
    ) -> pl.DataFrame:
        """Search names, items and their other names, ids and documents, in Chinese and English.

        Parameters
        ----------
        text : str
            Words, all of which must be found; empty lists everything.
        region : str, optional
            Keep rows of the region and of the wider ones along its chain, nearest first.
        year : int, optional
            Rows that cover the year first, then earlier ones, then later ones.
        limit : int, optional
            Number of rows; None for all.

        Returns
        -------
        polars.DataFrame
            One row a factor, best first: id, names, item, property, activity, gas, value (in ``unit``), text, unit,
            region, year_from, year_to, sector, equipment, check, source_title, pack.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> load_factors().search("原煤", region="CN-51", year=2021)["item"][0]
        'raw_coal'
        """
        return search(self._entries, text, region=region, year=year, limit=limit)

    def gwp(self, name: str, *, horizon: int = 100) -> GwpSet:
        """One set of global warming potentials.

        Parameters
        ----------
        name : str
            SAR, AR4, AR5, AR5_CCF or AR6.
        horizon : int
            100 years, or 20 or 500 where the report gives them.

        Returns
        -------
        GwpSet
            Values by gas code, kg CO2e per kg.

        Raises
        ------
        NotFound
            When the library has no such set.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> load_factors().gwp("AR5").is_unverified("CH4_fossil")
        True
        """
        if (name, horizon) not in self._gwp:
            self._gwp[name, horizon] = gwp_set(self, name, horizon=horizon)
        return self._gwp[name, horizon]

    def audit(self) -> Audit:
        """Audit the rows: hashes, schema, units, ranges, CO2 against carbon content, unverified rows, alternatives.

        Returns
        -------
        Audit
            Findings; ``ok`` is False when one is an error that the release does not explain.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> load_factors().audit().ok
        True
        """
        from tanheng.factors.audit import audit

        return audit(self)

    def template(self, path: str | Path) -> Path:
        """Write an empty user pack with its header in Chinese and one example line.

        Parameters
        ----------
        path : str or Path
            A ``.csv`` or ``.xlsx`` file; an existing file is not overwritten.

        Returns
        -------
        Path
            The file.
        """
        return write_template(Path(path))

    def to_polars(self) -> pl.DataFrame:
        """All rows as a table, one a factor, with the fields of `Factor`."""
        return pl.DataFrame(
            [{name: getattr(row, name) for name in FIELDS} for row in self], infer_schema_length=None
        )
