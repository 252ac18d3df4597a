"""Passwords: the policy, and argon2 with the parameters that its authors recommend."""

from __future__ import annotations

import argon2

from tanheng.access.problems import PasswordWeak

SHORTEST, LONGEST = 12, 256
_HASHER = argon2.PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")


def check_password(password: str, login: str) -> None:
    """Refuse a password that is short, is the login, or repeats one character.

    Raises
    ------
    PasswordWeak

    Examples
    --------
    >>> check_password("a long enough one", "wang")
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordWeak(
            detail_zh=f"应为 {SHORTEST} 至 {LONGEST} 个字符", detail_en=f"{SHORTEST} to {LONGEST} characters"
        )
    if login.casefold() in password.casefold():
        raise PasswordWeak(detail_zh="不得包含登录名", detail_en="it must not contain the login")
    if len(set(password)) < 5:
        raise PasswordWeak(detail_zh="至少 5 个不同字符", detail_en="at least 5 different characters")


def hashed(password: str) -> str:
    """The hash that is kept."""
    return _HASHER.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether a password fits; where nothing is kept the same time is spent."""
    try:
        return _HASHER.verify(kept or _NOBODY, password) and bool(kept)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
