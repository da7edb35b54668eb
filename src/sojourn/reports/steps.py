"""What happened at a node, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sojourn.expr import Condition
from sojourn.journeys.program import Line
from sojourn.model.instants import format_duration
from sojourn.model.reasons import PASSAGE_REASONS
from sojourn.reports.blame import blamed
from sojourn.reports.case import Case
from sojourn.reports.leaves import leaves_of
from sojourn.reports.matchers import describe
from sojourn.reports.nodes import node_type, slots_of
from sojourn.reports.subject import Subject
from sojourn.reports.wording import listed, phrase, when


@dataclass(frozen=True)
class Step:
    """A profile at a node.

    Attributes
    ----------
    until : datetime or None
        Of `waiting`: when it went on, or will; None where only an item can end it.
    over : bool
        Of `waiting`: whether it has gone on.
    waited : bool
        Of any other outcome: whether it had waited there.
    case : callable or None
        Gives the profile as it was then, with what had started the passage; None: it is not worth looking back.
    version : int or None
        Number of the line's version.
    """

    subject: Subject
    line: Line
    node: int
    at: datetime
    outcome: str
    until: datetime | None = None
    over: bool = False
    waited: bool = False
    case: Callable[[], Case] | None = None
    version: int | None = None

    @property
    def operator(self) -> Any:
        """Return what ran."""
        return self.line.operators[self.node]


Tell = Callable[[Step], str]


def tell(step: Step) -> str:
    """Say what happened at a node and why."""
    if step.outcome == "waiting" and step.over is False and step.until is None and slots_of(step.line, step.node):
        return phrase("held: the document is paused")
    if step.outcome == "moved":
        return phrase("went on in version {}, in the same place", step.version)
    if step.outcome in ENDINGS:
        return ENDINGS[step.outcome](step)
    return TELLS.get(node_type(step.line, step.node), _message)(step)


# ---- leaving early ---------------------------------------------------------------------------------------------------


def _exit(step: Step) -> str:
    events = [phrase("`{}`", describe(matcher)) for matcher in step.line.exits]
    members = [phrase("`{} {}`", exit_.on, exit_.audience) for exit_ in step.line.member_exits]
    return phrase("left early: an exit criterion was met ({})", listed([*events, *members], "or"))


def _timed_out(step: Step) -> str:
    stay = step.line.max_duration
    return phrase("left: the longest stay of {} was over", format_duration(stay) if stay else phrase("this journey"))


ENDINGS: dict[str, Tell] = {
    "exit_criteria": _exit,
    "validation_failed": lambda step: phrase("left: `only_if` was not met (`{}`)", step.operator.only_if.text),
    "bad_wait": lambda step: phrase("left: the instant to wait for (`{}`) was null", _until(step)),
    "outside_duration": lambda step: phrase("left: the journey ended at {}", when(step.line.ends_at or step.at)),
    "failed": lambda _: phrase("failed: the call outside did not succeed, and the node has no `on_error`"),
    "timed_out": _timed_out,
    "stopped": lambda _: phrase("left: the journey was stopped"),
}
assert set(ENDINGS) == set(PASSAGE_REASONS)


def _until(step: Step) -> str:
    return getattr(step.operator.node, "until_expr", None) or ""


# ---- nodes -----------------------------------------------------------------------------------------------------------


def _condition(step: Step) -> str:
    names = [name for name, _ in step.operator.ways]
    conditions, case = step.operator.conditions, step.case() if step.case else None
    if step.outcome not in names:
        return phrase("took `otherwise`: {}", _judged(case, conditions, met=False))
    number = names.index(step.outcome)
    taken, before = conditions[number], conditions[:number]
    earlier = phrase("; before it {}", _judged(case, before, met=False)) if before else ""
    return phrase("took `{}`: {}{}", step.outcome, _judged(case, [taken], met=True), earlier)


def _judged(case: Case | None, conditions: Sequence[Condition], *, met: bool) -> str:
    """Say that conditions were met, or not, with the values that they saw where these are known."""
    verdict = phrase("met") if met else phrase("not met")
    said: dict[str, None] = {}
    for condition in conditions:
        seen = _seen(case, condition, met=met) if case else []
        said |= dict.fromkeys(seen or [phrase("`{}` is {}", condition.text, verdict)])
    return listed(said)


def _seen(case: Case, condition: Condition, *, met: bool) -> list[str]:
    """Say what decided a condition; nothing where it saw something else than what is known of that instant."""
    leaves = leaves_of(case.subject, condition, case.row())
    wrong = blamed(leaves)
    if bool(wrong) == met:
        return []
    return [leaf.say() for leaf in (leaves if met else wrong.leaves)]


def _split(step: Step) -> str:
    bucket = step.subject.values(step.subject.candidate(step.at), {"bucket": step.operator.bucket})["bucket"]
    names = [name for name, _ in step.operator.ways]
    bounds = [0, *step.operator.bounds]
    number = names.index(step.outcome)
    return phrase(
        "took `{}` by chance: bucket {} is from {} to {}", step.outcome, bucket, bounds[number], bounds[number + 1] - 1
    )


def _wait(step: Step) -> str:
    if step.outcome == "waiting":
        return phrase("{} {} ({})" if step.until else "{}{} ({})", _waits(step), _until_when(step), _form(step))
    return (
        phrase("the wait was over")
        if step.waited
        else phrase("went on at once: the instant to wait for was not in the future")
    )


def _waits(step: Step) -> str:
    return phrase("waited") if step.over else phrase("waits")


def _until_when(step: Step) -> str:
    return phrase("until {}", when(step.until)) if step.until else ""


def _form(step: Step) -> str:
    node = step.operator.node
    at = phrase(" at {}", f"{node.at:%H:%M}") if node.at else ""
    forms = {
        "for": lambda: phrase("for {}{}", format_duration(node.duration), at),
        "until": lambda: phrase("until {}", when(node.until)),
        "until_expr": lambda: phrase("until `{}`", node.until_expr), "days": lambda: phrase("days {}{}", node.days, at),
        "weekday": lambda: phrase("next {}{}", node.weekday, at),
    }  # fmt: skip
    return forms[node.form]()


def _awaited(step: Step) -> str:
    what = phrase("`{}`", _what(step))
    timeout = step.operator.timeout
    if step.outcome == "waiting":
        limit = phrase(", at most {}", format_duration(timeout)) if timeout else ""
        state = (
            phrase(", went on at {}", when(step.until))
            if step.over and step.until
            else (phrase(", until {}", when(step.until)) if step.until else "")
        )
        return phrase("{} for {}{}{}", _waits(step), what, limit, state)
    if step.outcome == "on_timeout":
        return phrase("no {} came within {}", what, format_duration(timeout)) if timeout else phrase("no {} came", what)
    return phrase("{} came", what) if step.waited else phrase("{} had come already", what)


def _what(step: Step) -> str:
    (matcher,) = step.operator.matchers
    if matcher.form == "reaction":
        return phrase("{} of {}", matcher.value, (matcher.origin or ("", ""))[1])
    return describe(matcher)


def _race(step: Step) -> str:
    whats = listed([phrase("`{}`", describe(matcher)) for matcher in step.operator.matchers], "or")
    within = step.operator.within
    if step.outcome == "waiting":
        return phrase(
            "{} for {}{}", _waits(step), whats, phrase(" within {}", format_duration(within)) if within else ""
        )
    names = [name for name, _ in step.operator.ways]
    if step.outcome in names:
        return phrase(
            "took `{}`: `{}` happened", step.outcome, describe(step.operator.matchers[names.index(step.outcome)])
        )
    return phrase("took `{}`: nothing happened of {}", step.outcome, whats)


def _cap(step: Step) -> str:
    limit = f"{step.operator.limit:,}"
    return (
        phrase("was among the first {}", limit) if step.outcome == "next" else phrase("came after the first {}", limit)
    )


def _message(step: Step) -> str:
    return (
        phrase("was held while the document was paused")
        if step.outcome == "waiting"
        else phrase("the message was decided")
    )


def _call(step: Step) -> str:
    kind, _, name = str(step.operator.rule.target).partition("/")
    asked = phrase("the {} `{}`", phrase(kind), name)
    said = {
        "waiting": phrase("{} for the answer of {}", _waits(step), asked), "next": phrase("{} answered", asked),
        "on_error": phrase("{} gave no answer that could be used, in time", asked),
    }  # fmt: skip
    return said.get(step.outcome, phrase("took `{}` after {}", step.outcome, asked))


def _delay(step: Step) -> str:
    if step.outcome == "waiting":
        return (
            phrase("{} due at {}", phrase("was") if step.over else phrase("is"), when(step.until))
            if step.until
            else phrase("the send is delayed")
        )
    return phrase("the send was due")


TELLS: dict[str, Tell] = {
    "condition": _condition, "split": _split, "wait": _wait, "event": _awaited, "reaction": _awaited, "race": _race,
    "cap": _cap, "delay": _delay,
    "send": lambda step: phrase("the messages were decided") if step.outcome == "next" else phrase("nothing was sent"),
    "update_profile": lambda step: phrase("set {}", listed([phrase("`{}`", name) for name in step.operator.values])),
    "emit": lambda step: phrase("put the event `{}` on the log", step.operator.event),
    "jump": lambda step: phrase("asked to enter `{}`", step.operator.journey),
    "end": lambda step: phrase("the end"), "action": _call, "lookup": _call,
}  # fmt: skip
