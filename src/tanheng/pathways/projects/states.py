"""States of a project and the changes between them, from packs/rules/project_states.csv."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from tanheng.errors import TanhengError, language


class ChangeForbidden(TanhengError):
    """A change of state that a project cannot make."""

    code = "L-151"
    zh = "项目“{project}”不能从“{before_zh}”变为“{after_zh}”。"
    en = "Project '{project}' cannot go from {before_en} to {after_en}."
    remedy_zh = "允许的下一状态：{known_zh}。"
    remedy_en = "What may follow: {known_en}."


@dataclass(frozen=True)
class State:
    """A state: ``following`` may come next; ``counted`` in a roll-up; ``works``: it can have an effect that was measured."""

    code: str
    title: Mapping[str, str]
    following: tuple[str, ...]
    counted: bool
    works: bool
    aliases: tuple[str, ...]


@functools.cache
def states() -> dict[str, State]:
    """All states by code, in the order of a project's life.

    Examples
    --------
    >>> list(states()), states()["approved"].following
    (['proposed', 'approved', 'building', 'running', 'ended', 'stopped'], ('building', 'stopped'))
    """
    return {
        row["state"]: State(
            row["state"], {"zh": row["name_zh"], "en": row["name_en"]}, tuple(filter(None, row["next"].split("|"))),
            row["counted"] == "yes", row["works"] == "yes", tuple(filter(None, row["aliases"].split("|"))),
        )
        for row in _rules("project_states.csv")
    }  # fmt: skip


@functools.cache
def measurement_options() -> dict[str, dict[str, str]]:
    """Options of a measurement plan by code, with their names.

    Examples
    --------
    >>> measurement_options()["ipmvp-c"]["en"]
    'IPMVP option C: whole facility'
    """
    return {
        row["code"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in _rules("measurement_options.csv")
    }


def state_named(code: str) -> str:
    """What a state is called in the language of the run."""
    return states()[code].title[language()]


def state_of(text: str) -> str:
    """The code of a state by code or any of its names; other text stays as it is.

    Examples
    --------
    >>> state_of("在建"), state_of("Running"), state_of("lost")
    ('building', 'running', 'lost')
    """
    asked = text.strip().lower()
    for code, one in states().items():
        if asked in {code, *one.title.values(), *one.aliases}:
            return code
    return text.strip()


def check_change(project: str, before: str, after: str) -> None:
    """Refuse a change of state that cannot be.

    Raises
    ------
    ChangeForbidden
        With what may follow.

    Examples
    --------
    >>> check_change("p1", "approved", "building")
    >>> check_change("p1", "ended", "running")
    Traceback (most recent call last):
    tanheng.pathways.projects.states.ChangeForbidden: ...
    """
    held = states()
    if after in held[before].following:
        return
    follow = [held[one].title for one in held[before].following]
    raise ChangeForbidden(
        project=project, before_zh=held[before].title["zh"], before_en=held[before].title["en"],
        after_zh=held[after].title["zh"], after_en=held[after].title["en"],
        known_zh="、".join(one["zh"] for one in follow) or "无", known_en=", ".join(one["en"] for one in follow) or "none",
    )  # fmt: skip


def _rules(name: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
