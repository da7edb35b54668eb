"""Several batches' changes as one, where that is the same and takes fewer statements."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sojourn.model.state import Changes


def merged(changes: Iterable[Changes]) -> list[Changes]:
    """Return changes that do the same one after the other, in as few as possible."""
    found: list[Changes] = []
    for each in changes:
        if found and is_plain(found[-1]) and is_plain(each):
            found[-1] = joined(found[-1], each)
        else:
            found.append(each)
    return found


def is_plain(changes: Changes) -> bool:
    """Tell whether changes do nothing but take rows away and add rows."""
    return not (changes.written or changes.replaced or changes.rewritten or changes.runs or changes.taken)


def joined(first: Changes, second: Changes) -> Changes:
    """Return what two plain changes do: rows that the first adds and the second takes away are never added."""
    append = {table: list(frames) for table, frames in first.append.items()}
    for table, numbers in second.drop.items():
        gone = pl.concat(numbers).alias("no").to_frame()
        append[table] = [
            frame.join(gone, on="no", how="anti", maintain_order="left") for frame in append.get(table, ())
        ]
    for table, frames in second.append.items():
        append.setdefault(table, []).extend(frames)
    drop = {table: list(numbers) for table, numbers in first.drop.items()}
    for table, numbers in second.drop.items():
        drop.setdefault(table, []).extend(numbers)
    kept = {table: [frame for frame in frames if frame.height] for table, frames in append.items()}
    return Changes(
        append={table: frames for table, frames in kept.items() if frames}, drop=drop,
        created=[*first.created, *second.created], counter=second.counter,
    )  # fmt: skip
