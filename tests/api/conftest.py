"""Passwords of the tests are hashed at little cost: hundreds of people sign in."""

from __future__ import annotations

from collections.abc import Iterator

import argon2
import pytest

from cluster import put_away
from tanheng.access import passwords


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quick = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody has this password"))
        yield


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    yield
    put_away()
