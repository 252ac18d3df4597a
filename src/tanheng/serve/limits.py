"""How often somebody may ask: fixed windows of a minute, kept in memory by person, token and source."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable

from tanheng.errors import TanhengError

_WINDOW = 60
_MOST_KEYS = 200_000


class TooMany(TanhengError):
    """More requests than the settings admit."""

    code = "W-006"
    zh = "请求过于频繁：每分钟最多 {limit} 次（{kind_zh}）。"
    en = "Too many requests: at most {limit} a minute ({kind_en})."
    remedy_zh = "请在 {seconds} 秒后重试。"
    remedy_en = "Try again in {seconds} s."


KINDS = {
    "person": ("每人", "each person"),
    "token": ("每个令牌", "each token"),
    "source": ("每个来源地址", "each source address"),
    "sign_in": ("登录", "sign-in"),
    "export": ("导出", "exports"),
}


class Limits:
    """Counts of the present minute.

    Examples
    --------
    >>> limits = Limits(clock=lambda: 90.0)
    >>> limits.take("person", "wang", 1)
    >>> limits.take("person", "wang", 1)
    Traceback (most recent call last):
        ...
    tanheng.serve.limits.TooMany: [W-006] 请求过于频繁：每分钟最多 1 次（每人）。请在 30 秒后重试。
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._window = 0
        self._counts: Counter[tuple[str, str]] = Counter()

    def take(self, kind: str, key: str, most: int) -> None:
        """Count one request; none is refused where ``most`` is 0.

        Raises
        ------
        TooMany
        """
        if not most:
            return
        moment = self._clock()
        with self._lock:
            window = int(moment // _WINDOW)
            if window != self._window or len(self._counts) > _MOST_KEYS:
                self._window = window
                self._counts.clear()
            self._counts[kind, key] += 1
            over = self._counts[kind, key] > most
        if over:
            left = max(1, math.ceil((window + 1) * _WINDOW - moment))
            zh, en = KINDS[kind]
            raise TooMany(limit=most, kind_zh=zh, kind_en=en, seconds=left)
