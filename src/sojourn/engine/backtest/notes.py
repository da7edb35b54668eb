"""What a backtest could not reconstruct, and where the two sides are not the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sojourn.engine.backtest.live import listed
from sojourn.journeys.nodes.call import CallOperator
from sojourn.model.instants import format_instant

if TYPE_CHECKING:
    from sojourn.engine.backtest.backtest import Run

UNKNOWN_BEFORE: Final = """
SELECT count(DISTINCT profile_id) FROM bt_touched t SEMI JOIN
(SELECT profile_id FROM profile WHERE _created_at < $since) p USING (profile_id)
"""
CARRIED: Final = """
SELECT count(*) FROM message t SEMI JOIN (
    SELECT no FROM passage WHERE doc IN ({docs}) AND entered_at < $since
    UNION ALL SELECT no FROM passage_end WHERE doc IN ({docs}) AND entered_at < $since
) p ON p.no = t.passage ANTI JOIN unsent USING (no)
WHERE t.doc IN ({docs}) AND t."at" >= $since AND t."at" <= $until
"""


def notes_of(run: Run) -> list[str]:
    """Return the notes, as sentences."""
    return [*_about_the_past(run), *_about_the_run(run), *_about_the_comparison(run)]


def _about_the_past(run: Run) -> Iterator[str]:
    period, live = run.period, run.draft.live
    since = format_instant(period.since)
    if period.begin > 0:
        begins = format_instant(period.span[0]) if period.span else "nowhere"
        yield (
            f"The log is kept from {begins} on: attributes, consent and rows that changed since {since} and were last "
            "set before that are taken as empty."
        )
    imports = int(live.value("SELECT count(*) FROM import_progress"))
    touched = int(run.scratch.store.read(UNKNOWN_BEFORE, {"since": period.since}).item())
    if imports and touched:
        yield (
            f"Imports leave no history: the log changed attributes of {touched:,} profiles since {since}; where an "
            "import had set one before, its value of then is taken as what the log had said before, else as empty."
        )
    if imports:
        yield "What imports brought, and nothing in the log changed since, is taken as it is now."
    entry = run.scratch.program.by_doc[run.draft.doc].entry.run
    if entry is not None and entry.incremental and run.past.has_read_before:
        yield f"Who was in `{entry.audience}` at {since} counts as taken by a run before."
    if run.arrivals.count:
        yield f"{run.arrivals.count:,} profiles were imported in the period; they appear when they were imported."


def _about_the_run(run: Run) -> Iterator[str]:
    if run.adaptation.commands:
        yield (
            f"The live version got {run.adaptation.commands:,} commands (pause, resume, close, stop) in the period; "
            "the draft ran through."
        )
    if run.adaptation.refused_by_provider:
        yield (
            f"{run.adaptation.refused_by_provider:,} messages of the live version failed at the provider; the draft's "
            "count as handed over at once."
        )
    calls = sorted({
        str(operator.rule.target).partition("/")[2]
        for operator in run.scratch.program.by_doc[run.draft.doc].operators if isinstance(operator, CallOperator)
    })  # fmt: skip
    if calls:
        named = ", ".join(f"`{id}`" for id in calls)
        yield f"Nobody was called: {named} answered the draft with 200 and no fields."
    others = sorted({
        line.id for line in run.draft.live.program.lines
        if line.id != run.draft.document.id and any(getattr(operator, "untraced", False) for operator in line.operators)
    })  # fmt: skip
    if others:
        named = ", ".join(f"`{id}`" for id in others)
        yield f"What {named} wrote, emitted or started at their nodes is not in the log, and reached the draft not."


def _about_the_comparison(run: Run) -> Iterator[str]:
    own, period, live = run.draft.own, run.period, run.draft.live
    if not own:
        yield "The document was never published: there is nothing to compare with."
        return
    span = {"since": period.since, "until": period.until}
    carried = int(live.value(CARRIED.format(docs=listed(own)), span))
    if carried:
        yield (
            f"{carried:,} messages of the live version went to profiles who had entered before "
            f"{format_instant(period.since)}; those stayed with it, and the draft had none of them."
        )
