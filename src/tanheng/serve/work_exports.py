"""Exports: official tables, workbooks, reports and exchange forms of a run or a release, written as a job."""

from __future__ import annotations

import contextvars
import functools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.errors import Lang, TanhengError, use_language
from tanheng.filings import html_report
from tanheng.filings.ecrf import write_ecrf
from tanheng.filings.official.workbook import write_official
from tanheng.filings.synthetic import mark
from tanheng.filings.word.report import docx_report
from tanheng.inventory import Inventory
from tanheng.inventory.part import one_part
from tanheng.inventory.releases.runs import load_coded
from tanheng.inventory.releases.years import years_of
from tanheng.inventory.reported.from_account import from_inventory
from tanheng.inventory.views.compared_runs import ComparedRuns
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.views.iamc import as_iamc, write_iamc
from tanheng.inventory.views.streamed import write_rows
from tanheng.record.chain import append
from tanheng.record.platform import Platform
from tanheng.record.store import Entry
from tanheng.record.tables import RELEASE, RUN
from tanheng.serve.compared import compared
from tanheng.serve.holdings import cube_of, is_synthetic, open_run, open_year, run_folder
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.work import login_of
from tanheng.serve.work_releases import RELEASED


class Held:
    """What is written: a run, the release that froze it, and the release before; each is opened when a form needs it.

    ``manifest`` is of the run, ``frozen`` of the release; empty where the run was not frozen.
    """

    def __init__(self, platform: Platform, asked: Mapping[str, Any], manifest: str, frozen: str) -> None:
        self.asked, self._platform, self._manifest = asked, platform, manifest
        self.release: Entry | None = platform.store.entry(frozen) if frozen else None

    @functools.cached_property
    def inventory(self) -> Inventory:
        """The whole inventory, the texts of its rows as codes: what was frozen has the same bytes."""
        return load_coded(self.folder)

    @functools.cached_property
    def restated(self) -> ComparedRuns | None:
        """What differs from the release before, which the report tells."""
        before = self.release.previous if self.release else ""
        with self._platform.reading() as connection:
            made = sa.select(RUN.c.manifest).join(RELEASE, RELEASE.c.run == RUN.c.id)
            old = connection.execute(made.where(RELEASE.c.manifest == before)).scalar() if before else None
        return compared(self._platform, self._manifest, old) if old else None

    @functools.cached_property
    def year(self) -> Inventory:
        """The inventory of the year that was asked for: no other is read; without a year all of it."""
        period = self.part("period")
        if not period:
            return open_run(self._platform, self._manifest)
        return open_year(self._platform, self._manifest, period)[0]

    @property
    def folder(self) -> Path:
        """Where the run stands."""
        return run_folder(self._platform, self._manifest)

    @property
    def cube(self) -> Cube:
        """The run as its tables and proofs are read."""
        return cube_of(self._platform, self._manifest)

    @property
    def lang(self) -> Lang:
        """The language that was asked for."""
        return "en" if self.asked.get("lang") == "en" else "zh"

    def part(self, name: str) -> str | None:
        """Entity or period that was asked for."""
        return self.asked.get(name) or None


def _official(held: Held, file: Path) -> None:
    part = one_part(held.year, entity=held.part("entity"), period=held.part("period"))
    write_official(
        part, file, lang=held.lang, by=held.part("by"), unit=held.asked.get("unit") or "t", entity="*"
    )


def _ecrf(held: Held, file: Path) -> None:
    write_ecrf(from_inventory(held.year, entity=held.part("entity"), period=held.part("period")), file)


def _word(held: Held, file: Path) -> None:
    docx_report(held.inventory, file, lang=held.lang, release=held.release, previous=held.restated)


def _html(held: Held, file: Path) -> None:
    html_report(held.inventory, file, lang=held.lang, release=held.release, previous=held.restated)


def _iamc(held: Held, file: Path) -> None:
    write_iamc(as_iamc(held.cube, "Tanheng", str(held.cube.method["id"])), file)


FORMS: Mapping[str, tuple[str, Callable[[Held, Path], object]]] = {
    "official": ("official.xlsx", _official),
    "workbook": ("inventory.xlsx", lambda held, file: held.inventory.to_xlsx(file)),
    "word": ("report.docx", _word),
    "html": ("report.html", _html),
    "iamc": ("iamc.xlsx", _iamc),
    "ecrf": ("ecrf.xlsx", _ecrf),
    "csv": ("inventory.csv", lambda held, file: write_rows(held.folder, file)),
    "parquet": ("inventory.parquet", lambda held, file: write_rows(held.folder, file)),
}
"""What can be written: the name of the file, and how."""


@work("export")
def export(task: Task) -> Publish:
    """Write the files that were asked for; one that the inventory has no table for is told and hinders no other."""
    asked = task.asked
    table = RELEASE if asked.get("release") else RUN
    with task.platform.reading() as connection:
        row = connection.execute(
            sa.select(table).where(table.c.id == (asked.get("release") or asked["run"]))
        ).one()
        login = login_of(connection, task.person)
        synthetic = is_synthetic(connection, row, table)
        frozen = row.manifest if table is RELEASE else _frozen(connection, row.id)
        run = row.run if table is RELEASE else row.id
        manifest = connection.execute(sa.select(RUN.c.manifest).where(RUN.c.id == run)).scalar_one()
    task.tell("打开清单", "Opening the inventory", 0.1)
    held = Held(task.platform, asked, manifest, frozen)
    part = _part(held)
    files: list[dict[str, Any]] = []
    refused: dict[str, TanhengError] = {}
    with tempfile.TemporaryDirectory() as folder:
        for place, form in enumerate(dict.fromkeys(asked["forms"])):
            name, write = FORMS[form]
            task.tell(f"写 {name}", f"Writing {name}", 0.1 + 0.8 * place / len(asked["forms"]))
            file = Path(folder) / name
            try:
                in_language(held.lang, functools.partial(write, held, file))
                if synthetic:
                    mark(file)
            except TanhengError as error:
                refused[form] = error
                continue
            sha256 = task.platform.store.objects.put(file)
            files.append({"form": form, "name": name, "size": file.stat().st_size, "sha256": sha256})
    if refused and not files:
        raise next(iter(refused.values()))

    def publish(connection: sa.Connection) -> dict[str, Any]:
        append(connection, "export.make", row.id, tenant=task.tenant, person=task.person, login=login,
               source=asked.get("source", ""), detail={"job": task.id, "forms": [one["form"] for one in files]})  # fmt: skip
        errors = {form: error.to_dict() for form, error in refused.items()}
        return {
            "files": files,
            "refused": errors,
            "run": asked.get("run"),
            "release": asked.get("release"),
            "name": row.name,
            "part": part,
        }

    return publish


def _part(held: Held) -> str:
    """The entity and the years that the files are of, for their names: 甲市-2021, 2014-2023."""
    years = years_of(held.folder)
    span = held.part("period") or "-".join(dict.fromkeys(years[:1] + years[-1:]))
    return "-".join(filter(None, (held.part("entity"), span)))


def _frozen(connection: sa.Connection, run: str) -> str:
    """The manifest of the newest release that froze a run; empty where none did."""
    sealed = sa.and_(RELEASE.c.run == run, RELEASE.c.state == RELEASED)
    found = sa.select(RELEASE.c.manifest).where(sealed).order_by(RELEASE.c.number.desc()).limit(1)
    return str(connection.execute(found).scalar() or "")


def in_language(lang: Lang, do: Callable[[], Any]) -> Any:
    """Do something with messages in a language, and leave the language of the thread as it is."""

    def inside() -> Any:
        use_language(lang)
        return do()

    return contextvars.copy_context().run(inside)
