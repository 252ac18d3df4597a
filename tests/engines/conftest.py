"""One suite for every engine: a test that takes `engine` runs on each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tanheng.engine import Engine, open_engine


@pytest.fixture(scope="session")
def spark_session() -> Iterator[object]:
    from tanheng.engine.spark_engine import _start

    session = _start("local[2]")
    yield session
    session.stop()


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "spark":
        runner = open_engine("spark", session=request.getfixturevalue("spark_session"))
    else:
        runner = open_engine(request.param)
    yield runner
    runner.close()
