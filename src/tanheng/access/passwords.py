"""Passwords: the policy, and argon2 with the parameters that its authors recommend."""

from __future__ import annotations

import functools
import os
import re
import threading
from collections.abc import Iterable
from importlib.resources import files

import argon2

from tanheng.access.problems import PasswordWeak

SHORTEST, LONGEST = 12, 256
_TELLING = 4
"""A login of fewer characters says nothing of a password that holds it."""
REMEMBERED = 5
"""How many passwords, with the one in use, are not to be used again."""
_HASHER = argon2.PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))
"""Each takes 64 MiB: many who sign in at once must not fill the memory."""
_NOBODY = _HASHER.hash("nobody has this password")
_WRITTEN = str.maketrans("@013457$!", "aoieastsi")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check_password(password: str, login: str, used: Iterable[str] = ()) -> None:
    """Refuse a password that is short, holds the login, is common, repeats itself, or was used before.

    Parameters
    ----------
    password, login : str
    used : iterable of str
        Hashes of passwords that the person had.

    Raises
    ------
    PasswordWeak

    Examples
    --------
    >>> check_password("a long enough one", "wang")
    >>> check_password("P@ssw0rd2026!", "wang")
    Traceback (most recent call last):
        ...
    tanheng.access.problems.PasswordWeak: [P-004] 密码不符合要求：它很常见，或只是常见词加数字。
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordWeak(
            detail_zh=f"应为 {SHORTEST} 至 {LONGEST} 个字符", detail_en=f"{SHORTEST} to {LONGEST} characters"
        )
    if len(login) >= _TELLING and login.casefold() in password.casefold():
        raise PasswordWeak(detail_zh="不得包含登录名", detail_en="it must not contain the login")
    if len(set(password)) < 5:
        raise PasswordWeak(detail_zh="至少 5 个不同字符", detail_en="at least 5 different characters")
    if is_common(password):
        raise PasswordWeak(
            detail_zh="它很常见，或只是常见词加数字",
            detail_en="it is common, or a common word with digits around it",
        )
    if any(fits(one, password) for one in used):
        raise PasswordWeak(
            detail_zh=f"不得与最近 {REMEMBERED} 个密码相同",
            detail_en=f"it must differ from the last {REMEMBERED} passwords",
        )


def is_common(password: str) -> bool:
    """Whether a password is on the list of common ones, or a word of it with digits and signs around.

    Examples
    --------
    >>> is_common("Administrator#2026"), is_common("correct horse battery")
    (True, False)
    """
    plain = password.casefold()
    heart = _ENDS.sub("", plain)
    return not {plain, heart, heart.translate(_WRITTEN)}.isdisjoint(_common())


def hashed(password: str) -> str:
    """The hash that is kept."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether a password fits; where nothing is kept the same time is spent."""
    try:
        with _AT_ONCE:
            return _HASHER.verify(kept or _NOBODY, password) and bool(kept)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@functools.cache
def _common() -> frozenset[str]:
    text = (files("tanheng.packs") / "access" / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
