"""The readers of a set stay in its folder, whatever the look at its files has let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from a_road import flat
from tanheng.errors import PackInvalid
from tanheng.inventory.methods.beside import confined
from tanheng.pathways import load_projects, load_road, load_tree
from tanheng.serve.roads.places import Opened

OUTSIDE = ["/etc/hostname", "../outside.csv", "..", "a/../activity.csv", "C:\\activity.csv", ""]
KEYS = [
    ("road.yaml", "file: observed.csv", "file: {}", "observed.file"),
    ("road.yaml", "tree: tree.yaml", "tree: {}", "tree"),
    ("road.yaml", "{activity: activity.csv,", "{activity: {},", "observed.inventories.2021.0.activity"),
    ("road.yaml", "method: sichuan-park-2022", "method: {}", "observed.inventories.2021.0.method"),
    ("tree.yaml", "{activity: parts.csv,", "{activity: {},", "inventories.parts.activity"),
]


def laid(folder: Path, name: str, old: str, new: str) -> Opened:
    files = flat()
    assert old in files[name].decode()
    files[name] = files[name].decode().replace(old, new, 1).encode()
    for one, content in files.items():
        (folder / one).write_bytes(content)
    return Opened(folder, sorted(files))


@pytest.mark.parametrize("text", OUTSIDE)
@pytest.mark.parametrize(("name", "old", "new", "key"), KEYS, ids=[one[3] for one in KEYS])
def test_what_leads_out_is_refused_by_the_readers(
    tmp_path: Path, name: str, old: str, new: str, key: str, text: str
) -> None:
    opened = laid(tmp_path, name, old, new.replace("{}", f"'{text}'"))
    with pytest.raises(PackInvalid) as caught:
        _ = opened.road
    assert (caught.value.fields["file"], caught.value.fields["key"]) == (name, key)


def test_a_run_is_never_opened(tmp_path: Path) -> None:
    run = "{run: /srv/tanheng/runs/1}"
    opened = laid(tmp_path, "road.yaml", "{activity: activity.csv, method: sichuan-park-2022}", run)
    with pytest.raises(PackInvalid, match=r"observed\.inventories\.2021\.0\.run"):
        _ = opened.road
    (tmp_path / "road.yaml").unlink()
    tree = (tmp_path / "tree.yaml").read_text(encoding="utf-8")
    line = next(one for one in tree.splitlines() if "activity: parts.csv" in one)
    (tmp_path / "tree.yaml").write_text(tree.replace(line, "  parts: {run: some}"), encoding="utf-8")
    with confined(), pytest.raises(PackInvalid, match=r"inventories\.parts\.run"):
        load_tree(tmp_path / "tree.yaml")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    opened = laid(tmp_path, "tree.yaml", "activity: parts.csv", "activity: link.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "parts.csv")
    with pytest.raises(PackInvalid, match="link"):
        _ = opened.road


def test_projects_name_no_tree_and_no_table_elsewhere(tmp_path: Path) -> None:
    head = "format: tanheng-projects/1\nid: a\ntitle: {zh: 甲, en: A}\n"
    file = tmp_path / "projects.yaml"
    for line in ("table: /etc/hostname", "table: ../a.csv", "tree: ../tree.yaml\nprojects: {p: {state: approved, expected: {2024: 1}}}"):  # fmt: skip
        file.write_text(f"{head}{line}\n", encoding="utf-8")
        with confined(), pytest.raises(PackInvalid):
            load_projects(file)


def test_at_the_command_line_files_may_stand_elsewhere() -> None:
    assert load_road(Path(__file__).parents[2] / "examples" / "sichuan-road" / "road.yaml").path.base == 2020
