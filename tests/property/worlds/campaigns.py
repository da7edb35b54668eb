"""Triggered campaigns and policies of generated worlds."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.property.worlds.search import mostly
from tests.property.worlds.shop import (
    EVENTS,
    SENDERS,
    Document,
    Row,
    clocks,
    conditions,
    durations,
    event_tests,
    reentries,
    without_nulls,
    zones,
)  # fmt: skip


def _triggers(own: str, others: Sequence[str]) -> st.SearchStrategy[Row]:
    fixed: list[Row] = [
        {"attribute": "city"},
        {"attribute": "spend"},
        {"attribute": "city", "to": "Seoul"},
        {"session": "start"},
        {"subscription": "news", "to": "unsubscribed"},
        {"subscription": "email", "to": "subscribed"},
        {"in": "seoul"},
        {"in": "spenders"},
        {"in": "lately"},
        {"in": "quiet"},
        {"inbound": "sms", "keyword": "HELLO"},
    ]
    fixed += [{"feedback": kind, "of": other} for other in others for kind in ("opened", "sent")]
    events = st.builds(
        lambda event, where: without_nulls({"event": event, "where": where}), st.sampled_from(EVENTS), event_tests
    )
    return mostly(events, st.sampled_from(fixed))


@st.composite
def campaigns(draw: st.DrawFn, id: str, others: Sequence[str] = ()) -> Document:
    """Draw a triggered campaign."""
    delay = draw(
        st.one_of(
            st.none(),
            st.fixed_dictionaries({"for": durations}),
            st.fixed_dictionaries({"days": st.integers(0, 1), "at": clocks}),
            st.fixed_dictionaries({"weekday": st.just("sunday"), "at": clocks}),
        )
    )
    triggers = draw(st.lists(_triggers(id, others), min_size=1, max_size=2, unique_by=str))
    channels = draw(st.lists(st.sampled_from(SENDERS), min_size=1, max_size=2, unique=True))
    document: Document = {
        "kind": "triggered",
        "id": id,
        "trigger": triggers,
        "delay": delay,
        "timezone": draw(zones),
        "audience": draw(conditions) if draw(st.integers(0, 3)) == 3 else None,
        "reeligible": draw(reentries),
        "window": draw(
            st.sampled_from(
                [
                    None,
                    None,
                    {"from": "08:00", "until": "20:00", "if_missed": "next"},
                    {"from": "21:00", "until": "07:00"},
                ]
            )
        ),
        "control": draw(st.sampled_from([None, None, 40])),
        "conversions": draw(st.sampled_from([None, [{"event": "purchase", "within": "1d"}, {"event": "big"}]])),
        "messages": [{"channel": channel, "template": f"t-{channel}"} for channel in channels],
    }
    if delay:
        exceptions = _triggers(id, others).filter(lambda trigger: "session" not in trigger)
        document["unless"] = draw(st.lists(exceptions, max_size=1))
        document["recheck_audience"] = draw(st.booleans())
    return without_nulls(document)


policies: st.SearchStrategy[Document] = st.builds(
    lambda caps, quiet, holdout: without_nulls(
        {"kind": "policy", "id": "p", "caps": caps, "quiet_hours": quiet, "holdout": holdout}
    ),
    st.sampled_from(
        [
            [],
            [{"at_most": 1, "per": "day"}],
            [{"channels": ["email", "sms"], "at_most": 2, "per": "week"}, {"at_most": 1, "per": "hour"}],
        ]
    ),
    st.sampled_from(
        [
            None,
            {"from": "22:00", "until": "08:00"},
            {"from": "22:00", "until": "08:00", "then": "discard"},
            {"from": "01:00", "until": "02:30"},
        ]
    ),
    st.sampled_from([None, {"percent": 40}]),
)
