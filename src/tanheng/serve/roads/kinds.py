"""The analyses of a road: each makes a document of the files of a set and of what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tanheng.serve.roads import cap, finance, gate, index, projects, scenarios, tree
from tanheng.serve.roads.document import Document
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

Make = Callable[[Opened, Mapping[str, Any]], Document]


@dataclass(frozen=True)
class Kind:
    """One analysis: its words, the tab on which it stands, its options, what makes it, and what the set must hold for it.

    ``needs`` is ``road`` (road.yaml), ``tree`` (road.yaml or tree.yaml), or ``file`` (any file, which an option names).
    """

    zh: str
    en: str
    tab: str
    options: Sequence[Option]
    make: Make
    needs: Literal["road", "tree", "file"] = "road"


KINDS: Mapping[str, Kind] = {
    "index": Kind("双碳指数", "Dual-carbon index", "index", index.OPTIONS, index.document),
    "tree": Kind("因子树", "Factor tree", "tree", tree.OPTIONS, tree.document, "tree"),
    "scenarios": Kind("情景", "Scenarios", "tree", scenarios.OPTIONS, scenarios.document, "tree"),
    "cap": Kind("上限", "Cap", "tree", cap.OPTIONS, cap.document, "tree"),
    "gate": Kind("新项目准入", "New-project gate", "gate", gate.OPTIONS, gate.document),
    "projects": Kind(
        "减排项目", "Reduction projects", "projects", projects.OPTIONS, projects.document, "file"
    ),
    "finance": Kind("绿色金融", "Green finance", "projects", finance.OPTIONS, finance.document, "file"),
}
