"""Methods by their names: those that ship, and an organisation's own, whose newest version answers to the name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer, may_see
from tanheng.errors import NotFound, TanhengError
from tanheng.inventory import Method, load_method, method_files
from tanheng.record.platform import Platform
from tanheng.record.tables import PACK, PERSON, UPLOAD
from tanheng.serve.holdings import file_of


class MethodTaken(TanhengError):
    """A method of one's own under the name of one that ships."""

    code = "W-061"
    zh = "方法编号 {name} 是随附方法的，自有方法不能再用。"
    en = "The id {name} is that of a method that ships: a method of one's own cannot have it."
    remedy_zh = "请换一个编号（文件名与 id 一致）；要改随附方法，在自有包里写 extends: {name}。"
    remedy_en = "Take another id (for the file name too); to change that method, write extends: {name} in a pack of your own."


def own_versions(connection: sa.Connection, viewer: Viewer, name: str = "") -> Sequence[Any]:
    """Versions of methods of one's own that the viewer may see, newest first: all, or those of a name or of an id."""
    query = sa.select(PACK, UPLOAD.c.sha256, UPLOAD.c.name.label("file"), PERSON.c.login.label("by"))
    query = query.join(UPLOAD, UPLOAD.c.id == PACK.c.upload).join(PERSON, PERSON.c.id == PACK.c.made_by)
    query = query.where(PACK.c.kind == "method", may_see(viewer, PACK))
    if name:
        query = query.where(sa.or_(PACK.c.method == name, PACK.c.id == name))
    return connection.execute(query.order_by(PACK.c.made_at.desc(), PACK.c.number.desc())).all()


def own_method(connection: sa.Connection, viewer: Viewer, name: str) -> Any:
    """The version of a method of one's own that a name or an id means.

    Raises
    ------
    NotFound
    """
    found = own_versions(connection, viewer, name)
    if not found:
        known = dict.fromkeys([*method_files(), *(row.method for row in own_versions(connection, viewer))])
        raise NotFound(what_zh="方法", what_en="method", name=name, known=", ".join(known))
    return found[0]


def method_of(platform: Platform, viewer: Viewer, name: str) -> tuple[Method, Any]:
    """A method by its name, and its version where it is one's own.

    Raises
    ------
    NotFound, PackInvalid, PackUnreadable
    """
    if name in method_files():
        return load_method(name), None
    with platform.reading() as connection:
        row = own_method(connection, viewer, name)
    return load_method(file_of_version(platform, row)), row


def file_of_version(platform: Platform, row: Any) -> Path:
    """The file of a version."""
    return file_of(platform, row.sha256, row.file)
