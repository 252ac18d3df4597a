"""Roles and what they may do, from packs/access; which of them one person must not hold together."""

from __future__ import annotations

import csv
import functools
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files

from tanheng.access.problems import NotAllowed, RolesApart, RoleUnknown


@dataclass(frozen=True)
class Role:
    """A role with its names and permissions; ``administrator`` for one that administers."""

    role: str
    zh: str
    en: str
    permissions: frozenset[str]
    administrator: bool = False


@functools.cache
def roles() -> dict[str, Role]:
    """Every role by its id.

    Examples
    --------
    >>> sorted(roles()["audit_admin"].permissions)
    ['audit.read']
    """
    return {
        row["role"]: Role(
            row["role"],
            row["zh"],
            row["en"],
            frozenset(row["permissions"].split()),
            row["administrator"] == "yes",
        )
        for row in _read("roles.csv")
    }


def administrators(held: Collection[str]) -> list[str]:
    """Those of some roles that administer.

    Examples
    --------
    >>> administrators(["analyst", "audit_admin"])
    ['audit_admin']
    """
    return [role for role in held if role in roles() and roles()[role].administrator]


def all_permissions() -> frozenset[str]:
    """Every permission that some role has.

    Examples
    --------
    >>> "audit.read" in all_permissions()
    True
    """
    return frozenset().union(*(role.permissions for role in roles().values()))


def permissions_of(held: Collection[str]) -> frozenset[str]:
    """What somebody with these roles may do.

    Examples
    --------
    >>> sorted(permissions_of(["approver"]))
    ['data.read', 'factors.read', 'release.approve']
    """
    return frozenset().union(*(roles()[role].permissions for role in held if role in roles()))


@functools.cache
def permission_words() -> dict[str, dict[str, str]]:
    """What every permission is called, by its code, in both languages.

    Examples
    --------
    >>> permission_words()["release.approve"]
    {'zh': '审批发布', 'en': 'Approve releases'}
    """
    return {row["permission"]: {"zh": row["zh"], "en": row["en"]} for row in _read("permissions.csv")}


def lacks(permission: str) -> NotAllowed:
    """The refusal of somebody without a permission, which is told in words.

    Examples
    --------
    >>> lacks("release.approve").message("en")
    "[P-003] None of your roles has the permission 'Approve releases'. Ask the security administrator."
    """
    words = permission_words()[permission]
    return NotAllowed(permission=permission, permission_zh=words["zh"], permission_en=words["en"])


def check_roles(held: Collection[str], name: str) -> None:
    """Refuse roles that do not exist, or that one person must not hold together.

    Raises
    ------
    RoleUnknown, RolesApart
    """
    known = roles()
    for role in held:
        if role not in known:
            raise RoleUnknown(role=role, known=", ".join(known))
    for row in _read("apart.csv"):
        if row["role"] in held and row["other"] in held:
            first, second = known[row["role"]], known[row["other"]]
            raise RolesApart(
                name=name,
                first_zh=first.zh,
                first_en=first.en,
                second_zh=second.zh,
                second_en=second.en,
                why_zh=row["why_zh"],
                why_en=row["why_en"],
            )


@functools.cache
def _read(name: str) -> tuple[dict[str, str], ...]:
    with (files("tanheng.packs") / "access" / name).open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))
