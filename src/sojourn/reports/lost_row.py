"""Why an activity of a campaign let no row of a profile out, in a sentence, and what would have had to differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sojourn.expr import Scope, compile_condition
from sojourn.reports.blame import blamed
from sojourn.reports.leaves import leaves_of, names_in
from sojourn.reports.reading import Row
from sojourn.reports.subject import Subject
from sojourn.reports.wording import listed, plural, shown

Said = tuple[str, str]
"""What was seen, and the clause of what would have had to differ."""


@dataclass(frozen=True)
class Lost:
    """A profile whose rows an activity took in, or might have, and let none out.

    Attributes
    ----------
    activity : object
        As the document has it.
    row : dict
        The newest row of it that came in; for a source the profile's attributes.
    came : dict
        Transition to the number of its rows that came in.
    counts : dict
        Outlet to the number of everybody's rows that went out.
    """

    subject: Subject
    activity: Any
    row: Row
    came: Mapping[str, int]
    counts: Mapping[str, int]

    @property
    def id(self) -> str:
        """Return the activity's id, quoted."""
        return f"`{self.activity.id}`"


def why_lost(lost: Lost) -> Said:
    """Say why nothing of the profile came out."""
    say = REASONS.get(lost.activity.type)
    return (
        say(lost)
        if say is not None
        else (f"{lost.id} let none of its rows through", f"if {lost.id} had let it through")
    )


def _seen(lost: Lost, where: object) -> str:
    """Quote a condition with the values that its columns had."""
    if not isinstance(where, str):
        return "its condition"
    columns = [parts[-1] for parts in names_in(where)] or [name for name in lost.row if name in where]
    values = [f"{name} is {shown(lost.row[name])}" for name in dict.fromkeys(columns) if name in lost.row]
    return f"`{where}`" + (f" ({listed(values)})" if values else "")


def _query(lost: Lost) -> Said:
    where = lost.activity.where
    if where is None:
        return f"{lost.id} found no row of it", "if there had been a row of it"
    text = f"{lost.id} did not take it: {_seen(lost, where)} is not met"
    return text, f"if {f'`{where}`' if isinstance(where, str) else 'the condition'} had been met"


def _audience(lost: Lost) -> Said:
    audience, directory = lost.activity.audience, lost.subject.directory
    text = f"{lost.id} did not take it: it is not in the audience `{audience}`"
    if directory is None:
        return text, f"if it had been in the audience `{audience}`"
    profile = directory.entities["profile"].attributes
    scope = Scope(profile=profile, zone=directory.zone, fallback_zone=directory.zone)
    condition = compile_condition({"in": audience}, scope, directory)
    wrong = blamed(leaves_of(lost.subject, condition, lost.subject.candidate(lost.subject.now)))
    if not wrong:
        return f"{lost.id} did not take it: it was not in the audience `{audience}` then, and would be now", "now"
    return f"{text}: {wrong.say()}", wrong.clause()


def _combine(lost: Lost) -> Said:
    others = [name for name, rows in lost.came.items() if rows]
    missing = [name for name, rows in lost.came.items() if not rows]
    if lost.activity.op == "exclusion":
        by = [f"`{name}`" for name in others if name != lost.activity.of[0]]
        if lost.activity.of[0] in missing:
            return f"{lost.id} begins with `{missing[0]}`, where it was not", f"if it had been in `{missing[0]}`"
        return f"excluded by combine {lost.id}: it is in {listed(by)}", f"if it had not been in {listed(by, 'or')}"
    if missing:
        named = listed([f"`{name}`" for name in missing])
        return f"combine {lost.id} takes who is in all, and it was not in {named}", f"if it had been in {named}"
    return f"combine {lost.id} kept another row with the same key", "if its key had been its own"


def _split(lost: Lost) -> Said:
    seen, differ = [], []
    for path in lost.activity.paths:
        full = f"path `{path.id}` had {path.limit} places" if path.limit is not None else ""
        if isinstance(path.limit, int):
            full = f"path `{path.id}` had {plural(path.limit, 'place')}"
        order = f" by `{path.order_by}`" if path.order_by else ""
        if path.where is not None:
            seen.append(
                f"path `{path.id}` takes who meets {_seen(lost, path.where)}" + (f"; {full}{order}" if full else "")
            )
            differ.append(
                f"`{path.where}` had been met" if isinstance(path.where, str) else f"path `{path.id}` had met"
            )
        elif full:
            seen.append(f"{full}{order}, and {lost.counts.get(path.id, 0):,} went before it")
        if full:
            differ.append(f"path `{path.id}` had had more places")
    return f"split {lost.id} had no path for it: {'; '.join(seen)}", "if " + listed(differ, "or")


def _deduplicate(lost: Lost) -> Said:
    by = listed([f"{name} {shown(lost.row.get(name))}" for name in lost.activity.by])
    kept = plural(lost.activity.keep, "row")
    return f"deduplicate {lost.id} kept {kept} with {by}, and others came first", "if its key had been its own"


def _unmatched(lost: Lost) -> Said:
    return f"{lost.id} found no `{lost.activity.to}` for its rows", f"if they had been linked to a `{lost.activity.to}`"


def _join(lost: Lost) -> Said:
    primary = lost.activity.primary
    return f"join {lost.id} goes on with the rows of `{primary}` alone", f"if it had been in `{primary}`"


REASONS: Final[dict[str, Callable[[Lost], Said]]] = {
    "query": _query, "incremental": _query, "read_audience": _audience, "combine": _combine, "split": _split,
    "deduplicate": _deduplicate, "change_dimension": _unmatched, "reconcile": _unmatched, "join": _join,
}  # fmt: skip
