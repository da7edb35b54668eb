"""Putting a backup back, in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import duckdb

from sojourn.engine.clock import SystemClock
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError
from sojourn.service.backup.copying import copy_file, keep_folder
from sojourn.service.backup.errors import BackupFailed, BadBackup, TargetTaken
from sojourn.service.backup.manifest import Entry, Manifest, read_manifest
from sojourn.service.backup.reached import reached
from sojourn.service.places import Places
from sojourn.service.standing import read_standing
from sojourn.store.delivery_book import DeliveryBook

PARTIAL: Final = ".partial"


def restore(backup: Path, directory: Path, *, pause: bool = False) -> Manifest:
    """Make a workspace of a backup: every file is checked, and the folder is there when all are.

    Parameters
    ----------
    pause : bool
        Let all channels be paused.

    Raises
    ------
    TargetTaken
        The folder has something in it.
    BadBackup
        A file is missing or is not what was backed up, or the store and the log cannot be opened.
    BackupFailed
        The folder cannot be written.
    """
    manifest = read_manifest(backup)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise TargetTaken(directory)
    partial = directory.with_name(directory.absolute().name + PARTIAL)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700, parents=True)
        for entry in manifest.files:
            _put_back(backup, entry, partial)
        _check(backup, manifest, Places(partial))
        if pause:
            _pause(Places(partial))
        keep_folder(partial)
        partial.rename(directory)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupFailed(directory, str(error)) from error
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return manifest


def _put_back(backup: Path, entry: Entry, partial: Path) -> None:
    is_data = entry.path.startswith("data/")
    source = backup / entry.path
    if source.is_symlink() or not source.is_file():
        raise BadBackup(backup, f"{entry.path} is missing")
    if copy_file(source, partial / entry.path, 0o600 if is_data else 0o644) != (entry.size, entry.sha256):
        raise BadBackup(backup, f"{entry.path} is not what was backed up")


def _check(backup: Path, manifest: Manifest, places: Places) -> None:
    try:
        found = reached(places)
    except (duckdb.Error, SojournError) as error:
        raise BadBackup(backup, str(error)) from error
    if found != (manifest.processed, manifest.appended):
        raise BadBackup(backup, f"its store and log have {found} items, and the manifest says otherwise")


def _pause(places: Places) -> None:
    """Pause the channels that ran, and the types of channels that have no document."""
    book, now = DeliveryBook(places.delivery), SystemClock().now()
    types = _channels(places)
    try:
        for channel in sorted({*types, *(kind for kind in CHANNEL_TYPES if kind not in types.values())}):
            book.pause(channel, now)
    finally:
        book.close()


def _channels(places: Places) -> dict[str, str]:
    """Return the types of the channels that ran, by their ids."""
    if not places.store.exists():
        return {}
    with duckdb.connect(str(places.store), read_only=True, config={"threads": 1}) as store:
        documents = read_standing(store).documents.values()
    return {document["id"]: document["type"] for document in documents if document["kind"] == "channel"}
