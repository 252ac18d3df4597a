"""Codes 码: what things are called and how the lists map onto each other.

Code lists (IPCC, CRF, GPC, provincial guideline, GB/T 4754, energy items, balance rows, scopes, gases, sectors),
regions with their validity and grid membership, items that an activity counts, mappings between lists, trees of
entities, and the catalogue of terms that the command line, the reports and the web show. Everything is data in
``packs/codes``, each row with its source and check state. May use `errors` and `quantities`, nothing above.

>>> region_chain("成都市", year=2021)[2].code
'CN-GRID-SOUTHWEST'
>>> items().find("原煤").code
'raw_coal'
"""

from tanheng.codes.codelist import CodeList, code_lists, codelist
from tanheng.codes.entities import EntityTree
from tanheng.codes.entity_table import Entity, EntityFault
from tanheng.codes.gazetteer import Region
from tanheng.codes.items import Item, ItemCatalogue, item_name, items
from tanheng.codes.mapping import Mapping, Target, mapping, mappings
from tanheng.codes.problems import AmbiguousName, EntitiesInvalid
from tanheng.codes.regions import RegionStep, match_regions, region, region_chain, regions
from tanheng.codes.terms import term, terms
from tanheng.codes.text import normalise

__all__ = [
    "AmbiguousName",
    "CodeList",
    "EntitiesInvalid",
    "Entity",
    "EntityFault",
    "EntityTree",
    "Item",
    "ItemCatalogue",
    "Mapping",
    "Region",
    "RegionStep",
    "Target",
    "code_lists",
    "codelist",
    "item_name",
    "items",
    "mapping",
    "mappings",
    "match_regions",
    "normalise",
    "region",
    "region_chain",
    "regions",
    "term",
    "terms",
]
