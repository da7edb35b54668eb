"""Files of a folder, changed as a whole and durable when it is said so."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sojourn.workspace.draft_errors import NotWritten


def write_file(directory: Path, name: str, data: bytes) -> None:
    """Replace a file of a folder, or make it with the folders around it; it is on the disk when this returns.

    Raises
    ------
    NotWritten
        It is as it was.
    """
    path = directory / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_inside(directory, path, name)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            Path(fresh).replace(path)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        raise NotWritten(name, error.strerror or str(error)) from error


def remove_file(directory: Path, name: str) -> None:
    """Remove a file of a folder."""
    path = directory / name
    try:
        _check_inside(directory, path, name)
        path.unlink()
        _sync(path.parent)
    except OSError as error:
        raise NotWritten(name, error.strerror or str(error)) from error


def rename_file(directory: Path, name: str, fresh: str) -> None:
    """Give a file of a folder another name in the same place."""
    path = directory / name
    try:
        _check_inside(directory, path, name)
        path.rename(directory / fresh)
        _sync(path.parent)
    except OSError as error:
        raise NotWritten(name, error.strerror or str(error)) from error


def _check_inside(directory: Path, path: Path, name: str) -> None:
    """Refuse a place that a link, or its name, leads out of the folder."""
    if not path.parent.resolve().is_relative_to(directory.resolve()):
        raise NotWritten(name, "it is outside of the workspace's folder")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
