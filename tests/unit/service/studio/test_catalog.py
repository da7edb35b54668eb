"""What the studio knows of types comes out of the registries, so that it has no list of its own."""

from collections.abc import Iterator
from typing import Literal

import pytest

import sojourn.workspace  # noqa: F401  (fills the registries)
from sojourn.campaigns.activities.activity import ACTIVITIES
from sojourn.journeys.nodes.node import NODES, Edge, Step, register
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.instants import Duration
from sojourn.model.names import Outlet
from sojourn.service.studio.catalog_api import catalog, fields_edited_as


@pytest.fixture
def weekend() -> Iterator[None]:
    """A node type that somebody adds."""

    @register
    class WeekendNode(Step):
        """Go `weekend` on Saturdays and Sundays, else `next`."""

        type: Literal["weekend"]
        weekend: Outlet | None = None
        grace: Duration | None = None

        def edges(self) -> list[Edge]:
            return [*super().edges(), Edge("weekend", self.weekend, "weekend")]

    yield
    del NODES["weekend"]


def test_every_registered_type_is_there() -> None:
    found = catalog()
    assert {node.type for node in found.nodes} == set(NODES)
    assert {activity.type for activity in found.activities} == set(ACTIVITIES)
    assert {channel.type for channel in found.channels} == set(CHANNEL_TYPES)


def test_a_new_node_type_appears_by_itself(weekend: None) -> None:
    assert WEEKEND in {(node.type, node.title, node.summary, node.category) for node in catalog().nodes}
    node = next(node for node in catalog().nodes if node.type == "weekend")
    assert [outlet.field for outlet in node.outlets] == ["next", "weekend"]
    assert node.json_schema["properties"]["type"] == {"const": "weekend", "type": "string"}
    assert fields_edited_as(node.json_schema, "duration") == ["grace"]


WEEKEND = ("weekend", "Weekend", "Go `weekend` on Saturdays and Sundays, else `next`.", "flow")


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("race", ["paths.next", "otherwise"]),
        ("event", ["next", "on_timeout"]),
        ("lookup", ["next", "on_error"]),
        ("end", []),
    ],
)
def test_edges_come_out_where_the_fields_lead_to_nodes(type: str, fields: list[str]) -> None:
    node = next(node for node in catalog().nodes if node.type == type)
    assert [".".join(filter(None, (outlet.field, outlet.target))) for outlet in node.outlets] == fields


@pytest.mark.parametrize(
    ("type", "outlets", "inlets"),
    [
        ("query", [(None, "")], []),
        ("split", [("paths", None), ("complement", None)], ["of"]),
        ("combine", [(None, ""), ("complement", None)], ["of"]),
        ("email", [(None, "sent"), (None, "discarded")], ["of"]),
        ("join", [(None, "")], ["of", "primary"]),
    ],
)
def test_rows_come_out_of_activities(type: str, outlets: list[tuple[str | None, str]], inlets: list[str]) -> None:
    activity = next(activity for activity in catalog().activities if activity.type == type)
    assert [(outlet.field, outlet.name) for outlet in activity.outlets] == outlets
    assert [inlet.field for inlet in activity.inlets] == inlets


def test_fields_say_how_they_are_edited() -> None:
    found = catalog()
    schemas = [step.json_schema for step in (*found.nodes, *found.activities)]
    schemas += [document.json_schema for document in found.documents.values()]
    marks = {mark for schema in schemas for mark in _marks(schema)}
    wanted = {"condition", "expression", "duration", "instant", "document", "outlet", "transition", "liquid", "html"}
    assert wanted <= marks


def test_fields_of_forms_say_what_they_are() -> None:
    untold = {
        f"{step.type}.{name}"
        for step in (*catalog().nodes, *catalog().activities)
        for name, field in step.json_schema["properties"].items()
        if name != "type" and "description" not in field
    }
    assert untold == set()


def _marks(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "x-editor" in part:
            yield part["x-editor"]
        for value in part.values():
            yield from _marks(value)
    elif isinstance(part, list):
        for value in part:
            yield from _marks(value)
