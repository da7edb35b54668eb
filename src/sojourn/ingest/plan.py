"""What becomes of a row of a file: one SQL query for a chunk, made once for the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sojourn.ingest.coercion import Field
from sojourn.ingest.file_error import FileError
from sojourn.ingest.source import Naming, Source, Wanted, first_present, literal, quoted
from sojourn.model.entity import PROFILE, PROFILE_KEY, Entity
from sojourn.model.errors import did_you_mean

PROFILE_NAMES = (PROFILE_KEY, "userId", "user_id")
ENVELOPE = (
    "type",
    "context",
    "integrations",
    "traits",
    "channel",
    "sentAt",
    "writeKey",
    "_metadata",
    "originalTimestamp",
)
"""Fields of a Segment call that are no properties."""
OPERATION = "_op"
"""Column of a change row: `u` writes it, `d` deletes it."""
INSTANT_TEXT = "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of the query of a file.

    Attributes
    ----------
    wanted : list of Wanted
        What is looked for in each row, `s0`, `s1`, …
    fields : list of Field
        Each in its type, `t0`, `t1`, …
    problems : list of str
        SQL of what else may be wrong with a row.
    outputs : list of str
        SQL of the columns that come out.
    """

    wanted: Sequence[Wanted]
    fields: Sequence[Field]
    problems: Sequence[str]
    outputs: Sequence[str]

    def query(self, source: Source) -> str:
        """Return SQL over the table `chunk`: `_line`, `_problem` and the outputs."""
        typed = ", ".join(f"{field.typed()} as t{n}" for n, field in enumerate(self.fields))
        problems = [field.problem(f"t{n}") for n, field in enumerate(self.fields)]
        return f"""
            with raw as ({source.query(self.wanted)}),
            typed as (select *, {typed} from raw)
            select _line, coalesce({", ".join([*problems, *self.problems])}, null) as _problem,
                {", ".join(self.outputs)}
            from typed"""


def entity_plan(entity: Entity, source: Source, naming: Naming, file: str, zoned: bool) -> Plan:
    """Return the plan of an entity's rows: its columns by name, typed.

    Raises
    ------
    FileError
        When the file has a column that the entity has not, or lacks its key.
    """
    types = entity.types
    wanted = [Wanted(names_of(column, entity, naming), types[column] == "json") for column in types]
    fields = fields_of(source, list(types), list(types.values()), wanted, zoned)
    known = {name for each in wanted for name in each.names} | naming.left_out()
    key = list(types).index(entity.key_column)
    op = operation_of(entity, source, naming)
    if op is not None:
        wanted = [*wanted, op]
        known |= set(op.names)
        fields = [*fields, Field(OPERATION, "string", f"s{len(types)}", source.types([op])[0], zoned)]
    missing = "no_profile" if entity.id == PROFILE else "no_key"
    no_key = literal(f"{missing}: the row has no `{entity.key_column}`")
    problems = [f"case when t{key} is null or t{key}::varchar = '' then {no_key} end"]
    if source.columns is None:
        problems.append(unknown_keys(known, entity))
    else:
        check_columns(source.columns, known, wanted[key], entity, file)
    outputs = [f"t{n} as {quoted(name)}" for n, name in enumerate(types)]
    if op is not None:
        done = f"lower(coalesce(nullif(t{len(types)}, ''), 'u'))"
        problems.append(bad_operation(done, entity))
        outputs += [f"{done} as {quoted(OPERATION)}"] if entity.id != PROFILE else []
    return Plan(wanted, fields, problems, outputs)


def operation_of(entity: Entity, source: Source, naming: Naming) -> Wanted | None:
    """Return the column that says whether a row is written or deleted; None where the file has none."""
    names = naming.of(OPERATION, *(() if "op" in entity.types else ("op",)))
    return Wanted(names) if source.columns is None or first_present(names, source.columns) is not None else None


def bad_operation(done: str, entity: Entity) -> str:
    """Return SQL of the problem of a change row."""
    unknown = literal("bad_op: `op` is `u` (write) or `d` (delete)")
    if entity.id != PROFILE:
        return f"case when {done} not in ('u', 'd') then {unknown} end"
    kept = literal("not_deletable: profiles are not deleted by a file; `sojourn person erase` forgets somebody")
    return f"case {done} when 'u' then null when 'd' then {kept} else {unknown} end"


def names_of(column: str, entity: Entity, naming: Naming) -> tuple[str, ...]:
    """Return the names that a column of an entity may have in a file."""
    is_profile = entity.id == PROFILE and column == PROFILE_KEY
    return naming.of(*PROFILE_NAMES) if is_profile else naming.of(column)


def fields_of(
    source: Source, labels: Sequence[str], types: Sequence[str], wanted: Sequence[Wanted], zoned: bool
) -> list[Field]:
    """Return the fields of what is wanted."""
    has = source.types(wanted)
    return [Field(labels[n], types[n], f"s{n}", has[n], zoned) for n in range(len(wanted))]


def check_columns(columns: Sequence[str], known: set[str], key: Wanted, entity: Entity, file: str) -> None:
    """Raise when a file with a header does not fit the entity."""
    unknown = [name for name in columns if name not in known]
    if unknown:
        near = did_you_mean(unknown[0], entity.types)
        raise FileError(
            file, f"no attribute `{unknown[0]}` on `{entity.id}`{near}",
            f"declare it, or name it with --map {unknown[0]}=ATTRIBUTE, or leave it out with --map {unknown[0]}=",
        )  # fmt: skip
    if first_present(key.names, columns) is None:
        raise FileError(
            file, f"it has no column `{entity.key_column}`", f"name the column with --map COLUMN={entity.key_column}"
        )


def unknown_keys(known: set[str], entity: Entity) -> str:
    """Return SQL of the problem of a JSON object with a field that the entity has not."""
    listed = ", ".join(literal(name) for name in sorted(known))
    unknown = f"list_filter(json_keys(_original), lambda k: not list_contains([{listed}], k))[1]"
    tail = literal(f"` on `{entity.id}`; declare it, or leave it out with --map FIELD=")
    return f"'unknown_field: no attribute `' || {unknown} || {tail}"


def event_plan(source: Source, naming: Naming, types: Mapping[str, str], file: str, zoned: bool) -> Plan:
    """Return the plan of events: profile, name, instant, message id, and the rest as properties.

    Parameters
    ----------
    types : mapping
        Declared types of properties; columns of other names are kept as they are.

    Raises
    ------
    FileError
        When the file has a header and no column for the profile, the event's name or the instant.
    """
    names = (
        naming.of(*PROFILE_NAMES), naming.of("anonymousId", "anonymous_id"), naming.of("event", "event_name"),
        naming.of("timestamp", "occurred_at"), naming.of("messageId", "message_id"), naming.of("properties"), ("type",),
    )  # fmt: skip
    labels = ["profile_id", "anonymousId", "event", "timestamp", "messageId", "properties", "type"]
    of_types = ["string", "string", "string", "timestamp", "string", "json", "string"]
    wanted = [Wanted(each, kind == "json") for each, kind in zip(names, of_types, strict=True)]
    taken = {name for each in names[:6] for name in each} | naming.left_out()
    others = [name for name in source.columns or () if name not in taken]
    if source.columns is not None:
        check_event_columns(source.columns, names, file)
        wanted[6] = Wanted(())
    labels += [naming.renamed.get(name, name) for name in others]
    of_types += [types.get(label, "") for label in labels[7:]]
    wanted += [Wanted((name,)) for name in others]
    has = source.types(wanted)
    of_types = [kind or has[n] or "string" for n, kind in enumerate(of_types)]
    fields = fields_of(source, labels, of_types, wanted, zoned)
    data = json_rest(taken) if source.columns is None else cells_rest(fields[7:], 7)
    return Plan(wanted, fields, EVENT_PROBLEMS, [*EVENT_OUTPUTS, f"{data} as data"])


def check_event_columns(columns: Sequence[str], names: Sequence[tuple[str, ...]], file: str) -> None:
    """Raise when a file with a header cannot have events."""
    for need, place in (("profile_id", (0, 1)), ("event", (2,)), ("timestamp", (3,))):
        if all(first_present(names[n], columns) is None for n in place):
            raise FileError(file, f"it has no column `{need}`", f"name the column with --map COLUMN={need}")


NO_PROFILE: Final = "the row has no `profile_id` or `userId`"
NO_EVENT: Final = "the row has no `event`"
NO_TIMESTAMP: Final = "the row has no `timestamp`"
NO_OBJECT: Final = "`properties` must be a JSON object"
EVENT_PROBLEMS = (
    "case when t6 <> 'track' then 'unsupported: only calls of type `track` are events, not `' || t6 || '`' end",
    f"case when coalesce(t0, t1, '') = '' then 'no_profile: {NO_PROFILE}' end",
    f"case when coalesce(t2, '') = '' then 'no_event: {NO_EVENT}' end",
    f"case when t3 is null then 'no_timestamp: {NO_TIMESTAMP}' end",
    f"case when t5 is not null and t5 not like '{{%' then 'not_an_object: {NO_OBJECT}' end",
)
EVENT_OUTPUTS = (
    "t3 as occurred_at", "coalesce(nullif(t0, ''), 'anon:' || t1) as profile_id", "t2 as name", "t4 as message_id",
)  # fmt: skip


def json_rest(taken: set[str]) -> str:
    """Return SQL of the properties of a JSON object: `properties`, else all fields that mean nothing else."""
    removed = "{" + ", ".join(f'"{name}": null' for name in sorted({*taken, *ENVELOPE}) if '"' not in name) + "}"
    return f"coalesce(t5, json_merge_patch(_original, {literal(removed)})::varchar)"


def cells_rest(fields: Sequence[Field], first: int) -> str:
    """Return SQL of the properties of a row of cells: the other columns, and over them the object `properties`."""
    cells = ", ".join(f"{quoted(field.label)}: {cell(field, f't{n}')}" for n, field in enumerate(fields, first))
    others = f"to_json({{{cells}}})" if cells else "'{}'::json"
    return f"json_merge_patch('{{}}', {others}, coalesce(t5, '{{}}'))::varchar"


def cell(field: Field, typed: str) -> str:
    """Return SQL of a cell as it stands in JSON."""
    if field.type == "timestamp":
        return INSTANT_TEXT.format(typed)
    return f"{typed}::json" if field.type == "json" else typed
