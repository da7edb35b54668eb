"""Campaigns as lines of the program: what sends, and what the run needs of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from sojourn.campaigns.activities.activity import Activity, WorkTable
from sojourn.campaigns.activities.message import Message
from sojourn.campaigns.document import Campaign
from sojourn.campaigns.plan import ROW, Compiled
from sojourn.expr import compile_condition, compile_expression
from sojourn.expr.directory import Directory
from sojourn.journeys.compile import Published, compile_program
from sojourn.journeys.compiler import Compiler
from sojourn.journeys.flow import Flow
from sojourn.journeys.program import AudienceRun, Entry, Line, Operator, Program, Reentry
from sojourn.journeys.sending import Slot
from sojourn.model.document import Catalog
from sojourn.model.schedule import Once, Recurring
from sojourn.workspace.names import scope_of


@dataclass
class ActivityOperator:
    """An activity's place among the operators; only its messages concern the engine of journeys."""

    index: int
    id: str
    type: str
    slots: tuple[Slot, ...] = ()

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Nobody arrives: the rows of a campaign are tables."""
        raise AssertionError(f"a passage arrived at the activity `{self.id}`")


class Plans:
    """What the plans of a campaign's activities are made of.

    Attributes
    ----------
    document : Campaign
        As it was written.
    compiled : mapping of path to Expression or Condition
        Every expression of the document.
    inputs : mapping of index to sequence of WorkTable
        The shapes of each activity's inputs.
    shapes : sequence of WorkTable
        The shape of each activity's rows out.
    keys : mapping of entity to column
        The entities' keys.
    """

    document: Campaign
    compiled: Mapping[str, Compiled]
    inputs: Mapping[int, Sequence[WorkTable]]
    shapes: Sequence[WorkTable]
    keys: Mapping[str, str]

    @property
    def activities(self) -> Sequence[Activity]:
        """Return the activities, in the order of the document."""
        return self.document.activities

    def compiled_in(self, index: int) -> dict[str, Compiled]:
        """Return the expressions of one activity, by their paths inside it."""
        prefix = f"activities[{index}]."
        return {path.removeprefix(prefix): value for path, value in self.compiled.items() if path.startswith(prefix)}

    def key_of(self, shape: WorkTable) -> str:
        """Return the column that tells the rows of a work table apart."""
        return self.keys.get(shape.entity or "", ROW)


@dataclass
class Planned(Plans):
    """A campaign that is not published: its plans, and nothing that sends."""

    document: Campaign
    compiled: Mapping[str, Compiled]
    inputs: Mapping[int, Sequence[WorkTable]]
    shapes: Sequence[WorkTable]
    keys: Mapping[str, str]


def plan(document: Campaign, catalog: Catalog, directory: Directory) -> Planned:
    """Return the plans of a campaign, whose expressions must have no errors."""
    inputs = document.graph.tables(catalog)
    shapes = [activity.table(inputs[i], catalog) for i, activity in enumerate(document.activities)]
    keys = {id: entity.key for id, entity in directory.entities.items()}
    return Planned(document, _compiled(document, catalog, directory), inputs, shapes, keys)


@dataclass
class CampaignLine(Line, Plans):
    """One published version of a campaign, compiled (see `Plans`).

    Attributes
    ----------
    schedule : AudienceRun or None
        When it runs; None: at each signal.
    """

    document: Campaign = field(kw_only=True)
    schedule: AudienceRun | None = field(kw_only=True)
    compiled: Mapping[str, Compiled] = field(kw_only=True)
    inputs: Mapping[int, Sequence[WorkTable]] = field(kw_only=True)
    shapes: Sequence[WorkTable] = field(kw_only=True)
    keys: Mapping[str, str] = field(kw_only=True)


def compile_lines(catalog: Catalog, directory: Directory, published: Iterable[Published]) -> Program:
    """Compile published documents of every kind (see `compile_program`)."""
    return compile_program(catalog, directory, published, {"campaign": compile_campaign})


def compile_campaign(version: Published, compiler: Compiler) -> Line:
    """Compile a campaign into a line."""
    document: Campaign = version.document
    catalog = compiler.catalog
    plans = plan(document, catalog, compiler.directory)
    operators: list[Operator] = [_operator(i, activity, compiler) for i, activity in enumerate(document.activities)]
    return CampaignLine(
        doc=version.doc, id=document.id, kind="campaign", entry=Entry(), operators=operators, order=(),
        zone=compiler.zone, fallback_zone=compiler.directory.zone, reentry=Reentry("always"), spread=True,
        node_ids=tuple(activity.id for activity in document.activities),
        delivered={(o.index, slot.number): slot.spec.channel for o in operators for slot in o.slots},  # type: ignore[attr-defined]
        document=document, schedule=_schedule(document, compiler.directory.zone),
        compiled=plans.compiled, inputs=plans.inputs, shapes=plans.shapes, keys=plans.keys,
    )  # fmt: skip


def _operator(index: int, activity: Activity, compiler: Compiler) -> ActivityOperator:
    slots = (compiler.slot(0, activity, activity.type),) if isinstance(activity, Message) else ()
    return ActivityOperator(index, activity.id, activity.type, slots)


def _compiled(document: Campaign, catalog: Catalog, directory: Directory) -> dict[str, Compiled]:
    found: dict[str, Compiled] = {}
    for place in document.places(catalog):
        scope = scope_of(document, place, catalog, directory.zone)
        if place.condition:
            found[place.path] = compile_condition(place.value, scope, directory)
        else:
            found[place.path] = compile_expression(str(place.value), scope)
    return found


def _schedule(document: Campaign, zone: str) -> AudienceRun | None:
    schedule = document.schedule
    if document.signal is not None:
        return None
    if isinstance(schedule, Once):
        return AudienceRun("", once=schedule.once)
    if isinstance(schedule, Recurring):
        own = schedule.timezone or document.timezone or zone
        return AudienceRun("", rrule=schedule.rrule, starts=schedule.starts, until=schedule.until, timezone=own)
    return AudienceRun("", asap=True)
