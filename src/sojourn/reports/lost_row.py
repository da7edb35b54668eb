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
from sojourn.reports.wording import joined, listed, phrase, plural, shown

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
        return phrase("`{}`", self.activity.id)


def why_lost(lost: Lost) -> Said:
    """Say why nothing of the profile came out."""
    say = REASONS.get(lost.activity.type)
    return (
        say(lost)
        if say is not None
        else (phrase("{} let none of its rows through", lost.id), phrase("if {} had let it through", lost.id))
    )


def _seen(lost: Lost, where: object) -> str:
    """Quote a condition with the values that its columns had."""
    if not isinstance(where, str):
        return phrase("its condition")
    columns = [parts[-1] for parts in names_in(where)] or [name for name in lost.row if name in where]
    values = [phrase("{} is {}", name, shown(lost.row[name])) for name in dict.fromkeys(columns) if name in lost.row]
    return phrase("`{}`", where) + (phrase(" ({})", listed(values)) if values else "")


def _query(lost: Lost) -> Said:
    where = lost.activity.where
    if where is None:
        return phrase("{} found no row of it", lost.id), phrase("if there had been a row of it")
    text = phrase("{} did not take it: {} is not met", lost.id, _seen(lost, where))
    return text, phrase(
        "if {} had been met", phrase("`{}`", where) if isinstance(where, str) else phrase("the condition")
    )


def _audience(lost: Lost) -> Said:
    audience, directory = lost.activity.audience, lost.subject.directory
    text = phrase("{} did not take it: it is not in the audience `{}`", lost.id, audience)
    if directory is None:
        return text, phrase("if it had been in the audience `{}`", audience)
    profile = directory.entities["profile"].attributes
    scope = Scope(profile=profile, zone=directory.zone, fallback_zone=directory.zone)
    condition = compile_condition({"in": audience}, scope, directory)
    wrong = blamed(leaves_of(lost.subject, condition, lost.subject.candidate(lost.subject.now)))
    if not wrong:
        return phrase(
            "{} did not take it: it was not in the audience `{}` then; why is no longer known", lost.id, audience
        ), phrase("if it had been in the audience `{}`", audience)
    return phrase("{}: {}", text, wrong.say()), wrong.clause()


def _combine(lost: Lost) -> Said:
    others = [name for name, rows in lost.came.items() if rows]
    missing = [name for name, rows in lost.came.items() if not rows]
    if lost.activity.op == "exclusion":
        by = [phrase("`{}`", name) for name in others if name != lost.activity.of[0]]
        if lost.activity.of[0] in missing:
            return phrase("{} begins with `{}`, where it was not", lost.id, missing[0]), phrase(
                "if it had been in `{}`", missing[0]
            )
        return phrase("excluded by combine {}: it is in {}", lost.id, listed(by)), phrase(
            "if it had not been in {}", listed(by, "or")
        )
    if missing:
        named = listed([phrase("`{}`", name) for name in missing])
        return phrase("combine {} takes who is in all, and it was not in {}", lost.id, named), phrase(
            "if it had been in {}", named
        )
    return phrase("combine {} kept another row with the same key", lost.id), phrase("if its key had been its own")


def _split(lost: Lost) -> Said:
    seen, differ = [], []
    for path in lost.activity.paths:
        full = phrase("path `{}` had {} places", path.id, path.limit) if path.limit is not None else ""
        if isinstance(path.limit, int):
            full = phrase("path `{}` had {}", path.id, plural(path.limit, "place"))
        order = phrase(" by `{}`", path.order_by) if path.order_by else ""
        if path.where is not None:
            seen.append(
                phrase("path `{}` takes who meets {}", path.id, _seen(lost, path.where))
                + (phrase("; {}{}", full, order) if full else "")
            )
            differ.append(
                phrase("`{}` had been met", path.where)
                if isinstance(path.where, str)
                else phrase("path `{}` had met", path.id)
            )
        elif full:
            seen.append(phrase("{}{}, and {} went before it", full, order, f"{lost.counts.get(path.id, 0):,}"))
        if full:
            differ.append(phrase("path `{}` had had more places", path.id))
    return phrase("split {} had no path for it: {}", lost.id, joined(seen, "; ")), phrase("if {}", listed(differ, "or"))


def _deduplicate(lost: Lost) -> Said:
    by = listed([phrase("{} {}", name, shown(lost.row.get(name))) for name in lost.activity.by])
    kept = plural(lost.activity.keep, "row")
    return phrase("deduplicate {} kept {} with {}, and others came first", lost.id, kept, by), phrase(
        "if its key had been its own"
    )


def _unmatched(lost: Lost) -> Said:
    return phrase("{} found no `{}` for its rows", lost.id, lost.activity.to), phrase(
        "if they had been linked to a `{}`", lost.activity.to
    )


def _join(lost: Lost) -> Said:
    primary = lost.activity.primary
    return phrase("join {} goes on with the rows of `{}` alone", lost.id, primary), phrase(
        "if it had been in `{}`", primary
    )


REASONS: Final[dict[str, Callable[[Lost], Said]]] = {
    "query": _query, "incremental": _query, "read_audience": _audience, "combine": _combine, "split": _split,
    "deduplicate": _deduplicate, "change_dimension": _unmatched, "reconcile": _unmatched, "join": _join,
}  # fmt: skip
