"""What a document waits for, in words."""

from __future__ import annotations

from sojourn.journeys.program import Matcher

NAMED = {"event": "", "api": "a trigger call of ", "excepted": "the exception of ", "member": "entered audience "}


def describe(matcher: Matcher) -> str:
    """Say what a matcher waits for.

    >>> describe(Matcher("event", "purchase"))
    'purchase'
    >>> describe(Matcher("feedback", "opened", origin=("welcome", "first")))
    'feedback opened of welcome/first'
    """
    if matcher.form in NAMED:
        what = "left audience " if matcher.form == "member" and matcher.to == "left" else NAMED[matcher.form]
        return f"{what}{matcher.value}" + (f" where {matcher.where.text}" if matcher.where is not None else "")
    about = "/".join(part for part in matcher.origin or () if part)
    words = [
        matcher.form,
        matcher.value,
        f"to {matcher.to}" if matcher.to is not None else "",
        f"of {about}" if about else "",
    ]
    return " ".join(word for word in words if word)
