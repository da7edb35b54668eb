"""Imports of uploaded files: one after the other, beside everything else, and going on after a restart."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import structlog

from sojourn.engine.clock import SystemClock
from sojourn.engine.importing import Load, Progress, forget, load, progress
from sojourn.engine.threads import background
from sojourn.ingest.files import open_source, plan_of
from sojourn.model.document import Catalog
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant, parse_zone
from sojourn.service.access.caller import Caller
from sojourn.service.file_import import take_file, target_of
from sojourn.service.uploads.errors import ImportedBefore, NoUpload, WrongMoment
from sojourn.service.uploads.forgetting import Names
from sojourn.service.uploads.limit import SIZE_LIMIT
from sojourn.service.uploads.shelf import Incoming, Shelf
from sojourn.service.uploads.upload import ImportTrouble, Mapping, State, Upload

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

KEPT_S: Final = 7 * 86_400.0
"""How long a file is kept that nobody imports."""
KEPT: Final = 100
"""Imports that are shown, with their rejects."""
POLL_S: Final = 1.0
_log = structlog.get_logger(__name__)


class Imports:
    """Knows the uploaded files, and imports those that somebody wants imported.

    How far a file was read is kept in the store with each chunk, as for the watched folder: a crash at any moment
    neither loses a row nor takes one twice.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    limit : int
        Bytes that a file may have.
    """

    def __init__(self, runtime: Runtime, limit: int = SIZE_LIMIT) -> None:
        self._runtime = runtime
        self.shelf = Shelf(runtime.places.uploads, limit)
        self._uploads: dict[str, Upload] = {}
        self._queue: deque[str] = deque()
        self._turn = threading.Condition()
        self._end = threading.Event()
        self._halted: set[str] = set()
        self._thread = background(self._run, "sojourn-imports")

    def start(self) -> None:
        """Begin; what was running when the server ended goes on."""
        with self._turn:
            self._uploads = {upload.id: upload for upload in self.shelf.all()}
            self._tidy()
            for upload in sorted(self._uploads.values(), key=lambda each: (each.state != "running", each.at)):
                if upload.is_busy:
                    upload.resumed = upload.resumed or upload.state == "running"
                    self._queue.append(upload.id)
        self._thread.start()

    def stop(self) -> None:
        """End after the chunk that is being taken; the next start goes on behind it."""
        with self._turn:
            self._end.set()
            self._turn.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def catalog(self) -> Catalog:
        """The documents that run: what is declared in them can be imported."""
        return self._runtime.engine.processor.audiences.catalog

    # ---- files ---------------------------------------------------------------------------------------------------

    def listed(self) -> list[Upload]:
        """Return all files, the newest first."""
        with self._turn:
            return sorted((each.model_copy() for each in self._uploads.values()), key=lambda each: each.at)[::-1]

    def find(self, id: str) -> Upload:
        """Return a file.

        Raises
        ------
        NoUpload
            There is none.
        """
        found = self._uploads.get(id)
        if found is None:
            raise NoUpload(id)
        return found

    def finish(self, incoming: Incoming, caller: Caller) -> Upload:
        """Keep a file that has arrived."""
        upload = incoming.finish(caller.id)
        with self._turn:
            self._uploads[upload.id] = upload
            self._tidy()
        return upload.model_copy()

    def remove(self, id: str) -> None:
        """Forget a file, its content and its rejects.

        Raises
        ------
        WrongMoment
            It is being imported.
        """
        with self._turn:
            upload = self.find(id)
            if upload.is_busy:
                raise WrongMoment(upload.name, upload.state)
            del self._uploads[id]
            self.shelf.drop(upload)

    def erase(self, ids: Collection[str], addresses: Collection[str]) -> None:
        """Forget files that name people and wait for somebody, and the rejected rows of others that do.

        A file that is being imported is gone when it is done.
        """
        names = Names.of(ids, addresses)
        with self._turn:
            kept = self._uploads.values() if self._thread.is_alive() else self.shelf.all()
            for upload in [each for each in kept if not each.is_busy]:
                if names.stand_in(self.shelf.file(upload), upload):
                    self._uploads.pop(upload.id, None)
                    self.shelf.drop(upload)
                else:
                    names.leave_rejects(self.shelf.rejects(upload))

    def _tidy(self) -> None:
        """Forget files that nobody imported for a week, and imports of long ago."""
        now = format_instant(SystemClock().now())
        uploads = sorted(self._uploads.values(), key=lambda each: each.at)
        ended = [each for each in uploads if each.state in ("done", "failed")]
        old = [each for each in uploads if each.state in ("ready", "stopped") and each.age_s(now) > KEPT_S]
        for upload in [*ended[:-KEPT], *old]:
            self._uploads.pop(upload.id, None)
            self.shelf.drop(upload)

    # ---- imports -------------------------------------------------------------------------------------------------

    def begin(self, id: str, mapping: Mapping, caller: Caller, *, again: bool = False) -> Upload:
        """Let a file be imported.

        Raises
        ------
        FileError, UnknownTarget
            It cannot be read in this way at all.
        ImportedBefore
            Its content was, with this mapping; `again` takes it once more.
        WrongMoment
            It is being imported, or its content is gone.
        """
        upload = self.find(id)
        if upload.is_busy or not self.shelf.file(upload).is_file():
            raise WrongMoment(upload.name, upload.state)
        options = mapping.options()
        if options.timezone is not None:
            parse_zone(options.timezone)
        file = self.shelf.file(upload)
        plan_of(target_of(mapping.target, self.catalog), open_source(file, options), options, file.name)
        mark, engine = upload.mark(mapping), self._runtime.engine
        if again:
            engine.call(lambda: forget(engine.store, mark))
        before = engine.call(lambda: progress(engine.store, mark))
        if before.done:
            raise ImportedBefore(before.rows)
        told = {"file": upload.name, **mapping.model_dump(exclude_defaults=True)}
        self._runtime.audit.record(caller, "import.begin", f"import/{mapping.target}", None, told)
        with self._turn:
            if upload.is_busy:
                raise WrongMoment(upload.name, upload.state)
            upload.mapping, upload.state, upload.error = mapping, "waiting", None
            upload.rows, upload.rejected, upload.ended_at = before.rows, before.rejected, None
            self.shelf.keep(upload)
            self._halted.discard(id)
            self._queue.append(id)
            self._turn.notify_all()
            return upload.model_copy()

    def halt(self, id: str) -> Upload:
        """End an import after the chunk that is being taken; it can be begun again, and goes on behind it.

        Raises
        ------
        WrongMoment
            It is not being imported.
        """
        with self._turn:
            upload = self.find(id)
            if not upload.is_busy:
                raise WrongMoment(upload.name, upload.state)
            self._halted.add(id)
            if id in self._queue:
                self._queue.remove(id)
                self._close(upload, "stopped")
            return upload.model_copy()

    def _run(self) -> None:
        while (upload := self._next()) is not None:
            try:
                self._import(upload)
            except _Halted:
                if not self._end.is_set():
                    self._close(upload, "stopped")
            except SojournError as error:
                self._fail(upload, ImportTrouble(code=error.code, message=error.message, hint=error.hint))
            except Exception as error:  # whatever it is, the next file must have its chance
                _log.error("an uploaded file cannot be imported", file=upload.name, reason=str(error))
                self._fail(upload, ImportTrouble(code="UPLOAD-000", message=str(error) or type(error).__name__))

    def _next(self) -> Upload | None:
        """Return the next file, None at the end of the server."""
        with self._turn:
            while not self._queue and not self._end.is_set():
                self._turn.wait(POLL_S)
            if self._end.is_set():
                return None
            upload = self._uploads[self._queue.popleft()]
            upload.state = "running"
            self.shelf.keep(upload)
            return upload

    def _import(self, upload: Upload) -> None:
        engine, runtime, mapping = self._runtime.engine, self._runtime, upload.mapping
        assert mapping is not None
        mark = upload.mark(mapping)
        before = engine.call(lambda: progress(engine.store, mark))
        file = self.shelf.file(upload)

        def take(chunk: Load) -> Progress:
            if self._end.is_set() or upload.id in self._halted:
                raise _Halted
            return engine.call(lambda: load(engine.processor, chunk, runtime.clock.now()))

        def tell(rows: int, rejected: int) -> None:
            upload.rows, upload.rejected = before.rows + rows, rejected

        after = before
        if not before.done:  # a crash may have come between the last row and this record
            found = target_of(mapping.target, self.catalog)
            after, _ = take_file(take, mapping.target, file, found, mapping.options(), mark, before, tell)
        upload.rows, upload.rejected = after.rows, after.rejected
        self._close(upload, "done")
        file.unlink(missing_ok=True)

    def _fail(self, upload: Upload, why: ImportTrouble) -> None:
        upload.error = why
        self._close(upload, "failed")

    def _close(self, upload: Upload, state: State) -> None:
        with self._turn:
            upload.state = state
            upload.ended_at = format_instant(SystemClock().now())
            self.shelf.keep(upload)
        mapping = upload.mapping
        assert mapping is not None
        told = {"file": upload.name, "state": state, "rows": upload.rows, "rejected": upload.rejected}
        self._runtime.audit.record(ITSELF, "import.end", f"import/{mapping.target}", None, told)


ITSELF: Final = Caller("server", "server", frozenset())
"""Whoever wanted the import may have left long ago when it ends; who it was stands with its beginning."""


class _Halted(Exception):
    """Somebody stopped the import, or the server ends."""
