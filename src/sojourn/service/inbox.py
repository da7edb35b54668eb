"""The watched folder: files that are put there are read, and moved to `done` or `failed` with a report beside them."""

from __future__ import annotations

import json
import os
import threading
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from sojourn.engine.importing import Load, Progress, load, progress
from sojourn.engine.threads import background
from sojourn.model.errors import SojournError
from sojourn.model.inbox import ImportRule, Inbox
from sojourn.model.instants import format_instant
from sojourn.service.file_import import mark_of, options_of, take_file, target_of

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

FIRST_S: Final = 2.0
REPORT: Final = ".report.json"
LEFT_ALONE: Final = (REPORT, ".rejects.csv", ".part", ".tmp", ".filepart", ".crdownload")
KEPT: Final = 50
"""Reports that are shown."""
_log = structlog.get_logger(__name__)


class Watcher:
    """Looks at the folder, and takes what has not changed since it looked last.

    A file is known by its size, time and beginning; how far it was taken is kept in the store with each chunk, so that
    a crash at any moment neither loses a row nor takes one twice.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen: dict[str, tuple[int, int]] = {}
        self._end = threading.Event()
        self._turn = threading.Lock()
        self._thread = background(self._run, "sojourn-inbox")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the chunk that is being taken; the next start goes on behind it."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def settings(self) -> Inbox:
        """Return the folder and the rules, as the documents say that run."""
        found = next(iter(self._runtime.engine.processor.audiences.catalog.all("workspace").values()), None)
        return Inbox() if found is None else found.inbox

    def folder(self) -> Path | None:
        """Return the watched folder."""
        name = self.settings().folder
        return None if name is None else self._runtime.places.directory / name

    def _run(self) -> None:
        wait_s = FIRST_S
        while not self._end.wait(wait_s):
            try:
                self.look()
            except Exception as error:  # whatever it is, the next file must have its chance
                _log.error("the watched folder cannot be read", reason=str(error))
            wait_s = self.settings().every.total_seconds()

    def look(self) -> list[dict[str, Any]]:
        """Take the files that have not changed since the last look; return their reports."""
        with self._turn:
            folder = self.folder()
            if folder is None:
                return []
            folder.mkdir(parents=True, exist_ok=True)
            before, self._seen = self._seen, {}
            reports = []
            for path in sorted(folder.iterdir()):
                rule = self.rule_of(path)
                if rule is None or self._end.is_set():
                    continue
                stat = path.stat()
                state = (stat.st_size, stat.st_mtime_ns)
                if before.get(path.name) == state:
                    reports.append(self._take(path, rule))
                else:
                    self._seen[path.name] = state
            return reports

    def rule_of(self, path: Path) -> ImportRule | None:
        """Return the rule that reads a file of the folder; None for what is left alone."""
        if path.name.startswith(".") or path.name.endswith(LEFT_ALONE) or path.is_symlink() or not path.is_file():
            return None
        rules = self.settings().rules
        return next((rule for rule in rules if rule.files and fnmatchcase(path.name, rule.files)), None)

    def _take(self, path: Path, rule: ImportRule) -> dict[str, Any]:
        """Read a file and move it away."""
        report: dict[str, Any] = {"file": path.name, "rule": rule.id, "target": rule.target}
        try:
            after = self._import(path, rule)
            fits = after.rejected < after.rows or not after.rows
            report |= {
                "rows": after.rows,
                "rejected": after.rejected,
                "error": None if fits else "no row could be taken",
            }
        except _Interrupted:
            return {**report, "error": "interrupted"}
        except SojournError as error:
            fits = False
            report |= {"rows": 0, "rejected": 0, "error": str(error)}
        report["at"] = format_instant(self._runtime.clock.now())
        self._move(path, "done" if fits else "failed", report)
        _log.info("a file of the watched folder was read", **report)
        return report

    def _import(self, path: Path, rule: ImportRule) -> Progress:
        engine, runtime = self._runtime.engine, self._runtime
        target = target_of(rule.target, engine.processor.audiences.catalog)
        options = options_of(rule)
        mark = mark_of(rule.target, path, options)
        before = engine.call(lambda: progress(engine.store, mark))
        if before.done:  # a crash came before it was moved
            return before

        def take(chunk: Load) -> Progress:
            if self._end.is_set():
                raise _Interrupted
            return engine.call(lambda: load(engine.processor, chunk, runtime.clock.now()))

        return take_file(take, rule.target, path, target, options, mark, before)[0]

    def _move(self, path: Path, to: str, report: dict[str, Any]) -> None:
        """Move a file with its rejects into a folder, the report first: it is there when the file is."""
        folder = path.parent / to
        folder.mkdir(exist_ok=True)
        name = path.name
        if (folder / name).exists():
            name = f"{path.stem}-{report['at'].replace(':', '')}{path.suffix}"
        _write(folder / f"{name}{REPORT}", json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        rejects = path.with_name(f"{path.name}.rejects.csv")
        if rejects.exists():
            rejects.replace(folder / f"{name}.rejects.csv")
        path.replace(folder / name)

    def state(self) -> dict[str, Any]:
        """Return the folder, what waits there and has no rule, and the newest reports."""
        folder = self.folder()
        if folder is None or not folder.is_dir():
            return {"folder": None if folder is None else str(folder), "waiting": [], "unknown": [], "reports": []}
        files = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
        files = [path for path in files if not path.name.endswith(LEFT_ALONE)]
        waiting = [path.name for path in files if self.rule_of(path) is not None]
        reports = [path for to in ("done", "failed") for path in (folder / to).glob(f"*{REPORT}")]
        newest = sorted(reports, key=lambda path: path.stat().st_mtime_ns, reverse=True)[:KEPT]
        return {
            "folder": str(folder), "waiting": waiting[:KEPT],
            "unknown": [path.name for path in files if path.name not in waiting][:KEPT],
            "reports": [json.loads(path.read_text(encoding="utf-8")) for path in newest],
        }  # fmt: skip


class _Interrupted(Exception):
    """The server ends; the rest of the file is read after its next start."""


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
