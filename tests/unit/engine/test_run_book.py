"""What the store keeps of runs of campaigns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sojourn.engine.campaigns.book import RunBook, targets_table, work_table
from sojourn.store.duckdb import DuckStore

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_only_the_rows_of_runs_that_ended_long_ago_are_dropped() -> None:
    store = DuckStore(threads=1)
    book = RunBook(store)
    ended = {number: AT if number == 1 else None for number in range(1, 12)}
    ended[11] = AT + timedelta(days=4)
    for end in ended.values():
        book.set_run(book.begin(7, "spring", AT, "{}"), ended_at=end)
    names = [work_table(7, number, 0, "rest-of_them") for number in (1, 10, 11)] + [work_table(1, 7, 0, ""), "work_on"]
    autumn = book.begin(8, "autumn", AT, "{}")
    book.set_run(autumn, ended_at=AT)
    names.append(targets_table(autumn, 3))
    for name in names:
        store.connection.execute(f'CREATE TABLE "{name}" (n INTEGER)')
    book.drop_tables(AT + timedelta(days=1))
    found = {name for (name,) in store.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert [name in found for name in names] == [False, True, True, True, True, False]
