"""The doctor: whether settings, folder, database, files, chain, jobs, clock and web pages are as they should be."""

from __future__ import annotations

import datetime as dt
import functools
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tanheng.errors import TanhengError
from tanheng.record import chain, migrations
from tanheng.record.archive import NAMED
from tanheng.record.backup import required, tables_of
from tanheng.record.catalogue import METADATA, StoreNewer, engine_of
from tanheng.record.objects import Objects
from tanheng.record.platform import Platform
from tanheng.record.secrets import KEY_FILE, KeyUnusable, is_sealed
from tanheng.record.tables import AUDIT, JOB, PERSON
from tanheng.serve import static
from tanheng.serve.roads.decisions import broken_logs
from tanheng.serve.settings import Settings

OK, WARN, ERROR = "ok", "warn", "error"
_ROOM_WARN, _ROOM_ERROR = 5 << 30, 1 << 28
_SAMPLE = 200
_HALF = (".upload-", ".dataset-", ".half-", "files/.half-")


@dataclass(frozen=True)
class Line:
    """One thing that was looked at, what was found, and the mend."""

    check: str
    state: str
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""

    def to_dict(self) -> dict[str, object]:
        """As plain data."""
        return {"check": self.check, "state": self.state, "message": {"zh": self.zh, "en": self.en},
                "remedy": {"zh": self.remedy_zh, "en": self.remedy_en}}  # fmt: skip


def examine(settings: Settings, *, quick: bool = False) -> Iterator[Line]:
    """Every check, in order; what cannot be looked at without the database is left out where there is none.

    Parameters
    ----------
    settings : Settings
    quick : bool
        Hash a sample of the objects, not all.
    """
    yield from _settings(settings)
    yield from _web()
    yield from _folder(settings.data)
    if not settings.data.is_dir():
        return
    try:
        platform = yield from _database(settings)
        if platform is None:
            return
        try:
            objects = functools.partial(_objects, quick=quick)
            for name, look in (("audit", _chain), ("decisions", _decisions), ("clock", _clock), ("jobs", _jobs), ("key", _key), ("objects", objects)):  # fmt: skip
                yield from _looked(name, look, platform)
        finally:
            platform.store.engine.dispose()
    except TanhengError as error:
        yield Line("database", ERROR, error.message("zh"), error.message("en"))


def _looked(name: str, look: Callable[[Platform], Iterator[Line]], platform: Platform) -> Iterator[Line]:
    """One check; rows that somebody edited so that they are no data stop this check and no other."""
    try:
        yield from look(platform)
    except (TanhengError, ValueError, TypeError, KeyError) as error:
        zh, en = (error.message("zh"), error.message("en")) if isinstance(error, TanhengError) else (str(error),) * 2  # fmt: skip
        yield Line(name, ERROR, f"无法检查，数据库中有不成数据的内容：{zh}", f"cannot be checked, the database holds what is no data: {en}",
                   "请与备份比较；不要手工改动数据库。", "Compare with a backup; do not edit the database by hand.")  # fmt: skip


def _settings(settings: Settings) -> Iterator[Line]:
    found = []
    local = settings.host in ("127.0.0.1", "::1", "localhost")
    if not local and not settings.secure:
        found.append(Line(
            "settings", WARN, f"监听 {settings.host}，而 secure 为 false：会话可能经明文传送",
            f"listens on {settings.host} while secure is false: sessions may travel in plain text",
            "请在反向代理上启用 TLS 并设 secure = true。", "Put TLS on a reverse proxy and set secure = true.",
        ))  # fmt: skip
    if settings.secure and not settings.public_url.startswith("https://"):
        found.append(Line(
            "settings", WARN, "secure 为 true，而 public_url 不是 https 地址", "secure is true, but public_url is no https address",
            "请把 public_url 设为用户访问的 https 地址。", "Set public_url to the https address that people use.",
        ))  # fmt: skip
    if not settings.require_second_factor:
        found.append(Line(
            "settings", WARN, "管理员可不设第二因子", "administrators need no second factor",
            "请设 require_second_factor = true。", "Set require_second_factor = true.",
        ))  # fmt: skip
    yield from found or [Line("settings", OK, "设置可用", "settings fit")]


def _web() -> Iterator[Line]:
    built = (Path(static.__file__).parent / "static" / "index.html").is_file()
    if built:
        yield Line("web", OK, "网页已构建", "the web application is built")
    else:
        yield Line("web", WARN, "网页未构建，只有接口", "the web application is not built; there is the API alone",
                   "在仓库中运行 make web，或安装带网页的发布包。", "Run make web in the repository, or install a released package.")  # fmt: skip


def _folder(folder: Path) -> Iterator[Line]:
    if not folder.is_dir():
        yield Line("folder", ERROR, f"数据文件夹 {folder} 不存在", f"the data folder {folder} does not exist",
                   "请用 --data 指定，或先运行 tanheng serve。", "Name it with --data, or run tanheng serve first.")  # fmt: skip
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".half-doctor-"):
            yield Line("folder", OK, f"{folder} 可写", f"{folder} can be written")
    except OSError as error:
        yield Line("folder", ERROR, f"{folder} 不可写：{error.strerror}", f"{folder} cannot be written: {error.strerror}",
                   "请把它交给运行服务的用户。", "Give it to the user who runs the server.")  # fmt: skip
    if (folder.stat().st_mode & 0o007) and os.name == "posix":
        yield Line("folder", WARN, f"其他用户可读 {folder}", f"other users can read {folder}",
                   f"chmod o-rwx {folder}", f"chmod o-rwx {folder}")  # fmt: skip
    free = shutil.disk_usage(folder).free
    state = ERROR if free < _ROOM_ERROR else WARN if free < _ROOM_WARN else OK
    mend = ("请腾出空间。", "Make room.") if state != OK else ("", "")
    yield Line("disk", state, f"磁盘剩余 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB of disk are free", *mend)
    halves = [one.name for one in folder.iterdir() if one.name.startswith(_HALF)]
    if halves:
        yield Line("folder", WARN, f"有 {len(halves)} 个写到一半的文件，如 {halves[0]}", f"{len(halves)} half-written files, as {halves[0]}",
                   "服务启动时会删除超过一天的上传；恢复中断留下的 .half-restore-… 可以删除。",
                   "The server deletes uploads older than a day when it starts; .half-restore-… of a restore that was cut off may be deleted.")  # fmt: skip


def _database(settings: Settings) -> Generator[Line, None, Platform | None]:
    """Also returns the platform, unless opening it would change it."""
    store = settings.data / "store"
    if not settings.database and not (store / "catalogue.sqlite").is_file():
        yield Line("database", ERROR, f"{store} 中没有数据库", f"there is no database in {store}",
                   "请核对 --data，或先运行 tanheng serve。", "Check --data, or run tanheng serve first.")  # fmt: skip
        return None
    engine = engine_of(store, settings.database or None)
    try:
        with engine.connect() as connection:
            found = migrations.revision(connection)
            missing = _missing(connection) if found == migrations.HEAD else []
            damaged = [] if engine.dialect.name != "sqlite" else [row[0] for row in connection.exec_driver_sql("pragma quick_check(5)") if row[0] != "ok"]  # fmt: skip
    finally:
        engine.dispose()
    for one in damaged:
        yield Line("database", ERROR, f"数据库损坏：{one}", f"the database is damaged: {one}", "请停止服务，从备份恢复。", "Stop the server and restore a backup.")  # fmt: skip
    if missing:
        yield Line("schema", ERROR, f"数据库缺少 {', '.join(missing[:5])}", f"the database lacks {', '.join(missing[:5])}",
                   "请停止服务，从备份恢复。", "Stop the server and restore a backup.")  # fmt: skip
        return None
    if not found and next(Objects(store / "objects").names(), ""):
        yield Line("database", ERROR, "数据库是空的，而文件夹中有数据文件", "the database is empty beside files of data",
                   "请核对数据库地址，或从备份恢复；不要启动服务。", "Check the address of the database, or restore a backup; do not start the server.")  # fmt: skip
        return None
    if found > migrations.HEAD:
        raise StoreNewer(folder=str(settings.data), found=found, known=migrations.HEAD)
    if found < migrations.HEAD:
        yield Line("schema", WARN, f"数据库版本 {found or '空'}，程序版本 {migrations.HEAD}", f"the database is at {found or 'nothing'}, the program at {migrations.HEAD}",
                   "请先备份，再启动 tanheng serve：它会升级数据库。", "Back it up, then start tanheng serve, which brings it forward.")  # fmt: skip
        return None
    yield Line("database", OK, f"{engine.dialect.name} 可用", f"{engine.dialect.name} answers")
    yield Line("schema", OK, f"数据库版本 {found}", f"the database is at {found}")
    return Platform(settings.data, settings.database or None, key=settings.secret_key)


def _missing(connection: sa.Connection) -> list[str]:
    """Tables and columns that this schema has and the database has not."""
    seen = sa.inspect(connection)
    known = set(seen.get_table_names())
    tables = [name for name in METADATA.tables if name not in known]
    return tables + [
        f"{name}.{column}"
        for name, table in METADATA.tables.items()
        if name in known
        for column in sorted({*table.c.keys()} - {one["name"] for one in seen.get_columns(name)})
    ]


def _chain(platform: Platform) -> Iterator[Line]:
    with platform.reading() as connection:
        found = chain.verify(connection)
    if found.broken:
        where = ", ".join(str(one.number) for one in found.broken[:5])
        yield Line("audit", ERROR, f"审计链被破坏：第 {where} 条", f"the audit chain is broken at {where}",
                   "请用 tanheng audit verify 查看，并与另处留存的链头和备份比较。", "See tanheng audit verify, and compare with heads and backups kept elsewhere.")  # fmt: skip
    else:
        yield Line("audit", OK, f"审计链完整，{found.entries} 条", f"the audit chain stands, {found.entries} entries")  # fmt: skip


def _decisions(platform: Platform) -> Iterator[Line]:
    with platform.reading() as connection:
        found = broken_logs(connection)
    for one in found:
        yield Line("decisions", ERROR, one.message("zh"), one.message("en"))
    if not found:
        yield Line("decisions", OK, "决策日志完整", "the logs of decisions stand")


def _clock(platform: Platform) -> Iterator[Line]:
    with platform.reading() as connection:
        last = connection.scalar(sa.select(sa.func.max(AUDIT.c.at)))
    now = dt.datetime.now(dt.UTC)
    if last and dt.datetime.fromisoformat(last) > now + dt.timedelta(minutes=1):
        yield Line("clock", ERROR, f"时钟落后：审计链已到 {last}，现在是 {now:%Y-%m-%dT%H:%M}", f"the clock is behind: the audit chain is at {last}, now is {now:%Y-%m-%dT%H:%M}",
                   "请校准时钟（NTP）：第二因子、会话与锁定都依赖它。", "Set the clock (NTP): second factors, sessions and locks depend on it.")  # fmt: skip
    else:
        yield Line("clock", OK, f"{now:%Y-%m-%dT%H:%M:%S}Z", f"{now:%Y-%m-%dT%H:%M:%S}Z")


def _jobs(platform: Platform) -> Iterator[Line]:
    over = (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)).isoformat()
    with platform.reading() as connection:
        lapsed = connection.scalars(sa.select(JOB.c.id).where(JOB.c.state == "running", JOB.c.beat_at < over)).all()  # fmt: skip
        late = connection.scalars(sa.select(JOB.c.id).where(JOB.c.state == "waiting", JOB.c.made_at < over)).all()  # fmt: skip
    if lapsed or late:
        yield Line("jobs", WARN, f"{len(lapsed)} 个任务的租约已过期，{len(late)} 个任务等待超过 5 分钟", f"{len(lapsed)} jobs with lapsed leases, {len(late)} waiting for more than 5 minutes",
                   "启动 tanheng serve：它会接手。若已在运行，可增大 workers。", "Start tanheng serve, which takes them up; where it runs, raise workers.")  # fmt: skip
    else:
        yield Line("jobs", OK, "没有搁置的任务", "no job is left lying")


def _key(platform: Platform) -> Iterator[Line]:
    file = platform.folder / KEY_FILE
    if os.name == "posix" and file.exists() and file.stat().st_mode & 0o077:
        yield Line("key", WARN, f"其他用户可读 {file}", f"other users can read {file}", f"chmod 600 {file}", f"chmod 600 {file}")  # fmt: skip
    with platform.reading() as connection:
        rows = connection.execute(sa.select(PERSON.c.id, PERSON.c.second_factor).where(PERSON.c.second_factor != "")).all()  # fmt: skip
    try:
        for row in rows:
            platform.secrets.open(row.second_factor, row.id)
    except KeyUnusable as error:
        yield Line("key", ERROR, error.message("zh"), error.message("en"))
        return
    plain = sum(not is_sealed(row.second_factor) for row in rows)
    if plain:
        yield Line("key", WARN, f"{plain} 个第二因子未加密", f"{plain} second factors are not encrypted", "启动 tanheng serve 即会加密。", "Starting tanheng serve encrypts them.")  # fmt: skip
    else:
        yield Line("key", OK, f"{len(rows)} 个第二因子可用", f"{len(rows)} second factors open")


def _objects(platform: Platform, *, quick: bool) -> Iterator[Line]:
    objects = platform.store.objects
    with platform.reading() as connection:
        wanted = required(connection)
        named = {
            one.decode()
            for table in tables_of(connection)
            for row in connection.execute(sa.select(table).execution_options(yield_per=500))
            for one in NAMED.findall(str(tuple(row)).replace("'", '"').encode())
        }
    kept = list(objects.names())
    looked = random.sample(kept, min(len(kept), _SAMPLE)) if quick else kept
    broken = [one for one in looked if not objects.sound(one)]
    missing = sorted(wanted - set(kept))
    for found, zh, en in ((broken, "被改动", "were changed"), (missing, "缺失", "are missing")):
        if found:
            yield Line("objects", ERROR, f"{len(found)} 个文件{zh}，如 {found[0]}", f"{len(found)} files {en}, as {found[0]}",
                       "请从备份中取回同名文件放入 store/objects。", "Take the files of these names out of a backup into store/objects.")  # fmt: skip
    if not broken and not missing:
        part = (f"抽查 {len(looked)} / {len(kept)}", f"a sample of {len(looked)} of {len(kept)}") if quick else (f"全部 {len(kept)}", f"all {len(kept)}")  # fmt: skip
        yield Line("objects", OK, f"{part[0]} 个文件的哈希相符", f"{part[1]} files have their hashes")
    orphans = [one for one in kept if one not in named]
    if orphans:
        size = sum(objects.size(one) for one in orphans)
        yield Line("orphans", WARN, f"{len(orphans)} 个文件（{size / 1e6:.1f} MB）没有记录引用", f"no record names {len(orphans)} files ({size / 1e6:.1f} MB)",
                   "多为中断的任务所留，无害；若刚删改过数据库，请与备份比较。", "Most are left by jobs that were cut off and do no harm; where the database was edited, compare with a backup.")  # fmt: skip
