"""What is said about a workspace as a whole."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from sojourn.model.documents import Settings

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime


class WorkspaceFacts:
    """Name, time zone and settings of the documents that run.

    Parameters
    ----------
    runtime : Runtime
        Of the workspace.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.version = version("sojourn")

    def settings(self) -> Settings | None:
        """Return the `workspace` document that runs, None when there is none."""
        found = self._runtime.engine.processor.audiences.catalog.all("workspace").values()
        return next(iter(found), None)

    def name(self) -> str:
        """Return the title of the `workspace` document, else the folder's name."""
        settings = self.settings()
        return (settings and settings.title) or self._runtime.places.directory.resolve().name

    def time_zone(self) -> str:
        """Return the workspace's time zone."""
        settings = self.settings()
        return str(settings.timezone) if settings else "UTC"

    def needs_approval(self) -> bool:
        """Tell whether somebody else must approve publications."""
        settings = self.settings()
        return settings is not None and settings.approval == "required"
