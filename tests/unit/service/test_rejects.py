"""Rejects of ingestion: on the disk before the answer, in the store once, whatever the engine is doing."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sojourn.ingest.reject import Reject
from sojourn.service.rejects import MARK, StoredRejects
from sojourn.service.runtime import Runtime
from sojourn.store.reject_queue import RejectQueue, RejectsUnusable

WORKSPACE = "kind: workspace\nid: shop\n---\nkind: entity\nid: profile\nattributes: {email: string}\n"


def reject(line: int) -> Reject:
    return Reject("http", line, "bad_item", "it is no call", f'{{"n": {line}}}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "workspace.yaml").write_text(WORKSPACE)
    return tmp_path


@contextmanager
def opened(folder: Path) -> Iterator[Runtime]:
    runtime = Runtime(folder)
    try:
        runtime.open()
        yield runtime
    finally:
        runtime.close()


def put(runtime: Runtime, *lines: int) -> None:
    async def soon() -> None:
        async with asyncio.timeout(5):
            await runtime.rejects.put([reject(line) for line in lines])

    asyncio.run(soon())


def kept(runtime: Runtime) -> list[int]:
    return [line for (line,) in runtime.cursor().execute("SELECT line FROM reject ORDER BY rowid").fetchall()]


def on_disk(folder: Path) -> list[int]:
    queue = RejectQueue(folder / "data" / "rejects.sqlite")
    try:
        return [one.line for one in queue.waiting(100)]
    finally:
        queue.close()


def test_an_answer_waits_for_the_disk_and_not_for_the_engine(folder: Path) -> None:
    runtime, busy, free = Runtime(folder), threading.Event(), threading.Event()
    try:
        runtime.start()
        threading.Thread(target=lambda: runtime.engine.call(lambda: (busy.set(), free.wait(30))), daemon=True).start()
        assert busy.wait(10)
        put(runtime, 1, 2)
        assert on_disk(folder) == [1, 2], "a kill now would lose nothing"
        assert kept(runtime) == []
        free.set()
        put(runtime, 3)
        runtime.engine.call(runtime.rejects.take_over)
        assert kept(runtime) == [1, 2, 3]
        assert on_disk(folder) == []
    finally:
        free.set()
        runtime.close()


def test_what_waited_at_the_end_of_a_process_is_taken_over_by_the_next(folder: Path) -> None:
    with opened(folder) as runtime:
        put(runtime, 1)
    with opened(folder) as runtime:
        put(runtime, 2)
        runtime.rejects.take_over()
        assert kept(runtime) == [1, 2]


def test_what_the_store_has_is_not_taken_twice(folder: Path) -> None:
    with opened(folder) as runtime:
        put(runtime, 1, 2)
        runtime.rejects._store(runtime.rejects._queue.waiting(10))  # and the process dies between the two files
        assert on_disk(folder) == [1, 2]
    with opened(folder) as runtime:
        put(runtime, 3)
        runtime.rejects.take_over()
        assert kept(runtime) == [1, 2, 3]


def test_numbers_go_on_where_the_file_was_lost(folder: Path) -> None:
    with opened(folder) as runtime:
        put(runtime, 1, 2)
        runtime.rejects.take_over()
    for path in (folder / "data").glob("rejects.sqlite*"):
        path.unlink()
    with opened(folder) as runtime:
        put(runtime, 3)
        runtime.rejects.take_over()
        assert kept(runtime) == [1, 2, 3]
        assert runtime.store.meta(MARK) == "3"


def test_requests_are_told_when_the_disk_refuses(folder: Path) -> None:
    with opened(folder) as runtime:
        runtime.rejects._queue._connection.execute("DROP TABLE reject")
        with pytest.raises(RejectsUnusable, match=r"rejects\.sqlite cannot be used"):
            put(runtime, 1)


def test_many_requests_share_a_write(folder: Path) -> None:
    async def many(rejects: StoredRejects) -> None:
        await asyncio.gather(*(rejects.put([reject(line)]) for line in range(200)))

    with opened(folder) as runtime:
        asyncio.run(many(runtime.rejects))
        runtime.rejects.take_over()
        assert sorted(kept(runtime)) == list(range(200))
