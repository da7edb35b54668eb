"""The whole set of documents: read, checked, compiled."""

from sojourn.workspace.reading import load_workspace, read_workspace
from sojourn.workspace.workspace import Compiled, Workspace

__all__ = ["Compiled", "Workspace", "load_workspace", "read_workspace"]
