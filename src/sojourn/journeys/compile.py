"""From checked documents to a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sojourn.expr import Condition, Reads, union, unquoted
from sojourn.expr.directory import Directory
from sojourn.journeys.calls import CallRule
from sojourn.journeys.compiler import Compiler
from sojourn.journeys.document import (
    ApiEntry,
    AudienceEntry,
    BusinessEventEntry,
    EnteredExit,
    EventEntry,
    EventExit,
    Journey,
    LeftExit,
    QualificationEntry,
)
from sojourn.journeys.matching import facet
from sojourn.journeys.memberships import is_swept, sweep_every, turn_of
from sojourn.journeys.nodes.build import Build
from sojourn.journeys.nodes.event import EventOperator
from sojourn.journeys.program import (
    OUTCOMES,
    AudienceRun,
    Entry,
    EventRule,
    Fence,
    Line,
    Matcher,
    MemberExit,
    Operator,
    Program,
    Reentry,
)
from sojourn.journeys.triggered import compile_triggered
from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Template
from sojourn.messages.rules import Cap, GateRules, QuietHours
from sojourn.model.document import Catalog
from sojourn.model.entity import event_types
from sojourn.model.expressions import Names
from sojourn.model.schedule import Once, Recurring
from sojourn.model.state import Needs


@dataclass(frozen=True)
class Published:
    """A version of a document that is, or was, live."""

    doc: int
    document: Any
    state: str = "live"
    published_at: datetime | None = None
    newest: bool = True


LineOf = Callable[[Published, Compiler], Line]
"""Compiles a version of a document of some kind."""


def compile_program(
    catalog: Catalog, directory: Directory, published: Iterable[Published], others: Mapping[str, LineOf] | None = None
) -> Program:
    """Compile all published documents against the data documents of a workspace.

    Parameters
    ----------
    others : mapping of kind to callable, optional
        How documents become lines that are neither journeys nor triggered campaigns.
    """
    kinds = {**LINES, **(others or {})}
    templates = {
        id: compile_template(document, catalog.all("block")) for id, document in catalog.all("template").items()
    }
    reads: list[Reads] = []
    lines = []
    for version in published:
        compiler = Compiler(
            catalog, directory, templates, version.document.id, version.document.timezone or directory.zone, Names()
        )
        line = kinds[version.document.kind](version, compiler)
        line.entries, line.state, line.published_at = version.newest, version.state, version.published_at
        lines.append(line)
        reads.append(compiler.reads)
    events = _events(catalog, directory, templates, reads)
    watched = _watched(lines, catalog, directory, templates, reads)
    return Program(
        lines=lines,
        attributes=dict(directory.entities["profile"].attributes),
        events=events,
        gate=gate_rules(catalog, directory.zone),
        needs=_needs(lines, union(reads)),
        timezone=directory.zone,
        watched=watched,
        turn=turn_of(watched),
        swept=tuple(audience for audience, condition in watched.items() if is_swept(condition, catalog, directory)),
        sweep_every=sweep_every(catalog),
        fences=tuple(Fence(fence.id, fence.lat, fence.lon, fence.radius) for fence in catalog.all("geofence").values()),
        group_defaults={id: group.default for id, group in directory.groups.items()},
        double_opt_in=frozenset(f"group:{id}" for id, group in directory.groups.items() if group.double_opt_in),
        calls=_calls(lines),
    )


def _calls(lines: list[Line]) -> dict[str, CallRule]:
    """Return the rules of all sources and actions that a line calls."""
    rules = [getattr(operator, "rule", None) for line in lines for operator in line.operators]
    return {rule.target: rule for rule in rules if isinstance(rule, CallRule)}


def compile_journey(version: Published, compiler: Compiler) -> Line:
    """Compile a journey into a line."""
    document: Journey = version.document
    compiler.names = document.names(compiler.catalog)
    targets = {node.id: index for index, node in enumerate(document.nodes)}
    operators, recalls = _operators(document, compiler, targets)
    _forget_unread(operators, compiler)
    sending = [node for node in document.nodes if node.sends]
    at_exits = replace(compiler, reads=Reads())
    exits, member_exits = _exits(document, at_exits)
    compiler.reads |= at_exits.reads
    entry = _entry(document, compiler)
    heard = [
        *entry.matchers,
        *exits,
        *(matcher for operator in operators for matcher in getattr(operator, "matchers", ())),
    ]
    reentry = document.reentry
    return Line(
        doc=version.doc, id=document.id, kind="journey", entry=entry, operators=operators,
        order=_topological(document, targets),
        zone=compiler.zone, fallback_zone=compiler.directory.zone,
        reentry=Reentry(reentry) if isinstance(reentry, str) else Reentry("after", reentry.after),
        starts_at=document.starts_at, ends_at=document.ends_at, at_end=document.at_end,
        max_duration=document.max_duration, priority=document.priority, exits=exits, member_exits=member_exits,
        promotional=bool(sending) and not any(node.transactional for node in sending),  # type: ignore[attr-defined]
        names=_outcomes(document), listens=frozenset(facet(matcher) for matcher in heard),
        node_ids=tuple(targets),
        delivered=_channels(operators),
        recalls=recalls, exits_recall=at_exits.reads.vars,
    )  # fmt: skip


LINES: Final[Mapping[str, LineOf]] = {
    "journey": compile_journey,
    "triggered": lambda version, compiler: compile_triggered(version.document, compiler, version.doc),
}


def _operators(
    document: Journey, compiler: Compiler, targets: Mapping[str, int]
) -> tuple[list[Operator], tuple[frozenset[str], ...]]:
    """Return what runs, and of each node those whose kept values it reads."""
    operators: list[Operator] = []
    recalls = []
    for index, node in enumerate(document.nodes):
        own = replace(compiler, reads=Reads())
        operator = node.operator(Build(own, index, targets))
        operators.append(operator)
        recalls.append(own.reads.vars | (_roots(operator) & targets.keys()))
        compiler.reads |= own.reads
    return operators, tuple(recalls)


def _roots(operator: Operator) -> frozenset[str]:
    """Return the names that the templates of a node read."""
    slots = getattr(operator, "slots", ())
    return frozenset(root for slot in slots for choice in slot.choices for root in choice.template.variables)


def _forget_unread(operators: list[Operator], compiler: Compiler) -> None:
    """Let event nodes keep only what an expression or a template reads."""
    read = frozenset[str]().union(*(_roots(operator) for operator in operators))
    for operator in operators:
        if isinstance(operator, EventOperator):
            operator.keeps = bool(compiler.reads.vars) or operator.id in read


def _channels(operators: list[Operator]) -> dict[tuple[int, int], str]:
    sending = [(index, slot) for index, operator in enumerate(operators) for slot in getattr(operator, "slots", ())]
    return {(index, slot.number): slot.spec.channel for index, slot in sending}


def _topological(document: Journey, targets: Mapping[str, int]) -> tuple[int, ...]:
    order: list[int] = []
    seen: set[int] = set()

    def visit(index: int) -> None:
        stack = [(index, iter([targets[edge.target] for edge in document.nodes[index].edges() if edge.target]))]
        seen.add(index)
        while stack:
            here, following = stack[-1]
            ahead = next((target for target in following if target not in seen), None)
            if ahead is None:
                order.append(here)
                stack.pop()
            else:
                seen.add(ahead)
                stack.append(
                    (ahead, iter([targets[edge.target] for edge in document.nodes[ahead].edges() if edge.target]))
                )

    visit(0)
    return tuple(reversed(order))


def _outcomes(document: Journey) -> tuple[str, ...]:
    own = [edge.outcome for node in document.nodes for edge in node.edges()]
    return tuple(dict.fromkeys([*OUTCOMES, *own]))


def _entry(document: Journey, compiler: Compiler) -> Entry:
    entry = document.entry
    payload = entry.payload(compiler.catalog)
    own = Names(event=payload, entry=payload, zone=document.timezone)
    key = unquoted(compiler.expression(entry.key, own)) if entry.key is not None else None
    match entry:
        case EventEntry():
            where = compiler.condition(entry.where, own) if entry.where is not None else None
            audience = entry.audience_condition(compiler.catalog)
            tested = compiler.condition(audience, own) if audience is not None else None
            return Entry((Matcher("event", entry.event, where),), tested, key)
        case ApiEntry():
            return Entry((Matcher("api", document.id),), key=key)
        case QualificationEntry():
            return Entry((Matcher("member", entry.audience, to=entry.on),), key=key)
        case BusinessEventEntry():
            return Entry(key=key, run=AudienceRun(entry.audience), business_event=entry.event)
        case AudienceEntry():
            return Entry(key=key, run=_run(entry, compiler.directory.zone))


def _run(entry: AudienceEntry, zone: str) -> AudienceRun:
    run = AudienceRun(
        entry.audience, incremental=entry.incremental, rate_per_s=entry.rate.per_s if entry.rate else None
    )
    match entry.schedule:
        case Once():
            return replace(run, once=entry.schedule.once)
        case Recurring():
            rule = entry.schedule
            return replace(run, rrule=rule.rrule, starts=rule.starts, until=rule.until, timezone=rule.timezone or zone)
        case _:
            return replace(run, asap=True)


def _exits(document: Journey, compiler: Compiler) -> tuple[tuple[Matcher, ...], tuple[MemberExit, ...]]:
    exits: list[Matcher] = []
    members: list[MemberExit] = []
    for leave in document.exit_when:
        match leave:
            case EventExit():
                own = replace(compiler.names, event=event_types(compiler.catalog, leave.event))
                where = compiler.condition(leave.where, own) if leave.where is not None else None
                exits.append(Matcher("event", leave.event, where))
            case EnteredExit():
                members.append(MemberExit(leave.entered, "entered", compiler.member(leave.entered), len(members)))
            case LeftExit():
                members.append(MemberExit(leave.left, "left", compiler.member(leave.left), len(members)))
    return tuple(exits), tuple(members)


def _events(
    catalog: Catalog, directory: Directory, templates: Mapping[str, Template], reads: list[Reads]
) -> dict[str, list[EventRule]]:
    found: dict[str, list[EventRule]] = {}
    for id, event in catalog.all("event").items():
        compiler = Compiler(catalog, directory, templates, id, directory.zone, Names(event=event.types))
        where = compiler.condition(event.where) if event.where is not None else None
        found.setdefault(event.incoming_name, []).append(EventRule(id, event.incoming_name, where))
        reads.append(compiler.reads)
    return found


def _watched(
    lines: list[Line], catalog: Catalog, directory: Directory, templates: Mapping[str, Template], reads: list[Reads]
) -> dict[str, Condition]:
    audiences = sorted({name[1] for line in lines for name in line.listens if name[0] == "member"})
    compiler = Compiler(catalog, directory, templates, "", directory.zone, Names())
    watched = {audience: compiler.member(audience) for audience in audiences}
    reads.append(compiler.reads)
    return watched


def _needs(lines: list[Line], reads: Reads) -> Needs:
    heard = frozenset().union(*(line.listens for line in lines)) if lines else frozenset()
    return Needs(
        history=reads.history,
        entities=reads.entities,
        members=reads.members,
        engagement=reads.engagement,
        receipts=reads.engagement
        or any(line.receipts for line in lines)
        or any(name[0] == "feedback" for name in heard),
        left=any(line.kind == "journey" and line.reentry.mode != "always" for line in lines),
        control=any(line.goals for line in lines),
    )


def gate_rules(catalog: Catalog, zone: str) -> GateRules:
    """Return the rules of all policies together."""
    policies = list(catalog.all("policy").values())
    quiet = next((policy.quiet_hours for policy in policies if policy.quiet_hours), None)
    holdout = next((policy.holdout for policy in policies if policy.holdout), None)
    return GateRules(
        caps=tuple(Cap(frozenset(cap.channels), cap.at_most, cap.per) for policy in policies for cap in policy.caps),
        quiet=QuietHours(quiet.start, quiet.until, quiet.timezone, quiet.then) if quiet else None,
        holdout_below=round(holdout.percent * 100) if holdout else 0,
        exempt=frozenset(id for policy in policies for id in policy.frequency_exempt),
        timezone=zone,
    )
