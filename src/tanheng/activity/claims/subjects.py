"""Subjects of printed statements: the total, a sector, an item, a sector's item, an entity, or several together."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tanheng.activity.checks.base import Pair, label
from tanheng.activity.claims.words import find_word, long_enough, spellings, squeezed, take_out
from tanheng.codes import CodeList, codelist, items, mapping
from tanheng.codes.codelist import spellings as all_names

_APART = re.compile(r"\s*[/／:：|｜>·\\]\s*|\s+[-–—]\s+")
_JOINED = re.compile(r"\s*[+＋&、，,和与及]\s*|\s+and\s+", re.IGNORECASE)


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """One entity, sector and item; empty means all of them. ``name`` is a subject that no list knows."""

    entity: str = ""
    sector: str = ""
    item: str = ""
    name: str = ""

    def label(self) -> Pair:
        """Its name in both languages."""
        if self.name:
            return self.name, self.name
        return label(
            {"entity": self.entity, "sector": self.sector, "item": self.item}, ("entity", "sector", "item")
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """One place, or several that are spoken of together."""

    places: tuple[Place, ...] = (Place(),)

    @property
    def place(self) -> Place:
        """The only place; the first of several."""
        return self.places[0]

    @property
    def several(self) -> bool:
        """Whether it is several places together."""
        return len(self.places) > 1

    def label(self) -> Pair:
        """Its name in both languages."""
        labels = [place.label() for place in self.places]
        return "＋".join(zh for zh, _ in labels), " + ".join(en for _, en in labels)


TOTAL = Subject()


def labels(subjects: Iterable[Subject]) -> Pair:
    """Several subjects as a list in both languages, each as one path (sector/item).

    Examples
    --------
    >>> labels([Subject((Place(sector="industry", item="coal"),)), TOTAL])
    ('工业/煤炭、合计', 'Industry/Coal; total')
    """
    paths = [[_path(place) for place in subject.places] for subject in subjects]
    zh = "、".join("＋".join(zh for zh, _ in path) for path in paths)
    return zh, "; ".join(" + ".join(en for _, en in path) for path in paths)


def _path(place: Place) -> Pair:
    steps = [
        label({name: code}, (name,))
        for name in ("entity", "sector", "item")
        if (code := getattr(place, name))
    ]
    if place.name or not steps:
        return place.label()
    return "/".join(zh for zh, _ in steps), "/".join(en for _, en in steps)


@dataclass(frozen=True)
class Context:
    """What the tables hold: it decides what a name means that may be two things, and what goes without saying."""

    entities: tuple[str, ...] = ()
    sectors: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    periods: tuple[str, ...] = ()


NOTHING = Context()


@functools.cache
def _names(kind: str) -> dict[str, str]:
    """Every squeezed spelling of a sector or item to its code; a spelling of two codes is left out."""
    listed = codelist("sectors") if kind == "sector" else items().codes
    found: dict[str, set[str]] = {}
    for row in listed.rows:
        for spelling in all_names(row):
            found.setdefault(squeezed(spelling), set()).add(row["code"])
    names = {spelling: next(iter(codes)) for spelling, codes in found.items() if len(codes) == 1}
    return {**{text: code for text, code in spellings(kind).items() if code in listed}, **names}


def parse_subject(text: str, known: Context = NOTHING) -> tuple[Subject, list[str]]:
    """What a statement speaks of, and the measures that its wording hints at.

    Parameters
    ----------
    text : str
        Such as ``total``, ``工业``, ``residential/natural_gas``, ``居民生活天然气消费量``, ``石油和天然气``.
    known : Context
        What the tables hold; a single entity is taken for granted.

    Returns
    -------
    tuple of Subject and list of str
        A text that no list knows becomes a subject of its own.

    Examples
    --------
    >>> subject, hints = parse_subject("居民生活天然气消费量")
    >>> subject.place.sector, subject.place.item, hints
    ('residential', 'natural_gas', ['amount'])
    """
    whole = _simple(text, known)
    if whole is not None:
        return Subject((whole,)), _hints(text)
    pieces = [piece for piece in _APART.split(text.strip()) if piece]
    parsed = [_piece(piece, known) for piece in pieces]
    hints = [hint for _, found in parsed for hint in found]
    combined = [_merged(choice) for choice in itertools.product(*(places for places, _ in parsed))]
    return Subject(tuple(sorted(set(combined)))) if combined else TOTAL, hints


def _hints(text: str) -> list[str]:
    return take_out("measure", squeezed(text))[0]


def _piece(text: str, known: Context) -> tuple[list[Place], list[str]]:
    """Places of a piece without separators: one, or several that are joined by 'and'."""
    single, hints = _stripped(text, known)
    if single is not None:
        return [single], hints
    joined = [_stripped(part, known) for part in _JOINED.split(text) if part]
    if len(joined) > 1 and all(place is not None for place, _ in joined):
        return [place for place, _ in joined if place], [hint for _, found in joined for hint in found]
    return [Place(name=text.strip())], hints


def _simple(text: str, known: Context) -> Place | None:
    """A text that is, as it stands, the total, an entity, a sector or an item."""
    bare = squeezed(text)
    if not bare or find_word("total", text) is not None:
        return Place()
    for entity in known.entities:
        name = squeezed(entity)
        if bare == name or (len(bare) > 1 and (name[:-1] == bare or name.endswith(bare))):
            return Place(entity=entity) if len(known.entities) > 1 else Place()
    sector, item = _names("sector").get(bare), _names("item").get(bare)
    if sector and not (item in known.items and sector not in known.sectors):
        return Place(sector=sector)
    return Place(item=item) if item else None


def _stripped(text: str, known: Context) -> tuple[Place | None, list[str]]:
    """A place whose name is wrapped in words for measures, the total or nothing in particular."""
    found = _simple(text, known) or _two_in_one(squeezed(text))
    if found is not None:
        return found, _hints(text)
    words = [word for word in re.split(r"[\s_]+", text) if find_word("filler", word) is None]
    said = [find_word("measure", word) for word in words] if len(words) > 1 else []
    words = [word for word in words if not said or find_word("measure", word) is None]
    hints, bare = take_out("measure", squeezed("".join(words)))
    hints += [measure for measure in said if measure]
    for entity in known.entities if len(known.entities) == 1 else ():
        bare = bare.replace(squeezed(entity), "", 1)
    for kind in ("total", "filler"):
        found = _known(bare, known)
        if found is not None:
            return found, hints
        bare = take_out(kind, bare)[1]
    return _known(bare, known), hints


def _known(bare: str, known: Context) -> Place | None:
    return _simple(bare, known) or _two_in_one(bare)


def _two_in_one(bare: str) -> Place | None:
    """A sector and an item written in one word, either first."""
    for at in range(1, len(bare)):
        left, right = bare[:at], bare[at:]
        for sector, item in ((left, right), (right, left)):
            if sector in _names("sector") and item in _names("item") and long_enough(sector):
                return Place(sector=_names("sector")[sector], item=_names("item")[item])
    return None


def _merged(places: Iterable[Place]) -> Place:
    """Pieces of one subject put together; of two sectors or items the narrower one counts."""
    merged = Place()
    for place in places:
        for column, listed in (
            ("entity", None),
            ("sector", codelist("sectors")),
            ("item", items().codes),
            ("name", None),
        ):
            old, new = getattr(merged, column), getattr(place, column)
            if not new or old == new:
                continue
            if not old or (listed is not None and listed.is_under(new, old)):
                merged = replace(merged, **{column: new})
            elif listed is None or not listed.is_under(old, new):
                merged = replace(merged, name=" ".join(filter(None, (merged.name, new))))
    return merged


def disjoint(one: Place, other: Place) -> bool:
    """Whether two places certainly have nothing in common.

    Two sectors, items or entities, neither within the other; sectors must not share an industry either, for statistics
    count power plants in industry as well.

    Examples
    --------
    >>> disjoint(Place(sector="industry"), Place(sector="steel")), disjoint(Place(item="coal"), Place(item="electricity"))
    (False, True)
    >>> disjoint(Place(sector="industry"), Place(sector="power"))
    False
    """
    if one.name or other.name:
        return False
    if one.sector and other.sector and not _overlap("sectors", one.sector, other.sector):
        return True
    if one.item and other.item and not _overlap("items", one.item, other.item):
        return True
    return bool(one.entity and other.entity and one.entity != other.entity)


@functools.lru_cache(maxsize=4096)
def _overlap(name: str, one: str, other: str) -> bool:
    listed = items().codes if name == "items" else codelist(name)
    if _nested(listed, one, other) or name == "items":
        return _nested(listed, one, other)
    industries = codelist("industries")
    pairs = itertools.product(_industries(one), _industries(other))
    return any(_nested(industries, a, b) for a, b in pairs)


def _nested(listed: CodeList, one: str, other: str) -> bool:
    if one not in listed or other not in listed:
        return one == other
    return listed.is_under(one, other) or listed.is_under(other, one)


def _industries(sector: str) -> list[str]:
    if sector not in codelist("sectors"):
        return []
    return [target.code for target in mapping("sectors", "industries").targets(sector)]
