"""碳衡 Tanheng: from a table of activity to a greenhouse-gas inventory with its proof.

>>> import tanheng as th
>>> method = th.load_method("sichuan-park-2022")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.lazy import lazily

__version__ = "0.1.0"

_PUBLIC = {
    "account": "tanheng.inventory",
    "load_method": "tanheng.inventory",
    "Inventory": "tanheng.inventory",
    "Method": "tanheng.inventory",
    "read_activity": "tanheng.activity",
    "load_factors": "tanheng.factors",
    "convert": "tanheng.quantities",
    "TanhengError": "tanheng.errors",
}
__all__ = [
    "Inventory",
    "Method",
    "TanhengError",
    "__version__",
    "account",
    "convert",
    "load_factors",
    "load_method",
    "read_activity",
]

if TYPE_CHECKING:
    from tanheng.activity import read_activity as read_activity
    from tanheng.errors import TanhengError as TanhengError
    from tanheng.factors import load_factors as load_factors
    from tanheng.inventory import Inventory as Inventory
    from tanheng.inventory import Method as Method
    from tanheng.inventory import account as account
    from tanheng.inventory import load_method as load_method
    from tanheng.quantities import convert as convert


__getattr__ = lazily(__name__, _PUBLIC)
