"""The reference is made from the code: it holds every error, finding, command, option and public name, in both languages."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys

import click
import pytest
from tests.unit.test_docs import DOCS, LANGS, PAGES, ROOT

import tanheng
from tanheng.activity.findings import catalogue
from tanheng.activity.schema import columns
from tanheng.errors import use_language
from tanheng.inventory import load_method, method_files
from tanheng.inventory.methods.format import format_keys
from tanheng.quantities import read_rows
from tanheng.serve.roads.kinds import KINDS

# public names whose docstrings need no example: protocols, results that other examples show, what writes files
NO_EXAMPLE = {
    "access": {"Role", "Viewer", "add_person", "find_person", "sign_out", "who"},
    "serve": {"Settings", "create_app"},
    "activity": {"Activity"},
    "atlas": {"Layer", "Outlines"},
    "charts": {"Bar", "Curve", "Line", "Point"},
    "programs": {"Rows", "Solved"},
    "drivers": {
        "Benchmarked",
        "Clusters",
        "Decomposition",
        "Frontier",
        "PlaceClass",
        "PlaceComparison",
        "PlaceDifference",
        "Step",
        "Stirpat",
        "Trace",
    },
    "codes": {"Entity", "EntityFault", "Item", "RegionStep", "Target"},
    "errors": {"fill", "use_language"},
    "engine": {"Engine", "Parquet", "open_engine"},
    "factors": {"Audit", "Difference", "Factor", "FactorAnswer", "Finding", "Release", "check_pack"},
    "filings": {"compare_published", "html_report"},
    "holdings": {"Allowance", "Step"},
    "inventory": {
        "Comparison",
        "Completeness",
        "Coverage",
        "KeyCategories",
        "Proof",
        "compare",
        "find_run",
        "load_run",
        "save_run",
    },
    "pathways": {
        "DualCarbonIndex",
        "CapPlan",
        "Deviation",
        "Effects",
        "Evaluation",
        "Finance",
        "Pipeline",
        "Project",
        "Road",
        "RollUp",
        "Tree",
        "read_iamc",
    },
    "quantities": {"Unit", "read_rows"},
    "workbooks": {"opened"},
    "record": {"Version", "file_sha256", "read_version"},
}


def test_both_languages_have_the_same_pages() -> None:
    chinese, english = ({path.name for path in (DOCS / lang).glob("*.md")} for lang in LANGS)
    assert english - {"index.md"} == chinese
    generated = {path.partition("/")[::2] for path in reference()}
    ours, theirs = ({rest for lang, rest in generated if lang == one} for one in LANGS)
    assert {path for path in theirs if "/api-" not in path} == ours


@functools.cache
def hooks() -> object:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("docs_hooks")
    finally:
        sys.path.pop(0)


@functools.cache
def reference() -> dict[str, str]:
    pages: dict[str, str] = hooks().generated()  # type: ignore[attr-defined]
    return pages


@pytest.mark.parametrize("lang", LANGS)
def test_the_reference_holds_everything(lang: str) -> None:
    code = importlib.import_module(hooks().docs_code.__name__)  # type: ignore[attr-defined]
    expected = {
        "errors": [name for one in code.error_classes() for name in (one.code, one.__name__)],
        "findings": list(catalogue()),
        "method-format": list(format_keys()),
        "methods": [rule.id for name in method_files() for rule in load_method(name).rules],
        "tables": [
            name for table in ("activity", "emission", "finding", "claims") for name in columns(table)
        ],
        "checks": [
            row[key]
            for row in hooks().docs_tables.read("schemas", "check_format.csv")
            for key in ("check", "key")
        ],  # type: ignore[attr-defined]
        "units": [row["unit"] for row in read_rows("units.csv")],
        "rooms": code.room_names(),
        "analyses": [
            name for kind, one in KINDS.items() for name in (kind, *(option.name for option in one.options))
        ],
    }
    for page, names in expected.items():
        text = reference()[f"{lang}/reference/{page}.md"]
        missing = [name for name in names if f"`{name}`" not in text]
        assert not missing, f"{page}: {missing}"


def test_codes_that_pages_name_exist() -> None:
    code = importlib.import_module(hooks().docs_code.__name__)  # type: ignore[attr-defined]
    known = {*catalogue(), *(one.code for one in code.error_classes())}
    named = {
        page: set(re.findall(r"`([A-Z]-\d{3})`", (ROOT / page).read_text(encoding="utf-8"))) for page in PAGES
    }
    assert len(set().union(*named.values())) > 3
    assert not {page: found - known for page, found in named.items() if found - known}


def test_the_reference_lists_an_error_once() -> None:
    pages = [reference()[f"{lang}/reference/errors.md"] for lang in LANGS]
    for page in pages:
        codes = re.findall(r"^\| `([A-Z]-\d{3})`", page, re.M)
        assert len(codes) == len(set(codes)) > 20


def test_every_check_of_the_format_stands_on_the_page_of_checks() -> None:
    kinds = {row["check"] for row in hooks().docs_tables.read("schemas", "check_format.csv")}  # type: ignore[attr-defined]
    for lang in LANGS:
        text = (DOCS / lang / "checks.md").read_text(encoding="utf-8")
        assert not {kind for kind in kinds if f"| `{kind}` |" not in text}


@pytest.mark.parametrize("lang", LANGS)
def test_the_reference_holds_every_command_and_option_in_its_language(lang: str) -> None:
    text = reference()[f"{lang}/reference/cli.md"]
    group = importlib.import_module("tanheng.cli").cli
    for path, found in commands(group, "tanheng"):
        assert f"{path} " in text
        assert all(
            option in text
            for one in found.params
            for option in one.opts
            if option.startswith("-") and not one.is_eager
        )
    assert ("Required" in text) == (lang == "en")


def commands(found: click.Command, path: str) -> list[tuple[str, click.Command]]:
    if not isinstance(found, click.Group):
        return [(path, found)]
    context = click.Context(found)
    below = [(name, found.get_command(context, name)) for name in found.list_commands(context)]
    return [
        (path, found),
        *(one for name, child in below if child for one in commands(child, f"{path} {name}")),
    ]


def test_the_reference_shows_each_error_in_both_languages() -> None:
    pages = [reference()[f"{lang}/reference/errors.md"] for lang in LANGS]
    assert "单位“{unit}”无法识别" in pages[0]
    assert "Unit '{unit}' is not known" in pages[1]


def test_public_names_are_documented() -> None:
    code = importlib.import_module(hooks().docs_code.__name__)  # type: ignore[attr-defined]
    bare, without = [], []
    for room in code.public_rooms():
        for name in code.public_names(room):
            found = getattr(importlib.import_module(f"tanheng.{room}"), name)
            bare += [f"{room}.{name}"] if not inspect.getdoc(found) else []
            if (
                name not in NO_EXAMPLE.get(room, set())
                and not shown_elsewhere(found)
                and not has_example(found)
            ):
                without.append(f"{room}.{name}")
    assert not bare
    assert not without
    assert all(inspect.getdoc(getattr(tanheng, name)) for name in tanheng.__all__ if not name.startswith("_"))


def shown_elsewhere(found: object) -> bool:
    """Errors stand in the reference of errors; a constant needs no example."""
    return (
        found is use_language
        or not callable(found)
        or (inspect.isclass(found) and issubclass(found, BaseException))
    )


def has_example(found: object) -> bool:
    own = [found, *vars(found).values()] if inspect.isclass(found) else [found]
    return any(">>>" in (getattr(one, "__doc__", None) or "") for one in own)
