"""A workspace that is served in this process, and callers of every kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.service.access.serving import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("served") / "shop") as served:
        yield served


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    with Served.of(tmp_path / "shop") as served:
        yield served
