"""Areas of responsibility as row predicates: the one place where it is decided which rows somebody may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from tanheng.access.problems import AreaInvalid, OutsideArea
from tanheng.access.roles import lacks
from tanheng.codes import region as region_named
from tanheng.errors import TanhengError


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks: whose tenant, what they may do, and where.

    ``areas`` are pairs of a kind and a code: ``all`` (the whole tenant), ``region`` (a region with all below it), or
    ``entity`` (one park or enterprise). Without an area nobody sees a row. ``pending`` is what must be done before
    anything else: ``password``, ``second_factor``. ``session`` or ``token`` tells how they came in.
    """

    person: str
    login: str
    name: str
    tenant: str
    permissions: frozenset[str]
    areas: tuple[tuple[str, str], ...]
    roles: tuple[str, ...] = ()
    csrf: str = ""
    scopes: frozenset[str] | None = None
    source: str = ""
    pending: tuple[str, ...] = ()
    session: str = ""
    token: str = ""

    def may(self, permission: str) -> bool:
        """Whether a role, and the token's scope where one is used, admit it."""
        return permission in self.permissions and (self.scopes is None or permission in self.scopes)

    def must(self, permission: str) -> None:
        """Refuse what is not allowed.

        Raises
        ------
        NotAllowed
        """
        if not self.may(permission):
            raise lacks(permission)


def may_see(viewer: Viewer, table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition on a table with ``tenant``, ``region`` and ``entity`` under which a row may be seen.

    A region admits the regions below it: codes of GB/T 2260 nest by their beginnings (CN, CN-51, CN-5101, CN-510104), and
    no other code does (CN-GRID-NORTH, CN-GRID-NORTHEAST). What lies in no place, a table without ``region``, is the whole
    tenant's: seen by whoever has an area.

    Examples
    --------
    >>> from tanheng.record.tables import RUN
    >>> wang = Viewer("p", "wang", "王工", "t", frozenset(), (("region", "CN-51"),))
    >>> print(may_see(wang, RUN))
    run.tenant = :tenant_1 AND (run.region = :region_1 OR (run.region LIKE :region_2 || '%' ESCAPE '/'))
    """
    return sa.and_(table.c.tenant == viewer.tenant, _inside(viewer, table))


def place_for(viewer: Viewer, region: str, entity: str) -> tuple[str, str]:
    """Where what the viewer makes shall lie: the place that was stated, else the only one they have.

    Returns
    -------
    tuple of str
        The code of the region and the name of the entity; each empty where there is none.

    Raises
    ------
    UnknownCode, AmbiguousName
        For what is no region.
    OutsideArea
        For a place outside their areas.

    Examples
    --------
    >>> wang = Viewer("p", "wang", "王工", "t", frozenset(), (("region", "CN-51"),))
    >>> place_for(wang, "成都市", ""), place_for(wang, "", "")
    (('CN-5101', ''), ('CN-51', ''))
    """
    region = region_named(region).code if region else ""
    if not region and not entity and ("all", "") not in viewer.areas and len(viewer.areas) == 1:
        kind, code = viewer.areas[0]
        region, entity = (code, "") if kind == "region" else ("", code)
    refuse_outside(viewer, region, entity)
    return region, entity


def refuse_outside(viewer: Viewer, region: str, entity: str) -> None:
    """Refuse a place that lies in none of the viewer's areas.

    Raises
    ------
    OutsideArea
    """
    inside = any(
        kind == "all"
        or (kind == "region" and bool(code) and (region == code or region.startswith(below(code))))
        or (kind == "entity" and bool(code) and entity == code)
        for kind, code in viewer.areas
    )
    if not inside:
        known = ", ".join(code or "*" for _, code in viewer.areas)
        raise OutsideArea(place=entity or region or "–", areas=known or "–")


def seen_with(place: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether whoever sees what lies in a place (region, entity) sees what lies in another one too.

    Examples
    --------
    >>> seen_with(("CN-51", ""), ("CN-5101", "甲")), seen_with(("CN-5101", ""), ("CN-51", "")), seen_with(("", ""), ("CN", ""))
    (True, False, True)
    """
    (region, entity), (other_region, other_entity) = place, other
    here = not region or other_region == region or other_region.startswith(below(region))
    return here and entity in ("", other_entity)


def checked_areas(areas: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Areas as they are kept: regions by their codes, each once.

    Raises
    ------
    AreaInvalid

    Examples
    --------
    >>> checked_areas([("region", "四川省"), ("entity", "成都高新区"), ("region", "CN-51")])
    [('entity', '成都高新区'), ('region', 'CN-51')]
    """
    return sorted({_checked(kind, code.strip()) for kind, code in areas})


def _checked(kind: str, code: str) -> tuple[str, str]:
    if kind == "all" and not code:
        return kind, code
    if kind == "entity" and code:
        return kind, code
    if kind == "region" and code:
        try:
            return kind, region_named(code).code
        except TanhengError as error:
            raise AreaInvalid(area=f"{kind}:{code}") from error
    raise AreaInvalid(area=f"{kind}:{code}")


def _inside(viewer: Viewer, table: sa.Table) -> sa.ColumnElement[bool]:
    if ("all", "") in viewer.areas:
        return sa.true()
    if "region" not in table.c:
        return sa.true() if viewer.areas else sa.false()
    found: list[sa.ColumnElement[bool]] = []
    for kind, code in viewer.areas:
        if kind == "region" and code:
            found += [table.c.region == code, table.c.region.startswith(below(code), autoescape=True)]
        elif kind == "entity" and code:
            found.append(table.c.entity == code)
    return sa.or_(*found) if found else sa.false()


def below(code: str) -> str:
    """How the codes of the regions below one begin.

    Examples
    --------
    >>> below("CN-51"), below("CN"), below("CN-GRID-NORTH")
    ('CN-51', 'CN-', 'CN-GRID-NORTH-')
    """
    return code if code[-1].isdigit() else f"{code}-"
