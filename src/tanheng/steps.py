"""停点 Long loops tell that a part of them is done; whoever began the work may end it there. Uses nothing of the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TypeVar

T = TypeVar("T")
_LOOK = 0.2
"""Seconds between two looks at a call that takes none itself."""


class Ended(BaseException):
    """Work that whoever began it has ended: no error, so that nothing on its way takes it for one."""


_STEP: ContextVar[Callable[[], None] | None] = ContextVar("tanheng_step", default=None)


def step() -> None:
    """A part of a long loop is done: the place where whoever began the work may end it.

    Raises
    ------
    Ended

    Examples
    --------
    >>> for part in range(3):
    ...     step()
    """
    if (called := _STEP.get()) is not None:
        called()


def stepping() -> Callable[[], None] | None:
    """What `step` calls here, for code that is called back on another thread; None where nobody looks.

    Examples
    --------
    >>> stepping() is None
    True
    """
    return _STEP.get()


@contextmanager
def looked_at(called: Callable[[], None]) -> Iterator[None]:
    """Call something, which may raise `Ended`, at every `step` of what is done inside.

    Examples
    --------
    >>> seen = []
    >>> with looked_at(lambda: seen.append(1)):
    ...     step()
    >>> step()
    >>> seen
    [1]
    """
    token = _STEP.set(called)
    try:
        yield
    finally:
        _STEP.reset(token)


def beside(call: Callable[[], T]) -> T:
    """What a call of another library answers that has no place to end it: made on a thread of its own, and left behind there.

    Raises
    ------
    Ended

    Examples
    --------
    >>> beside(lambda: 1 + 1)
    2
    """
    if stepping() is None:
        return call()
    thread = ThreadPoolExecutor(1)
    answer = thread.submit(copy_context().run, call)
    thread.shutdown(wait=False)
    while not wait([answer], _LOOK).done:
        step()
    return answer.result()
