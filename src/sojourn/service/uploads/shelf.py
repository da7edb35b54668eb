"""Where uploaded files lie: a folder for each, with the file, its rejects and what is known of it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from sojourn.engine.clock import SystemClock
from sojourn.ingest.file_error import FileError
from sojourn.ingest.files import NDJSON
from sojourn.ingest.reject_file import rejects_of
from sojourn.model.instants import format_instant
from sojourn.service.uploads.errors import NoRoom, TooLarge
from sojourn.service.uploads.limit import SIZE_LIMIT
from sojourn.service.uploads.upload import Upload

RESERVE: Final = 512 * 1024**2
"""Bytes of the disk that are left to the engine."""
ENDINGS: Final = (".csv", ".tsv", ".txt", *NDJSON, ".parquet")
RECORD: Final = "upload.json"
NAME_BYTES: Final = 120
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f/\\]+")


class Shelf:
    """Keeps uploaded files under a folder, which only the server's owner can read.

    Parameters
    ----------
    folder : Path
        Made when the first file comes.
    limit : int
        Bytes that a file may have.
    """

    def __init__(self, folder: Path, limit: int = SIZE_LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def incoming(self, name: str) -> Incoming:
        """Begin to take a file.

        Raises
        ------
        FileError
            Nothing is known that reads files of such a name.
        """
        fit = fit_name(name)
        if Path(fit).suffix.lower() not in ENDINGS:
            raise FileError(fit, "its ending is not known", "name it .csv, .ndjson or .parquet")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Incoming(self, fit)

    def all(self) -> list[Upload]:
        """Return what is known of all files; remains of transfers that broke off are cleared away."""
        found = []
        for place in self.folder.iterdir() if self.folder.is_dir() else ():
            record = place / RECORD
            if record.is_file():
                found.append(Upload.model_validate_json(record.read_bytes()))
            elif place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink(missing_ok=True)
        return found

    def file(self, upload: Upload) -> Path:
        """Return where a file's content is; it is gone after its import."""
        return self.folder / upload.id / "content" / upload.name

    def rejects(self, upload: Upload) -> Path:
        """Return where its rejected rows are, if there are any."""
        return rejects_of(self.file(upload))

    def keep(self, upload: Upload) -> None:
        """Keep what is known of a file; durable when this returns."""
        path = self.folder / upload.id / RECORD
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(upload.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def drop(self, upload: Upload) -> None:
        """Forget a file, its content and its rejects."""
        shutil.rmtree(self.folder / upload.id, ignore_errors=True)

    def has_room(self) -> bool:
        """Tell whether the disk takes more."""
        return shutil.disk_usage(self.folder).free > RESERVE


class Incoming:
    """A file that is arriving: on the disk from its first bytes on, never in memory as a whole.

    Parameters
    ----------
    shelf : Shelf
        Where it will lie.
    name : str
        Its name.
    """

    def __init__(self, shelf: Shelf, name: str) -> None:
        self._shelf = shelf
        self._name = name
        self._digest = hashlib.sha256()
        self._lines = 0
        self._size = 0
        handle, path = tempfile.mkstemp(dir=shelf.folder, prefix=".arriving-")
        self._file = os.fdopen(handle, "wb")
        self._path = Path(path)

    def put(self, part: bytes) -> None:
        """Write some bytes.

        Raises
        ------
        TooLarge, NoRoom
            Nothing of the file is kept.
        """
        self._size += len(part)
        if self._size > self._shelf.limit:
            raise TooLarge(self._shelf.limit)
        if not self._shelf.has_room():
            raise NoRoom
        self._digest.update(part)
        self._lines += part.count(b"\n")
        self._file.write(part)

    def finish(self, by: str) -> Upload:
        """Return the file, which is on the disk now."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest, at = self._digest.hexdigest(), format_instant(SystemClock().now())
        id = hashlib.sha256(f"{digest} {at} {self._path.name}".encode()).hexdigest()[:12]
        upload = Upload(
            id=id, name=self._name, size=self._size, digest=digest, about_rows=self._about_rows(), at=at, by=by
        )
        place = self._shelf.file(upload)
        place.parent.mkdir(parents=True)
        self._path.replace(place)
        self._shelf.keep(upload)
        return upload

    def discard(self) -> None:
        """Leave nothing of it behind; after `finish` there is nothing to do."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _about_rows(self) -> int | None:
        ending = Path(self._name).suffix.lower()
        if ending == ".parquet":
            return None
        return max(self._lines - (ending not in NDJSON), 0)


def fit_name(name: str) -> str:
    r"""Return a name as a file of the server may have it: its last part, without what no name has.

    Examples
    --------
    >>> fit_name("C:\\lists\\people 1.csv"), fit_name("../../etc/.hidden.csv")
    ('people 1.csv', 'hidden.csv')
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNFIT.sub("", last).strip().lstrip(".") or "file"
    stem, dot, ending = plain.rpartition(".")
    while stem and len(f"{stem}{dot}{ending}".encode()) > NAME_BYTES:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"[-NAME_BYTES:]
