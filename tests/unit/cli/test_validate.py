from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sojourn.cli.schema import json_schema
from sojourn.cli.validate import validate

app = typer.Typer()
app.command()(validate)

BROKEN = """\
kind: journey
id: hello
colour: red
entry: {type: api}
nodes:
  - {id: check, type: condition, paths: [{when: "profile.citty = 'x'"}]}
"""
BLOCK = """\
kind: audience
id: rich
where: |
  profile.profile_id = 'a'
  and profile.cty = 'x'
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            BROKEN,
            [
                "a.yaml:3:1: colour: unknown field `colour` (DOC-001)",
                "    colour: red",
                "    ^~~~~~",
                "a.yaml:6:50: nodes[0].paths[0].when: no attribute `citty` on `profile` (EXPR-006)",
                """      - {id: check, type: condition, paths: [{when: "profile.citty = 'x'"}]}""",
                "                                                     ^~~~~~~~~~~~~",
                "2 errors",
            ],
        ),
        (
            BLOCK,
            [
                "a.yaml:5:7: where: no attribute `cty` on `profile` (EXPR-006)",
                "      and profile.cty = 'x'",
                "          ^~~~~~~~~~~",
                "1 error",
            ],
        ),
    ],
)
def test_problems_are_printed_with_their_line_underlined(tmp_path: Path, text: str, expected: list[str]) -> None:
    (tmp_path / "a.yaml").write_text(text)
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert (result.output.splitlines(), result.exit_code) == (expected, 1)


def test_a_workspace_without_problems(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("{kind: event, id: x}\n")
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert (result.output, result.exit_code) == (f"{tmp_path}: 1 documents, no problems\n", 0)


def test_warnings_are_printed_and_do_not_fail(tmp_path: Path) -> None:
    source = '{kind: source, id: s, request: {url: "https://x.example"}, parameters: {q: string}}\n---\n'
    (tmp_path / "a.yaml").write_text(
        source + "{kind: journey, id: j, entry: {type: api}, nodes: [{id: a, type: lookup, source: s}]}"
    )
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 0
    assert result.output.startswith("a.yaml:3:52: nodes[0]: warning: the parameter `q` of `s` is not given")


def test_the_schema_has_every_kind_and_every_node_type() -> None:
    schema = json_schema()
    assert len(schema["allOf"]) == len(schema["properties"]["kind"]["enum"]) == 15
    nodes = schema["$defs"]["Journey"]["properties"]["nodes"]["items"]["oneOf"]
    assert {"$ref": "#/$defs/WaitNode"} in nodes
    assert "for" in schema["$defs"]["WaitNode"]["properties"]
    assert schema["$defs"]["WaitNode"]["additionalProperties"] is False
