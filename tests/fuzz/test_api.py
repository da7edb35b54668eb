"""The OpenAPI document against the server: whatever a call has that the document allows, and much that it does not."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sojourn.service.places import LOCAL
from tests.fuzz.limits import MINUTES
from tests.unit.service.access.serving import TOKEN, Served

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ELSEWHERE = {"/api/backup"}
"""Writes into any folder of the machine, for its own commands."""
EXAMPLES = int(20 * MINUTES) or 2
"""Calls of each operation and kind; in `make test` the same calls each time."""
BUDGET = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=not MINUTES, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("contract") / "shop") as served:
        yield served


def broken(operation: Any, mode: GenerationMode) -> str | None:
    """Call an operation some times; return what is wrong with an answer."""

    @BUDGET
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, auth=(LOCAL, TOKEN), timeout=60)

    try:
        call()
    except Unsatisfiable:  # it takes nothing that could be wrong
        return None
    except (FailureGroup, AssertionError) as error:
        return f"{operation.label}: {error}"
    return None


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_call_breaks_the_server(served: Served, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_url(f"{served.url}/api/openapi.json", auth=(LOCAL, TOKEN))
    operations = [found.ok() for found in api.get_all_operations() if found.ok().path not in ELSEWHERE]
    assert len(operations) > 80
    wrong = "\n\n".join(wrong for operation in operations if (wrong := broken(operation, mode)))
    assert not wrong, wrong


def test_refusals_are_documented_one_by_one(served: Served) -> None:
    paths = served.client().get("/api/openapi.json").json()["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values()]
    assert not [operation for operation in operations if "default" in operation["responses"]]
    assert set(paths["/api/keys/{id}"]["patch"]["responses"]) == {
        "200", "400", "401", "403", "404", "409", "413", "422", "429", "5XX"
    }  # fmt: skip
    assert set(paths["/api/status"]["get"]["responses"]) == {"200", "401", "403", "429", "5XX"}
    assert set(paths["/healthz"]["get"]["responses"]) == {"200", "503"}
